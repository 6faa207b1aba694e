import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { applyEvents } from '../board/apply.js';
import { stateHash } from '../board/hash.js';
import { State } from '../board/state.js';
import {
  EventPageSchema,
  EventSchema,
  SnapshotSchema,
  type Event,
} from '../gen/swarmboard/v1/event_pb.js';
import { addNote, patch, record } from '../testing/builders.js';
import { FakeClock } from '../testing/fake-clock.js';
import { Player } from './player.js';
import { stayMs, Timeline } from './timeline.js';

function eventsOf(count: number): Event[] {
  return Array.from({ length: count }, (_, i) => {
    const text = `card ${i + 1}`;
    const made = record({ id: `n${i % 40}`, body: { case: 'note', value: { text } } });
    return create(EventSchema, {
      seq: BigInt(i + 1),
      atMs: BigInt(1000 * i),
      actor: 'greta',
      intent: addNote(`n${i % 40}`, text),
      patch: patch({ upsert: [{ record: made, create: true }] }),
    });
  });
}

function fold(events: readonly Event[]): bigint {
  const applied = applyEvents(State.empty, events);
  if (!applied.ok) throw new Error(applied.what);
  return stateHash(applied.state);
}

describe('Timeline', () => {
  it('has at every moment the board that a fresh fold gives', () => {
    const events = eventsOf(350);
    const timeline = new Timeline();
    timeline.append(events.slice(0, 130));
    timeline.append(events.slice(130));
    for (const index of [-1, 0, 98, 99, 100, 199, 200, 349]) {
      expect(stateHash(timeline.boardAt(index)), `moment ${index}`).toBe(
        fold(events.slice(0, index + 1)),
      );
    }
  });

  it('finds the moment of a sequence number, also between and beyond', () => {
    const timeline = new Timeline();
    timeline.append(eventsOf(10).filter((event) => event.seq !== 5n));
    expect([0n, 1n, 5n, 10n, 99n].map((seq) => timeline.indexOf(seq))).toEqual([-1, 0, 3, 8, 8]);
  });

  it('shows an event that does not fit as such and goes on', () => {
    const timeline = new Timeline();
    const bad = create(EventSchema, {
      seq: 1n,
      patch: patch({
        upsert: [{ record: record({ id: 'gone', body: { case: 'note', value: {} } }) }],
      }),
    });
    timeline.append([bad, ...eventsOf(3).slice(1)]);
    expect(timeline.unreadable).toBe(1);
    expect(timeline.boardAt(2).all('note').length).toBe(2);
  });
});

describe('stayMs', () => {
  it('cuts idle gaps to a second, follows the speed, and lets every change be seen', () => {
    expect(stayMs(3000, 1)).toBe(3000);
    expect(stayMs(600_000, 1)).toBe(1000);
    expect(stayMs(4000, 4)).toBe(1000);
    expect(stayMs(600_000, 16)).toBe(80);
    expect(stayMs(-5, 1)).toBe(80);
  });
});

describe('Player', () => {
  const events = eventsOf(30);

  function playerOn(clock: FakeClock): Player {
    return new Player({
      stateAt: (seq) => {
        const at = seq === undefined || seq > 30n ? 30n : seq;
        const applied = applyEvents(State.empty, events.slice(0, Number(at)));
        const state = applied.ok ? applied.state : State.empty;
        const records = state.kinds().flatMap((kind) => [...state.ofKind(kind).values()]);
        const snapshot = create(SnapshotSchema, { seq: at, records });
        return Promise.resolve({ ok: true, value: { snapshot, seq: at, head: 30n, atMs: 0 } });
      },
      eventsFrom: (from) => {
        const some = events.slice(Number(from) - 1, Number(from) + 6);
        const to = some.at(-1)?.seq ?? from;
        const page = create(EventPageSchema, { from, to, head: 30n, events: some });
        return Promise.resolve({ ok: true, value: page });
      },
      after: clock.after,
      changed: () => undefined,
    });
  }

  it('opens at the asked event and knows the whole story', async () => {
    const player = playerOn(new FakeClock());
    await player.load(12n);
    expect(player.phase.kind).toBe('ready');
    expect([player.seq, player.index, player.moments.length]).toEqual([12n, 11, 30]);
    expect(stateHash(player.board)).toBe(fold(events.slice(0, 12)));
  });

  it('gives the same board by jumping as by playing', async () => {
    const clock = new FakeClock();
    const player = playerOn(clock);
    await player.load(1n);
    player.setSpeed(16);
    player.play();
    clock.advance(29 * 80);
    expect([player.index, player.isPlaying]).toEqual([29, false]);
    expect(stateHash(player.board)).toBe(fold(events));
    player.seek(4);
    expect(stateHash(player.board)).toBe(fold(events.slice(0, 5)));
  });

  it('stops where it is paused', async () => {
    const clock = new FakeClock();
    const player = playerOn(clock);
    await player.load(1n);
    player.play();
    clock.advance(2500);
    player.pause();
    clock.advance(60_000);
    expect(player.index).toBe(2);
  });

  it('says why when the replay is refused', async () => {
    const player = new Player({
      stateAt: () => Promise.resolve({ ok: false, status: 404, why: 'no' }),
      eventsFrom: () => Promise.resolve({ ok: false, status: 404, why: 'no' }),
      after: () => () => undefined,
      changed: () => undefined,
    });
    await player.load(undefined);
    expect(player.phase).toEqual({ kind: 'failed', status: 404, why: 'no' });
  });
});

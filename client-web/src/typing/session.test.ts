import { ChangeSet } from '@codemirror/state';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { kindOf } from '../board/state.js';
import type { Command } from '../gen/swarmboard/v1/command_pb.js';
import { RejectReason } from '../gen/swarmboard/v1/enums_pb.js';
import { EventSchema, SnapshotSchema, type Event } from '../gen/swarmboard/v1/event_pb.js';
import type { PatchSchema } from '../gen/swarmboard/v1/record_pb.js';
import type { TextChange } from '../gen/swarmboard/v1/text_pb.js';
import { JoinedSchema } from '../gen/swarmboard/v1/wire_pb.js';
import { Stream } from '../sync/stream.js';
import { FakeClock } from '../testing/fake-clock.js';
import type { Draft } from './draft.js';
import { resumed } from './resumed.js';
import { SEND_AFTER_MS, TypingSession, type Status } from './session.js';
import { textOf } from './shared-text.js';
import { difference, toWire } from './wire.js';

const note = kindOf('note');
const target = { kind: note, id: 'n1', field: 2 };

/** One editor over a stream that the test moves. */
class Page {
  readonly clock = new FakeClock();
  readonly sent: Command[] = [];
  draft: Draft | undefined;
  status: Status | undefined;
  gone: { reason: RejectReason; draft: Draft | undefined } | undefined;
  hasEnded = false;
  isWatched = true;
  isKept = true;
  text: string;
  readonly session: TypingSession;

  constructor(text: string, unitsMax = 100) {
    this.text = text;
    this.session = new TypingSession(
      {
        stream: 's1',
        target,
        unitsMax,
        watch: () => () => {
          this.isWatched = false;
        },
        send: (command) => Promise.resolve(BigInt(this.sent.push(command))),
        isOwn: (event) => event.actor === 'maya',
        after: (ms, run) => void this.clock.after(ms, run),
        isKept: () => this.isKept,
        keepDraft: (draft) => (this.draft = draft),
        gone: (reason, _detail, draft) => (this.gone = { reason, draft }),
        ended: () => (this.hasEnded = true),
      },
      { epoch: 1n, seq: 10n },
      text,
    );
    this.open();
  }

  open(): void {
    this.session.open({
      show: (changes) => (this.text = changes.apply(textOf(this.text)).toString()),
      told: (status) => (this.status = status),
    });
  }

  async types(after: string): Promise<void> {
    this.session.typed(difference(this.text, after));
    this.text = after;
    this.clock.advance(SEND_AFTER_MS);
    await Promise.resolve();
  }

  change(index: number): TextChange | undefined {
    const body = this.sent[index]?.body;
    return body?.case === 'textEdit' ? body.value.change : undefined;
  }

  edit(index: number): unknown {
    return this.sent[index]?.body.value;
  }

  refuse(reason: RejectReason): boolean {
    const command = this.sent.at(-1);
    if (command === undefined) throw new Error('nothing was sent');
    return this.session.refused({ stream: 's1', command, reason, detail: '' });
  }
}

/** As it is once a snapshot has come. */
function streamAt(text: string, epoch: bigint, seq: bigint): Stream {
  const stream = new Stream('s1', 'maya');
  const joined = create(JoinedSchema, { epoch, head: seq });
  stream.onJoined(joined, true);
  const body = { case: 'note' as const, value: { text } };
  stream.onSnapshot(create(SnapshotSchema, { seq, records: [{ id: 'n1', body }] }));
  return stream;
}

function event(
  actor: string,
  seq: bigint,
  cmdNo: bigint,
  patch: MessageInitShape<typeof PatchSchema>,
): Event {
  return create(EventSchema, { seq, actor, cmdNo, patch });
}

/** A board that was received anew, with this text. */
function boardAt(position: { epoch: bigint; seq: bigint }, text: string): Stream {
  const joined = create(JoinedSchema, { streamRef: 1, epoch: position.epoch, head: position.seq });
  const note = { id: 'n1', body: { case: 'note' as const, value: { text } } };
  const stream = new Stream('s1', 'maya');
  stream.onJoined(joined, true);
  stream.onSnapshot(create(SnapshotSchema, { seq: position.seq, records: [note] }));
  return stream;
}

function written(change: TextChange | undefined): MessageInitShape<typeof PatchSchema> {
  if (change === undefined) throw new Error('no change');
  const record = { id: 'n1', body: { case: 'note' as const, value: {} } };
  return { upsert: [{ record, text: [{ field: 2, change }] }] };
}

describe('TypingSession', () => {
  it('has one change under way and sends the rest together', async () => {
    const page = new Page('one');
    await page.types('one two');
    await page.types('one two th');
    await page.types('one two three');
    expect(page.sent.length).toBe(1);
    page.session.applied([event('maya', 11n, 1n, written(page.change(0)))], 11n);
    expect(page.sent.length).toBe(2);
    expect(toWire(difference('one two', 'one two three'))).toEqual(page.change(1));
    await Promise.resolve();
    page.session.applied([event('maya', 12n, 2n, written(page.change(1)))], 12n);
    expect(page.status).toEqual({ kind: 'saved' });
    expect(page.draft).toBeUndefined();
  });

  it('takes over a text of another history, whatever its number, and says of which it is', async () => {
    const page = new Page('one two');
    await page.types('one two three');
    expect(page.edit(0)).toMatchObject({ baseSeq: 10n, baseEpoch: 1n });
    page.session.changed(boardAt({ epoch: 2n, seq: 4n }, 'one'));
    expect(page.refuse(RejectReason.TEXT_BASE_TOO_OLD)).toBe(true);
    expect(page.edit(1)).toMatchObject({ baseSeq: 4n, baseEpoch: 2n });
    expect(page.text).toBe('one three');
  });

  it('keeps on the device what the outbox does not hold, and no more', async () => {
    const page = new Page('one');
    page.session.typed(difference('one', 'one two'));
    page.clock.advance(SEND_AFTER_MS);
    // Not in the outbox yet: the tab may die before it is.
    expect(page.draft).toEqual({ before: 'one', after: 'one two' });
    await Promise.resolve();
    expect(page.draft).toBeUndefined();
    page.text = 'one two';
    await page.types('one two three');
    expect(page.draft).toEqual({ before: 'one two', after: 'one two three' });
    page.isKept = false;
    await page.types('one two three!');
    expect(page.draft).toEqual({ before: 'one', after: 'one two three!' });
  });

  it('gives everything back, once, when the card goes while a change is under way', async () => {
    const page = new Page('one');
    await page.types('one two');
    await page.types('one two three');
    const remove = { remove: [{ kind: note, id: 'n1' }] };
    page.session.applied([event('hugo', 11n, 1n, remove)], 11n);
    expect(page.gone).toMatchObject({
      reason: RejectReason.TARGET_GONE,
      draft: { after: 'one two three' },
    });
    expect(page.status).toEqual({ kind: 'gone' });
    expect(page.isWatched).toBe(true);
    expect(page.refuse(RejectReason.TARGET_GONE)).toBe(true);
    expect(page.isWatched).toBe(false);
    expect(page.hasEnded).toBe(false);
  });

  it('ends without a word when the card goes and nothing was unsent', () => {
    const page = new Page('one');
    page.session.applied([event('hugo', 11n, 1n, { remove: [{ kind: note, id: 'n1' }] })], 11n);
    expect(page.gone).toEqual({ reason: RejectReason.TARGET_GONE, draft: undefined });
    expect(page.isWatched).toBe(false);
  });

  it('makes a change anew on the text of now when its base was too old', async () => {
    const page = new Page('one');
    await page.types('one two');
    page.session.applied([event('hugo', 11n, 1n, written(toWire(difference('one', '>one'))))], 11n);
    expect(page.refuse(RejectReason.TEXT_BASE_TOO_OLD)).toBe(true);
    expect(page.sent.length).toBe(2);
    expect(page.change(1)).toEqual(toWire(difference('>one', '>one two')));
  });

  it('gives back what is refused on the merits, over the text that others know', async () => {
    const page = new Page('one');
    await page.types('one two');
    expect(page.refuse(RejectReason.WRONG_STAGE)).toBe(true);
    expect(page.gone).toMatchObject({
      draft: { before: 'one', after: 'one two' },
    });
  });

  it('sends nothing that is too long, and gives it back when the editor is closed', async () => {
    const page = new Page('one', 5);
    await page.types('one two');
    expect(page.sent).toEqual([]);
    expect(page.status).toEqual({ kind: 'too-long' });
    page.session.close();
    expect(page.gone).toMatchObject({
      reason: RejectReason.TOO_LARGE,
      draft: { before: 'one', after: 'one two' },
    });
  });

  it('ends when it is closed and everything is on disk', async () => {
    const page = new Page('one');
    page.session.typed(difference('one', 'one two'));
    page.session.close();
    expect(page.sent.length).toBe(1);
    await Promise.resolve();
    expect(page.hasEnded).toBe(false);
    page.session.applied([event('maya', 11n, 1n, written(page.change(0)))], 11n);
    expect([page.hasEnded, page.isWatched]).toEqual([true, false]);
  });

  it('goes on from a snapshot, also one of an earlier moment in another history', async () => {
    const page = new Page('one');
    page.session.changed(streamAt('one, two', 1n, 20n));
    expect(page.text).toBe('one, two');
    page.session.changed(streamAt('on', 2n, 4n));
    expect(page.text).toBe('on');
    await page.types('on!');
    const body = page.sent[0]?.body;
    expect(body?.case === 'textEdit' && body.value.baseSeq).toBe(4n);
  });

  it('is opened again with everything that was typed before', async () => {
    const page = new Page('one');
    await page.types('one two');
    await page.types('one two three');
    page.session.close();
    expect([page.hasEnded, page.draft?.after]).toEqual([false, 'one two three']);
    expect(page.session.text).toBe('one two three');
    page.open();
    page.session.applied([event('maya', 11n, 1n, written(page.change(0)))], 11n);
    await page.types('one two three four');
    page.session.applied([event('maya', 12n, 2n, written(page.change(1)))], 12n);
    expect(page.session.text).toBe('one two three four');
    expect(page.hasEnded).toBe(false);
  });

  it('tells and shows carets across what is under way', async () => {
    const page = new Page('abc');
    await page.types('abcXYZ');
    expect(page.session.caretText(6, 6, true)).toBe(`caret:${note}:2:10:3:3:n1`);
    page.session.said([['hugo', `caret:${note}:2:10:3:3:n1`]]);
    expect(page.session.carets[0]?.head).toBe(3);
    page.session.applied([event('maya', 11n, 1n, written(page.change(0)))], 11n);
    expect(page.session.caretText(6, 6, true)).toBe(`caret:${note}:2:11:6:6:n1`);
    expect(page.session.carets[0]?.head).toBe(3);
  });
});

describe('words that a closed tab left', () => {
  it('go to their place when others wrote elsewhere', () => {
    const left = resumed({ before: 'one two', after: 'one two three' }, '>> one two');
    expect(left.isClean).toBe(true);
    expect(left.changes.apply(textOf('>> one two')).toString()).toBe('>> one two three');
  });

  it('are kept whole, but not clean, when others wrote there too', () => {
    const left = resumed({ before: 'one', after: 'one mine' }, 'one theirs');
    expect(left.isClean).toBe(false);
    const both = left.changes.apply(textOf('one theirs')).toString();
    expect(both).toContain(' mine');
    expect(both).toContain(' theirs');
  });

  it('bring nothing new when they are there already', () => {
    const left = resumed({ before: 'one', after: 'one' }, 'one theirs');
    expect(left.changes).toEqual(ChangeSet.empty('one theirs'.length));
  });
});

import { describe, expect, it } from 'vitest';
import { CommitmentStatus, LeaveReason, NoteKind } from '../gen/swarmboard/v1/enums_pb.js';
import { stateOf, type RecordInit } from '../testing/builders.js';
import { catchUpOf, WORDS_MAX } from './catch-up.js';
import { sinceLeft } from './since.js';

const session: RecordInit = {
  id: 's1',
  body: { case: 'session', value: { runningStage: 'vote', closedAtMs: 9000n } },
};
const stage = (id: string, position: number, from: bigint, to?: bigint): RecordInit => ({
  id,
  body: {
    case: 'stage',
    value: {
      name: id,
      position,
      startedAtMs: from,
      ...(to !== undefined && { endedAtMs: to }),
    },
  },
});
const stages = [stage('collect', 1, 1000n, 2000n), stage('vote', 2, 2000n)];
const joined = (atMs: bigint, leaveReason?: LeaveReason): RecordInit => ({
  id: 'maya',
  body: {
    case: 'participant',
    value: { joinedAtMs: atMs, ...(leaveReason !== undefined && { leaveReason }) },
  },
});
const decision = (id: string, text: string, atMs = 1500n): RecordInit => ({
  id,
  body: { case: 'note', value: { kind: NoteKind.DECISION, text, atMs } },
});

describe('catching up', () => {
  it('is offered to whoever came after a stage had ended, and to nobody else', () => {
    expect(catchUpOf(stateOf(session, ...stages, joined(500n)), 'maya')).toBeUndefined();
    expect(catchUpOf(stateOf(session, ...stages), 'maya')).toBeUndefined();
    const state = stateOf(session, ...stages, joined(3000n), decision('d', 'Lead with downtime'));
    expect(catchUpOf(state, 'maya')).toMatchObject({
      missed: 1,
      done: ['collect'],
      decisions: ['Lead with downtime'],
      cards: 1,
      more: 0,
    });
  });

  it('can be read in twenty seconds, however much was decided', () => {
    const long = Array.from({ length: 40 }, (_, n) => `word${n}`).join(' ');
    const many = Array.from({ length: 30 }, (_, n) => decision(`d${n}`, long));
    const found = catchUpOf(stateOf(session, ...stages, joined(3000n), ...many), 'maya');
    const words = (found?.decisions ?? []).join(' ').split(' ').length;
    expect(words).toBeGreaterThan(0);
    expect(words).toBeLessThanOrEqual(WORDS_MAX);
    expect((found?.decisions.length ?? 0) + (found?.more ?? 0)).toBe(30);
  });
});

describe('what changed since somebody left', () => {
  it('is counted from the moment of leaving', () => {
    const left: RecordInit = {
      id: 'maya',
      body: {
        case: 'participant',
        value: { joinedAtMs: 500n, present: false, leftAtMs: 1800n, leaveReason: LeaveReason.LEFT },
      },
    };
    const promise: RecordInit = {
      id: 'c1',
      body: {
        case: 'commitment',
        value: { owner: 'maya', text: 'Call Ben', status: CommitmentStatus.OPEN },
      },
    };
    const state = stateOf(
      session,
      ...stages,
      left,
      promise,
      decision('d1', 'Before'),
      decision('d2', 'After', 2500n),
    );
    expect(sinceLeft(state, 'maya')).toMatchObject({
      stages: ['vote'],
      decisions: ['After'],
      cards: 1,
      isClosed: true,
      mine: [{ id: 'c1' }],
    });
    expect(sinceLeft(state, 'hugo')).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import {
  LeaveReason,
  MemberRole,
  ReplayAudience,
  SeatState,
  SessionRole,
  Visibility,
} from '../gen/swarmboard/v1/enums_pb.js';
import { stateOf, type RecordInit } from '../testing/builders.js';
import {
  hidesKind,
  leads,
  mayReplay,
  mayWrite,
  nextStage,
  runningStage,
  timeLeftMs,
  unrevealedStages,
} from './rules.js';

function board(...more: RecordInit[]): ReturnType<typeof stateOf> {
  return stateOf(
    { id: 's1', body: { case: 'session', value: { runningStage: 'b' } } },
    { id: 'c', body: { case: 'stage', value: { name: 'Third', position: 3 } } },
    {
      id: 'b',
      body: {
        case: 'stage',
        value: {
          name: 'Second',
          position: 2,
          minutes: 5,
          extendedMin: 1,
          startedAtMs: 1000n,
          visibility: Visibility.PRIVATE_UNTIL_REVEAL,
          listenOnly: { items: [SessionRole.CLIENT] },
        },
      },
    },
    { id: 'maya', body: { case: 'participant', value: { present: true, role: SessionRole.REP } } },
    ...more,
  );
}

describe('rules', () => {
  it('know the running stage, the next one and when the time is up', () => {
    expect(runningStage(board())?.id).toBe('b');
    expect(nextStage(board())?.id).toBe('c');
    const stage = runningStage(board())?.body;
    expect(stage && timeLeftMs(stage, 300_000)).toBe(61_000);
  });

  it('know what hides', () => {
    const stage = runningStage(board())?.body;
    expect(stage && hidesKind(stage, 'OBJECTION')).toBe(true);
    expect(unrevealedStages(board()).map((s) => s.id)).toEqual(['b']);
  });

  it('let nobody lead who does not hold the seat', () => {
    const held = board({
      id: 'seat',
      body: { case: 'seat', value: { state: SeatState.HELD, holder: 'maya' } },
    });
    expect([leads(held, 'maya'), leads(held, 'hugo')]).toEqual([true, false]);
    const reserved = board({
      id: 'seat',
      body: { case: 'seat', value: { state: SeatState.RESERVED, holder: 'maya' } },
    });
    expect(leads(reserved, 'maya')).toBe(false);
  });

  it('say in words why somebody may not write', () => {
    const cut = { present: false, leaveReason: LeaveReason.CONNECTION_LOST };
    const state = board(
      {
        id: 'ben',
        body: {
          case: 'participant',
          value: { present: true, assigned: { items: [SessionRole.CLIENT] } },
        },
      },
      {
        id: 'ana',
        body: { case: 'participant', value: { present: true, role: SessionRole.OBSERVER } },
      },
      { id: 'lena', body: { case: 'participant', value: cut } },
    );
    expect(mayWrite(state, 'maya').ok).toBe(true);
    expect(mayWrite(state, 'lena').ok).toBe(true);
    for (const member of ['ben', 'ana', 'stranger']) expect(mayWrite(state, member).ok).toBe(false);
  });

  it('open a replay to those whom the audience names', () => {
    const card = { audience: ReplayAudience.TEAM, participants: ['ana'] };
    expect(mayReplay(card, 'ana', MemberRole.MANAGER)).toBe(true);
    expect(mayReplay(card, 'imelda', MemberRole.MANAGER)).toBe(false);
    expect(mayReplay(card, 'hugo', MemberRole.REP)).toBe(true);
  });
});

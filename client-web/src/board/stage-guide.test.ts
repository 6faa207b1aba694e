import { describe, expect, it } from 'vitest';
import { NoteKind, SwarmStatus, Visibility } from '../gen/swarmboard/v1/enums_pb.js';
import { stateOf, type RecordInit } from '../testing/builders.js';
import { sectionsOf } from './sections.js';
import { moveOnWhen, privacyOf, wantedKinds, writableKinds } from './stage-guide.js';
import type { Stage } from '../gen/swarmboard/v1/board_records_pb.js';
import type { State } from './state.js';

function room(stage: object, ...more: RecordInit[]): State {
  return stateOf(
    { id: 's1', body: { case: 'session', value: { runningStage: 'commit' } } },
    { id: 'commit', body: { case: 'stage', value: { position: 1, startedAtMs: 1n, ...stage } } },
    { id: 'maya', body: { case: 'participant', value: { present: true } } },
    ...more,
  );
}

const open = { visibility: Visibility.OPEN };
const body = (value: object): Stage => {
  const stage = room(value).get('stage', 'commit');
  if (stage === undefined) throw new Error('no stage');
  return stage;
};

describe('what a stage asks for', () => {
  it('puts the kinds that the stage is there for first', () => {
    expect(writableKinds(room(open), 'maya')[0]).toBe('commitment');
    expect(wantedKinds('objection_clinic_45', 'publish')).toEqual(['commitment']);
    expect(wantedKinds('messaging_workshop_60', 'publish')).toEqual([]);
  });

  it('offers a blocker only when a swarm can have it', () => {
    expect(writableKinds(room(open), 'maya')).not.toContain('blocker');
    const swarm: RecordInit = {
      id: 'w1',
      body: { case: 'swarm', value: { status: SwarmStatus.OPEN } },
    };
    expect(writableKinds(room(open, swarm), 'maya')).toContain('blocker');
  });

  it('offers nothing with a name where nothing has one', () => {
    expect(writableKinds(room({ visibility: Visibility.ANONYMOUS }), 'maya')).toEqual([]);
    expect(writableKinds(room({ visibility: Visibility.OFF_RECORD }), 'maya')).toEqual([]);
  });

  it('says who sees it', () => {
    const hidden = { visibility: Visibility.PRIVATE_UNTIL_REVEAL };
    expect(privacyOf(body(hidden)).kind).toBe('private');
    expect(privacyOf(body({ ...hidden, revealedAtMs: 2n })).kind).toBe('revealed');
    expect(privacyOf(body({ ...open, privateKinds: { items: ['QUESTION'] } }))).toEqual({
      kind: 'some',
      kinds: ['QUESTION'],
    });
  });

  it('knows what the facilitator waits for', () => {
    const vote = (value: object): RecordInit => ({
      id: 'v1',
      body: { case: 'vote', value: { stage: 'commit', ...value } },
    });
    expect(moveOnWhen(room({ visibility: Visibility.PRIVATE_UNTIL_REVEAL }))).toBe('hidden');
    expect(moveOnWhen(room({ ...open, dots: 3 }))).toBe('vote-first');
    expect(moveOnWhen(room({ ...open, dots: 3 }, vote({})))).toBe('vote');
    expect(moveOnWhen(room({ ...open, dots: 3 }, vote({ closedAtMs: 3n })))).toBe('promise');
  });
});

describe('the sections of the board', () => {
  it('are those with cards, the stage’s own first', () => {
    const note = (id: string, kind: NoteKind): RecordInit => ({
      id,
      body: { case: 'note', value: { kind, text: id, atMs: 1n } },
    });
    const allowedNotes = { items: [NoteKind.STEP, NoteKind.COMMENT] };
    const state = room(
      { ...open, allowedNotes },
      note('a', NoteKind.GROUND_RULE),
      note('b', NoteKind.STEP),
      note('c', NoteKind.COMMENT),
    );
    expect(sectionsOf(state).map((section) => [section.key, section.isNow])).toEqual([
      [`note:${NoteKind.STEP}`, true],
      [`note:${NoteKind.GROUND_RULE}`, false],
      [`note:${NoteKind.COMMENT}`, false],
    ]);
  });
});

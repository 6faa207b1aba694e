import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NoteKind, ResponseStatus, Visibility } from '../gen/swarmboard/v1/enums_pb.js';
import { addNote, command, record, stateOf } from '../testing/builders.js';
import { applyPatch } from './apply.js';
import { stateHash } from './hash.js';
import { predict } from './predict.js';
import { kindOf, type State } from './state.js';
import type { Command } from '../gen/swarmboard/v1/command_pb.js';

const author = { member: 'maya', nowMs: 1_700_000_000_000 };

function board(visibility: Visibility, revealedAtMs?: bigint, privateKinds: string[] = []): State {
  const stage = {
    name: 'Now',
    position: 1,
    visibility,
    privateKinds: { items: privateKinds },
    ...(revealedAtMs !== undefined && { revealedAtMs }),
  };
  return stateOf(
    { id: 's1', body: { case: 'session', value: { runningStage: 'now' } } },
    { id: 'now', body: { case: 'stage', value: stage } },
    { id: 'o1', body: { case: 'objection', value: { asHeard: 'Too dear', author: 'hugo' } } },
  );
}

function after(state: State, given: Command): State {
  const patch = predict(state, given, author);
  if (patch === undefined) return state;
  const applied = applyPatch(state, patch);
  if (!applied.ok) throw new Error(applied.what);
  return applied.state;
}

describe('predict', () => {
  it('shows a new card with what the server will stamp', () => {
    const note = after(board(Visibility.OPEN), addNote('n1', 'hello')).get('note', 'n1');
    expect(note).toMatchObject({
      author: 'maya',
      stage: 'now',
      text: 'hello',
      atMs: 1_700_000_000_000n,
    });
  });

  it('shows a card of a private stage as private, until that stage was revealed', () => {
    const hidden = after(board(Visibility.PRIVATE_UNTIL_REVEAL), addNote('n1', 'x')).all('note');
    expect(hidden[0]?.isPrivate).toBe(true);
    const late = after(board(Visibility.PRIVATE_UNTIL_REVEAL, 5n), addNote('n1', 'x')).all('note');
    expect(late[0]?.isPrivate).toBe(false);
  });

  it('hides only the listed kinds of an open stage', () => {
    const state = board(Visibility.OPEN, undefined, ['QUESTION']);
    const question = after(state, addNote('n1', 'x', NoteKind.QUESTION)).all('note')[0];
    const idea = after(state, addNote('n2', 'x', NoteKind.IDEA)).all('note')[0];
    expect([question?.isPrivate, idea?.isPrivate]).toEqual([true, false]);
  });

  it('starts a response as a draft', () => {
    const made = record({
      id: 'r1',
      body: { case: 'response', value: { objection: 'o1', say: 'x' } },
    });
    const state = after(
      board(Visibility.OPEN),
      command({ case: 'editRecord', value: { record: made, create: true } }),
    );
    expect(state.get('response', 'r1')?.status).toBe(ResponseStatus.DRAFT);
  });

  it('shows own dots of a hidden vote as private, and none after it closed', () => {
    const cast = command({ case: 'castVote', value: { vote: 'v1', on: ['o1'] } });
    const open = stateOf({
      id: 'v1',
      body: { case: 'vote', value: { hidden: true, perPerson: 3 } },
    });
    expect(after(open, cast).all('ballot')[0]).toMatchObject({ id: 'v1/maya', isPrivate: true });
    const closed = stateOf({ id: 'v1', body: { case: 'vote', value: { closedAtMs: 4n } } });
    expect(after(closed, cast).all('ballot')).toEqual([]);
  });

  it('says nothing about a record that is gone', () => {
    const edit = record({ id: 'gone', body: { case: 'note', value: { text: 'x' } } });
    const given = command({ case: 'editRecord', value: { record: edit } });
    expect(predict(board(Visibility.OPEN), given, author)).toBeUndefined();
    const remove = command({
      case: 'removeRecord',
      value: { target: { kind: kindOf('note'), id: 'gone' } },
    });
    expect(predict(board(Visibility.OPEN), remove, author)).toBeUndefined();
  });

  it('always fits the state it was made for, and gives the same when run again', () => {
    const id = fc.constantFrom('n1', 'n2', 'n3');
    const note = fc.tuple(id, fc.string()).map(([name, text]) => addNote(name, text));
    const edit = fc.tuple(id, fc.string()).map(([name, text]) => {
      const changed = record({ id: name, body: { case: 'note', value: { text } } });
      return command({ case: 'editRecord', value: { record: changed } });
    });
    const remove = id.map((name) =>
      command({ case: 'removeRecord', value: { target: { kind: kindOf('note'), id: name } } }),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(note, edit, remove), { maxLength: 20 }), (commands) => {
        const run = (): bigint => stateHash(commands.reduce(after, board(Visibility.OPEN)));
        expect(run()).toBe(run());
      }),
    );
  });
});

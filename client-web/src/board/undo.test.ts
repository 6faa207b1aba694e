import { describe, expect, it } from 'vitest';
import { NoteKind } from '../gen/swarmboard/v1/enums_pb.js';
import { addNote, command, patch, record, stateOf, type RecordInit } from '../testing/builders.js';
import { applyPatch } from './apply.js';
import { kindOf, type State } from './state.js';
import { actOf, inverse, type Act } from './undo.js';

const note = (id: string, text: string): RecordInit => ({
  id,
  body: { case: 'note', value: { kind: NoteKind.IDEA, text, author: 'maya' } },
});

function act(given: ReturnType<typeof command>, before: State): Act {
  const made = actOf(1, given, before);
  if (made === undefined) throw new Error('not an act');
  return made;
}

const edit = (id: string, text: string): ReturnType<typeof command> =>
  command({
    case: 'editRecord',
    value: { record: record({ id, body: { case: 'note', value: { text } } }) },
  });

describe('personal undo', () => {
  it('takes a card away that was just written', () => {
    const made = act(addNote('n1', 'Call the COO'), stateOf());
    const undo = inverse(made, stateOf(note('n1', 'Call the COO')));
    expect(undo?.body).toMatchObject({ case: 'removeRecord', value: { target: { id: 'n1' } } });
  });

  it('leaves a card that was changed since, and one that is gone', () => {
    const made = act(addNote('n1', 'Call the COO'), stateOf());
    expect(inverse(made, stateOf(note('n1', 'Call the CFO')))).toBeUndefined();
    expect(inverse(made, stateOf())).toBeUndefined();
  });

  it('puts old words back, but not over somebody else’s', () => {
    const changed = act(edit('n1', 'new'), stateOf(note('n1', 'old')));
    const undo = inverse(changed, stateOf(note('n1', 'new')));
    expect(undo?.body).toMatchObject({
      case: 'editRecord',
      value: { record: { id: 'n1', body: { value: { text: 'old' } } } },
    });
    expect(inverse(changed, stateOf(note('n1', 'theirs')))).toBeUndefined();
  });

  it('brings a removed card back with everything its writer had put into it', () => {
    const before = stateOf(note('n1', 'Keep me'));
    const target = { kind: kindOf('note'), id: 'n1' };
    const removed = act(command({ case: 'removeRecord', value: { target } }), before);
    const applied = applyPatch(before, patch({ remove: [target] }));
    if (!applied.ok) throw new Error(applied.what);
    const undo = inverse(removed, applied.state);
    expect(undo?.body).toMatchObject({
      case: 'editRecord',
      value: { create: true, record: { id: 'n1', body: { value: { text: 'Keep me' } } } },
    });
    const body = undo?.body.case === 'editRecord' ? undo.body.value.record?.body : undefined;
    expect(body?.case === 'note' ? body.value.author : 'set').toBeUndefined();
    expect(inverse(removed, before)).toBeUndefined();
  });

  it('takes its own group apart, not one that others have changed', () => {
    const group = (ids: string[]): RecordInit => ({
      id: 'g1',
      body: { case: 'noteGroup', value: { title: 'Price', members: { items: ids } } },
    });
    const grouped = act(
      command({ case: 'groupCards', value: { id: 'g1', ids: ['a', 'b'], title: 'Price' } }),
      stateOf(),
    );
    expect(inverse(grouped, stateOf(group(['a', 'b'])))?.body).toMatchObject({
      case: 'groupCards',
      value: { id: 'g1', ids: [] },
    });
    expect(inverse(grouped, stateOf(group(['a', 'b', 'c'])))).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { NoteKind } from '../gen/swarmboard/v1/enums_pb.js';
import { stateOf, type RecordInit } from '../testing/builders.js';
import { missing, ownWordsMissing, writeAgain } from './difference.js';
import { wordsOf } from './record-words.js';

function note(id: string, text: string, author = 'maya'): RecordInit {
  return { id, body: { case: 'note', value: { kind: NoteKind.IDEA, text, author } } };
}

describe('what an older copy holds', () => {
  it('finds what is gone and what says something else, and nothing that is the same', () => {
    const before = stateOf(note('n1', 'same'), note('n2', 'gone'), note('n3', 'new words'));
    const now = stateOf(note('n1', 'same'), note('n3', 'old words'), note('n4', 'later'));
    expect(missing(before, now).map(({ record, isGone }) => [record.id, isGone])).toEqual([
      ['n2', true],
      ['n3', false],
    ]);
  });

  it('gives back only the words of their writer', () => {
    const before = stateOf(note('n1', 'mine'), note('n2', 'theirs', 'greta'), {
      id: 'c1',
      body: { case: 'commitment', value: { owner: 'maya', text: 'I will', due: '2026-03-01' } },
    });
    const found = ownWordsMissing(before, stateOf(), 'maya');
    expect(found.map(({ record }) => wordsOf(record)).sort()).toEqual(['I will', 'mine']);
  });

  it('gives no words back that are still there, whatever else changed in the record', () => {
    const grouped: RecordInit = {
      id: 'n1',
      body: { case: 'note', value: { kind: NoteKind.COMMENT, text: 'mine', author: 'maya' } },
    };
    const before = stateOf(note('n1', 'mine'));
    expect(missing(before, stateOf(grouped)).length).toBe(1);
    expect(ownWordsMissing(before, stateOf(grouped), 'maya')).toEqual([]);
  });

  it('writes a card again as a new one, without what only the server sets', () => {
    const record = stateOf(note('n1', 'mine')).all('note').length;
    expect(record).toBe(1);
    const [lost] = ownWordsMissing(stateOf(note('n1', 'mine')), stateOf(), 'maya');
    const command = lost === undefined ? undefined : writeAgain(lost.record, 'r9');
    expect(command?.body.case).toBe('editRecord');
    if (command?.body.case !== 'editRecord') return;
    const made = command.body.value.record;
    expect(command.body.value.create).toBe(true);
    expect(made?.id).toBe('r9');
    expect(made?.body.case === 'note' ? made.body.value.text : '').toBe('mine');
    expect(made?.body.case === 'note' ? made.body.value.author : '').toBeUndefined();
    expect(lost?.record.body.case === 'note' ? lost.record.body.value.author : '').toBe('maya');
  });
});

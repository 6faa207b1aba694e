import { describe, expect, it } from 'vitest';
import { NoteKind, SessionRole } from '../gen/swarmboard/v1/enums_pb.js';
import { choices, lists, plural, word } from './words.js';

describe('words', () => {
  it('reads a value from its own name', () => {
    expect(word(lists.note, NoteKind.QUESTION_TO_ASK)).toBe('Question to ask');
    expect(word(lists.sessionRole, SessionRole.CLIENT)).toBe('Owner of the ask');
  });

  it('is empty for the unset value and for one of a newer server', () => {
    expect(word(lists.note, 0)).toBe('');
    expect(word(lists.note, 9999)).toBe('');
  });

  it('offers every value but the unset one, in words', () => {
    for (const list of Object.values(lists)) {
      const offered = choices<number>(list);
      expect(offered.length).toBe(list.values.length - 1);
      for (const choice of offered) expect(choice.label).toMatch(/^[A-Z][^_]+$/);
    }
  });

  it('counts', () => {
    expect([plural(1, 'card'), plural(4, 'card'), plural(0, 'person', 'people')]).toEqual([
      '1 card',
      '4 cards',
      '0 people',
    ]);
  });
});

import { ChangeSet } from '@codemirror/state';
import { describe, expect, it } from 'vitest';
import { Carets, caretOf, caretText, type Caret } from './carets.js';

const target = { kind: 7, field: 2, id: 'n:1' };
const caret: Caret = { target, seq: 12n, anchor: 3, head: 5, isTyping: true };

function insert(at: number, text: string, units: number): ChangeSet {
  return ChangeSet.of({ from: at, insert: text }, units);
}

describe('a caret in a slot of presence', () => {
  it('is read as it was written', () => {
    expect(caretOf(caretText(caret))).toEqual(caret);
    const resting = { ...caret, isTyping: false };
    expect(caretOf(caretText(resting))).toEqual(resting);
  });

  it('is not told when it does not fit', () => {
    expect(caretText({ ...caret, target: { ...target, id: 'ü'.repeat(150) } })).toBe('');
  });

  it.each(['', '\u0001', 'caret:7:2', 'caret:7:2:-1:0:0:x', `caret:7:2:1:1:1:${'x'.repeat(999)}`])(
    'is none when it cannot be read: %j',
    (text) => {
      expect(caretOf(text)).toBeUndefined();
    },
  );
});

describe('the carets of others', () => {
  it('move with what is written, and their own words push them on', () => {
    const carets = new Carets(target, 12n, 6);
    carets.said('hugo', caretText({ ...caret, anchor: 5, head: 5 }));
    carets.said('ana', caretText({ ...caret, anchor: 5, head: 5 }));
    carets.heard({ seq: 13n, author: 'hugo', change: insert(5, 'xyz', 6) });
    carets.heard({ seq: 14n, author: 'greta', change: insert(0, '__', 9) });
    carets.reached(14n);
    expect(carets.seen.map(({ member, head }) => [member, head])).toEqual([
      ['ana', 7],
      ['hugo', 10],
    ]);
  });

  it('are carried over what was written since they were told, and wait for what was not heard', () => {
    const carets = new Carets(target, 12n, 6);
    carets.heard({ seq: 13n, author: 'greta', change: insert(0, '__', 6) });
    carets.reached(13n);
    carets.said('hugo', caretText(caret));
    expect(carets.seen[0]?.head).toBe(7);
    carets.said('hugo', caretText({ ...caret, seq: 15n, anchor: 10, head: 10 }));
    expect(carets.seen[0]?.head).toBe(7);
    carets.heard({ seq: 15n, author: 'hugo', change: insert(8, '++', 8) });
    carets.reached(15n);
    expect(carets.seen[0]?.head).toBe(10);
  });

  it('stay in the text, and go with those who leave it', () => {
    const carets = new Carets(target, 12n, 6);
    carets.saidBy([['hugo', caretText({ ...caret, anchor: 99, head: 99 })]]);
    expect(carets.seen[0]?.head).toBe(6);
    carets.saidBy([['hugo', caretText({ ...caret, target: { ...target, id: 'n2' } })]]);
    expect(carets.seen).toEqual([]);
    carets.saidBy([['hugo', caretText(caret)]]);
    carets.saidBy([]);
    expect(carets.seen).toEqual([]);
  });
});

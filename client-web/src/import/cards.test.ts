import { describe, expect, it } from 'vitest';
import { toJsonText } from '../export/json.js';
import { NoteKind } from '../gen/swarmboard/v1/enums_pb.js';
import { stateOf } from '../testing/builders.js';
import { readCards, ROWS_MAX, WORDS_MAX } from './cards.js';
import { parseCsv } from './csv-rows.js';

const none = new Set<string>();

function rows(text: string, there = none) {
  const read = readCards(text, there);
  if (!read.ok) throw new Error(read.why);
  return read.rows;
}

describe('bringing cards along', () => {
  it('takes a pasted list, without its bullets and empty lines', () => {
    const text = '- Too dear\r\n\r\n* Not now\n 3) Ask Ben\n[x] Done\n1.5 million a year';
    expect(rows(text).map(({ line, words }) => [line, words])).toEqual([
      [1, 'Too dear'],
      [3, 'Not now'],
      [4, 'Ask Ben'],
      [5, 'Done'],
      [6, '1.5 million a year'],
    ]);
  });

  it('names every bad line with what is wrong, and keeps the good ones', () => {
    const text = ['Same', 'Same', 'There', 'x'.repeat(WORDS_MAX + 1), 'Good'].join('\n');
    expect(rows(text, new Set(['There'])).map(({ problem }) => problem)).toEqual([
      undefined,
      'twice',
      'there',
      'long',
      undefined,
    ]);
    const many = Array.from({ length: ROWS_MAX + 2 }, (_, n) => `Card ${n}`).join('\n');
    expect(rows(many).filter(({ problem }) => problem === 'many').length).toBe(2);
  });

  it('takes the objections out of a CSV', () => {
    const text = 'Deal;As heard\nRail;"You say ""cheap"";\nwe say dear"\nPort;\n';
    expect(rows(text)).toEqual([
      { line: 2, words: 'You say "cheap";\nwe say dear', problem: undefined },
      { line: 4, words: '', problem: 'empty' },
    ]);
  });

  it('takes the cards of an exported board, and says why something else is none', () => {
    const board = stateOf(
      { id: 'n1', body: { case: 'note', value: { kind: NoteKind.IDEA, text: 'From before' } } },
      { id: 's1', body: { case: 'session', value: {} } },
    );
    expect(rows(toJsonText(board, 's1', 1n)).map(({ words }) => words)).toEqual(['From before']);
    expect(readCards('{"a":1}', none)).toMatchObject({ ok: false, why: 'unreadable' });
    expect(readCards('x'.repeat(1_000_001), none)).toMatchObject({ ok: false, why: 'size' });
  });

  it('reads whatever it is given', () => {
    for (const text of ['', '"', '"a', ',,\n;;', '{', '\uFEFFa,b\n1,2', '\r\r\n'])
      expect(Array.isArray(parseCsv(text))).toBe(true);
    expect(readCards('', none)).toMatchObject({ ok: true, rows: [] });
  });
});

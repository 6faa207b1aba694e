// A pasted list, a CSV of objections or an exported board, as cards that could be written now. Nothing
// is written here: every line comes back with what is wrong with it, so that it can be looked at first.
// PURE.
import { readJsonText } from '../export/json.js';
import { wordsOf } from '../board/record-words.js';
import { parseCsv } from './csv-rows.js';

/** What a client may send in one go: the server takes a burst of 90. */
export const ROWS_MAX = 80;
export const WORDS_MAX = 2000;
const TEXT_MAX = 1_000_000;

export type Problem = 'long' | 'twice' | 'there' | 'many' | 'empty';

export interface ImportRow {
  /** As an editor counts them; of an exported board: which record. */
  readonly line: number;
  readonly words: string;
  readonly problem: Problem | undefined;
}

export type Imported =
  | {
      readonly ok: true;
      readonly form: 'list' | 'csv' | 'board';
      readonly rows: readonly ImportRow[];
    }
  | { readonly ok: false; readonly why: 'size' | 'unreadable'; readonly detail: string };

interface Found {
  readonly line: number;
  readonly words: string;
}

/** `there`: the words of the cards that stand on the board already. */
export function readCards(text: string, there: ReadonlySet<string>): Imported {
  if (text.length > TEXT_MAX) return { ok: false, why: 'size', detail: '' };
  const trimmed = text.trimStart();
  if (trimmed.startsWith('{')) {
    const read = readJsonText(text);
    if (!read.ok) return { ok: false, why: 'unreadable', detail: read.why };
    const cards = read.records
      .map((record, index) => ({ line: index + 1, words: wordsOf(record), record }))
      .filter(({ record }) => cardCases.has(record.body.case ?? ''));
    return { ok: true, form: 'board', rows: judged(cards, there) };
  }
  const csv = parseCsv(text);
  const column = (csv[0]?.cells ?? []).findIndex((cell) =>
    columns.has(cell.trim().toLowerCase().replaceAll(' ', '_')),
  );
  if (column >= 0 && (csv[0]?.cells.length ?? 0) > 1) {
    const found = csv
      .slice(1)
      .map(({ line, cells }) => ({ line, words: (cells[column] ?? '').trim() }));
    return { ok: true, form: 'csv', rows: judged(found, there) };
  }
  const found = text
    .split(/\r\n|\n|\r/)
    .map((words, index) => ({ line: index + 1, words: words.replace(BULLET, '').trim() }))
    .filter(({ words }) => words !== '');
  return { ok: true, form: 'list', rows: judged(found, there) };
}

const BULLET = /^\s*(?:[-*•–]\s+|\d{1,3}[.)]\s+|\[[ xX]\]\s+)*/;
const columns: ReadonlySet<string> = new Set([
  'objection',
  'as_heard',
  'text',
  'card',
  'words',
  'note',
]);
const cardCases: ReadonlySet<string> = new Set(['note', 'objection', 'blocker', 'learning']);

function judged(found: readonly Found[], there: ReadonlySet<string>): ImportRow[] {
  const seen = new Set<string>();
  let good = 0;
  return found.map(({ line, words }) => {
    const problem = problemOf(words, seen, there, good);
    seen.add(words);
    if (problem === undefined) good += 1;
    return { line, words, problem };
  });
}

function problemOf(
  words: string,
  seen: ReadonlySet<string>,
  there: ReadonlySet<string>,
  good: number,
): Problem | undefined {
  if (words === '') return 'empty';
  if (words.length > WORDS_MAX) return 'long';
  if (seen.has(words)) return 'twice';
  if (there.has(words)) return 'there';
  return good >= ROWS_MAX ? 'many' : undefined;
}

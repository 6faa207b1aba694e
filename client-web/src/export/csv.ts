// CSV after RFC 4180 for spreadsheets. A cell that a spreadsheet would take for a formula begins with
// an apostrophe instead: what a customer said must never run on a colleague's machine. PURE.
import type { State } from '../board/state.js';
import { columns, rowsOf } from './rows.js';

export function toCsvText(state: State): string {
  const lines = rowsOf(state).map((row) => columns.map((column) => cell(row[column])).join(','));
  return [columns.join(','), ...lines, ''].join('\r\n');
}

export function cell(text: string): string {
  // Spreadsheets look past white space and also take full-width signs for an operator.
  const isFormula = /^[\s\u0000-\u001f]*[=+\-@＝＋－＠]/.test(text) || /^[\t\r]/.test(text);
  const safe = isFormula ? `'${text}` : text;
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

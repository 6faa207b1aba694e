// The rows of a CSV text, with the line on which each begins: RFC 4180, commas or semicolons as
// spreadsheets of different countries write them. PURE.

export interface CsvRow {
  readonly line: number;
  readonly cells: readonly string[];
}

export function parseCsv(text: string): CsvRow[] {
  const source = text.replace(/^\uFEFF/, '');
  const comma = separatorOf(source);
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = '';
  let line = 1;
  let begun = 1;
  let isQuoted = false;
  const endRow = (): void => {
    cells.push(cell);
    if (cells.some((text) => text.trim() !== '')) rows.push({ line: begun, cells });
    cells = [];
    cell = '';
  };
  for (let at = 0; at < source.length; at++) {
    const char = source[at] ?? '';
    if (char === '\n') line += 1;
    if (isQuoted) {
      if (char !== '"') cell += char;
      else if (source[at + 1] === '"') cell += source[++at] ?? '';
      else isQuoted = false;
    } else if (char === '"' && cell === '') {
      isQuoted = true;
    } else if (char === comma) {
      cells.push(cell);
      cell = '';
    } else if (char === '\n') {
      endRow();
      begun = line;
    } else if (char !== '\r') {
      cell += char;
    }
  }
  endRow();
  return rows;
}

/** Whichever the first line has more of. */
function separatorOf(text: string): string {
  const [first = ''] = text.split('\n', 1);
  const count = (char: string): number => first.split(char).length;
  return count(';') > count(',') ? ';' : ',';
}

// What may be typed or pasted into a shared text: what the server takes (server/text), so that nothing is
// refused that could have been mended here.
import { ChangeSet, Text, type Transaction, type TransactionSpec } from '@codemirror/state';

// Control characters, and halves of surrogate pairs. Line ends are CodeMirror's own business.
const UNWANTED =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export function cleanedText(text: string): string {
  return text.replace(UNWANTED, '');
}

/** The same transaction without characters that a text cannot have. */
export function cleaned(tr: Transaction): TransactionSpec | readonly TransactionSpec[] {
  if (!tr.docChanged) return tr;
  const pieces: { from: number; to: number; given: string }[] = [];
  tr.changes.iterChanges((from, to, _fromAfter, _toAfter, inserted) => {
    pieces.push({ from, to, given: inserted.toString() });
  });
  if (pieces.every(({ given }) => cleanedText(given) === given)) return tr;
  const changes = pieces.map(({ from, to, given }) => ({
    from,
    to,
    insert: Text.of(cleanedText(given).split('\n')),
  }));
  const set = ChangeSet.of(changes, tr.startState.doc.length);
  const anchor = set.mapPos(tr.startState.selection.main.to, 1);
  return { changes: set, selection: { anchor }, scrollIntoView: tr.scrollIntoView };
}

// Changes of one text in places, as server/text: keep, remove and insert over the whole text, counted in
// UTF-16 code units, which is how JavaScript counts. What several people type at once is put in order by
// the server; carrying changes over each other is the editor's work, and that is loaded late. PURE.
import type { TextChange } from '../gen/swarmboard/v1/text_pb.js';

/** The text after the change; undefined: it was made to another text, or cuts a surrogate pair. */
export function changedText(text: string, change: TextChange): string | undefined {
  let at = 0;
  let after = '';
  for (const { part } of change.parts) {
    if (part.case === 'insert') {
      after += part.value;
      continue;
    }
    if (part.case === undefined) return undefined;
    const end = at + part.value;
    if (end > text.length || cutsPair(text, end)) return undefined;
    if (part.case === 'keep') after += text.slice(at, end);
    at = end;
  }
  return at === text.length ? after : undefined;
}

export function cutsPair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const behind = text.charCodeAt(at);
  return before >= 0xd800 && before < 0xdc00 && behind >= 0xdc00 && behind < 0xe000;
}

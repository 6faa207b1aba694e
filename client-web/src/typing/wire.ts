// Changes of a text between the wire and CodeMirror, whose own ChangeSet does the composing and the
// carrying over. PURE.
//
// Where two people write at one place, CodeMirror orders a replacement behind a mere insertion; the
// server knows insertions and removals only. So what is sent is spelled like that, an insertion before
// the removal at its place, and both sides mean the same (tests/vectors/text.jsonl).
import { ChangeSet } from '@codemirror/state';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import {
  TextChangeSchema,
  type TextChange,
  type TextPartSchema,
} from '../gen/swarmboard/v1/text_pb.js';
import { cutsPair } from '../board/text-change.js';

type Part = MessageInitShape<typeof TextPartSchema>;

export function toWire(changes: ChangeSet): TextChange {
  const parts: Part[] = [];
  let at = 0;
  const keepUntil = (end: number): void => {
    if (end > at) parts.push({ part: { case: 'keep', value: end - at } });
    at = end;
  };
  changes.iterChanges((from, to, _fromAfter, _toAfter, inserted) => {
    keepUntil(from);
    if (inserted.length > 0) parts.push({ part: { case: 'insert', value: inserted.toString() } });
    if (to > from) parts.push({ part: { case: 'remove', value: to - from } });
    at = to;
  });
  keepUntil(changes.length);
  return create(TextChangeSchema, { parts });
}

export function fromWire(change: TextChange): ChangeSet {
  const parts: (number | [number, ...string[]])[] = [];
  for (const { part } of change.parts) {
    if (part.case === 'keep') parts.push(part.value);
    if (part.case === 'remove') parts.push([part.value]);
    if (part.case === 'insert') parts.push([0, ...part.value.split('\n')]);
  }
  return ChangeSet.fromJSON(parts);
}

/** As it will be sent, so that it is carried over others here as it is there. */
export function spelled(changes: ChangeSet): ChangeSet {
  return fromWire(toWire(changes));
}

/** One replacement between the longest common beginning and end, as the server sees it. */
export function difference(before: string, after: string): ChangeSet {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  if (cutsPair(before, start) || cutsPair(after, start)) start -= 1;
  let same = 0;
  while (same < shorter - start && before.at(-1 - same) === after.at(-1 - same)) same += 1;
  if (cutsPair(before, before.length - same) || cutsPair(after, after.length - same)) same -= 1;
  const parts: MessageInitShape<typeof TextPartSchema>[] = [];
  const push = (kind: 'keep' | 'remove', value: number): void => {
    if (value > 0) parts.push({ part: { case: kind, value } });
  };
  push('keep', start);
  const inserted = after.slice(start, after.length - same);
  if (inserted !== '') parts.push({ part: { case: 'insert', value: inserted } });
  push('remove', before.length - start - same);
  push('keep', same);
  return fromWire(create(TextChangeSchema, { parts }));
}

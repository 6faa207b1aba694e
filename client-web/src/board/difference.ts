// What an older copy of a board holds that the board of now does not: for people whose server lost
// a part of its history (a restored backup, an accepted loss). PURE.
import { clone, create, equals, type Message } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { CommandSchema, type Command } from '../gen/swarmboard/v1/command_pb.js';
import { RecordSchema, type Record } from '../gen/swarmboard/v1/record_pb.js';
import { bodyDesc, fieldPolicy } from './policy.js';
import { wordsOf, writerOf } from './record-words.js';
import { kindOf, type State } from './state.js';

export interface Missing {
  /** As the copy has it. */
  readonly record: Record;
  /** False: it is there, but says something else. */
  readonly isGone: boolean;
}

/** Records that are gone or different now, in the order of their kinds. */
export function missing(before: State, now: State): Missing[] {
  const found: Missing[] = [];
  for (const kind of before.kinds()) {
    for (const [id, record] of before.ofKind(kind)) {
      const there = now.find(kind, id);
      if (there === undefined) found.push({ record, isGone: true });
      else if (!equals(RecordSchema, there, record)) found.push({ record, isGone: false });
    }
  }
  return found;
}

/** Cards that this member wrote and whose words are not on the board any more. */
export function ownWordsMissing(before: State, now: State, member: string): Missing[] {
  return missing(before, now).filter(({ record, isGone }) => {
    const words = wordsOf(record);
    if (words === '' || writerOf(record) !== member) return false;
    return isGone || wordsOf(there(now, record)) !== words;
  });
}

/**
 * The command that writes such a card once more, as a new one. Undefined: this kind is not written
 * as a card of its own; its words can only be copied.
 */
export function writeAgain(record: Record, freshId: string): Command | undefined {
  const body = record.body;
  switch (body.case) {
    case 'commitment': {
      const { text = '', due = '', ref = '', customerVisible = false } = body.value;
      const value = { id: freshId, text, due, ref, customerVisible };
      return create(CommandSchema, { body: { case: 'makeCommitment', value } });
    }
    case 'note':
    case 'objection':
    case 'response':
    case 'blocker':
    case 'learning':
    case 'evidence':
    case 'recognition': {
      const made = create(RecordSchema, { id: freshId, body: clone(RecordSchema, record).body });
      forgetServersFields(made);
      const value = { record: made, create: true };
      return create(CommandSchema, { body: { case: 'editRecord', value } });
    }
    default:
      return undefined;
  }
}

function there(now: State, record: Record): Record | undefined {
  const name = record.body.case;
  return name === undefined ? undefined : now.find(kindOf(name), record.id);
}

/** What only the server may set would be refused in a command. */
function forgetServersFields(record: Record): void {
  const name = record.body.case;
  const desc = name === undefined ? undefined : bodyDesc(kindOf(name));
  if (desc === undefined) return;
  const body = reflect(desc, record.body.value as Message);
  for (const field of desc.fields) {
    if (fieldPolicy(field)?.serverSet === true) body.clear(field);
  }
}

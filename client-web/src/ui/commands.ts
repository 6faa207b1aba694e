// Commands as the page gives them, one function each. Ids of new records are made here, so that a
// resend names the same record.
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { kindOf, type RecordCase } from '../board/state.js';
import { CommandSchema, type Command } from '../gen/swarmboard/v1/command_pb.js';
import { RecordSchema } from '../gen/swarmboard/v1/record_pb.js';

type CommandBody = Exclude<MessageInitShape<typeof CommandSchema>['body'], undefined>;
export type RecordBody = Exclude<MessageInitShape<typeof RecordSchema>['body'], undefined>;

const ID_BYTES = 10;

export function freshId(prefix: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(ID_BYTES));
  return prefix + Array.from(bytes, (byte) => (byte % 36).toString(36)).join('');
}

export function command(body: CommandBody): Command {
  return create(CommandSchema, { body });
}

export function newRecord(prefix: string, body: RecordBody): Command {
  const record = create(RecordSchema, { id: freshId(prefix), body });
  return command({ case: 'editRecord', value: { record, create: true } });
}

export function changeRecord(id: string, body: RecordBody): Command {
  const record = create(RecordSchema, { id, body });
  return command({ case: 'editRecord', value: { record } });
}

export function removeRecord(name: RecordCase, id: string): Command {
  return command({ case: 'removeRecord', value: { target: { kind: kindOf(name), id } } });
}

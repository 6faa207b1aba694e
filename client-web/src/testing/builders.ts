// Short ways to say what a test means.
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { CommandSchema, type Command } from '../gen/swarmboard/v1/command_pb.js';
import { NoteKind } from '../gen/swarmboard/v1/enums_pb.js';
import {
  PatchSchema,
  RecordSchema,
  type Patch,
  type Record,
} from '../gen/swarmboard/v1/record_pb.js';
import { applyPatch } from '../board/apply.js';
import { State } from '../board/state.js';

export type RecordInit = MessageInitShape<typeof RecordSchema>;

export function record(init: RecordInit): Record {
  return create(RecordSchema, init);
}

export function patch(init: MessageInitShape<typeof PatchSchema>): Patch {
  return create(PatchSchema, init);
}

export function stateOf(...records: RecordInit[]): State {
  const upsert = records.map((init) => ({ record: record(init), create: true }));
  const applied = applyPatch(State.empty, patch({ upsert }));
  if (!applied.ok) throw new Error(applied.what);
  return applied.state;
}

export function command(
  body: NonNullable<MessageInitShape<typeof CommandSchema>['body']>,
): Command {
  return create(CommandSchema, { body });
}

export function addNote(id: string, text: string, kind = NoteKind.IDEA): Command {
  const made = record({ id, body: { case: 'note', value: { kind, text } } });
  return command({ case: 'editRecord', value: { record: made, create: true } });
}

// What a command will most likely do, so that its author sees it at once. Run again on every new
// confirmed state; the server's result always replaces it. A command without a prediction simply
// shows when it is saved. PURE: time and identity come in.
import { create, clone, type Message } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import type {
  CastVote,
  Command,
  EditRecord,
  GroupCards,
  MakeCommitment,
  TextEdit,
} from '../gen/swarmboard/v1/command_pb.js';
import { CommitmentStatus, ResponseStatus } from '../gen/swarmboard/v1/enums_pb.js';
import {
  PatchSchema,
  RecordSchema,
  UpsertSchema,
  type Patch,
  type Record,
} from '../gen/swarmboard/v1/record_pb.js';
import { knownPart } from './apply.js';
import { bodyDesc, fieldPolicy, recordPolicy } from './policy.js';
import { earlyStage, hidesKind, runningStage, sessionOf, stageKindOf } from './rules.js';
import { fieldOfKind, kindOf, type State } from './state.js';
import { changedText } from './text-change.js';

export interface Author {
  readonly member: string;
  /** When the command was made, by the server's clock; kept, so that a re-run gives the same. */
  readonly nowMs: number;
}

/** Undefined: nothing to show before the server has decided, or the command no longer fits. */
export function predict(state: State, command: Command, author: Author): Patch | undefined {
  const { body } = command;
  switch (body.case) {
    case 'editRecord':
      return predictEdit(state, body.value, author);
    case 'removeRecord': {
      const target = body.value.target;
      if (target === undefined || state.find(target.kind, target.id) === undefined)
        return undefined;
      return create(PatchSchema, { remove: [target] });
    }
    case 'textEdit':
      return predictText(state, body.value);
    case 'castVote':
      return predictBallot(state, body.value, author);
    case 'groupCards':
      return predictGroup(body.value, author);
    case 'makeCommitment':
      return predictCommitment(state, body.value, author);
    default:
      return undefined;
  }
}

function predictEdit(state: State, edit: EditRecord, author: Author): Patch | undefined {
  const record = edit.record;
  if (record?.body.case === undefined) return undefined;
  const there = state.find(kindOf(record.body.case), record.id) !== undefined;
  if (edit.create) {
    return there || record.id === '' ? undefined : whole(stamped(state, record, author));
  }
  if (!there) return undefined;
  const upsert = create(UpsertSchema, { record, clear: edit.clear });
  return create(PatchSchema, { upsert: [upsert] });
}

/** Only while nobody else has changed the text: then the server carries the change over. */
function predictText(state: State, edit: TextEdit): Patch | undefined {
  const { target, field, change } = edit;
  if (target === undefined || change === undefined) return undefined;
  const record = state.find(target.kind, target.id);
  const inRecord = fieldOfKind(target.kind);
  const desc = bodyDesc(target.kind);
  const known = desc?.fields.find(({ number }) => number === field);
  if (record === undefined || inRecord === undefined || desc === undefined) return undefined;
  if (known?.fieldKind !== 'scalar') return undefined;
  const text = reflect(desc, record.body.value as Message).get(known) as string;
  if (changedText(text, change) === undefined) return undefined;
  const named = create(RecordSchema, { id: record.id });
  reflect(RecordSchema, named).set(inRecord, reflect(desc, create(desc)));
  return create(PatchSchema, { upsert: [{ record: named, text: [{ field, change }] }] });
}

/** The new record with what the server will set, as far as a reader would notice. */
function stamped(state: State, record: Record, author: Author): Record {
  const next = knownPart(record);
  const name = record.body.case;
  const desc = name === undefined ? undefined : bodyDesc(kindOf(name));
  const value = next.body.value;
  if (desc === undefined || value === undefined) return next;
  const stage = runningStage(state) ?? earlyStage(state);
  const stamps: Readonly<globalThis.Record<string, unknown>> = {
    author: author.member,
    stage: stage?.id,
    session_id: sessionOf(state)?.id,
    at_ms: BigInt(Math.round(author.nowMs)),
    status: name === 'response' ? ResponseStatus.DRAFT : undefined,
  };
  const body = reflect(desc, clone(desc, value as Message));
  for (const field of body.fields) {
    const stamp = stamps[field.name];
    if (stamp !== undefined && fieldPolicy(field)?.serverSet === true) body.set(field, stamp);
  }
  const noteKind = name === 'note' ? record.body.value.kind : undefined;
  const hidden =
    stage !== undefined &&
    stage.body.revealedAtMs === undefined &&
    hidesKind(stage.body, stageKindOf(recordPolicy(desc)), noteKind);
  const made = create(RecordSchema, { id: record.id, body: next.body });
  made.body.value = body.message as never;
  if (hidden) made.onlyFor = onlyFor(author.member);
  return made;
}

function predictBallot(state: State, cast: CastVote, author: Author): Patch | undefined {
  const vote = state.get('vote', cast.vote);
  if (vote === undefined || vote.closedAtMs !== undefined) return undefined;
  const id = `${cast.vote}/${author.member}`;
  if (cast.on.length === 0) {
    const kind = kindOf('ballot');
    const there = state.find(kind, id) !== undefined;
    return there ? create(PatchSchema, { remove: [{ kind, id }] }) : undefined;
  }
  const value = { vote: cast.vote, voter: author.member, on: { items: cast.on } };
  const ballot = create(RecordSchema, { id, body: { case: 'ballot', value } });
  if (vote.hidden === true) ballot.onlyFor = onlyFor(author.member);
  return whole(ballot);
}

function predictGroup(group: GroupCards, author: Author): Patch | undefined {
  if (group.id === '') return undefined;
  const value = { title: group.title, groupedBy: author.member, members: { items: group.ids } };
  return whole(create(RecordSchema, { id: group.id, body: { case: 'noteGroup', value } }));
}

function predictCommitment(state: State, make: MakeCommitment, author: Author): Patch | undefined {
  if (make.id === '') return undefined;
  const value = {
    owner: author.member,
    text: make.text,
    due: make.due,
    firstDue: make.due,
    ref: make.ref,
    customerVisible: make.customerVisible,
    sessionId: sessionOf(state)?.id ?? '',
    status: CommitmentStatus.OPEN,
  };
  return whole(create(RecordSchema, { id: make.id, body: { case: 'commitment', value } }));
}

function whole(record: Record): Patch {
  return create(PatchSchema, { upsert: [create(UpsertSchema, { record, create: true })] });
}

function onlyFor(member: string): NonNullable<Record['onlyFor']> {
  return create(RecordSchema, { onlyFor: { items: [member] } }).onlyFor as NonNullable<
    Record['onlyFor']
  >;
}

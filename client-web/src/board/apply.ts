// The fold step: a patch changes a state, by the field policies of the proto files. The same function
// as server/board/apply.cc; tests/vectors keep the two equal. PURE.
//
// Records and kinds that this build does not know (a newer server) are passed over; a patch that does
// not fit otherwise is a Misfit: damage or a bug of ours, never a thing to paper over.
import { clone, create, type DescField, type DescMessage, type Message } from '@bufbuild/protobuf';
import { reflect, type ReflectMessage } from '@bufbuild/protobuf/reflect';
import type { Event } from '../gen/swarmboard/v1/event_pb.js';
import {
  RecordSchema,
  type Patch,
  type Record,
  type RecordId,
  type Upsert,
} from '../gen/swarmboard/v1/record_pb.js';
import { IdsSchema, type Ids } from '../gen/swarmboard/v1/record_parts_pb.js';
import type { TextDelta } from '../gen/swarmboard/v1/text_pb.js';
import { bodyDesc, isSharedText, mergeRule } from './policy.js';
import { changedText } from './text-change.js';
import { Draft, fieldOfKind, kindOf, type State } from './state.js';

export type Applied =
  { readonly ok: true; readonly state: State } | { readonly ok: false; readonly what: string };

/** All of it or nothing. */
export function applyPatch(state: State, patch: Patch): Applied {
  const draft = new Draft(state);
  const misfit = patchDraft(draft, patch);
  return misfit === undefined ? { ok: true, state: draft.done() } : { ok: false, what: misfit };
}

/** The events of a batch in their order; two of the same seq are the parts of one private act. */
export function applyEvents(state: State, events: readonly Event[]): Applied {
  const draft = new Draft(state);
  for (const event of events) {
    if (event.patch === undefined) continue;
    const misfit = patchDraft(draft, event.patch);
    if (misfit !== undefined)
      return { ok: false, what: `event ${event.seq.toString()}: ${misfit}` };
  }
  return { ok: true, state: draft.done() };
}

/** Changes the draft; a sentence when the patch does not fit. Then the draft must be thrown away. */
export function patchDraft(draft: Draft, patch: Patch): string | undefined {
  for (const upsert of patch.upsert) {
    const misfit = upsertInto(draft, upsert);
    if (misfit !== undefined) return misfit;
  }
  for (const target of patch.remove) {
    const misfit = removeFrom(draft, target);
    if (misfit !== undefined) return misfit;
  }
  return undefined;
}

/** A record without anything this build does not know. */
export function knownPart(record: Record): Record {
  const known = create(RecordSchema, { id: record.id });
  if (record.onlyFor !== undefined) known.onlyFor = clonePruned(record.onlyFor);
  const body = bodyOf(record);
  if (body !== undefined) setBody(known, body.kind, body.message);
  return known;
}

function upsertInto(draft: Draft, upsert: Upsert): string | undefined {
  const incoming = upsert.record;
  if (incoming === undefined || incoming.id === '') return 'an upsert without a record or an id';
  const body = bodyOf(incoming);
  if (body === undefined) {
    return (incoming.$unknown?.length ?? 0) > 0 ? undefined : `record ${incoming.id} has no body`;
  }
  if (upsert.create) {
    draft.put(body.kind, knownPart(incoming));
    return undefined;
  }
  const present = draft.find(body.kind, incoming.id);
  if (present === undefined) return `record ${body.kind}/${incoming.id} is not there`;
  const merged = mergedRecord(present, upsert, body.kind);
  for (const delta of upsert.text) {
    if (!changeText(merged, body.kind, delta)) {
      return `a change of a text does not fit record ${body.kind}/${incoming.id}`;
    }
  }
  draft.put(body.kind, merged);
  return undefined;
}

/** False: the change does not fit the text that is there. */
function changeText(record: Record, kind: number, delta: TextDelta): boolean {
  const desc = bodyDesc(kind);
  const field = desc?.fields.find(({ number }) => number === delta.field);
  const { change } = delta;
  if (desc === undefined || field === undefined || change === undefined) return false;
  if (!isSharedText(field) || field.fieldKind !== 'scalar') return false;
  const body = reflect(desc, record.body.value as Message);
  const after = changedText(body.get(field) as string, change);
  if (after !== undefined) body.set(field, after);
  return after !== undefined;
}

function mergedRecord(present: Record, upsert: Upsert, kind: number): Record {
  const next = create(RecordSchema, { id: present.id });
  const onlyFor = upsert.setOnlyFor ? upsert.record?.onlyFor : present.onlyFor;
  if (onlyFor !== undefined) next.onlyFor = clonePruned(onlyFor);
  const desc = bodyDesc(kind);
  const old = present.body.value;
  const patch = upsert.record?.body.value;
  if (desc === undefined || old === undefined || patch === undefined) return present;
  const target = reflect(desc, clone(desc, old as Message));
  for (const number of upsert.clear) {
    const field = target.findNumber(number);
    if (field !== undefined) target.clear(field);
  }
  mergeFields(target, reflect(desc, patch as Message));
  setBody(next, kind, target.message);
  return next;
}

function mergeFields(target: ReflectMessage, patch: ReflectMessage): void {
  for (const field of patch.fields) {
    if (!patch.isSet(field)) continue;
    if (field.fieldKind === 'message' && mergeRule(field) === 'fieldwise') {
      const inner = target.get(field);
      mergeFields(inner, patch.get(field));
      target.set(field, inner);
    } else {
      copyField(target, patch, field);
    }
  }
}

function copyField(target: ReflectMessage, patch: ReflectMessage, field: DescField): void {
  if (field.fieldKind === 'message') {
    const inner = patch.get(field);
    target.set(field, reflect(field.message, pruned(field.message, inner.message)));
    return;
  }
  if (field.fieldKind === 'list') {
    target.clear(field);
    const list = target.get(field);
    for (const item of patch.get(field)) list.add(item);
    return;
  }
  target.set(field, patch.get(field));
}

function removeFrom(draft: Draft, target: RecordId): string | undefined {
  if (fieldOfKind(target.kind) === undefined) return undefined;
  if (draft.find(target.kind, target.id) === undefined) {
    return `removed record ${target.kind}/${target.id} is not there`;
  }
  draft.erase(target.kind, target.id);
  return undefined;
}

function bodyOf(record: Record): { kind: number; message: Message } | undefined {
  if (record.body.case === undefined) return undefined;
  return { kind: kindOf(record.body.case), message: record.body.value };
}

function setBody(record: Record, kind: number, message: Message): void {
  const field = fieldOfKind(kind);
  const desc = bodyDesc(kind);
  if (field === undefined || desc === undefined) return;
  reflect(RecordSchema, record).set(field, reflect(desc, pruned(desc, message)));
}

function clonePruned(ids: Ids): Ids {
  return create(IdsSchema, { items: ids.items });
}

/** A copy without unknown fields, at any depth. */
function pruned(desc: DescMessage, message: Message): Message {
  const copy = clone(desc, message);
  dropUnknown(reflect(desc, copy));
  return copy;
}

function dropUnknown(message: ReflectMessage): void {
  if ((message.getUnknown()?.length ?? 0) > 0) message.setUnknown([]);
  for (const field of message.fields) {
    if (!message.isSet(field)) continue;
    if (field.fieldKind === 'message') {
      dropUnknown(message.get(field));
    } else if (field.fieldKind === 'list' && field.listKind === 'message') {
      for (const item of message.get(field)) dropUnknown(item as ReflectMessage);
    }
  }
}

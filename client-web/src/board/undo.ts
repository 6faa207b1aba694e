// Personal undo: the command that takes back one's own act, as long as nobody has changed the record
// since. It never touches what others did. PURE.
import { create, equals } from '@bufbuild/protobuf';
import { CommandSchema, type Command } from '../gen/swarmboard/v1/command_pb.js';
import { RecordSchema, type Record } from '../gen/swarmboard/v1/record_pb.js';
import { textOf } from './caption-records.js';
import { recordPolicy, bodyDesc, fieldPolicy } from './policy.js';
import { kindOf, type State } from './state.js';

export type ActKind = 'made' | 'removed' | 'changed' | 'grouped';

/** One's own act and the board just before it. */
export interface Act {
  readonly id: number;
  readonly kind: ActKind;
  readonly text: string;
  readonly command: Command;
  readonly before: State;
}

export function actOf(id: number, command: Command, before: State): Act | undefined {
  const { body } = command;
  const act = (kind: ActKind, text: string): Act => ({ id, kind, text, command, before });
  switch (body.case) {
    case 'editRecord': {
      const record = body.value.record;
      if (record?.body.case === undefined) return undefined;
      if (!mayRemove(record)) return body.value.create ? undefined : act('changed', textOf(record));
      return act(body.value.create ? 'made' : 'changed', textOf(record));
    }
    case 'removeRecord': {
      const target = body.value.target;
      const record = target === undefined ? undefined : before.find(target.kind, target.id);
      return record === undefined ? undefined : act('removed', textOf(record));
    }
    case 'groupCards':
      return act('grouped', body.value.title);
    default:
      return undefined;
  }
}

function mayRemove(record: Record): boolean {
  if (record.body.case === undefined) return false;
  const desc = bodyDesc(kindOf(record.body.case));
  return desc !== undefined && (recordPolicy(desc)?.remove.length ?? 0) > 0;
}

/** Undefined: it cannot be taken back any more, because somebody built on it or changed it. */
export function inverse(act: Act, now: State): Command | undefined {
  const { body } = act.command;
  switch (body.case) {
    case 'editRecord':
      return body.value.create ? unmake(body.value.record, now) : unchange(act, now);
    case 'removeRecord':
      return restore(act, now);
    case 'groupCards':
      return regroup(act, now);
    default:
      return undefined;
  }
}

function unmake(made: Record | undefined, now: State): Command | undefined {
  if (made?.body.case === undefined) return undefined;
  const kind = kindOf(made.body.case);
  const there = now.find(kind, made.id);
  if (there === undefined || textOf(there) !== textOf(made)) return undefined;
  return create(CommandSchema, {
    body: { case: 'removeRecord', value: { target: { kind, id: made.id } } },
  });
}

function unchange(act: Act, now: State): Command | undefined {
  const changed =
    act.command.body.case === 'editRecord' ? act.command.body.value.record : undefined;
  if (changed?.body.case === undefined) return undefined;
  const kind = kindOf(changed.body.case);
  const before = act.before.find(kind, changed.id);
  const there = now.find(kind, changed.id);
  if (before === undefined || there === undefined) return undefined;
  // Somebody wrote over it: theirs stays.
  if (textOf(there) !== textOf(changed)) return undefined;
  const record = changedBack(changed, before);
  return create(CommandSchema, { body: { case: 'editRecord', value: { record } } });
}

/** The fields that the change set, as they were. */
function changedBack(changed: Record, before: Record): Record {
  const back = create(RecordSchema, { id: changed.id, body: changed.body });
  const desc = changed.body.case === undefined ? undefined : bodyDesc(kindOf(changed.body.case));
  const old = before.body.value as Readonly<globalThis.Record<string, unknown>> | undefined;
  const set = changed.body.value as globalThis.Record<string, unknown> | undefined;
  const value: globalThis.Record<string, unknown> = {};
  for (const field of desc?.fields ?? []) {
    if (set?.[field.localName] !== undefined) value[field.localName] = old?.[field.localName];
  }
  if (desc !== undefined)
    back.body = { case: changed.body.case, value: create(desc, value) } as never;
  return back;
}

/** The removed card again, under a new id made by the caller's rule: the old id with a mark. */
function restore(act: Act, now: State): Command | undefined {
  const target =
    act.command.body.case === 'removeRecord' ? act.command.body.value.target : undefined;
  if (target === undefined || now.find(target.kind, target.id) !== undefined) return undefined;
  const removed = act.before.find(target.kind, target.id);
  const name = removed?.body.case;
  if (removed === undefined || name === undefined) return undefined;
  const desc = bodyDesc(target.kind);
  if (desc === undefined) return undefined;
  const old = removed.body.value as unknown as Readonly<globalThis.Record<string, unknown>>;
  const value: globalThis.Record<string, unknown> = {};
  for (const field of desc.fields) {
    if (fieldPolicy(field)?.serverSet !== true) value[field.localName] = old[field.localName];
  }
  const record = create(RecordSchema, { id: target.id });
  record.body = { case: name, value: create(desc, value) } as never;
  return create(CommandSchema, { body: { case: 'editRecord', value: { record, create: true } } });
}

function regroup(act: Act, now: State): Command | undefined {
  const given = act.command.body.case === 'groupCards' ? act.command.body.value : undefined;
  if (given === undefined) return undefined;
  const there = now.get('noteGroup', given.id);
  const before = act.before.get('noteGroup', given.id);
  const isMine =
    there === undefined ? given.ids.length === 0 : sameItems(there.members?.items, given.ids);
  if (!isMine) return undefined;
  const value = {
    id: given.id,
    ids: before?.members?.items ?? [],
    title: before?.title ?? '',
  };
  if (there === undefined && value.ids.length === 0) return undefined;
  return create(CommandSchema, { body: { case: 'groupCards', value } });
}

function sameItems(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a?.length === b.length && a.every((item, index) => item === b[index]);
}

/** Whether two commands are the same act, to forget one that was refused. */
export function isSameCommand(a: Command, b: Command): boolean {
  return equals(CommandSchema, a, b);
}

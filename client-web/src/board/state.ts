// The state of one stream: typed records by kind and id, as the server has it (server/board/state.h).
// A value: a State is never changed, a Draft makes the next one and copies only the kinds it touches.
//
// PURE: no clock, no random, no DOM, no network.
import type { DescField } from '@bufbuild/protobuf';
import { RecordSchema, type Record } from '../gen/swarmboard/v1/record_pb.js';

/** Number of the record's body in the oneof of Record. */
export type Kind = number;
type Bodies = {
  [B in Exclude<Record['body'], { case: undefined }> as B['case']]: B['value'];
};
export type RecordCase = keyof Bodies;
export type Body<C extends RecordCase> = Bodies[C];

/** A record of a known kind, with its id beside its body. */
export interface Entry<C extends RecordCase> {
  readonly id: string;
  readonly body: Body<C>;
  /** Only some members ever receive it: a card before its reveal, a ballot of a hidden vote. */
  readonly isPrivate: boolean;
}

const bodyFields: readonly DescField[] = RecordSchema.oneofs[0]?.fields ?? [];
const kindByCase = new Map<string, Kind>(bodyFields.map((f) => [f.localName, f.number]));
const fieldByKind = new Map<Kind, DescField>(bodyFields.map((f) => [f.number, f]));

export function kindOf(name: RecordCase): Kind {
  const kind = kindByCase.get(name);
  if (kind === undefined) throw new Error(`no record kind ${name}`);
  return kind;
}

/** The field of Record that holds this kind's body; undefined for a kind of a newer server. */
export function fieldOfKind(kind: Kind): DescField | undefined {
  return fieldByKind.get(kind);
}

export function caseOfKind(kind: Kind): RecordCase | undefined {
  return fieldByKind.get(kind)?.localName as RecordCase | undefined;
}

type ById = ReadonlyMap<string, Record>;

export class State {
  static readonly empty = new State(new Map());
  readonly #kinds: ReadonlyMap<Kind, ById>;

  constructor(kinds: ReadonlyMap<Kind, ById>) {
    this.#kinds = kinds;
  }

  find(kind: Kind, id: string): Record | undefined {
    return this.#kinds.get(kind)?.get(id);
  }

  /** The record with this id of whatever kind, the lowest kind first. */
  findAny(id: string): Record | undefined {
    for (const kind of this.kinds()) {
      const found = this.find(kind, id);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  get<C extends RecordCase>(name: C, id: string | undefined): Body<C> | undefined {
    if (id === undefined) return undefined;
    const body = this.find(kindOf(name), id)?.body;
    return body?.case === name ? (body.value as unknown as Body<C>) : undefined;
  }

  /** All records of a kind, in the order in which this client got to know them. */
  all<C extends RecordCase>(name: C): Entry<C>[] {
    const entries: Entry<C>[] = [];
    for (const [id, record] of this.#kinds.get(kindOf(name)) ?? []) {
      if (record.body.case === name) {
        const body = record.body.value as unknown as Body<C>;
        entries.push({ id, body, isPrivate: record.onlyFor !== undefined });
      }
    }
    return entries;
  }

  /** The first record of a kind that appears once in a stream (the session, its seat). */
  only<C extends RecordCase>(name: C): Entry<C> | undefined {
    return this.all(name)[0];
  }

  kinds(): Kind[] {
    return [...this.#kinds.keys()].sort((a, b) => a - b);
  }

  ofKind(kind: Kind): ById {
    return this.#kinds.get(kind) ?? new Map<string, Record>();
  }

  get size(): number {
    let size = 0;
    for (const byId of this.#kinds.values()) size += byId.size;
    return size;
  }
}

/** The next state in the making. Reads see what was already changed. */
export class Draft {
  readonly #base: State;
  readonly #touched = new Map<Kind, Map<string, Record>>();

  constructor(base: State) {
    this.#base = base;
  }

  find(kind: Kind, id: string): Record | undefined {
    const touched = this.#touched.get(kind);
    return touched === undefined ? this.#base.find(kind, id) : touched.get(id);
  }

  /** Precondition: the record's body is of this kind. */
  put(kind: Kind, record: Record): void {
    this.#writable(kind).set(record.id, record);
  }

  erase(kind: Kind, id: string): void {
    this.#writable(kind).delete(id);
  }

  done(): State {
    if (this.#touched.size === 0) return this.#base;
    const kinds = new Map<Kind, ById>();
    for (const kind of this.#base.kinds()) kinds.set(kind, this.#base.ofKind(kind));
    for (const [kind, byId] of this.#touched) kinds.set(kind, byId);
    return new State(kinds);
  }

  #writable(kind: Kind): Map<string, Record> {
    let byId = this.#touched.get(kind);
    if (byId === undefined) {
      byId = new Map(this.#base.ofKind(kind));
      this.#touched.set(kind, byId);
    }
    return byId;
  }
}

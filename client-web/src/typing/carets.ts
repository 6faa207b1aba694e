// Where others write in a text that is open here. Each says it in a slot of presence, in places of the
// server's text as of an event; what was written later moves it. Texts of slots come from other people's
// clients: what cannot be read is no caret. PURE.
import type { ChangeDesc } from '@codemirror/state';
import type { Target } from './session.js';

export interface Caret {
  readonly target: Target;
  readonly seq: bigint;
  readonly anchor: number;
  readonly head: number;
  /** Something was typed a moment ago. */
  readonly isTyping: boolean;
}

export interface Seen {
  readonly member: string;
  readonly isTyping: boolean;
  readonly anchor: number;
  readonly head: number;
}

/** A slot that begins like this is of somebody who does not type at this moment. */
export const RESTS = 'rest';
/** The server's bound for a slot (limits.h). */
const SLOT_BYTES_MAX = 256;
/** Changes that a caret told late is still carried over; beyond, it stands a little off. */
const CHANGES_MAX = 256;
const CARET = /^(caret|rest):(\d{1,6}):(\d{1,6}):(\d{1,19}):(\d{1,6}):(\d{1,6}):(.{1,200})$/;

/** Empty: it does not fit into a slot, so nothing is told. */
export function caretText({ target, seq, anchor, head, isTyping }: Caret): string {
  const { kind, field, id } = target;
  const text = [isTyping ? 'caret' : RESTS, kind, field, seq, anchor, head, id].join(':');
  return new TextEncoder().encode(text).length > SLOT_BYTES_MAX ? '' : text;
}

export function caretOf(text: string): Caret | undefined {
  const found = CARET.exec(text);
  if (found === null) return undefined;
  const [, how, kind = '', field = '', seq = '', anchor = '', head = '', id = ''] = found;
  return {
    target: { kind: Number(kind), field: Number(field), id },
    seq: BigInt(seq),
    anchor: Number(anchor),
    head: Number(head),
    isTyping: how !== RESTS,
  };
}

interface Change {
  readonly seq: bigint;
  readonly author: string;
  readonly change: ChangeDesc;
}

interface Place extends Seen {
  /** The slot that it comes from. */
  readonly said: string;
}

export class Carets {
  readonly #target: Target;
  /** Told of a moment that is not here yet. */
  readonly #ahead = new Map<string, string>();
  readonly #places = new Map<string, Place>();
  #changes: Change[] = [];
  #seq: bigint;
  #units: number;

  /** `units`: length of the server's text at `seq`. */
  constructor(target: Target, seq: bigint, units: number) {
    this.#target = target;
    this.#seq = seq;
    this.#units = units;
  }

  /** What everybody who is here says; whoever is not among them has no caret. */
  saidBy(slots: readonly (readonly [member: string, text: string])[]): void {
    const here = new Map(slots);
    for (const member of [...this.#places.keys(), ...this.#ahead.keys()]) {
      if (!here.has(member)) this.said(member, '');
    }
    for (const [member, text] of here) this.said(member, text);
  }

  /** The text of a member's slot; the newest one counts, and one without a caret takes it away. */
  said(member: string, text: string): void {
    if (this.#places.get(member)?.said === text) return;
    this.#ahead.delete(member);
    const caret = caretOf(text);
    if (caret === undefined || !this.#isHere(caret.target)) {
      this.#places.delete(member);
    } else if (caret.seq > this.#seq) {
      this.#ahead.set(member, text);
    } else {
      this.#places.set(member, this.#placed(member, text, caret));
    }
  }

  /** The server's text has changed. */
  heard(change: Change): void {
    this.#changes = [...this.#changes, change].slice(-CHANGES_MAX);
    this.#units = change.change.newLength;
    for (const [member, place] of this.#places) {
      this.#places.set(member, { ...place, ...carried(place, change) });
    }
  }

  /** Everything up to this event has been heard. */
  reached(seq: bigint): void {
    this.#seq = seq;
    for (const [member, text] of [...this.#ahead]) this.said(member, text);
  }

  /** In places of the server's text, by member. */
  get seen(): readonly Seen[] {
    return [...this.#places.values()].sort((a, b) => a.member.localeCompare(b.member));
  }

  #isHere({ kind, id, field }: Target): boolean {
    const own = this.#target;
    return kind === own.kind && id === own.id && field === own.field;
  }

  #placed(member: string, said: string, { seq, anchor, head, isTyping }: Caret): Place {
    const later = this.#changes.filter((change) => change.seq > seq);
    const unitsThen = later[0]?.change.length ?? this.#units;
    const within = (at: number): number => Math.min(at, unitsThen);
    let place: Place = { member, said, isTyping, anchor: within(anchor), head: within(head) };
    for (const change of later) place = { ...place, ...carried(place, change) };
    return place;
  }
}

/** Behind what its owner typed there, and before what anybody else did. */
function carried(place: Seen, { author, change }: Change): { anchor: number; head: number } {
  const side = author === place.member ? 1 : -1;
  return { anchor: change.mapPos(place.anchor, side), head: change.mapPos(place.head, side) };
}

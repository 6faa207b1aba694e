// One stream as the page may read it. Written only by room.svelte.ts; components read.
import { SvelteMap } from 'svelte/reactivity';
import type { Move } from '../board/moves.js';
import { State } from '../board/state.js';
import { actOf, type Act } from '../board/undo.js';
import type { Command } from '../gen/swarmboard/v1/command_pb.js';
import {
  Connectedness,
  PresenceKind,
  LeftReason,
  type PresenceFrame,
  type PresenceSlot,
} from '../gen/swarmboard/v1/wire_pb.js';
import type { Record } from '../gen/swarmboard/v1/record_pb.js';
import type { AnonymousCard } from '../sync/unsigned.js';
import type { Refusal } from './refusals.js';

export type Opening = 'opening' | 'open' | 'not-found' | 'failed';

export interface Here {
  readonly state: Connectedness;
  readonly isTyping: boolean;
  /** Where this person writes in a shared text: see typing/carets.ts. */
  readonly caret: string;
  /** The stage that this person has said to be ready in; empty: none. */
  readonly readyIn: string;
  /** The card that this person shows to everybody; counts only from the facilitator. */
  readonly shows: string;
  /** The shown card that this person has gone to. */
  readonly isAt: string;
  /** Would like the seat back. */
  readonly wantsSeat: boolean;
  /** A raised hand, or whom the facilitator calls: see board/hands.ts. */
  readonly hand: string;
}

const ABSENT: Here = {
  state: Connectedness.HERE,
  isTyping: false,
  caret: '',
  readyIn: '',
  shows: '',
  isAt: '',
  wantsSeat: false,
  hand: '',
};
/** How many of one's own acts can be taken back. */
const ACTS_MAX = 50;
const MOVES_MAX = 20;

export class BoardStore {
  readonly id: string;
  /** Confirmed state with what waits played on top. */
  view = $state.raw(State.empty);
  opening = $state.raw<Opening>('opening');
  seq = $state.raw(0n);
  /** Ids of records with a change that is not on disk yet. */
  unsaved = $state.raw<ReadonlySet<string>>(new Set());
  /** Shared texts by record, as they are on this page: with words that are not in the outbox yet. */
  typed = new SvelteMap<string, string>();
  refusals = $state.raw<readonly Refusal[]>([]);
  /** For the polite region: what happened, batched. */
  lastLine = $state.raw('');
  /** For the assertive region: what changes for everybody now. */
  lastCue = $state.raw('');
  /** One's own acts of this tab, the newest last. */
  acts = $state.raw<readonly Act[]>([]);
  /** Own cards that somebody else has put elsewhere. */
  moves = $state.raw<readonly Move[]>([]);
  sealedCounts = new SvelteMap<string, number>();
  offRecord = new SvelteMap<string, readonly Record[]>();
  ownAnonymous = $state.raw<readonly AnonymousCard[]>([]);
  #here = new SvelteMap<string, Here>();
  #actIds = 0;

  constructor(id: string) {
    this.id = id;
  }

  here(member: string): Here | undefined {
    return this.#here.get(member);
  }

  /** What each member says with a hand. */
  get hands(): readonly (readonly [member: string, text: string])[] {
    const said = [...this.#here].map(([member, here]) => [member, here.hand] as const);
    return said.filter(([, hand]) => hand !== '');
  }

  /** What each member says about where they write. */
  get carets(): readonly (readonly [member: string, text: string])[] {
    return [...this.#here].map(([member, here]) => [member, here.caret] as const);
  }

  left(reason: LeftReason): void {
    this.opening = reason === LeftReason.FAILED ? 'failed' : 'not-found';
  }

  dismiss(id: number): void {
    this.refusals.find((refusal) => refusal.id === id)?.settled?.();
    this.refusals = this.refusals.filter((refusal) => refusal.id !== id);
  }

  /** Undefined: what the view says is all. */
  showTyped(id: string, text: string | undefined): void {
    if (text === undefined) this.typed.delete(id);
    else this.typed.set(id, text);
  }

  /** Remembers an act so that its author can take it back. */
  remember(command: Command): void {
    const act = actOf(++this.#actIds, command, this.view);
    if (act !== undefined) this.acts = [...this.acts, act].slice(-ACTS_MAX);
  }

  forget(act: Act): void {
    this.acts = this.acts.filter((kept) => kept !== act);
  }

  moved(moves: readonly Move[]): void {
    const cards = new Set(moves.map((move) => move.card));
    const others = this.moves.filter((move) => !cards.has(move.card));
    this.moves = [...others, ...moves].slice(-MOVES_MAX);
  }

  settle(move: Move): void {
    this.moves = this.moves.filter((kept) => kept !== move);
  }

  onPresence(frame: PresenceFrame): void {
    if (frame.full) this.#here.clear();
    for (const slot of frame.slots) {
      const before = this.#here.get(slot.member) ?? ABSENT;
      this.#here.set(slot.member, withSlot(before, slot));
    }
  }
}

function withSlot(before: Here, slot: PresenceSlot): Here {
  const text = new TextDecoder().decode(slot.value);
  switch (slot.kind) {
    case PresenceKind.HERE:
      return { ...before, state: slot.state };
    case PresenceKind.TYPING:
      return { ...before, isTyping: text !== '' && !text.startsWith('rest:'), caret: text };
    case PresenceKind.READY:
      return { ...before, readyIn: text };
    case PresenceKind.SELECTION:
      return { ...before, shows: text };
    case PresenceKind.CURSOR:
      return { ...before, isAt: text };
    case PresenceKind.SEAT:
      return { ...before, wantsSeat: text !== '' };
    case PresenceKind.HAND:
      return { ...before, hand: text };
    case PresenceKind.UNSPECIFIED:
      return before;
  }
}

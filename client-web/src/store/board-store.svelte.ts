// One stream as the page may read it. Written only by room.svelte.ts; components read.
import { SvelteMap } from 'svelte/reactivity';
import { State } from '../board/state.js';
import {
  Connectedness,
  PresenceKind,
  LeftReason,
  type PresenceFrame,
} from '../gen/swarmboard/v1/wire_pb.js';
import type { Record } from '../gen/swarmboard/v1/record_pb.js';
import type { AnonymousCard } from '../sync/unsigned.js';
import type { Refusal } from './refusals.js';

export type Opening = 'opening' | 'open' | 'not-found' | 'failed';

export interface Here {
  readonly state: Connectedness;
  readonly isTyping: boolean;
}

export class BoardStore {
  readonly id: string;
  /** Confirmed state with what waits played on top. */
  view = $state.raw(State.empty);
  opening = $state.raw<Opening>('opening');
  seq = $state.raw(0n);
  /** Ids of records with a change that is not on disk yet. */
  unsaved = $state.raw<ReadonlySet<string>>(new Set());
  refusals = $state.raw<readonly Refusal[]>([]);
  /** The newest line for the status region: what just happened. */
  lastLine = $state.raw('');
  sealedCounts = new SvelteMap<string, number>();
  offRecord = new SvelteMap<string, readonly Record[]>();
  ownAnonymous = $state.raw<readonly AnonymousCard[]>([]);
  #here = new SvelteMap<string, Here>();

  constructor(id: string) {
    this.id = id;
  }

  here(member: string): Here | undefined {
    return this.#here.get(member);
  }

  left(reason: LeftReason): void {
    this.opening = reason === LeftReason.FAILED ? 'failed' : 'not-found';
  }

  dismiss(id: number): void {
    this.refusals = this.refusals.filter((refusal) => refusal.id !== id);
  }

  onPresence(frame: PresenceFrame): void {
    if (frame.full) this.#here.clear();
    for (const slot of frame.slots) {
      const before = this.#here.get(slot.member) ?? { state: Connectedness.HERE, isTyping: false };
      if (slot.kind === PresenceKind.HERE) {
        this.#here.set(slot.member, { ...before, state: slot.state });
      } else if (slot.kind === PresenceKind.TYPING) {
        this.#here.set(slot.member, { ...before, isTyping: slot.value.length > 0 });
      }
    }
  }
}

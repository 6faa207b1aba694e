// The past of one session as a list of moments, and the board at any of them: the same fold as live.
// Local keyframes make every jump one keyframe and a few steps. PURE.
import { applyEvents } from '../board/apply.js';
import { caption, type Caption } from '../board/captions.js';
import { State } from '../board/state.js';
import type { Event } from '../gen/swarmboard/v1/event_pb.js';

export interface Moment {
  readonly seq: bigint;
  readonly atMs: number;
  readonly caption: Caption;
  readonly events: readonly Event[];
}

const KEYFRAME_EVERY = 100;

export class Timeline {
  #moments: readonly Moment[] = [];
  readonly #keyframes: State[] = [State.empty]; // Board before moment i * KEYFRAME_EVERY.
  #head = State.empty;
  /** Moments that did not fit: shown as such, they never stop the player. */
  unreadable = 0;

  get moments(): readonly Moment[] {
    return this.#moments;
  }

  /** Events in their order, from the very first on. */
  append(events: readonly Event[]): void {
    const moments = [...this.#moments];
    for (const event of events) {
      const applied = applyEvents(this.#head, [event]);
      let line: Caption = { text: 'This event could not be shown', mark: false };
      if (applied.ok) {
        this.#head = applied.state;
        line = caption(event, this.#head);
      } else {
        this.unreadable += 1;
      }
      moments.push({
        seq: event.seq,
        atMs: Number(event.atMs),
        caption: line,
        events: applied.ok ? [event] : [],
      });
      if (moments.length % KEYFRAME_EVERY === 0) this.#keyframes.push(this.#head);
    }
    this.#moments = moments;
  }

  /** The board after the moment with this index; -1 is the empty board. */
  boardAt(index: number): State {
    const keyframe = Math.floor((index + 1) / KEYFRAME_EVERY);
    const start = this.#keyframes[keyframe] ?? State.empty;
    const steps = this.#moments.slice(keyframe * KEYFRAME_EVERY, index + 1);
    const applied = applyEvents(
      start,
      steps.flatMap((moment) => moment.events),
    );
    return applied.ok ? applied.state : start;
  }

  /** Index of the last moment at or before this sequence number; -1 when it lies before all. */
  indexOf(seq: bigint): number {
    let low = 0;
    let high = this.#moments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#moments[middle]?.seq ?? 0n) <= seq) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

export const speeds = [1, 4, 16] as const;
export type Speed = (typeof speeds)[number];

const IDLE_MS = 5000;
const IDLE_CUT_MS = 1000;
// Even at 16 times the pace each change can be seen.
const HOLD_MS = 80;

/** How long the player stays on a moment before the next. Idle gaps are cut, not fast-forwarded. */
export function stayMs(gapMs: number, speed: Speed): number {
  const shortened = gapMs > IDLE_MS ? IDLE_CUT_MS : Math.max(gapMs, 0);
  return Math.max(HOLD_MS, shortened / speed);
}

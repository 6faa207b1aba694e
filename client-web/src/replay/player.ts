// Plays a past session: the board at the asked event first (one keyframe and its tail, folded by the
// server), then the whole story in pages, so that every further jump is local. Read only. Owned by the
// replay page; time and the server come in.
import { State } from '../board/state.js';
import type { EventPage } from '../gen/swarmboard/v1/event_pb.js';
import type { Answer, StateAt } from '../net/api.js';
import { stateOfSnapshot } from '../sync/resume.js';
import { stayMs, Timeline, type Moment, type Speed } from './timeline.js';

export interface PlayerDeps {
  readonly stateAt: (seq: bigint | undefined) => Promise<Answer<StateAt>>;
  readonly eventsFrom: (from: bigint) => Promise<Answer<EventPage>>;
  readonly after: (ms: number, run: () => void) => () => void;
  readonly changed: () => void;
}

export type PlayerPhase =
  | { readonly kind: 'loading' }
  | { readonly kind: 'story-loading'; readonly done: number } // The board is there, the list is not.
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly status: number; readonly why: string };

export class Player {
  readonly #deps: PlayerDeps;
  readonly #timeline = new Timeline();
  #phase: PlayerPhase = { kind: 'loading' };
  #board = State.empty;
  #seq = 0n;
  #index = -1;
  #speed: Speed = 1;
  #cancel: (() => void) | undefined;
  #isStopped = false;

  constructor(deps: PlayerDeps) {
    this.#deps = deps;
  }

  get phase(): PlayerPhase {
    return this.#phase;
  }

  get board(): State {
    return this.#board;
  }

  get seq(): bigint {
    return this.#seq;
  }

  get index(): number {
    return this.#index;
  }

  get speed(): Speed {
    return this.#speed;
  }

  get moments(): readonly Moment[] {
    return this.#timeline.moments;
  }

  get unreadable(): number {
    return this.#timeline.unreadable;
  }

  get isPlaying(): boolean {
    return this.#cancel !== undefined;
  }

  /** `seq` undefined: the end. */
  async load(seq: bigint | undefined): Promise<void> {
    const answer = await this.#deps.stateAt(seq);
    if (this.#isStopped) return;
    if (!answer.ok) {
      this.#fail(answer.status, answer.why);
      return;
    }
    this.#board = stateOfSnapshot(answer.value.snapshot);
    this.#seq = answer.value.seq;
    this.#set({ kind: 'story-loading', done: 0 });
    await this.#loadStory(answer.value.head);
  }

  stop(): void {
    this.#isStopped = true;
    this.pause();
  }

  seek(index: number): void {
    this.#show(Math.max(-1, Math.min(index, this.moments.length - 1)));
    if (this.isPlaying) this.#playOn();
  }

  seekSeq(seq: bigint): void {
    this.seek(this.#timeline.indexOf(seq));
  }

  play(): void {
    if (this.#phase.kind !== 'ready') return;
    if (this.#index >= this.moments.length - 1) this.#show(0);
    this.#playOn();
  }

  pause(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#deps.changed();
  }

  setSpeed(speed: Speed): void {
    this.#speed = speed;
    if (this.isPlaying) this.#playOn();
    this.#deps.changed();
  }

  async #loadStory(head: bigint): Promise<void> {
    let next = 1n;
    while (next <= head) {
      const page = await this.#deps.eventsFrom(next);
      if (this.#isStopped) return;
      if (!page.ok) {
        this.#fail(page.status, page.why);
        return;
      }
      if (page.value.to < next) {
        this.#fail(0, 'The story could not be read to its end.');
        return;
      }
      this.#timeline.append(page.value.events);
      next = page.value.to + 1n;
      this.#set({ kind: 'story-loading', done: Number((page.value.to * 100n) / head) });
    }
    this.#index = this.#timeline.indexOf(this.#seq);
    this.#set({ kind: 'ready' });
  }

  #playOn(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    const here = this.moments[this.#index];
    const next = this.moments[this.#index + 1];
    if (next === undefined) {
      this.#deps.changed();
      return;
    }
    const gapMs = here === undefined ? 0 : next.atMs - here.atMs;
    this.#cancel = this.#deps.after(stayMs(gapMs, this.#speed), () => {
      this.#show(this.#index + 1);
      this.#playOn();
    });
    this.#deps.changed();
  }

  #show(index: number): void {
    this.#index = index;
    this.#seq = this.moments[index]?.seq ?? 0n;
    this.#board = this.#timeline.boardAt(index);
    this.#deps.changed();
  }

  #fail(status: number, why: string): void {
    this.#set({ kind: 'failed', status, why });
  }

  #set(phase: PlayerPhase): void {
    this.#phase = phase;
    this.#deps.changed();
  }
}

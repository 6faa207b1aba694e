// One stream that this tab follows: confirmed state, pending commands, and the view that is the two
// together. Values and small steps; sync-client.ts moves the frames.
import { applyEvents, applyPatch } from '../board/apply.js';
import { predict } from '../board/predict.js';
import { State } from '../board/state.js';
import type { Event, Snapshot } from '../gen/swarmboard/v1/event_pb.js';
import type { EventBatch, Joined } from '../gen/swarmboard/v1/wire_pb.js';
import type { HistoryChange, SeenBoard } from './history.js';
import type { KnownBoard } from './ports.js';
import { askedFor, decided, emptyPending, joined, settled, type Pending } from './pending.js';
import { continuity, SnapshotAssembler, stateOfSnapshot, type Position } from './resume.js';

export type BatchResult =
  | { readonly kind: 'applied'; readonly events: readonly Event[] }
  | { readonly kind: 'seen' }
  | { readonly kind: 'rejoin'; readonly why: string };

export type StreamPhase = 'waiting' | 'joining' | 'live' | 'left';

export class Stream {
  readonly id: string;
  pending: Pending = emptyPending();
  phase: StreamPhase = 'waiting';
  sub = 0;
  ref = 0;
  /** Nothing is sent before this moment (local monotonic ms): the server asked for patience. */
  holdUntilMs = 0;
  readonly snapshot = new SnapshotAssembler();
  /** Shown as it was when the network was last there. */
  isFromDevice = false;
  #confirmed = State.empty;
  #view = State.empty;
  #position: Position | undefined;
  #epoch = 0n;
  #headAtJoin = 0n;
  readonly #member: string;

  constructor(id: string, member: string) {
    this.id = id;
    this.#member = member;
  }

  get confirmed(): State {
    return this.#confirmed;
  }

  get view(): State {
    return this.#view;
  }

  /** Undefined until the first snapshot or tail arrived. */
  get position(): Position | undefined {
    return this.#position;
  }

  get seq(): bigint {
    return this.#position?.seq ?? 0n;
  }

  /** From what this device knows, until the server says more. Before anything else has arrived. */
  startFrom({ state, position }: KnownBoard): void {
    this.#confirmed = state;
    this.#position = position;
    this.#epoch = position.epoch;
    this.isFromDevice = true;
    this.refresh();
  }

  /** What was confirmed, for when it is about to be replaced by another history. */
  seen(change: HistoryChange): SeenBoard | undefined {
    if (this.#position === undefined) return undefined;
    return { stream: this.id, change, state: this.#confirmed, position: this.#position };
  }

  /** Whether the next command continues what the server has decided of this client. */
  get isNumbered(): boolean {
    return askedFor(this.pending, this.pending.decidedTo + 1n) !== undefined;
  }

  /** Whether a change waits that was made to a text of this history and fits no other (R66). */
  get hasTextEdits(): boolean {
    const { commands, decidedTo } = this.pending;
    return commands.some(
      ({ cmdNo, intent }) => cmdNo > decidedTo && intent.body.case === 'textEdit',
    );
  }

  /** As the last join said. */
  get epoch(): bigint {
    return this.#epoch;
  }

  onJoined(frame: Joined, wantsSnapshot: boolean): void {
    this.phase = 'live';
    this.ref = frame.streamRef;
    this.#epoch = frame.epoch;
    this.#headAtJoin = frame.head;
    this.pending = joined(this.pending, frame.lastCmdNo);
    if (wantsSnapshot) {
      this.#position = undefined;
    } else if (this.#position === undefined) {
      this.#position = { epoch: frame.epoch, seq: 0n, chain: 0n };
    }
  }

  onSnapshot(snapshot: Snapshot): void {
    this.#confirmed = stateOfSnapshot(snapshot);
    this.#position = { epoch: this.#epoch, seq: snapshot.seq, chain: snapshot.chain };
    this.refresh();
  }

  onBatch(batch: EventBatch): BatchResult {
    if (this.#position === undefined) return { kind: 'rejoin', why: 'a batch before the snapshot' };
    switch (continuity(this.#position.seq, batch.from, batch.to)) {
      case 'seen':
        return { kind: 'seen' };
      case 'gap':
        return { kind: 'rejoin', why: `a gap before event ${batch.from.toString()}` };
      case 'next':
        break;
    }
    const applied = applyEvents(this.#confirmed, batch.events);
    if (!applied.ok) {
      // Our copy is wrong: only a snapshot can mend it, so nothing is claimed at the next join.
      this.#position = undefined;
      return { kind: 'rejoin', why: applied.what };
    }
    this.#confirmed = applied.state;
    this.#position = { epoch: this.#position.epoch, seq: batch.to, chain: batch.chainTo };
    return { kind: 'applied', events: batch.events };
  }

  /** Everything visible up to there has been sent on this connection (W11). */
  onTick(head: bigint, chain: bigint): void {
    if (this.#position === undefined || head < this.#position.seq) return;
    this.#position = { epoch: this.#position.epoch, seq: head, chain };
  }

  /** The stream is not for this member any more: nothing of it stays (W8). */
  forget(): void {
    this.phase = 'left';
    this.#position = undefined;
    this.#confirmed = State.empty;
    this.refresh();
  }

  /** Commands that the server decided before this connection, once their events are here. */
  settleDecided(): bigint[] {
    if (this.#position === undefined || this.#position.seq < this.#headAtJoin) return [];
    const done = decided(this.pending).map((command) => command.cmdNo);
    for (const cmdNo of done) this.pending = settled(this.pending, cmdNo);
    return done;
  }

  /** Runs the pending commands again on the confirmed state. */
  refresh(): void {
    let view = this.#confirmed;
    for (const command of this.pending.commands) {
      const author = { member: this.#member, nowMs: command.madeAtMs };
      const patch = predict(view, command.intent, author);
      const applied = patch === undefined ? undefined : applyPatch(view, patch);
      if (applied?.ok === true) view = applied.state;
    }
    this.#view = view;
  }
}

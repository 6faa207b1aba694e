// What the sync client needs from outside and whom it tells: the line, the clock, the listener.
import type { Command } from '../gen/swarmboard/v1/command_pb.js';
import type { RejectReason } from '../gen/swarmboard/v1/enums_pb.js';
import type { Event } from '../gen/swarmboard/v1/event_pb.js';
import type { ClientFrame, LeftReason, Nack, ServerFrame } from '../gen/swarmboard/v1/wire_pb.js';
import type { SeenBoard } from './history.js';
import type { Outbox } from './outbox.js';
import type { State } from '../board/state.js';
import type { PendingCommand } from './pending.js';
import type { Position } from './resume.js';
import type { Stream } from './stream.js';

export interface Transport {
  /** Dropped when there is no connection: what matters is sent again after the next join. */
  send(frames: readonly ClientFrame[]): void;
}

export interface SyncClock {
  /** Monotonic, local. */
  nowMs(): number;
  /** The server's wall clock, as well as it is known. */
  serverNowMs(): number;
  /** Runs once, later; returns how to cancel it. */
  after(ms: number, run: () => void): () => void;
}

export interface RefusedCommand {
  readonly stream: string;
  readonly command: Command;
  readonly reason: RejectReason;
  readonly detail: string;
}

export interface SyncListener {
  /** The stream is followed on this connection: what has no number may be sent again. */
  joined(stream: Stream): void;
  changed(stream: Stream): void;
  applied(stream: Stream, events: readonly Event[]): void;
  saved(stream: Stream, command: PendingCommand): void;
  refused(refusal: RefusedCommand): void;
  /** A card off the record was refused; it has no number to tell which (R41). */
  offRecordRefused(stream: Stream, nack: Nack): void;
  left(stream: Stream, reason: LeftReason): void;
  /** The server goes on from an older or another history than this tab saw (R25). */
  historyChanged(seen: SeenBoard): void;
  /** The server keeps no commands now (disk full, taking over); they wait here. */
  readOnly(isReadOnly: boolean): void;
  /** The server does not know this client any more: a new client id is needed. */
  identityLost(): void;
  /** Frames that are not about a stream's records: presence, sealed counts, off the record. */
  other(frame: ServerFrame, stream: Stream | undefined): void;
  /** Kept only in memory, because the device refused to store it. */
  notKept(why: string): void;
}

/** A board that this device knows from before. */
export interface KnownBoard {
  readonly state: State;
  readonly position: Position;
}

export interface SyncOptions {
  readonly clientId: string;
  readonly member: string;
  readonly outbox: Outbox;
  readonly transport: Transport;
  readonly clock: SyncClock;
  readonly listener: SyncListener;
  /** When the page opens without a network: where a stream may start. */
  readonly known?: ((stream: string) => Promise<KnownBoard | undefined>) | undefined;
}

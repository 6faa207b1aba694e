// The protocol's client side without a socket and without a page: frames in, frames out through
// Transport, news through SyncListener. Owned by main.ts (one per tab) and by a courier that drains
// the outbox of a closed tab. Time comes in through SyncClock.
import { create, fromBinary, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { bodyHash } from '../board/hash.js';
import { CommandSchema, type Command } from '../gen/swarmboard/v1/command_pb.js';
import { RejectReason } from '../gen/swarmboard/v1/enums_pb.js';
import type { Event } from '../gen/swarmboard/v1/event_pb.js';
import {
  ClientFrameSchema,
  JoinMode,
  LeftReason,
  type ClientFrame,
  type EventBatch,
  type Joined,
  type Nack,
  type PresenceKind,
  type ServerFrame,
  type Welcome,
} from '../gen/swarmboard/v1/wire_pb.js';
import type { FrozenCommand, Outbox } from './outbox.js';
import {
  added,
  isForgotten,
  nextCmdNo,
  restored,
  rewound,
  sendable,
  sent,
  settled,
  stored,
  type PendingCommand,
} from './pending.js';
import { tokenOf } from './resume.js';
import { Stream } from './stream.js';

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
  left(stream: Stream, reason: LeftReason): void;
  /** The server keeps no commands now (disk full, taking over); they wait here. */
  readOnly(isReadOnly: boolean): void;
  /** The server does not know this client any more: a new client id is needed. */
  identityLost(): void;
  /** Frames that are not about a stream's records: presence, sealed counts, off the record. */
  other(frame: ServerFrame, stream: Stream | undefined): void;
  /** Kept only in memory, because the device refused to store it. */
  notKept(why: string): void;
}

export interface SyncOptions {
  readonly clientId: string;
  readonly member: string;
  readonly outbox: Outbox;
  readonly transport: Transport;
  readonly clock: SyncClock;
  readonly listener: SyncListener;
}

const IN_FLIGHT_DEFAULT = 32;
// A head that is ahead of us while nothing arrives: ask again (docs/protocol.md, "gap check").
const GAP_CHECK_MS = 2000;
const RETRY_DEFAULT_MS = 1000;
const ON_THE_MERITS_BELOW = 100;

export class SyncClient {
  readonly #options: SyncOptions;
  readonly #streams = new Map<string, Stream>();
  readonly #loading = new Map<string, Promise<Stream>>();
  readonly #gapChecks = new Map<string, () => void>();
  #inFlightMax = IN_FLIGHT_DEFAULT;
  #lastSub = 0;
  #isOpen = false;

  constructor(options: SyncOptions) {
    this.#options = options;
  }

  get waiting(): number {
    let count = 0;
    for (const stream of this.#streams.values()) count += stream.pending.commands.length;
    return count;
  }

  stream(id: string): Stream | undefined {
    return this.#streams.get(id);
  }

  /** Follows a stream from now on, with what its outbox still holds. */
  follow(id: string): Promise<Stream> {
    let loading = this.#loading.get(id);
    if (loading === undefined) {
      loading = this.#load(id);
      this.#loading.set(id, loading);
    }
    return loading;
  }

  async #load(id: string): Promise<Stream> {
    const stream = new Stream(id, this.#options.member);
    const load = await this.#options.outbox.load(this.#options.clientId);
    const mine = load.commands.filter((command) => command.stream === id).map(thawed);
    stream.pending = restored(mine, load.lastCmdNo.get(id) ?? 0n);
    this.#streams.set(id, stream);
    this.#changed(stream);
    if (this.#isOpen) this.#join(stream);
    return stream;
  }

  unfollow(id: string): void {
    const stream = this.#streams.get(id);
    if (stream === undefined || stream.pending.commands.length > 0) return; // Drains first.
    if (stream.phase !== 'left') this.#send([frame({ case: 'leave', value: { sub: stream.sub } })]);
    this.#cancelGapCheck(id);
    this.#streams.delete(id);
    this.#loading.delete(id);
  }

  /** Freezes a command, puts it on the device and sends it. The returned number settles later. */
  async submit(id: string, command: Command): Promise<bigint> {
    const stream = await this.follow(id);
    const bytes = toBinary(CommandSchema, command);
    const frozen: FrozenCommand = {
      clientId: this.#options.clientId,
      stream: id,
      cmdNo: nextCmdNo(stream.pending),
      command: bytes,
      bodyHash: bodyHash(bytes),
      baseSeq: stream.seq,
      madeAtMs: this.#options.clock.serverNowMs(),
    };
    stream.pending = added(stream.pending, { ...frozen, intent: command, stored: false });
    this.#changed(stream);
    try {
      await this.#options.outbox.put(frozen);
    } catch (error) {
      this.#options.listener.notKept(String(error));
    }
    stream.pending = stored(stream.pending, frozen.cmdNo);
    this.#flush(stream);
    return frozen.cmdNo;
  }

  setPresence(id: string, kind: PresenceKind, value: Uint8Array): void {
    const stream = this.#streams.get(id);
    if (stream?.phase !== 'live') return;
    this.#send([frame({ case: 'presence', value: { sub: stream.sub, kind, value } })]);
  }

  /** The connection is up and the server said welcome. */
  opened(welcome: Welcome): void {
    this.#isOpen = true;
    const max = welcome.limits?.inFlightMax ?? 0;
    this.#inFlightMax = max === 0 ? IN_FLIGHT_DEFAULT : max;
    for (const stream of this.#streams.values()) this.#join(stream);
  }

  closed(): void {
    this.#isOpen = false;
    for (const stream of this.#streams.values()) {
      if (stream.phase !== 'left') stream.phase = 'waiting';
      this.#cancelGapCheck(stream.id);
    }
  }

  receive(server: ServerFrame): void {
    const { body } = server;
    switch (body.case) {
      case 'joined': {
        this.#onJoined(body.value);
        return;
      }
      case 'snapshot': {
        const stream = this.#bySub(body.value.sub);
        const snapshot = stream?.snapshot.take(body.value);
        if (stream === undefined || snapshot === undefined) return;
        stream.onSnapshot(snapshot);
        this.#afterNews(stream);
        return;
      }
      case 'events': {
        this.#onBatch(body.value);
        return;
      }
      case 'nack': {
        this.#onNack(body.value);
        return;
      }
      case 'tick':
        for (const head of body.value.heads) this.#checkHead(head.streamRef, head.head);
        return;
      case 'left': {
        const stream = this.#bySub(body.value.sub);
        if (stream === undefined) return;
        stream.phase = 'left';
        this.#options.listener.left(stream, body.value.reason);
        return;
      }
      case 'presence':
      case 'sealedCount':
      case 'offRecordNotes': {
        this.#options.listener.other(server, this.#byRef(body.value.streamRef));
        return;
      }
      case 'anonymousSaved': {
        this.#options.listener.other(server, undefined);
        return;
      }
      case 'welcome':
      case 'pong':
      case 'goAway':
      case 'fatal':
      case undefined: // A frame of a newer minor version.
        return;
    }
  }

  /** Asks for the stream again, from where we stand. */
  rejoin(stream: Stream): void {
    if (!this.#isOpen) return;
    this.#send([frame({ case: 'leave', value: { sub: stream.sub } })]);
    this.#join(stream);
  }

  #join(stream: Stream): void {
    stream.phase = 'joining';
    stream.sub = ++this.#lastSub;
    stream.ref = 0;
    const position = stream.position;
    const have = position === undefined ? {} : { have: tokenOf(position) };
    const value = { sub: stream.sub, sessionId: stream.id, ...have };
    this.#send([frame({ case: 'join', value })]);
  }

  #onJoined(joined: Joined): void {
    const stream = this.#bySub(joined.sub);
    if (stream === undefined) return;
    stream.onJoined(joined, joined.mode === JoinMode.SNAPSHOT);
    for (const outcome of joined.outcomes) {
      if (outcome.reason === RejectReason.UNSPECIFIED) continue;
      this.#settleRefused(stream, outcome.cmdNo, outcome.reason, '');
    }
    this.#afterNews(stream);
    this.#flush(stream);
    this.#options.listener.joined(stream);
  }

  #onBatch(batch: EventBatch): void {
    const stream = this.#byRef(batch.streamRef);
    if (stream?.phase !== 'live') return;
    const result = stream.onBatch(batch);
    if (result.kind === 'rejoin') {
      this.rejoin(stream);
      return;
    }
    if (result.kind === 'seen') return;
    for (const event of result.events) {
      if (hex(event.clientId) === this.#options.clientId) this.#settleSaved(stream, event.cmdNo);
    }
    this.#options.listener.applied(stream, result.events);
    this.#options.listener.readOnly(false);
    this.#afterNews(stream);
    this.#flush(stream);
  }

  #onNack(nack: Nack): void {
    const stream = this.#bySub(nack.sub);
    if (stream === undefined) return;
    const { reason } = nack;
    if (reason === RejectReason.UNKNOWN_CLIENT) {
      this.#forgotten(stream);
      return;
    }
    if ((reason as number) < ON_THE_MERITS_BELOW) {
      this.#settleRefused(stream, nack.cmdNo, reason, nack.detail);
      this.#changed(stream);
      this.#flush(stream);
      return;
    }
    if (reason === RejectReason.OUT_OF_ORDER) {
      if (isForgotten(stream.pending, nack.expectedCmdNo)) {
        this.#forgotten(stream);
        return;
      }
      stream.pending = rewound(stream.pending, nack.expectedCmdNo);
    } else {
      this.#options.listener.readOnly(reason === RejectReason.READ_ONLY);
      stream.pending = rewound(stream.pending, nack.cmdNo);
      this.#hold(stream, nack.retryAfterMs === 0 ? RETRY_DEFAULT_MS : nack.retryAfterMs);
    }
    this.#flush(stream);
  }

  #hold(stream: Stream, ms: number): void {
    stream.holdUntilMs = this.#options.clock.nowMs() + ms;
    this.#options.clock.after(ms, () => this.#flush(stream));
  }

  #flush(stream: Stream): void {
    if (!this.#isOpen || stream.phase !== 'live') return;
    if (this.#options.clock.nowMs() < stream.holdUntilMs) return;
    const ready = sendable(stream.pending, this.#inFlightMax);
    const last = ready.at(-1);
    if (last === undefined) return;
    stream.pending = sent(stream.pending, last.cmdNo);
    this.#send(
      ready.map(({ cmdNo, bodyHash, baseSeq, command }) =>
        frame({ case: 'submit', value: { sub: stream.sub, cmdNo, bodyHash, baseSeq, command } }),
      ),
    );
  }

  #afterNews(stream: Stream): void {
    const before = stream.pending.commands;
    for (const cmdNo of stream.settleDecided()) {
      const command = before.find((c) => c.cmdNo === cmdNo);
      if (command !== undefined) this.#forget(stream, command, 'saved');
    }
    this.#changed(stream);
  }

  #settleSaved(stream: Stream, cmdNo: bigint): void {
    const command = stream.pending.commands.find((c) => c.cmdNo === cmdNo);
    if (command === undefined) return;
    stream.pending = settled(stream.pending, cmdNo);
    this.#forget(stream, command, 'saved');
  }

  #settleRefused(stream: Stream, cmdNo: bigint, reason: RejectReason, detail: string): void {
    const command = stream.pending.commands.find((c) => c.cmdNo === cmdNo);
    if (command === undefined) return;
    stream.pending = settled(stream.pending, cmdNo);
    this.#forget(stream, command, 'refused');
    this.#options.listener.refused({ stream: stream.id, command: command.intent, reason, detail });
  }

  /** The outcome is known: the device need not keep it. A failure only means it is settled again. */
  #forget(stream: Stream, command: PendingCommand, how: 'saved' | 'refused'): void {
    const { outbox, clientId, listener } = this.#options;
    outbox
      .remove(clientId, stream.id, command.cmdNo)
      .catch((error: unknown) => listener.notKept(String(error)));
    if (how === 'saved') listener.saved(stream, command);
  }

  /** Never sent twice under another name by itself: what waited is shown to its author as unsent. */
  #forgotten(stream: Stream): void {
    for (const command of stream.pending.commands) {
      const reason = RejectReason.UNKNOWN_CLIENT;
      this.#settleRefused(stream, command.cmdNo, reason, 'This was not sent yet.');
    }
    this.#changed(stream);
    this.#options.listener.identityLost();
  }

  #checkHead(ref: number, head: bigint): void {
    const stream = this.#byRef(ref);
    if (stream?.phase !== 'live' || head <= stream.seq || this.#gapChecks.has(stream.id)) return;
    const seqBefore = stream.seq;
    const cancel = this.#options.clock.after(GAP_CHECK_MS, () => {
      this.#gapChecks.delete(stream.id);
      if (stream.phase === 'live' && stream.seq === seqBefore) this.rejoin(stream);
    });
    this.#gapChecks.set(stream.id, cancel);
  }

  #cancelGapCheck(id: string): void {
    this.#gapChecks.get(id)?.();
    this.#gapChecks.delete(id);
  }

  #changed(stream: Stream): void {
    stream.refresh();
    this.#options.listener.changed(stream);
  }

  #bySub(sub: number): Stream | undefined {
    for (const stream of this.#streams.values()) if (stream.sub === sub) return stream;
    return undefined;
  }

  #byRef(ref: number): Stream | undefined {
    for (const stream of this.#streams.values()) {
      if (stream.phase === 'live' && stream.ref === ref) return stream;
    }
    return undefined;
  }

  #send(frames: readonly ClientFrame[]): void {
    if (this.#isOpen) this.#options.transport.send(frames);
  }
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function unhex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

function thawed(frozen: FrozenCommand): PendingCommand {
  return { ...frozen, intent: fromBinary(CommandSchema, frozen.command), stored: true };
}

type FrameBody = Exclude<MessageInitShape<typeof ClientFrameSchema>['body'], undefined>;

function frame(body: FrameBody): ClientFrame {
  return create(ClientFrameSchema, { body });
}

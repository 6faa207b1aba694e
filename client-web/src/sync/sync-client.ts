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
  type StreamHead,
  type Welcome,
} from '../gen/swarmboard/v1/wire_pb.js';
import { historyChange, Vanished, type SeenBoard } from './history.js';
import type { FrozenCommand } from './outbox.js';
import {
  added,
  askedFor,
  nextCmdNo,
  passed,
  refused,
  restored,
  rewound,
  sendable,
  sent,
  settled,
  stored,
  type PendingCommand,
} from './pending.js';
import type { SyncOptions } from './ports.js';
import { tokenOf } from './resume.js';
import { Stream } from './stream.js';

const LIBRARY = '';
const IN_FLIGHT_DEFAULT = 32;
const RETRY_DEFAULT_MS = 1000;
const ON_THE_MERITS_BELOW = 100;

export class SyncClient {
  readonly #options: SyncOptions;
  readonly #streams = new Map<string, Stream>();
  readonly #loading = new Map<string, Promise<Stream>>();
  readonly #vanished = new Vanished();
  #inFlightMax = IN_FLIGHT_DEFAULT;
  #lastSub = 0;
  #isOpen = false;
  /** The server expects a number that we gave away long ago: nothing more is sent as this client. */
  #isUnknown = false;

  constructor(options: SyncOptions) {
    this.#options = options;
  }

  get clientId(): string {
    return this.#options.clientId;
  }

  get waiting(): number {
    let count = 0;
    for (const stream of this.#streams.values()) count += stream.pending.commands.length;
    return count;
  }

  get streams(): Stream[] {
    return [...this.#streams.values()];
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
    const known = await this.#options.known?.(id);
    if (known !== undefined) stream.startFrom(known);
    this.#streams.set(id, stream);
    this.#changed(stream);
    if (this.#isOpen) this.#join(stream);
    return stream;
  }

  unfollow(id: string): void {
    const stream = this.#streams.get(id);
    if (stream === undefined || stream.pending.commands.length > 0) return; // Drains first.
    if (stream.phase !== 'left') this.#send([frame({ case: 'leave', value: { sub: stream.sub } })]);
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
    this.#isUnknown = false;
    const max = welcome.limits?.inFlightMax ?? 0;
    this.#inFlightMax = max === 0 ? IN_FLIGHT_DEFAULT : max;
    for (const stream of this.#streams.values()) this.#join(stream);
  }

  closed(): void {
    this.#isOpen = false;
    for (const stream of this.#streams.values()) {
      if (stream.phase !== 'left') stream.phase = 'waiting';
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
        for (const head of body.value.heads) this.#onTick(head);
        return;
      case 'left': {
        const stream = this.#bySub(body.value.sub);
        if (stream !== undefined) this.#onLeft(stream, body.value.reason);
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

  /** This client id can not go on: what waited goes back to its author, who decides. */
  loseIdentity(): void {
    for (const stream of this.#streams.values()) {
      this.#giveBack(stream, RejectReason.UNKNOWN_CLIENT, 'This was not sent yet.');
      this.#changed(stream);
    }
    this.#options.listener.identityLost();
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

  #onTick(head: StreamHead): void {
    const stream = this.#byRef(head.streamRef);
    if (stream?.phase !== 'live' || head.head === stream.seq) return;
    stream.onTick(head.head, head.chain);
    this.#afterNews(stream);
  }

  #onLeft(stream: Stream, reason: LeftReason): void {
    const seen = reason === LeftReason.NOT_FOUND ? stream.seen('new-epoch') : undefined;
    stream.forget();
    if (seen !== undefined) this.#onVanished(seen);
    if (reason === LeftReason.NOT_FOUND || reason === LeftReason.REMOVED) {
      this.#giveBack(stream, RejectReason.NOT_IN_AUDIENCE, '');
    }
    this.#changed(stream);
    this.#options.listener.left(stream, reason);
    this.#leaveIfUnknown();
  }

  /** Asks the library, whose epoch tells why a session is not there any more. */
  #onVanished(seen: SeenBoard): void {
    this.#vanished.add(seen);
    const library = this.#streams.get(LIBRARY);
    if (library === undefined) void this.follow(LIBRARY);
    else if (library.phase === 'live') this.#judgeVanished(library.epoch);
  }

  #judgeVanished(libraryEpoch: bigint): void {
    for (const seen of this.#vanished.judge(libraryEpoch)) {
      this.#options.listener.historyChanged(seen);
    }
  }

  #onJoined(joined: Joined): void {
    const stream = this.#bySub(joined.sub);
    if (stream === undefined) return;
    const change = joined.mode === JoinMode.SNAPSHOT ? historyChange(joined.why) : undefined;
    const seen = change === undefined ? undefined : stream.seen(change);
    if (seen !== undefined) this.#onHistoryChanged(stream, seen);
    if (stream.id === LIBRARY) this.#judgeVanished(joined.epoch);
    stream.onJoined(joined, joined.mode === JoinMode.SNAPSHOT);
    this.#isUnknown ||= !stream.isNumbered || (seen !== undefined && stream.hasTextEdits);
    for (const outcome of joined.outcomes) {
      if (outcome.reason === RejectReason.UNSPECIFIED) continue;
      this.#settleRefused(stream, outcome.cmdNo, outcome.reason, '');
    }
    this.#onPassed(stream, joined.lastCmdNo);
    this.#afterNews(stream);
    this.#flush(stream);
    this.#options.listener.joined(stream);
    this.#leaveIfUnknown();
  }

  /** What was refused there is not judged a second time by another history. */
  #onHistoryChanged(stream: Stream, seen: SeenBoard): void {
    this.#onPassed(stream, stream.pending.lastCmdNo);
    this.#options.listener.historyChanged(seen);
  }

  /** Once every stream has said where it stands: what they were may have to be kept before. */
  #leaveIfUnknown(): void {
    const isAsking = [...this.#streams.values()].some((stream) => stream.phase === 'joining');
    if (this.#isUnknown && !isAsking) this.loseIdentity();
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
      if (this.isOwn(event)) this.#settleSaved(stream, event.cmdNo);
    }
    this.#options.listener.applied(stream, result.events);
    this.#options.listener.readOnly(false);
    this.#afterNews(stream);
    this.#flush(stream);
  }

  /** Client ids are public: an echo is ours only if the actor is, too (R1). */
  isOwn(event: Event): boolean {
    return event.actor === this.#options.member && hex(event.clientId) === this.#options.clientId;
  }

  #onNack(nack: Nack): void {
    const stream = this.#bySub(nack.sub);
    if (stream === undefined) return;
    if (nack.cmdNo === 0n) {
      this.#options.listener.offRecordRefused(stream, nack);
    } else if (nack.reason === RejectReason.UNKNOWN_CLIENT) {
      this.loseIdentity();
    } else if ((nack.reason as number) < ON_THE_MERITS_BELOW) {
      this.#settleRefused(stream, nack.cmdNo, nack.reason, nack.detail);
      this.#changed(stream);
      this.#flush(stream);
    } else {
      this.#onCircumstance(stream, nack);
    }
  }

  /** Nothing was decided: the same bytes are sent again, in order, when it makes sense. */
  #onCircumstance(stream: Stream, nack: Nack): void {
    if (nack.reason === RejectReason.OUT_OF_ORDER) {
      const asked = askedFor(stream.pending, nack.expectedCmdNo);
      if (asked === undefined) {
        this.loseIdentity();
        return;
      }
      stream.pending = asked;
    } else {
      this.#options.listener.readOnly(nack.reason === RejectReason.READ_ONLY);
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
    if (!this.#isOpen || this.#isUnknown || stream.phase !== 'live') return;
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
      if (command === undefined) continue;
      this.#forget(stream, command);
      this.#options.listener.saved(stream, command);
    }
    this.#changed(stream);
  }

  #settleSaved(stream: Stream, cmdNo: bigint): void {
    this.#onPassed(stream, cmdNo);
    const command = stream.pending.commands.find((c) => c.cmdNo === cmdNo);
    if (command === undefined) return;
    stream.pending = settled(stream.pending, cmdNo);
    this.#forget(stream, command);
    this.#options.listener.saved(stream, command);
  }

  #settleRefused(stream: Stream, cmdNo: bigint, reason: RejectReason, detail: string): void {
    const command = stream.pending.commands.find((c) => c.cmdNo === cmdNo);
    if (command === undefined) return;
    stream.pending = refused(stream.pending, cmdNo);
    this.#options.listener.refused({ stream: stream.id, command: command.intent, reason, detail });
  }

  /** Refusals up to this number are in the server's log: their bytes need not be kept (R15). */
  #onPassed(stream: Stream, cmdNo: bigint): void {
    const { pending, gone } = passed(stream.pending, cmdNo);
    stream.pending = pending;
    for (const command of gone) this.#forget(stream, command);
  }

  /** The outcome is known: the device need not keep it. A failure only means it is settled again. */
  #forget(stream: Stream, command: PendingCommand): void {
    const { outbox, clientId, listener } = this.#options;
    outbox
      .remove(clientId, stream.id, command.cmdNo)
      .catch((error: unknown) => listener.notKept(String(error)));
  }

  /** Shown to its author as not sent; never sent again by itself. */
  #giveBack(stream: Stream, reason: RejectReason, detail: string): void {
    for (const command of stream.pending.commands) {
      this.#settleRefused(stream, command.cmdNo, reason, detail);
    }
    this.#onPassed(stream, stream.pending.lastCmdNo);
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

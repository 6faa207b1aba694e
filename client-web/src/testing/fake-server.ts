// A server of the protocol in memory, for tests of the client: orders commands, remembers them by
// client and number, answers joins with a tail or a snapshot. Frames lie in arrays until the test
// delivers them. It accepts new notes; a note with the text "no" is refused on the merits.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { applyEvents } from '../board/apply.js';
import { bodyHash } from '../board/hash.js';
import { State } from '../board/state.js';
import { CommandSchema } from '../gen/swarmboard/v1/command_pb.js';
import { RejectReason } from '../gen/swarmboard/v1/enums_pb.js';
import {
  CommandOutcomeSchema,
  EventSchema,
  SnapshotSchema,
  type CommandOutcome,
  type Event,
} from '../gen/swarmboard/v1/event_pb.js';
import { PatchSchema } from '../gen/swarmboard/v1/record_pb.js';
import {
  JoinMode,
  LeftReason,
  ServerFrameSchema,
  WelcomeSchema,
  WhySnapshot,
  type ClientFrame,
  type Join,
  type ServerFrame,
  type Submit,
} from '../gen/swarmboard/v1/wire_pb.js';
import type { Transport } from '../sync/ports.js';
import { hex, unhex, type SyncClient } from '../sync/sync-client.js';

interface Memory {
  last: bigint;
  readonly hashes: Map<bigint, number>;
  readonly outcomes: CommandOutcome[];
}

interface FakeStream {
  readonly ref: number;
  readonly events: Event[];
  state: State;
  readonly clients: Map<string, Memory>;
}

export class FakeServer {
  epoch = 7n;
  /** When set, the next commands are turned away with this circumstance instead of being decided. */
  turnAway: RejectReason | undefined;
  readonly problems: string[] = [];
  /** Sessions that were opened after the backup. */
  readonly gone = new Set<string>();
  readonly #streams = new Map<string, FakeStream>();
  readonly links = new Set<FakeLink>();

  stream(id: string): FakeStream {
    let stream = this.#streams.get(id);
    if (stream === undefined) {
      stream = {
        ref: this.#streams.size + 1,
        events: [],
        state: State.empty,
        clients: new Map(),
      };
      this.#streams.set(id, stream);
    }
    return stream;
  }

  /** Goes on from a backup that was taken after that many events, in a new epoch. */
  restore(id: string, events: number): void {
    const stream = this.stream(id);
    const kept = stream.events.slice(0, events);
    this.#streams.delete(id);
    this.epoch += 1n;
    if (events === 0) {
      this.gone.add(id);
      return;
    }
    const restored = this.stream(id);
    for (const event of kept) {
      const memory = memoryOf(restored, hex(event.clientId));
      memory.last = event.cmdNo;
      memory.hashes.set(
        event.cmdNo,
        stream.clients.get(hex(event.clientId))?.hashes.get(event.cmdNo) ?? 0,
      );
      this.append(restored, event);
    }
  }

  connect(clientId: string): FakeLink {
    const link = new FakeLink(this, clientId);
    this.links.add(link);
    return link;
  }

  submit(link: FakeLink, streamId: string, frame: Submit): void {
    const stream = this.stream(streamId);
    const memory = memoryOf(stream, link.clientId);
    const nack = (reason: RejectReason, expected = 0n): void => {
      const { sub, cmdNo } = frame;
      const value = { sub, cmdNo, reason, expectedCmdNo: expected, detail: '', retryAfterMs: 50 };
      link.answer({ case: 'nack', value });
    };
    if (bodyHash(frame.command) !== frame.bodyHash) this.problems.push('a wrong body hash');
    if (frame.cmdNo <= memory.last) {
      const before = memory.hashes.get(frame.cmdNo);
      if (before !== frame.bodyHash) this.problems.push(`number ${frame.cmdNo.toString()} reused`);
      return;
    }
    if (frame.cmdNo !== memory.last + 1n) {
      nack(RejectReason.OUT_OF_ORDER, memory.last + 1n);
      return;
    }
    if (this.turnAway !== undefined) {
      nack(this.turnAway);
      return;
    }
    memory.last = frame.cmdNo;
    memory.hashes.set(frame.cmdNo, frame.bodyHash);
    this.#decide(link, stream, memory, frame, nack);
  }

  #decide(
    link: FakeLink,
    stream: FakeStream,
    memory: Memory,
    frame: Submit,
    nack: (reason: RejectReason) => void,
  ): void {
    const command = fromBinary(CommandSchema, frame.command);
    const record = command.body.case === 'editRecord' ? command.body.value.record : undefined;
    const text = record?.body.case === 'note' ? record.body.value.text : undefined;
    if (record === undefined || text === 'no') {
      const reason = RejectReason.NOT_ALLOWED;
      memory.outcomes.push(create(CommandOutcomeSchema, { cmdNo: frame.cmdNo, reason }));
      nack(reason);
      return;
    }
    const event = create(EventSchema, {
      seq: BigInt(stream.events.length + 1),
      actor: 'maya',
      clientId: unhex(link.clientId),
      cmdNo: frame.cmdNo,
      intent: command,
      patch: create(PatchSchema, { upsert: [{ record, create: true }] }),
    });
    this.append(stream, event);
  }

  append(stream: FakeStream, event: Event): void {
    stream.events.push(event);
    const applied = applyEvents(stream.state, [event]);
    if (!applied.ok) throw new Error(applied.what);
    stream.state = applied.state;
    for (const link of this.links) link.broadcast(stream, [event]);
  }
}

export class FakeLink implements Transport {
  readonly clientId: string;
  readonly up: ClientFrame[] = [];
  readonly down: ServerFrame[] = [];
  isOpen = true;
  readonly #server: FakeServer;
  readonly #subs = new Map<number, string>();

  constructor(server: FakeServer, clientId: string) {
    this.#server = server;
    this.clientId = clientId;
  }

  send(frames: readonly ClientFrame[]): void {
    if (this.isOpen) this.up.push(...frames);
  }

  /** What is on the way is lost, in both directions. */
  cut(): void {
    this.isOpen = false;
    this.up.length = 0;
    this.down.length = 0;
    this.#server.links.delete(this);
  }

  open(client: SyncClient): void {
    client.opened(create(WelcomeSchema, { limits: { inFlightMax: 4 } }));
  }

  deliverUp(count = Infinity): void {
    for (let i = 0; i < count && this.up.length > 0; i++) {
      const frame = this.up.shift();
      if (frame !== undefined) this.#take(frame);
    }
  }

  deliverDown(client: SyncClient, count = Infinity): void {
    for (let i = 0; i < count && this.down.length > 0; i++) {
      const frame = this.down.shift();
      if (frame !== undefined) client.receive(frame);
    }
  }

  answer(
    body: Parameters<typeof create<typeof ServerFrameSchema>>[1] extends infer I
      ? I extends { body?: infer B }
        ? B
        : never
      : never,
  ): void {
    this.down.push(create(ServerFrameSchema, { body }));
  }

  broadcast(stream: FakeStream, events: readonly Event[]): void {
    const first = events[0];
    const last = events.at(-1);
    if (first === undefined || last === undefined) return;
    for (const id of this.#subs.values()) {
      if (this.#server.stream(id) !== stream) continue;
      const value = {
        streamRef: stream.ref,
        from: first.seq,
        to: last.seq,
        chainTo: chainAt(last.seq),
        events: [...events],
      };
      this.answer({ case: 'events', value });
      return;
    }
  }

  #take(frame: ClientFrame): void {
    const { body } = frame;
    if (body.case === 'join') this.#join(body.value);
    if (body.case === 'leave') this.#subs.delete(body.value.sub);
    if (body.case === 'submit') {
      const id = this.#subs.get(body.value.sub);
      if (id !== undefined) this.#server.submit(this, id, body.value);
    }
  }

  #join(join: Join): void {
    if (this.#server.gone.has(join.sessionId)) {
      this.answer({ case: 'left', value: { sub: join.sub, reason: LeftReason.NOT_FOUND } });
      return;
    }
    const stream = this.#server.stream(join.sessionId);
    this.#subs.set(join.sub, join.sessionId);
    const head = BigInt(stream.events.length);
    const have = join.have;
    const isTail =
      have?.epoch === this.#server.epoch && have.seq <= head && have.chain === chainAt(have.seq);
    const memory = memoryOf(stream, this.clientId);
    const mode = isTail ? JoinMode.TAIL : JoinMode.SNAPSHOT;
    const isNewEpoch = have !== undefined && have.epoch !== this.#server.epoch;
    const isAhead = have !== undefined && have.seq > head;
    const why = isNewEpoch
      ? WhySnapshot.EPOCH_CHANGED
      : isAhead
        ? WhySnapshot.AHEAD_OF_SERVER
        : WhySnapshot.NEW;
    const value = {
      sub: join.sub,
      streamRef: stream.ref,
      mode,
      ...(!isTail && { why }),
      epoch: this.#server.epoch,
      head,
      lastCmdNo: memory.last,
      outcomes: memory.outcomes,
    };
    this.answer({ case: 'joined', value });
    if (isTail) {
      this.broadcast(stream, stream.events.slice(Number(have.seq)));
    } else {
      this.#snapshot(join.sub, stream, head);
    }
  }

  #snapshot(sub: number, stream: FakeStream, seq: bigint): void {
    const records = stream.state.kinds().flatMap((kind) => [...stream.state.ofKind(kind).values()]);
    const snapshot = create(SnapshotSchema, { seq, chain: chainAt(seq), records });
    const bytes = toBinary(SnapshotSchema, snapshot);
    const half = Math.floor(bytes.length / 2);
    const pieces = [bytes.slice(0, half), bytes.slice(half)];
    pieces.forEach((data, part) =>
      this.answer({ case: 'snapshot', value: { sub, part, parts: pieces.length, data } }),
    );
  }
}

function chainAt(seq: bigint): bigint {
  return seq * 31n + 5n;
}

function memoryOf(stream: FakeStream, clientId: string): Memory {
  let memory = stream.clients.get(clientId);
  if (memory === undefined) {
    memory = { last: 0n, hashes: new Map(), outcomes: [] };
    stream.clients.set(clientId, memory);
  }
  return memory;
}

export function clientIdOf(number: number): string {
  return hex(new Uint8Array(16).fill(number));
}

// One WebSocket from its ticket to its end: hello, welcome, frames, pings. Never reconnects; that is
// socket.ts. Calls nothing after close().
import { create } from '@bufbuild/protobuf';
import {
  ClientFrameSchema,
  FatalReason,
  FatalSchema,
  type ClientFrame,
  type Fatal,
  type GoAway,
  type ServerFrame,
  type Welcome,
} from '../gen/swarmboard/v1/wire_pb.js';
import { decodeMessage, encodeMessages } from './codec.js';
import { TICK_MS } from './liveness.js';

export const SUBPROTOCOL = 'swarmboard.v1';
const PROTO_MAJOR = 1;
const FATAL_BY_CLOSE_CODE: ReadonlyMap<number, FatalReason> = new Map([
  [4409, FatalReason.CMD_ID_REUSED],
  [4410, FatalReason.REPLACED],
  [4426, FatalReason.CLIENT_TOO_OLD],
]);

export interface ConnectionEvents {
  welcome(connection: Connection, welcome: Welcome): void;
  frame(connection: Connection, frame: ServerFrame): void;
  pong(sentMs: number, serverWallMs: number): void;
  goAway(connection: Connection, goAway: GoAway): void;
  fatal(connection: Connection, fatal: Fatal): void;
  ended(connection: Connection, why: string): void;
}

export interface ConnectionOptions {
  readonly url: string;
  readonly ticket: string;
  readonly clientId: Uint8Array;
  readonly nowMs: () => number;
  readonly open: (url: string, protocol: string) => WebSocket;
}

export class Connection {
  readonly #socket: WebSocket;
  readonly #options: ConnectionOptions;
  #events: ConnectionEvents | undefined;
  #lastHeardMs: number;
  /** How long the server may be silent, as it said itself (W11). */
  #silenceMaxMs = TICK_MS;
  /** Since when something that we sent is without an answer; only kept while long silence is allowed. */
  #askedMs: number | undefined;
  isWelcome = false;

  constructor(options: ConnectionOptions, events: ConnectionEvents) {
    this.#options = options;
    this.#events = events;
    this.#lastHeardMs = options.nowMs();
    this.#socket = options.open(options.url, SUBPROTOCOL);
    this.#socket.binaryType = 'arraybuffer';
    this.#socket.onopen = () => this.#hello();
    this.#socket.onmessage = (message) => this.#onMessage(message.data);
    this.#socket.onclose = (close) => this.#onClose(close.code, close.reason);
    // An error is always followed by a close event, which carries what little is known.
  }

  /** Since when the server should have been heard; negative before that. */
  get lateMs(): number {
    const nowMs = this.#options.nowMs();
    const late = nowMs - this.#lastHeardMs - this.#silenceMaxMs;
    return this.#askedMs === undefined ? late : Math.max(late, nowMs - this.#askedMs - TICK_MS);
  }

  send(frames: readonly ClientFrame[]): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#silenceMaxMs > TICK_MS) this.#askedMs ??= this.#options.nowMs();
    for (const message of encodeMessages(frames)) this.#socket.send(message);
  }

  ping(): void {
    const clientMonoUs = BigInt(Math.round(this.#options.nowMs() * 1000));
    this.send([create(ClientFrameSchema, { body: { case: 'ping', value: { clientMonoUs } } })]);
  }

  close(): void {
    this.#events = undefined;
    this.#socket.close();
  }

  #hello(): void {
    const { clientId, ticket } = this.#options;
    const value = { protoMajor: PROTO_MAJOR, clientId, ticket, build: 'web' };
    this.send([create(ClientFrameSchema, { body: { case: 'hello', value } })]);
  }

  #onMessage(data: unknown): void {
    this.#lastHeardMs = this.#options.nowMs();
    this.#askedMs = undefined;
    const decoded = decodeMessage(data);
    if (!decoded.ok) {
      this.#socket.close(4400, 'unreadable message');
      this.#end(decoded.why);
      return;
    }
    for (const frame of decoded.frames) this.#onFrame(frame);
  }

  #onFrame(frame: ServerFrame): void {
    const { body } = frame;
    if (body.case === 'tick') this.#silenceMaxMs = body.value.nextMs || TICK_MS;
    else if (body.case !== 'pong') this.#silenceMaxMs = TICK_MS;
    switch (body.case) {
      case 'welcome':
        this.isWelcome = true;
        return this.#events?.welcome(this, body.value);
      case 'pong':
        return this.#events?.pong(
          Number(body.value.clientMonoUs) / 1000,
          Number(body.value.serverWallMs),
        );
      case 'goAway':
        return this.#events?.goAway(this, body.value);
      case 'fatal':
        return this.#events?.fatal(this, body.value);
      default:
        return this.#events?.frame(this, frame);
    }
  }

  /** The code says why when the Fatal frame was lost on the way (docs/protocol.md, close codes). */
  #onClose(code: number, why: string): void {
    const reason = FATAL_BY_CLOSE_CODE.get(code);
    if (reason !== undefined) {
      this.#events?.fatal(this, create(FatalSchema, { reason, detail: why }));
    }
    this.#end(why === '' ? 'closed' : why);
  }

  #end(why: string): void {
    const events = this.#events;
    this.#events = undefined;
    events?.ended(this, why);
  }
}

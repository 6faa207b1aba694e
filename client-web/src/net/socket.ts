// Keeps this tab connected: gets a ticket, opens a connection, reconnects with full jitter, and when
// the line goes silent opens a second connection before it gives up the first (the server lets the
// newer one of a client win). Knows nothing of streams.
import { FatalReason } from '../gen/swarmboard/v1/wire_pb.js';
import type {
  ClientFrame,
  Fatal,
  GoAway,
  ServerFrame,
  Welcome,
} from '../gen/swarmboard/v1/wire_pb.js';
import { reconnectDelayMs } from './backoff.js';
import { Connection, type ConnectionEvents } from './connection.js';
import { liveness } from './liveness.js';
import type { ServerClock } from './clock.js';

/** `denied`: nobody is signed in here. `replaced`, `old`: a person has to act. */
export type LinkStatus = 'connecting' | 'live' | 'slow' | 'offline' | 'denied' | 'replaced' | 'old';

export type TicketAnswer =
  | { readonly ok: true; readonly ticket: string; readonly notice?: string }
  | { readonly ok: false; readonly why: 'denied' | 'unreachable' };

export interface SocketEnvironment {
  readonly open: (url: string, protocol: string) => WebSocket;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly isVisible: () => boolean;
  readonly after: (ms: number, run: () => void) => () => void;
}

export interface SocketOptions {
  readonly url: string;
  readonly clientId: Uint8Array;
  readonly ticket: () => Promise<TicketAnswer>;
  readonly clock: ServerClock;
  readonly environment: SocketEnvironment;
  readonly onOpen: (welcome: Welcome) => void;
  readonly onFrame: (frame: ServerFrame) => void;
  readonly onClosed: () => void;
  readonly onStatus: (status: LinkStatus) => void;
}

const STABLE_AFTER_MS = 10_000;
const CHECK_EVERY_MS = 250;
const CONNECT_MAX_MS = 10_000;
const QUICK_PINGS = 5;
const QUICK_PING_MS = 400;
const PING_EVERY_MS = 20_000;

export class Socket {
  readonly #options: SocketOptions;
  #current: Connection | undefined;
  #candidate: Connection | undefined;
  #candidateSinceMs = 0;
  #isFetching = false;
  #attempt = 0;
  #status: LinkStatus = 'connecting';
  #cancelRetry: (() => void) | undefined;
  #cancelCheck: (() => void) | undefined;
  #cancelPing: (() => void) | undefined;
  #cancelStable: (() => void) | undefined;
  #pings = 0;
  #isStopped = true;

  constructor(options: SocketOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isStopped = false;
    this.#check();
    this.#tryNow();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelRetry?.();
    this.#cancelCheck?.();
    this.#cancelPing?.();
    this.#cancelStable?.();
    this.#candidate?.close();
    this.#candidate = undefined;
    this.#dropCurrent();
  }

  send(frames: readonly ClientFrame[]): void {
    this.#current?.send(frames);
  }

  /** The browser says that the network, or the tab, is back: do not sit out the delay. */
  wake(): void {
    if (this.#isStopped) return;
    this.#options.clock.forget();
    this.#current?.ping();
    if (this.#current === undefined) this.#tryNow();
  }

  /** The browser says that the network is gone. It is only a hint: bytes that arrive prove it wrong. */
  networkLost(): void {
    if (this.#status === 'live' || this.#status === 'slow') this.#setStatus('offline');
  }

  #tryNow(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    if (this.#isStopped || this.#isFetching || this.#candidate !== undefined) return;
    this.#isFetching = true;
    void this.#options.ticket().then(
      (answer) => this.#onTicket(answer),
      () => this.#onTicket({ ok: false, why: 'unreachable' }),
    );
  }

  #onTicket(answer: TicketAnswer): void {
    this.#isFetching = false;
    if (this.#isStopped) return;
    if (!answer.ok) {
      if (answer.why === 'denied') {
        this.#setStatus('denied');
        return;
      }
      if (this.#current === undefined) this.#setStatus('offline');
      this.#retryLater();
      return;
    }
    const { url, clientId, environment } = this.#options;
    this.#candidateSinceMs = environment.nowMs();
    this.#candidate = new Connection(
      { url, clientId, ticket: answer.ticket, nowMs: environment.nowMs, open: environment.open },
      this.#events,
    );
  }

  readonly #events: ConnectionEvents = {
    welcome: (connection, welcome) => this.#onWelcome(connection, welcome),
    frame: (connection, frame) => {
      if (connection !== this.#current) return;
      if (this.#status === 'offline' || this.#status === 'slow') this.#setStatus('live');
      this.#options.onFrame(frame);
    },
    pong: (sentMs, serverWallMs) =>
      this.#options.clock.addPong(sentMs, serverWallMs, this.#options.environment.nowMs()),
    goAway: (connection, goAway) => this.#onGoAway(connection, goAway),
    fatal: (connection, fatal) => this.#onFatal(connection, fatal),
    ended: (connection) => this.#onEnded(connection),
  };

  #onWelcome(connection: Connection, welcome: Welcome): void {
    const { clock, environment, onOpen } = this.#options;
    this.#candidate = undefined;
    this.#dropCurrent();
    this.#current = connection;
    clock.hint(Number(welcome.serverWallMs), environment.nowMs());
    this.#setStatus('live');
    this.#cancelStable = environment.after(STABLE_AFTER_MS, () => {
      this.#attempt = 0;
    });
    this.#pings = 0;
    this.#pingOn();
    onOpen(welcome);
  }

  #onEnded(connection: Connection): void {
    if (connection === this.#candidate) {
      this.#candidate = undefined;
      if (this.#current === undefined) this.#setStatus('offline');
      this.#retryLater();
      return;
    }
    if (connection !== this.#current) return;
    this.#dropCurrent();
    this.#setStatus('offline');
    this.#retryLater();
  }

  #onGoAway(connection: Connection, goAway: GoAway): void {
    if (connection !== this.#current && connection !== this.#candidate) return;
    connection.close();
    if (connection === this.#candidate) this.#candidate = undefined;
    else this.#dropCurrent();
    this.#setStatus('offline');
    this.#retryIn(Math.max(goAway.retryAfterMs, 1));
  }

  #onFatal(connection: Connection, fatal: Fatal): void {
    if (connection !== this.#current && connection !== this.#candidate) return;
    switch (fatal.reason) {
      case FatalReason.CLIENT_TOO_OLD:
        this.stop();
        {
          this.#setStatus('old');
          return;
        }
      case FatalReason.REPLACED:
        // Our own second connection took over; its welcome is on the way (W5).
        if (connection === this.#current && this.#candidate !== undefined) {
          this.#dropCurrent();
          return;
        }
        this.stop();
        {
          this.#setStatus('replaced');
          return;
        }
      case FatalReason.CMD_ID_REUSED:
        // Somebody else speaks under our client id: only a new id can help.
        this.stop();
        {
          this.#setStatus('replaced');
          return;
        }
      case FatalReason.BAD_TICKET:
      case FatalReason.UNSPECIFIED:
      case FatalReason.NO_HELLO:
      case FatalReason.MALFORMED:
      case FatalReason.TOO_SLOW:
      case FatalReason.FLOOD:
      default: // A reason of a newer server.
        connection.close();
        {
          this.#onEnded(connection);
          return;
        }
    }
  }

  #dropCurrent(): void {
    this.#cancelPing?.();
    this.#cancelStable?.();
    const current = this.#current;
    if (current === undefined) return;
    this.#current = undefined;
    current.close();
    this.#options.onClosed();
  }

  #retryLater(): void {
    const { random } = this.#options.environment;
    this.#retryIn(reconnectDelayMs(this.#attempt, random()));
    this.#attempt += 1;
  }

  #retryIn(ms: number): void {
    this.#cancelRetry?.();
    if (this.#isStopped) return;
    this.#cancelRetry = this.#options.environment.after(ms, () => this.#tryNow());
  }

  #check(): void {
    if (this.#isStopped) return;
    const { environment } = this.#options;
    this.#cancelCheck = environment.after(CHECK_EVERY_MS, () => this.#check());
    if (this.#candidate !== undefined) {
      const waitedMs = environment.nowMs() - this.#candidateSinceMs;
      if (waitedMs > CONNECT_MAX_MS) {
        const stuck = this.#candidate;
        stuck.close();
        this.#onEnded(stuck);
      }
    }
    if (this.#current === undefined) return;
    const now = liveness(this.#current.lateMs, environment.isVisible());
    if (now === 'offline' && this.#cancelRetry === undefined) this.#tryNow();
    if (now !== 'live' || this.#status === 'slow') this.#setStatus(now);
  }

  #pingOn(): void {
    this.#current?.ping();
    this.#pings += 1;
    const ms = this.#pings < QUICK_PINGS ? QUICK_PING_MS : PING_EVERY_MS;
    this.#cancelPing = this.#options.environment.after(ms, () => this.#pingOn());
  }

  #setStatus(status: LinkStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    this.#options.onStatus(status);
  }
}

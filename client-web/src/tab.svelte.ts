// This tab put together: who is signed in, the device's memory, the connection, the sync client and
// the stores. The only place that knows them all; started once by main.ts.
import * as api from './net/api.js';
import { ServerClock } from './net/clock.js';
import { Socket, type LinkStatus, type SocketEnvironment } from './net/socket.js';
import { Device } from './outbox/device.js';
import { drainOrphans } from './outbox/courier.js';
import { chooseClient, lockName, type IdentityDeps } from './outbox/identity.js';
import { WebLocks } from './outbox/web-locks.js';
import { Room } from './store/room.svelte.js';
import { MemoryOutbox } from './sync/outbox.js';
import type { SyncClock, SyncOptions } from './sync/ports.js';
import { SyncClient, unhex } from './sync/sync-client.js';

export type TabPhase =
  | { readonly kind: 'starting' }
  | { readonly kind: 'unreachable'; readonly why: string }
  | { readonly kind: 'signed-out' }
  | { readonly kind: 'ready'; readonly room: Room; readonly me: api.Me };

const RETRY_MS = 2000;
const ORPHANS_EVERY_MS = 20_000;
const TAB_KEY = 'swarmboard-client';

export class Tab {
  phase = $state.raw<TabPhase>({ kind: 'starting' });
  /** The server's clock, a few times a second, for everything that counts down. */
  nowMs = $state.raw(Date.now());
  readonly #clock = new ServerClock();
  readonly #locks = new WebLocks();
  readonly #memory = new MemoryOutbox();
  #socket: Socket | undefined;
  #device: Device | undefined;
  #sync: SyncClient | undefined;
  #known: SyncOptions['known'];
  #clientId = '';

  async start(): Promise<void> {
    setInterval(() => {
      this.nowMs = this.serverNowMs();
    }, 250);
    setInterval(() => void this.#adoptOrphans(), ORPHANS_EVERY_MS);
    this.#watchBrowser();
    await this.signIn();
  }

  serverNowMs(): number {
    return this.#clock.nowMs(performance.now()) ?? Date.now();
  }

  /** Finds out who is signed in here and opens the room; again after somebody signed in. */
  async signIn(): Promise<void> {
    this.#socket?.stop();
    const me = await api.me();
    if (!me.ok) {
      if (me.status === 401 || me.status === 403) {
        this.phase = { kind: 'signed-out' };
        const { forgetAll } = await import('./offline/keeper.js');
        await forgetAll((this.#device ??= await openDevice()));
        return;
      }
      if (await this.#openFromDevice()) return;
      this.phase = { kind: 'unreachable', why: me.why };
      setTimeout(() => void this.signIn(), RETRY_MS);
      return;
    }
    this.#device ??= await openDevice();
    await this.#open(me.value);
  }

  /** Without a network: as whoever was signed in here last, with the boards that this device knows. */
  async #openFromDevice(): Promise<boolean> {
    const { keptMe, knownBoard } = await import('./offline/keeper.js');
    const me = keptMe();
    this.#device ??= await openDevice();
    if (me === undefined || this.#device === undefined) return false;
    this.#known = (stream) => knownBoard(this.#device, me, stream);
    await this.#open(me);
    return true;
  }

  /** From now on this device remembers what it sees. */
  async #keep(me: api.Me, sync: SyncClient): Promise<void> {
    const device = this.#device;
    if (device === undefined) return;
    const { Keeper, keepMe, keepPage, WORKER_AFTER_MS } = await import('./offline/keeper.js');
    keepMe(me);
    setTimeout(keepPage, WORKER_AFTER_MS);
    const keeper = new Keeper({
      device,
      who: me,
      streams: () => (sync === this.#sync ? sync.streams : []),
      wallMs: () => Date.now(),
      every: (ms, run) => void setInterval(run, ms),
      notKept: (why) => console.warn('This device could not keep a board:', why),
    });
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') void keeper.keep();
    });
  }

  async #open(me: api.Me): Promise<void> {
    const room = new Room({
      member: me.member,
      team: me.team,
      device: this.#device,
      send: (frames) => this.#socket?.send(frames),
      random16,
      nowMs: () => performance.now(),
      wallMs: () => Date.now(),
      onIdentityLost: () => void this.#newClient(me, room),
    });
    this.#connect(me, room, await chooseClient(this.#identity(), me));
    this.phase = { kind: 'ready', room, me };
    void this.#adoptOrphans();
  }

  #connect(me: api.Me, room: Room, clientId: string): void {
    this.#clientId = clientId;
    const sync = new SyncClient({
      clientId,
      member: me.member,
      outbox: this.#device ?? this.#memory,
      transport: { send: (frames) => this.#socket?.send(frames) },
      clock: this.#syncClock,
      listener: room,
      known: this.#known,
    });
    this.#sync = sync;
    void this.#keep(me, sync);
    this.#socket = new Socket({
      url: socketUrl(me.team),
      clientId: unhex(clientId),
      ticket: async () => {
        const answer = await api.ticket();
        if (answer.ok) room.notice = answer.notice ?? '';
        return answer;
      },
      clock: this.#clock,
      environment,
      onOpen: (welcome) => sync.opened(welcome),
      onFrame: (frame) => sync.receive(frame),
      onClosed: () => sync.closed(),
      onStatus: (status) => this.#onStatus(room, sync, status),
    });
    room.attach(sync);
    this.#socket.start();
  }

  /** The server knows this client no more: a new one, with what waited given back to its writer. */
  async #newClient(me: api.Me, room: Room): Promise<void> {
    this.#socket?.stop();
    sessionStorage.removeItem(TAB_KEY);
    this.#locks.release(lockName(this.#clientId));
    this.#connect(me, room, await chooseClient(this.#identity(), me));
  }

  #onStatus(room: Room, sync: SyncClient, status: LinkStatus): void {
    room.link = status;
    if (status === 'live') this.nowMs = this.serverNowMs();
    if (status === 'replaced') sync.loseIdentity();
  }

  async #adoptOrphans(): Promise<void> {
    if (this.phase.kind !== 'ready') return;
    const { me, room } = this.phase;
    await drainOrphans({
      who: me,
      own: this.#clientId,
      identity: this.#identity(),
      url: socketUrl(me.team),
      ticket: api.ticket,
      environment,
      clock: this.#syncClock,
      serverClock: this.#clock,
      refused: (refusal) => room.refused(refusal),
    });
  }

  #identity(): IdentityDeps {
    return {
      device: this.#device,
      locks: this.#locks,
      tab: {
        get: () => sessionStorage.getItem(TAB_KEY) ?? undefined,
        set: (clientId) => sessionStorage.setItem(TAB_KEY, clientId),
      },
      random16,
      wallMs: () => Date.now(),
    };
  }

  readonly #syncClock: SyncClock = {
    nowMs: () => performance.now(),
    serverNowMs: () => this.serverNowMs(),
    after,
  };

  #watchBrowser(): void {
    const wake = (): void => this.#socket?.wake();
    addEventListener('online', wake);
    addEventListener('pageshow', wake);
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') wake();
    });
    addEventListener('offline', () => this.#socket?.networkLost());
  }
}

const environment: SocketEnvironment = {
  open: (url, protocol) => new WebSocket(url, protocol),
  nowMs: () => performance.now(),
  random: () => Math.random(),
  isVisible: () => document.visibilityState === 'visible',
  after,
};

function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

function random16(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(16));
}

function socketUrl(team: string): string {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return `${scheme}://${location.host}/ws/${encodeURIComponent(team)}`;
}

/** A browser without a usable IndexedDB (some private windows) still works, and the pill says so. */
async function openDevice(): Promise<Device | undefined> {
  try {
    return await Device.open();
  } catch (error) {
    console.warn('This browser keeps nothing on the device:', error);
    return undefined;
  }
}

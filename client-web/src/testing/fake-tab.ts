// A tab without a browser: a sync client over a fake link, with a listener that writes everything down.
import { MemoryOutbox } from '../sync/outbox.js';
import type { SeenBoard } from '../sync/history.js';
import type { RefusedCommand, SyncListener } from '../sync/ports.js';
import { SyncClient } from '../sync/sync-client.js';
import { addNote } from './builders.js';
import { FakeClock } from './fake-clock.js';
import type { FakeLink, FakeServer } from './fake-server.js';

export class FakeTab {
  readonly clock = new FakeClock();
  readonly refused: RefusedCommand[] = [];
  readonly saved: bigint[] = [];
  readonly seen: SeenBoard[] = [];
  isReadOnly = false;
  identitiesLost = 0;
  sync: SyncClient;
  link: FakeLink | undefined;
  readonly clientId: string;
  readonly outbox: MemoryOutbox;
  readonly #server: FakeServer;

  constructor(server: FakeServer, clientId: string, outbox = new MemoryOutbox()) {
    this.#server = server;
    this.clientId = clientId;
    this.outbox = outbox;
    this.sync = this.#client();
  }

  connect(): void {
    this.link ??= this.#server.connect(this.clientId);
    this.link.open(this.sync);
  }

  cut(): void {
    this.link?.cut();
    this.link = undefined;
    this.sync.closed();
  }

  /** The tab is gone with everything in memory; a new one takes over its outbox and client id. */
  async killAndReopen(streams: readonly string[]): Promise<void> {
    this.link?.cut();
    this.link = undefined;
    this.sync = this.#client();
    for (const stream of streams) await this.sync.follow(stream);
  }

  up(count?: number): void {
    this.link?.deliverUp(count);
  }

  down(count?: number): void {
    this.link?.deliverDown(this.sync, count);
  }

  /** Delivers everything in both directions until nothing is on the way. */
  settle(): void {
    for (let i = 0; i < 1000; i++) {
      if ((this.link?.up.length ?? 0) + (this.link?.down.length ?? 0) === 0) return;
      this.up();
      this.down();
    }
    throw new Error('the frames never came to rest');
  }

  async note(stream: string, id: string, text: string): Promise<void> {
    await this.sync.submit(stream, addNote(id, text));
  }

  #client(): SyncClient {
    return new SyncClient({
      clientId: this.clientId,
      member: 'maya',
      outbox: this.outbox,
      transport: { send: (frames) => this.link?.send(frames) },
      clock: this.clock,
      listener: this.#listener,
    });
  }

  readonly #listener: SyncListener = {
    joined: () => undefined,
    changed: () => undefined,
    applied: () => undefined,
    saved: (_stream, command) => this.saved.push(command.cmdNo),
    refused: (refusal) => this.refused.push(refusal),
    offRecordRefused: () => undefined,
    left: () => undefined,
    historyChanged: (seen) => this.seen.push(seen),
    readOnly: (isReadOnly) => {
      this.isReadOnly = isReadOnly;
    },
    identityLost: () => {
      this.identitiesLost += 1;
    },
    notKept: (why) => {
      throw new Error(why);
    },
    other: () => undefined,
  };
}

// Sends what closed tabs left behind, with their own client ids, over a short connection of its own.
// Started by the tab now and then; each outbox is taken under its lock, so only one tab sends it.
import type { RefusedCommand, SyncClock, SyncListener } from '../sync/ports.js';
import { SyncClient, unhex } from '../sync/sync-client.js';
import { Socket, type SocketEnvironment, type TicketAnswer } from '../net/socket.js';
import type { ServerClock } from '../net/clock.js';
import { lockName, takeOrphans, type IdentityDeps, type Who } from './identity.js';

export interface CourierDeps {
  readonly who: Who;
  readonly own: string;
  readonly identity: IdentityDeps;
  readonly url: string;
  readonly ticket: () => Promise<TicketAnswer>;
  readonly environment: SocketEnvironment;
  readonly clock: SyncClock;
  readonly serverClock: ServerClock;
  /** Its own tab is gone; this one shows to its writer what was not accepted. */
  readonly refused: (refusal: RefusedCommand) => void;
}

const DRAIN_MAX_MS = 60_000;
const LOOK_EVERY_MS = 200;

export async function drainOrphans(deps: CourierDeps): Promise<void> {
  for (const clientId of await takeOrphans(deps.identity, deps.who, deps.own)) {
    await drain(deps, clientId);
    deps.identity.locks.release(lockName(clientId));
  }
}

async function drain(deps: CourierDeps, clientId: string): Promise<void> {
  const { device } = deps.identity;
  if (device === undefined) return;
  const { commands } = await device.load(clientId);
  const { socket, sync } = connect(deps, clientId);
  for (const stream of new Set(commands.map((command) => command.stream))) {
    await sync.follow(stream);
  }
  socket.start();
  await until(deps, () => sync.waiting === 0);
  socket.stop();
}

function connect(deps: CourierDeps, clientId: string): { socket: Socket; sync: SyncClient } {
  const { device } = deps.identity;
  if (device === undefined) throw new Error('a courier needs the device');
  const sync = new SyncClient({
    clientId,
    member: deps.who.member,
    outbox: device,
    transport: { send: (frames) => socket.send(frames) },
    clock: deps.clock,
    listener: { ...silent, refused: deps.refused },
  });
  const socket = new Socket({
    url: deps.url,
    clientId: unhex(clientId),
    ticket: deps.ticket,
    clock: deps.serverClock,
    environment: deps.environment,
    onOpen: (welcome) => sync.opened(welcome),
    onFrame: (frame) => sync.receive(frame),
    onClosed: () => sync.closed(),
    onStatus: () => undefined,
  });
  return { socket, sync };
}

function until(deps: CourierDeps, done: () => boolean): Promise<void> {
  const { clock } = deps;
  const endMs = clock.nowMs() + DRAIN_MAX_MS;
  return new Promise((resolve) => {
    const look = (): void => {
      if (done() || clock.nowMs() > endMs) resolve();
      else clock.after(LOOK_EVERY_MS, look);
    };
    look();
  });
}

/** Nobody reads the other news of a tab that is gone. */
const silent: Omit<SyncListener, 'refused'> = {
  joined: () => undefined,
  changed: () => undefined,
  applied: () => undefined,
  saved: () => undefined,
  offRecordRefused: () => undefined,
  left: () => undefined,
  historyChanged: () => undefined,
  readOnly: () => undefined,
  identityLost: () => undefined,
  notKept: () => undefined,
  other: () => undefined,
};

// Which client this tab is. Every tab is a client of its own and holds a Web Lock on its client id
// for as long as it lives, so that an outbox whose lock is free belongs to a tab that was closed. Such
// an outbox is adopted with its original client id: only then can the server tell a resend.
import { hex } from '../sync/sync-client.js';
import type { Device } from './device.js';

export interface LockKeeper {
  /** Takes the lock if nobody holds it; it is held until release() or the end of the tab. */
  tryTake(name: string): Promise<boolean>;
  release(name: string): void;
}

export interface TabMemory {
  get(): string | undefined;
  set(clientId: string): void;
}

export interface IdentityDeps {
  readonly device: Device | undefined; // Undefined: this browser keeps nothing.
  readonly locks: LockKeeper;
  readonly tab: TabMemory; // Survives a reload of this tab.
  readonly random16: () => Uint8Array;
  readonly wallMs: () => number;
}

export interface Who {
  readonly team: string;
  readonly member: string;
}

export function lockName(clientId: string): string {
  return `swarmboard-client-${clientId}`;
}

/** The tab's own client of before a reload, or one that a closed tab left with work, or a new one. */
export async function chooseClient(deps: IdentityDeps, who: Who): Promise<string> {
  const { device, locks, tab, random16, wallMs } = deps;
  if (device !== undefined) {
    const before = tab.get();
    const orphans = await device.clientsWithCommands();
    for (const clientId of before === undefined ? orphans : [before, ...orphans]) {
      if (await takeOver(device, locks, clientId, who)) {
        tab.set(clientId);
        return clientId;
      }
    }
  }
  const clientId = hex(random16());
  await locks.tryTake(lockName(clientId));
  await device?.keepClient({ clientId, ...who, usedAtMs: wallMs() });
  tab.set(clientId);
  return clientId;
}

/** Further outboxes of closed tabs; the caller drains them and then releases their locks. */
export async function takeOrphans(deps: IdentityDeps, who: Who, own: string): Promise<string[]> {
  const { device, locks } = deps;
  if (device === undefined) return [];
  const taken: string[] = [];
  for (const clientId of await device.clientsWithCommands()) {
    if (clientId !== own && (await takeOver(device, locks, clientId, who))) taken.push(clientId);
  }
  return taken;
}

/** A client is only ever used again by the member it belonged to, and never by two tabs. */
async function takeOver(
  device: Device,
  locks: LockKeeper,
  clientId: string,
  who: Who,
): Promise<boolean> {
  const kept = await device.client(clientId);
  if (kept?.team !== who.team || kept.member !== who.member) return false;
  return locks.tryTake(lockName(clientId));
}

// What this device keeps so that the page opens without any network: who is signed in, and the boards as
// they were last confirmed. Loaded late; one per tab. The server is never asked for it and never trusts
// it: after a reconnect the stream goes on from there, or starts with a new snapshot.
import { toBinary, fromBinary } from '@bufbuild/protobuf';
import { SnapshotSchema } from '../gen/swarmboard/v1/event_pb.js';
import type { Me } from '../net/api.js';
import type { BoardKept, Device } from '../outbox/device.js';
import { snapshotOf } from '../sync/history.js';
import type { KnownBoard } from '../sync/ports.js';
import { stateOfSnapshot } from '../sync/resume.js';
import type { Stream } from '../sync/stream.js';

/** After the room has loaded: on a slow line the files of other pages wait. */
export const WORKER_AFTER_MS = 5000;
const ME_KEY = 'swarmboard-me';
const KEEP_EVERY_MS = 5000;
/** Beside the library, which is always kept. */
const BOARDS_MAX = 8;
const BOARD_BYTES_MAX = 4 * 1024 * 1024;

export function keepMe(me: Me): void {
  try {
    localStorage.setItem(ME_KEY, JSON.stringify(me));
  } catch (error) {
    console.warn('This device could not keep who is signed in:', error);
  }
}

/** From the next visit on the page opens without a network, where the browser allows it. */
export function keepPage(): void {
  if (import.meta.env.DEV || !('serviceWorker' in navigator)) return;
  navigator.serviceWorker.register('/sw.js').catch((error: unknown) => {
    console.warn('This browser does not keep the page:', error);
  });
}

/** Who was signed in here last; anything unreadable is nobody. */
export function keptMe(): Me | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(ME_KEY) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return undefined;
    const { team, member, name, isDemo } = kept as Partial<Me>;
    if (typeof team !== 'string' || typeof member !== 'string' || typeof name !== 'string')
      return undefined;
    return { team, member, name, isDemo: isDemo === true };
  } catch {
    return undefined;
  }
}

/** Nobody is signed in here any more: nothing of theirs stays. */
export async function forgetAll(device: Device | undefined): Promise<void> {
  localStorage.removeItem(ME_KEY);
  await device?.forgetBoards();
}

export async function knownBoard(
  device: Device | undefined,
  who: Pick<Me, 'team' | 'member'>,
  stream: string,
): Promise<KnownBoard | undefined> {
  const kept = await device?.board(stream);
  if (kept?.team !== who.team || kept.member !== who.member) return undefined;
  const { epoch, seq, chain } = kept;
  const state = stateOfSnapshot(fromBinary(SnapshotSchema, kept.snapshot));
  return { state, position: { epoch, seq, chain } };
}

export interface KeeperDeps {
  readonly device: Device;
  readonly who: Pick<Me, 'team' | 'member'>;
  readonly streams: () => readonly Stream[];
  readonly wallMs: () => number;
  readonly every: (ms: number, run: () => void) => void;
  readonly notKept: (why: string) => void;
}

export class Keeper {
  readonly #deps: KeeperDeps;
  readonly #keptSeq = new Map<string, bigint>();
  #isBusy = false;

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
    deps.every(KEEP_EVERY_MS, () => void this.keep());
  }

  /** Writes what has changed since the last time. */
  async keep(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      for (const stream of this.#deps.streams()) await this.#keepOne(stream);
    } catch (error) {
      this.#deps.notKept(String(error));
    } finally {
      this.#isBusy = false;
    }
  }

  async #keepOne(stream: Stream): Promise<void> {
    const { position, confirmed } = stream;
    if (stream.phase === 'left') {
      if (this.#keptSeq.delete(stream.id)) await this.#deps.device.forgetBoard(stream.id);
      return;
    }
    if (position === undefined || stream.phase !== 'live') return;
    if (this.#keptSeq.get(stream.id) === position.seq) return;
    const snapshot = toBinary(SnapshotSchema, snapshotOf({ state: confirmed, position }));
    if (snapshot.length > BOARD_BYTES_MAX) return;
    const { device, who, wallMs } = this.#deps;
    const { team, member } = who;
    const kept: BoardKept = {
      team,
      member,
      stream: stream.id,
      ...position,
      keptAtMs: wallMs(),
      snapshot,
    };
    await device.keepBoard(kept, BOARDS_MAX);
    this.#keptSeq.set(stream.id, position.seq);
  }
}

// Copies of boards that this device keeps because the server went back to an earlier history: what
// the page shows of them, and what their owner does with them. Nothing here is ever sent by itself.
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type { State } from '../board/state.js';
import { SnapshotSchema, type Snapshot } from '../gen/swarmboard/v1/event_pb.js';
import type { CopyKept, Device } from '../outbox/device.js';
import { snapshotOf, type SeenBoard } from '../sync/history.js';
import { stateOfSnapshot } from '../sync/resume.js';
import { hex } from '../sync/sync-client.js';

export interface CopyDeps {
  readonly member: string;
  readonly team: string;
  readonly device: Device | undefined;
  readonly random16: () => Uint8Array;
  readonly wallMs: () => number;
}

export interface BoardCopy {
  readonly kept: CopyKept;
  readonly snapshot: Snapshot;
  readonly state: State;
  /** False: only in this tab's memory, because the device refused to store it. */
  readonly isOnDevice: boolean;
}

export class CopyStore {
  /** The newest first. */
  all = $state.raw<readonly BoardCopy[]>([]);
  readonly #deps: CopyDeps;

  constructor(deps: CopyDeps) {
    this.#deps = deps;
    void this.#load();
  }

  /** Copies of this stream whose notice is still open. */
  open(stream: string): readonly BoardCopy[] {
    return this.all.filter(({ kept }) => kept.stream === stream && !kept.isClosed);
  }

  find(id: string): BoardCopy | undefined {
    return this.all.find(({ kept }) => kept.id === id);
  }

  async keep(seen: SeenBoard): Promise<void> {
    const { team, member, random16, wallMs } = this.#deps;
    const kept: CopyKept = {
      id: hex(random16()),
      team,
      member,
      stream: seen.stream,
      change: seen.change,
      epoch: seen.position.epoch,
      seq: seen.position.seq,
      keptAtMs: wallMs(),
      snapshot: toBinary(SnapshotSchema, snapshotOf(seen)),
      settled: [],
      isClosed: false,
    };
    this.all = [boardOf(kept, false), ...this.all];
    await this.#put(kept);
  }

  /** Its writer wrote it again, or does not want it any more. */
  settle(copy: BoardCopy, record: string): Promise<void> {
    return this.#put({ ...copy.kept, settled: [...copy.kept.settled, record] });
  }

  closeNotice(copy: BoardCopy): Promise<void> {
    return this.#put({ ...copy.kept, isClosed: true });
  }

  async forget(copy: BoardCopy): Promise<void> {
    this.all = this.all.filter(({ kept }) => kept.id !== copy.kept.id);
    await this.#deps.device?.forgetCopy(copy.kept.id);
  }

  /** The stream is not for this member any more: nothing of it stays (W8). */
  async forgetStream(stream: string): Promise<void> {
    for (const copy of this.all) if (copy.kept.stream === stream) await this.forget(copy);
  }

  async #load(): Promise<void> {
    const { team, member, device } = this.#deps;
    const kept = (await device?.copies()) ?? [];
    const mine = kept.filter((copy) => copy.team === team && copy.member === member);
    const known = new Set(this.all.map((copy) => copy.kept.id));
    const loaded = mine.filter(({ id }) => !known.has(id)).map((copy) => boardOf(copy, true));
    this.all = [...this.all, ...loaded.sort((a, b) => b.kept.keptAtMs - a.kept.keptAtMs)];
  }

  async #put(kept: CopyKept): Promise<void> {
    const { device } = this.#deps;
    this.#show(kept, this.find(kept.id)?.isOnDevice ?? false);
    if (device === undefined) return;
    try {
      await device.keepCopy(kept);
      this.#show(kept, true);
    } catch (error) {
      console.warn('This device could not keep a copy of a board:', error);
    }
  }

  #show(kept: CopyKept, isOnDevice: boolean): void {
    this.all = this.all.map((copy) =>
      copy.kept.id === kept.id ? { ...copy, kept, isOnDevice } : copy,
    );
  }
}

function boardOf(kept: CopyKept, isOnDevice: boolean): BoardCopy {
  const snapshot = fromBinary(SnapshotSchema, kept.snapshot);
  return { kept, snapshot, state: stateOfSnapshot(snapshot), isOnDevice };
}

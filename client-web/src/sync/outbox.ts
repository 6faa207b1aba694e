// Where commands wait until they are settled: on the device, so that they survive a closed tab.
// src/outbox implements it with IndexedDB, the tests in memory.

/** A command as it was first written down. Its bytes never change: a resend is byte for byte. */
export interface FrozenCommand {
  readonly clientId: string; // 32 hex digits; one per tab.
  readonly stream: string; // Session id, or empty: the library.
  readonly cmdNo: bigint;
  readonly command: Uint8Array;
  readonly bodyHash: number;
  readonly baseSeq: bigint;
  readonly madeAtMs: number; // Server time, for the prediction.
}

export interface OutboxLoad {
  readonly commands: readonly FrozenCommand[];
  /** Highest number ever given out per stream, also when nothing waits any more. */
  readonly lastCmdNo: ReadonlyMap<string, bigint>;
}

export interface Outbox {
  load(clientId: string): Promise<OutboxLoad>;
  /** Resolves when the command is on the device. */
  put(command: FrozenCommand): Promise<void>;
  /** The command is settled: on the server's disk, or refused and shown. */
  remove(clientId: string, stream: string, cmdNo: bigint): Promise<void>;
}

export class MemoryOutbox implements Outbox {
  readonly #commands = new Map<string, FrozenCommand>();
  readonly #last = new Map<string, bigint>();

  load(clientId: string): Promise<OutboxLoad> {
    const commands = [...this.#commands.values()]
      .filter((command) => command.clientId === clientId)
      .sort((a, b) => (a.cmdNo < b.cmdNo ? -1 : 1));
    const lastCmdNo = new Map<string, bigint>();
    for (const [key, last] of this.#last) {
      const [owner, stream] = JSON.parse(key) as [string, string];
      if (owner === clientId) lastCmdNo.set(stream, last);
    }
    return Promise.resolve({ commands, lastCmdNo });
  }

  put(command: FrozenCommand): Promise<void> {
    const { clientId, stream, cmdNo } = command;
    this.#commands.set(JSON.stringify([clientId, stream, cmdNo.toString()]), command);
    this.#last.set(JSON.stringify([clientId, stream]), cmdNo);
    return Promise.resolve();
  }

  remove(clientId: string, stream: string, cmdNo: bigint): Promise<void> {
    this.#commands.delete(JSON.stringify([clientId, stream, cmdNo.toString()]));
    return Promise.resolve();
  }
}

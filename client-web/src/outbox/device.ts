// What this tab keeps on the device: commands that wait (by client id), and the anonymous cards that
// this device wrote, with the secret that lets it change them. One IndexedDB database for all tabs.
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { NoteKind } from '../gen/swarmboard/v1/enums_pb.js';
import type { HistoryChange } from '../sync/history.js';
import type { FrozenCommand, Outbox, OutboxLoad } from '../sync/outbox.js';

export interface SealedCardKept {
  readonly noteId: string; // 32 hex digits
  readonly secret: string;
  readonly stream: string;
  readonly stage: string;
  readonly kind: NoteKind;
  readonly text: string;
  readonly isSaved: boolean;
}

export interface ClientKept {
  readonly clientId: string;
  readonly team: string;
  readonly member: string;
  readonly usedAtMs: number;
}

/** A board as this device last saw it, before the server went back to an earlier history. */
export interface CopyKept {
  readonly id: string;
  readonly team: string;
  readonly member: string;
  readonly stream: string;
  readonly change: HistoryChange;
  readonly epoch: bigint;
  readonly seq: bigint;
  readonly keptAtMs: number; // This device's clock.
  readonly snapshot: Uint8Array;
  /** Ids of records whose writer has dealt with them. */
  readonly settled: readonly string[];
  /** Its notice on the board was closed; the copy itself stays until it is deleted. */
  readonly isClosed: boolean;
}

/** A board as it was last confirmed, to open the page with when there is no network. */
export interface BoardKept {
  readonly team: string;
  readonly member: string;
  readonly stream: string; // Empty: the library.
  readonly epoch: bigint;
  readonly seq: bigint;
  readonly chain: bigint;
  readonly keptAtMs: number; // This device's clock.
  readonly snapshot: Uint8Array;
}

interface Schema extends DBSchema {
  commands: {
    key: [string, string, string];
    value: FrozenCommand;
    indexes: { client: string };
  };
  numbers: { key: [string, string]; value: bigint };
  clients: { key: string; value: ClientKept };
  sealed: { key: string; value: SealedCardKept; indexes: { stream: string } };
  copies: { key: string; value: CopyKept };
  boards: { key: string; value: BoardKept };
}

const NAME = 'swarmboard';
const VERSION = 3; // 2: copies. 3: boards.
// Twenty digits hold every 64-bit number, so that keys sort as numbers do.
const DIGITS = 20;

export class Device implements Outbox {
  readonly #db: IDBPDatabase<Schema>;

  private constructor(db: IDBPDatabase<Schema>) {
    this.#db = db;
  }

  /** Rejects when a tab with an older page keeps the database from being upgraded. */
  static async open(name = NAME): Promise<Device> {
    let isBlocked: (why: Error) => void = () => undefined;
    const blocked = new Promise<never>((_, reject) => {
      isBlocked = reject;
    });
    const opening = openDB<Schema>(name, VERSION, {
      // A newer page waits for us: it has its own connection and takes what waits here.
      blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
      blocked: () => isBlocked(new Error('close the other tabs with this page, they are older')),
      upgrade(upgraded, from) {
        if (from < 2) upgraded.createObjectStore('copies');
        if (from < 3) upgraded.createObjectStore('boards');
        if (from > 0) return;
        const commands = upgraded.createObjectStore('commands');
        commands.createIndex('client', 'clientId');
        upgraded.createObjectStore('numbers');
        upgraded.createObjectStore('clients');
        const sealed = upgraded.createObjectStore('sealed');
        sealed.createIndex('stream', 'stream');
      },
    });
    return new Device(await Promise.race([opening, blocked]));
  }

  close(): void {
    this.#db.close();
  }

  async load(clientId: string): Promise<OutboxLoad> {
    const transaction = this.#db.transaction(['commands', 'numbers']);
    const commands = await transaction.objectStore('commands').index('client').getAll(clientId);
    const lastCmdNo = new Map<string, bigint>();
    const range = IDBKeyRange.bound([clientId, ''], [clientId, '\uffff']);
    let cursor = await transaction.objectStore('numbers').openCursor(range);
    while (cursor !== null) {
      lastCmdNo.set(cursor.key[1], cursor.value);
      cursor = await cursor.continue();
    }
    return { commands, lastCmdNo };
  }

  async put(command: FrozenCommand): Promise<void> {
    const { clientId, stream, cmdNo } = command;
    const transaction = this.#db.transaction(['commands', 'numbers'], 'readwrite');
    await Promise.all([
      transaction.objectStore('commands').put(command, keyOf(clientId, stream, cmdNo)),
      transaction.objectStore('numbers').put(cmdNo, [clientId, stream]),
      transaction.done,
    ]);
  }

  async remove(clientId: string, stream: string, cmdNo: bigint): Promise<void> {
    await this.#db.delete('commands', keyOf(clientId, stream, cmdNo));
  }

  /** Client ids for which commands wait, oldest first as far as it is known. */
  async clientsWithCommands(): Promise<string[]> {
    const commands = await this.#db.getAllFromIndex('commands', 'client');
    return [...new Set(commands.map((command) => command.clientId))];
  }

  async client(clientId: string): Promise<ClientKept | undefined> {
    return this.#db.get('clients', clientId);
  }

  async keepClient(client: ClientKept): Promise<void> {
    await this.#db.put('clients', client, client.clientId);
  }

  async keepSealed(card: SealedCardKept): Promise<void> {
    await this.#db.put('sealed', card, card.noteId);
  }

  async sealedOf(stream: string): Promise<SealedCardKept[]> {
    return this.#db.getAllFromIndex('sealed', 'stream', stream);
  }

  async keepCopy(copy: CopyKept): Promise<void> {
    await this.#db.put('copies', copy, copy.id);
  }

  async copies(): Promise<CopyKept[]> {
    return this.#db.getAll('copies');
  }

  async forgetCopy(id: string): Promise<void> {
    await this.#db.delete('copies', id);
  }

  /** `max`: of sessions; the longest not seen make room. */
  async keepBoard(board: BoardKept, max: number): Promise<void> {
    const transaction = this.#db.transaction('boards', 'readwrite');
    await transaction.store.put(board, board.stream);
    const sessions = (await transaction.store.getAll()).filter(({ stream }) => stream !== '');
    sessions.sort((a, b) => b.keptAtMs - a.keptAtMs);
    for (const { stream } of sessions.slice(max)) await transaction.store.delete(stream);
    await transaction.done;
  }

  async board(stream: string): Promise<BoardKept | undefined> {
    return this.#db.get('boards', stream);
  }

  async forgetBoard(stream: string): Promise<void> {
    await this.#db.delete('boards', stream);
  }

  async forgetBoards(): Promise<void> {
    await this.#db.clear('boards');
  }

  async forgetSealed(noteId: string): Promise<void> {
    await this.#db.delete('sealed', noteId);
  }
}

function keyOf(clientId: string, stream: string, cmdNo: bigint): [string, string, string] {
  return [clientId, stream, cmdNo.toString().padStart(DIGITS, '0')];
}

// What this tab keeps on the device: commands that wait (by client id), and the anonymous cards that
// this device wrote, with the secret that lets it change them. One IndexedDB database for all tabs.
import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import type { NoteKind } from '../gen/swarmboard/v1/enums_pb.js';
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

interface Schema extends DBSchema {
  commands: {
    key: [string, string, string];
    value: FrozenCommand;
    indexes: { client: string };
  };
  numbers: { key: [string, string]; value: bigint };
  clients: { key: string; value: ClientKept };
  sealed: { key: string; value: SealedCardKept; indexes: { stream: string } };
}

const NAME = 'swarmboard';
const VERSION = 1;
// Twenty digits hold every 64-bit number, so that keys sort as numbers do.
const DIGITS = 20;

export class Device implements Outbox {
  readonly #db: IDBPDatabase<Schema>;

  private constructor(db: IDBPDatabase<Schema>) {
    this.#db = db;
  }

  static async open(name = NAME): Promise<Device> {
    const db = await openDB<Schema>(name, VERSION, {
      upgrade(upgraded) {
        const commands = upgraded.createObjectStore('commands');
        commands.createIndex('client', 'clientId');
        upgraded.createObjectStore('numbers');
        upgraded.createObjectStore('clients');
        const sealed = upgraded.createObjectStore('sealed');
        sealed.createIndex('stream', 'stream');
      },
    });
    return new Device(db);
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

  async forgetSealed(noteId: string): Promise<void> {
    await this.#db.delete('sealed', noteId);
  }
}

function keyOf(clientId: string, stream: string, cmdNo: bigint): [string, string, string] {
  return [clientId, stream, cmdNo.toString().padStart(DIGITS, '0')];
}

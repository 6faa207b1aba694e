import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { describe, expect, it } from 'vitest';
import { NoteKind } from '../gen/swarmboard/v1/enums_pb.js';
import { Device } from '../outbox/device.js';
import type { SeenBoard } from '../sync/history.js';
import { stateOf } from '../testing/builders.js';
import { CopyStore, type CopyDeps } from './copy-store.svelte.js';

let databases = 0;
let copies = 0;

function depsOf(device: Device | undefined, member = 'maya'): CopyDeps {
  return {
    device,
    member,
    team: 'north',
    random16: () => new Uint8Array(16).fill(++copies),
    wallMs: () => copies,
  };
}

function seen(stream: string, text: string): SeenBoard {
  const body = { case: 'note', value: { kind: NoteKind.IDEA, text, author: 'maya' } } as const;
  return {
    stream,
    change: 'new-epoch',
    state: stateOf({ id: 'n1', body }),
    position: { epoch: 3n, seq: 7n, chain: 9n },
  };
}

async function loaded(deps: CopyDeps, count: number): Promise<CopyStore> {
  const store = new CopyStore(deps);
  await expect.poll(() => store.all.length).toBe(count);
  return store;
}

describe('CopyStore', () => {
  it('keeps a board on the device, for the same member and team only', async () => {
    const device = await Device.open(`copies-${++databases}`);
    const store = new CopyStore(depsOf(device));
    await store.keep(seen('s1', 'mine'));
    expect(store.all.map((copy) => copy.isOnDevice)).toEqual([true]);
    const later = await loaded(depsOf(device), 1);
    expect(later.all[0]?.state.all('note').map((note) => note.body.text)).toEqual(['mine']);
    expect(later.all[0]?.kept.seq).toBe(7n);
    await loaded(depsOf(device, 'greta'), 0);
  });

  it('remembers what was dealt with and that a notice was closed; the copy stays', async () => {
    const device = await Device.open(`copies-${++databases}`);
    const store = new CopyStore(depsOf(device));
    await store.keep(seen('s1', 'mine'));
    const [copy] = store.open('s1');
    if (copy === undefined) throw new Error('no copy');
    await store.settle(copy, 'n1');
    const [settled] = store.open('s1');
    if (settled === undefined) throw new Error('no copy');
    await store.closeNotice(settled);
    expect(store.open('s1')).toEqual([]);
    const later = await loaded(depsOf(device), 1);
    expect(later.open('s1')).toEqual([]);
    expect(later.all[0]?.kept.settled).toEqual(['n1']);
  });

  it('deletes on demand, and everything of a stream that is not for this member any more', async () => {
    const device = await Device.open(`copies-${++databases}`);
    const store = new CopyStore(depsOf(device));
    await store.keep(seen('s1', 'one'));
    await store.keep(seen('s2', 'two'));
    await store.keep(seen('s1', 'three'));
    await store.forgetStream('s1');
    expect(store.all.map((copy) => copy.kept.stream)).toEqual(['s2']);
    const [copy] = store.all;
    if (copy === undefined) throw new Error('no copy');
    await store.forget(copy);
    expect(await device.copies()).toEqual([]);
  });

  it('says when the browser keeps nothing, and still shows the copy', async () => {
    const store = new CopyStore(depsOf(undefined));
    await store.keep(seen('s1', 'mine'));
    expect(store.all.map((copy) => copy.isOnDevice)).toEqual([false]);
  });

  it('finds a device of the version before, with its commands untouched', async () => {
    const name = `copies-${++databases}`;
    const old = await openDB(name, 1, {
      upgrade(db) {
        db.createObjectStore('commands').createIndex('client', 'clientId');
        for (const store of ['numbers', 'clients']) db.createObjectStore(store);
        db.createObjectStore('sealed').createIndex('stream', 'stream');
      },
    });
    await old.put('numbers', 4n, ['aa', 's1']);
    await expect(Device.open(name)).rejects.toThrow('older');
    old.close();
    const device = await Device.open(name);
    expect((await device.load('aa')).lastCmdNo.get('s1')).toBe(4n);
    expect(await device.copies()).toEqual([]);
  });
});

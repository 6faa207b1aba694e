import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import type { FrozenCommand } from '../sync/outbox.js';
import { NoteKind } from '../gen/swarmboard/v1/enums_pb.js';
import { Device } from './device.js';
import {
  chooseClient,
  lockName,
  takeOrphans,
  type IdentityDeps,
  type LockKeeper,
} from './identity.js';

const who = { team: 'north', member: 'maya' };
let databases = 0;

function commandOf(clientId: string, stream: string, cmdNo: bigint): FrozenCommand {
  const command = new Uint8Array([1, 2, 3]);
  return { clientId, stream, cmdNo, command, bodyHash: 7, baseSeq: 4n, madeAtMs: 5 };
}

/** The locks of one browser; each keeper is a tab. */
class Browser {
  readonly held = new Set<string>();

  tab(): LockKeeper {
    return {
      tryTake: (name) => {
        if (this.held.has(name)) return Promise.resolve(false);
        this.held.add(name);
        return Promise.resolve(true);
      },
      release: (name) => this.held.delete(name),
    };
  }
}

function tabDeps(device: Device, browser: Browser, random: number): IdentityDeps {
  let remembered: string | undefined;
  return {
    device,
    locks: browser.tab(),
    tab: {
      get: () => remembered,
      set: (clientId) => {
        remembered = clientId;
      },
    },
    random16: () => new Uint8Array(16).fill(random),
    wallMs: () => 1,
  };
}

describe('Device', () => {
  it('keeps commands by client, in order, and the highest number after they are settled', async () => {
    const device = await Device.open(`test-${++databases}`);
    for (const cmdNo of [2n, 10n, 9n]) await device.put(commandOf('aa', 's1', cmdNo));
    await device.put(commandOf('bb', 's1', 1n));
    expect((await device.load('aa')).commands.map((c) => c.cmdNo)).toEqual([2n, 9n, 10n]);
    await device.put(commandOf('aa', 's1', 11n));
    for (const cmdNo of [2n, 9n, 10n, 11n]) await device.remove('aa', 's1', cmdNo);
    const load = await device.load('aa');
    expect(load.commands).toEqual([]);
    expect(load.lastCmdNo).toEqual(new Map([['s1', 11n]]));
    expect(await device.clientsWithCommands()).toEqual(['bb']);
  });

  it('keeps the secret of an anonymous card', async () => {
    const device = await Device.open(`test-${++databases}`);
    const card = {
      noteId: 'n',
      secret: 's',
      stream: 's1',
      stage: 'a',
      kind: NoteKind.IDEA,
      text: 't',
      isSaved: false,
    };
    await device.keepSealed(card);
    expect(await device.sealedOf('s1')).toEqual([card]);
    await device.forgetSealed('n');
    expect(await device.sealedOf('s1')).toEqual([]);
  });
});

describe('identity', () => {
  it('makes every tab a client of its own', async () => {
    const device = await Device.open(`test-${++databases}`);
    const browser = new Browser();
    const one = await chooseClient(tabDeps(device, browser, 1), who);
    const two = await chooseClient(tabDeps(device, browser, 2), who);
    expect(one).not.toBe(two);
  });

  it('goes on as the same client after a reload', async () => {
    const device = await Device.open(`test-${++databases}`);
    const browser = new Browser();
    const deps = tabDeps(device, browser, 1);
    const before = await chooseClient(deps, who);
    browser.held.clear();
    expect(await chooseClient({ ...deps, random16: () => new Uint8Array(16).fill(9) }, who)).toBe(
      before,
    );
  });

  it('gives a duplicated tab a client id of its own', async () => {
    const device = await Device.open(`test-${++databases}`);
    const browser = new Browser();
    const deps = tabDeps(device, browser, 1);
    const original = await chooseClient(deps, who);
    const copy = {
      ...tabDeps(device, browser, 2),
      tab: { get: () => original, set: () => undefined },
    };
    expect(await chooseClient(copy, who)).not.toBe(original);
  });

  it('adopts the outbox of a closed tab with its client id, and never one that is in use', async () => {
    const device = await Device.open(`test-${++databases}`);
    const browser = new Browser();
    const closed = await chooseClient(tabDeps(device, browser, 1), who);
    await device.put(commandOf(closed, 's1', 1n));
    const second = await chooseClient(tabDeps(device, browser, 2), who);
    expect(second).not.toBe(closed);
    browser.held.delete(lockName(closed));
    expect(await chooseClient(tabDeps(device, browser, 3), who)).toBe(closed);
    expect(await takeOrphans(tabDeps(device, browser, 4), who, second)).toEqual([]);
  });

  it('never speaks for another member of the same device', async () => {
    const device = await Device.open(`test-${++databases}`);
    const browser = new Browser();
    const maya = await chooseClient(tabDeps(device, browser, 1), who);
    await device.put(commandOf(maya, 's1', 1n));
    browser.held.clear();
    const hugo = { team: 'north', member: 'hugo' };
    expect(await chooseClient(tabDeps(device, browser, 2), hugo)).not.toBe(maya);
    expect(await takeOrphans(tabDeps(device, browser, 3), who, 'other')).toEqual([maya]);
  });
});

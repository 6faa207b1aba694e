import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { stateHash } from '../board/hash.js';
import { RejectReason } from '../gen/swarmboard/v1/enums_pb.js';
import { EventSchema } from '../gen/swarmboard/v1/event_pb.js';
import { LeftReason, ServerFrameSchema } from '../gen/swarmboard/v1/wire_pb.js';
import { clientIdOf, FakeServer } from '../testing/fake-server.js';
import { unhex } from './sync-client.js';
import { FakeTab } from '../testing/fake-tab.js';

const S = 's1';

async function tabOn(server: FakeServer, number = 1): Promise<FakeTab> {
  const tab = new FakeTab(server, clientIdOf(number));
  await tab.sync.follow(S);
  tab.connect();
  tab.settle();
  return tab;
}

function texts(tab: FakeTab): string[] {
  const notes = tab.sync.stream(S)?.view.all('note') ?? [];
  return notes.map((note) => note.body.text ?? '').sort();
}

describe('SyncClient', () => {
  it('shows a card to its author at once and counts it as waiting until its event comes back', async () => {
    const tab = await tabOn(new FakeServer());
    await tab.note(S, 'n1', 'one');
    expect(texts(tab)).toEqual(['one']);
    expect(tab.sync.waiting).toBe(1);
    tab.settle();
    expect(tab.sync.waiting).toBe(0);
    expect(tab.saved).toEqual([1n]);
    expect((await tab.outbox.load(tab.clientId)).commands).toEqual([]);
  });

  it('shows a card to another client', async () => {
    const server = new FakeServer();
    const [one, other] = [await tabOn(server, 1), await tabOn(server, 2)];
    await one.note(S, 'n1', 'one');
    one.settle();
    other.settle();
    expect(texts(other)).toEqual(['one']);
  });

  it('sends frozen bytes again after a cut, and the card exists once', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server);
    await tab.note(S, 'n1', 'one');
    tab.up(); // Decided, but the answer is lost.
    tab.cut();
    await tab.note(S, 'n2', 'two');
    tab.connect();
    tab.settle();
    expect(server.stream(S).events.length).toBe(2);
    expect(server.problems).toEqual([]);
    expect(texts(tab)).toEqual(['one', 'two']);
    expect(tab.saved).toEqual([1n, 2n]);
  });

  it('sends what a killed tab left, under its own client id, exactly once', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server);
    await tab.note(S, 'n1', 'one');
    tab.up();
    await tab.note(S, 'n2', 'two');
    await tab.killAndReopen([S]);
    expect(texts(tab)).toEqual(['one', 'two']);
    tab.connect();
    tab.settle();
    expect(server.stream(S).events.map((event) => event.cmdNo)).toEqual([1n, 2n]);
    expect(server.problems).toEqual([]);
    expect(tab.sync.waiting).toBe(0);
    await tab.note(S, 'n3', 'three');
    tab.settle();
    expect(server.stream(S).events.length).toBe(3);
  });

  it('resumes with the tail and applies nothing twice', async () => {
    const server = new FakeServer();
    const [one, other] = [await tabOn(server, 1), await tabOn(server, 2)];
    await one.note(S, 'n1', 'one');
    one.settle();
    other.settle();
    other.cut();
    await one.note(S, 'n2', 'two');
    one.settle();
    other.connect();
    other.settle();
    expect(texts(other)).toEqual(['one', 'two']);
    expect(other.sync.stream(S)?.seq).toBe(2n);
  });

  it('takes a snapshot when the epoch has changed', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server);
    await tab.note(S, 'n1', 'one');
    tab.settle();
    tab.cut();
    server.epoch = 8n;
    tab.connect();
    tab.settle();
    expect(texts(tab)).toEqual(['one']);
    expect(tab.sync.stream(S)?.position?.epoch).toBe(8n);
  });

  it('refuses a batch that leaves a gap, and asks again from where it stands', async () => {
    const server = new FakeServer();
    const [one, other] = [await tabOn(server, 1), await tabOn(server, 2)];
    await one.note(S, 'n1', 'one');
    one.settle();
    other.link?.down.shift(); // Lost by a fault.
    await one.note(S, 'n2', 'two');
    one.settle();
    other.settle();
    expect(texts(other)).toEqual(['one', 'two']);
    expect(other.link?.isOpen).toBe(true);
  });

  it('takes over the head of a tick as its position: what lay between was not for it (W11)', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server);
    const heads = [{ streamRef: server.stream(S).ref, head: 4n, chain: 9n }];
    tab.sync.receive(create(ServerFrameSchema, { body: { case: 'tick', value: { heads } } }));
    expect(tab.sync.stream(S)?.position).toMatchObject({ seq: 4n, chain: 9n });
  });

  it('does not take the echo of somebody else for its own (R1)', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server);
    await tab.note(S, 'n1', 'one');
    const clientId = unhex(tab.clientId);
    const event = create(EventSchema, { seq: 1n, actor: 'mallory', clientId, cmdNo: 1n });
    server.append(server.stream(S), event);
    tab.down();
    expect(tab.sync.waiting).toBe(1);
  });

  it('sends a refused command again to a server that died before it wrote the refusal (R15)', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server);
    await tab.note(S, 'n1', 'no');
    tab.settle();
    server.stream(S).clients.clear();
    tab.cut();
    tab.connect();
    tab.settle();
    await tab.note(S, 'n2', 'two');
    tab.settle();
    expect(server.stream(S).events.map((event) => event.cmdNo)).toEqual([2n]);
    expect(tab.identitiesLost).toBe(0);
    expect(server.problems).toEqual([]);
  });

  it('deletes its copy of a stream that is not for it any more, and gives the words back (W8)', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server);
    await tab.note(S, 'n1', 'one');
    tab.settle();
    await tab.note(S, 'n2', 'two');
    const sub = tab.sync.stream(S)?.sub ?? 0;
    const value = { sub, reason: LeftReason.REMOVED };
    tab.sync.receive(create(ServerFrameSchema, { body: { case: 'left', value } }));
    expect(texts(tab)).toEqual([]);
    expect(tab.refused.length).toBe(1);
    expect(tab.sync.waiting).toBe(0);
  });

  it('settles a refusal on the merits, keeps the text, and goes on with the next number', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server);
    await tab.note(S, 'n1', 'no');
    await tab.note(S, 'n2', 'yes');
    tab.settle();
    expect(tab.refused.map((r) => r.reason)).toEqual([RejectReason.NOT_ALLOWED]);
    expect(texts(tab)).toEqual(['yes']);
    expect(server.problems).toEqual([]);
  });

  it('learns of a refusal that it missed, at the next join', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server);
    await tab.note(S, 'n1', 'no');
    tab.up();
    tab.cut();
    tab.connect();
    tab.settle();
    expect(tab.refused.length).toBe(1);
    expect(tab.sync.waiting).toBe(0);
  });

  it('waits and sends again after a refusal for circumstances', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server);
    server.turnAway = RejectReason.READ_ONLY;
    await tab.note(S, 'n1', 'one');
    await tab.note(S, 'n2', 'two');
    tab.settle();
    expect(tab.isReadOnly).toBe(true);
    expect(tab.sync.waiting).toBe(2);
    server.turnAway = undefined;
    tab.clock.advance(100);
    tab.settle();
    tab.clock.advance(100);
    tab.settle();
    expect(tab.isReadOnly).toBe(false);
    expect(server.stream(S).events.map((event) => event.cmdNo)).toEqual([1n, 2n]);
    expect(tab.sync.waiting).toBe(0);
  });

  it('keeps at most the number in flight that the server allows', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server);
    for (let i = 1; i <= 6; i++) await tab.note(S, `n${i}`, `t${i}`);
    expect(tab.link?.up.length).toBe(4);
    tab.settle();
    expect(server.stream(S).events.length).toBe(6);
  });

  it('gives the words back when the server has forgotten the client', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server);
    await tab.note(S, 'n1', 'one');
    tab.settle();
    server.stream(S).clients.clear(); // Restored from an older backup.
    await tab.note(S, 'n2', 'two');
    tab.settle();
    expect(tab.refused.map((r) => r.reason)).toEqual([RejectReason.UNKNOWN_CLIENT]);
    expect(tab.identitiesLost).toBe(1);
  });

  const seeds = Number(process.env['SWARMBOARD_SEEDS'] ?? '200');
  it(`keeps every promise under random faults, ${seeds} seeds`, async () => {
    for (let seed = 1; seed <= seeds; seed++) await faults(seed);
  }, 120_000);
});

/** Three tabs write; frames are delayed and lost, tabs are killed. Every card arrives exactly once. */
async function faults(seed: number): Promise<void> {
  const random = generator(seed);
  const server = new FakeServer();
  const tabs = await Promise.all([1, 2, 3].map((number) => tabOn(server, number)));
  const written: string[] = [];
  for (let step = 0; step < 80; step++) {
    const tab = tabs[Math.floor(random() * tabs.length)];
    if (tab === undefined) continue;
    const dice = random();
    if (dice < 0.35) {
      const id = `n${seed}x${step}`;
      written.push(id);
      await tab.note(S, id, random() < 0.1 ? 'no' : id);
    } else if (dice < 0.6) tab.up(1 + Math.floor(random() * 3));
    else if (dice < 0.85) tab.down(1 + Math.floor(random() * 3));
    else if (dice < 0.92) tab.cut();
    else if (dice < 0.95) await tab.killAndReopen([S]);
    else tab.connect();
  }
  for (const tab of tabs) {
    tab.cut();
    tab.connect();
  }
  for (let round = 0; round < 3; round++) {
    for (const tab of tabs) {
      tab.settle();
      tab.clock.advance(3000);
    }
  }
  const there = server
    .stream(S)
    .state.all('note')
    .map((note) => note.id);
  // A tab that takes over an outbox may tell a refusal again; nobody told it to this tab before.
  const refused = new Set(tabs.flatMap((tab) => tab.refused.map((r) => idOf(r.command))));
  expect([...there, ...refused].sort(), `seed ${seed}`).toEqual([...written].sort());
  expect(server.problems, `seed ${seed}`).toEqual([]);
  const hash = stateHash(server.stream(S).state);
  for (const tab of tabs) {
    expect(tab.sync.waiting, `seed ${seed}`).toBe(0);
    expect(
      stateHash(tab.sync.stream(S)?.confirmed ?? server.stream('').state),
      `seed ${seed}`,
    ).toBe(hash);
  }
}

function idOf(command: { body: { case?: string | undefined; value?: unknown } }): string {
  const value = command.body.value as { record?: { id: string } };
  return value.record?.id ?? '';
}

/** Mulberry32: small, and the same everywhere. */
function generator(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

import { describe, expect, it } from 'vitest';
import { kindOf } from '../board/state.js';
import { RejectReason } from '../gen/swarmboard/v1/enums_pb.js';
import { command } from '../testing/builders.js';
import { clientIdOf, FakeServer } from '../testing/fake-server.js';
import { FakeTab } from '../testing/fake-tab.js';
import { stateOfSnapshot } from './resume.js';
import { snapshotOf } from './history.js';

const LIBRARY = '';
const S = 's1';

async function tabOn(server: FakeServer, ...streams: string[]): Promise<FakeTab> {
  const tab = new FakeTab(server, clientIdOf(1));
  for (const stream of streams) await tab.sync.follow(stream);
  tab.connect();
  tab.settle();
  return tab;
}

function comeBack(tab: FakeTab): void {
  tab.cut();
  tab.connect();
  tab.settle();
}

describe('a restored server', () => {
  it('is noticed, and what was seen is handed on before it is replaced (R25)', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server, S);
    for (const text of ['one', 'two', 'three']) await tab.note(S, text, text);
    tab.settle();
    server.restore(S, 1);
    comeBack(tab);
    expect(tab.seen.length).toBe(1);
    const seen = tab.seen[0];
    expect(seen?.change).toBe('new-epoch');
    expect(seen?.position.seq).toBe(3n);
    expect(seen?.state.all('note').map((note) => note.id)).toEqual(['one', 'two', 'three']);
    expect(
      tab.sync
        .stream(S)
        ?.view.all('note')
        .map((note) => note.id),
    ).toEqual(['one']);
    const again = seen === undefined ? undefined : stateOfSnapshot(snapshotOf(seen));
    expect(again?.all('note').length).toBe(3);
  });

  it('takes a new client before anything is written, and sends nothing again by itself', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server, S);
    for (const text of ['one', 'two', 'three']) await tab.note(S, text, text);
    tab.settle();
    server.restore(S, 1);
    comeBack(tab);
    expect(tab.identitiesLost).toBe(1);
    expect(tab.refused).toEqual([]);
    expect(server.stream(S).events.length).toBe(1);
  });

  it('lets what still waited go on when its number fits', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server, S);
    await tab.note(S, 'one', 'one');
    tab.settle();
    tab.cut();
    await tab.note(S, 'two', 'two');
    server.restore(S, 1);
    tab.connect();
    tab.settle();
    expect(tab.identitiesLost).toBe(0);
    expect(server.stream(S).events.map((event) => event.cmdNo)).toEqual([1n, 2n]);
    expect(server.problems).toEqual([]);
  });

  it('gives back a change of a text, whose base was a moment of the other history (R66)', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server, S);
    await tab.note(S, 'one', 'one');
    tab.settle();
    tab.cut();
    const target = { kind: kindOf('note'), id: 'one' };
    const value = { target, field: 2, baseSeq: 1n, change: {} };
    await tab.sync.submit(S, command({ case: 'textEdit', value }));
    server.restore(S, 1);
    tab.connect();
    tab.settle();
    expect(tab.refused.map(({ reason }) => reason)).toEqual([RejectReason.UNKNOWN_CLIENT]);
    expect(tab.identitiesLost).toBe(1);
    expect(server.stream(S).events.length).toBe(1);
  });

  it('gives back what still waited when its number does not fit', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server, S);
    for (const text of ['one', 'two']) await tab.note(S, text, text);
    tab.settle();
    tab.cut();
    await tab.note(S, 'three', 'three');
    server.restore(S, 1);
    tab.connect();
    tab.settle();
    expect(tab.refused.length).toBe(1);
    expect(tab.identitiesLost).toBe(1);
    expect(server.stream(S).events.length).toBe(1);
  });

  it('does not judge a second time what it had refused', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server, S);
    await tab.note(S, 'one', 'one');
    await tab.note(S, 'two', 'no');
    tab.settle();
    expect(tab.refused.length).toBe(1);
    server.restore(S, 1);
    comeBack(tab);
    expect(server.stream(S).events.length).toBe(1);
    expect(tab.refused.length).toBe(1);
    expect((await tab.outbox.load(tab.clientId)).commands).toEqual([]);
  });

  it('asks every stream before the client is given up, so that no copy is lost', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server, LIBRARY, S);
    for (const text of ['one', 'two']) await tab.note(LIBRARY, text, text);
    for (const text of ['a', 'b']) await tab.note(S, text, text);
    tab.settle();
    server.restore(LIBRARY, 1);
    server.epoch -= 1n; // One restore of both.
    server.restore(S, 1);
    comeBack(tab);
    expect(tab.seen.map((seen) => seen.stream).sort()).toEqual([LIBRARY, S]);
    expect(tab.identitiesLost).toBe(1);
  });

  it.each([
    ['the library is followed first', [LIBRARY, S]],
    ['the session is followed first', [S, LIBRARY]],
    ['only the session is followed', [S]],
  ])('keeps a session that was opened after the backup: %s', async (_, streams) => {
    const server = new FakeServer();
    const tab = await tabOn(server, ...streams);
    await tab.note(S, 'one', 'one');
    tab.settle();
    server.restore(S, 0);
    comeBack(tab);
    await tab.sync.follow(LIBRARY);
    tab.settle();
    expect(tab.seen.map((seen) => seen.stream)).toContain(S);
    const seen = tab.seen.find(({ stream }) => stream === S);
    expect(seen?.state.all('note').length).toBe(1);
  });

  it('keeps nothing of a session that vanished within one epoch (W8)', async () => {
    const server = new FakeServer();
    const tab = await tabOn(server, LIBRARY, S);
    await tab.note(S, 'one', 'one');
    tab.settle();
    server.gone.add(S); // Taken off the list while away: the answer is the same.
    comeBack(tab);
    expect(tab.seen).toEqual([]);
    expect(tab.sync.stream(S)?.confirmed.size).toBe(0);
  });
});

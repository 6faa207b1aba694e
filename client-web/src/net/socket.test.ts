import { create, fromBinary, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ClientMessageSchema,
  FatalReason,
  ServerFrameSchema,
  ServerMessageSchema,
} from '../gen/swarmboard/v1/wire_pb.js';
import { FakeClock } from '../testing/fake-clock.js';
import { ServerClock } from './clock.js';
import { Socket, type LinkStatus, type TicketAnswer } from './socket.js';

type Body = NonNullable<MessageInitShape<typeof ServerFrameSchema>['body']>;

class FakeWebSocket {
  static readonly OPEN = 1;
  readyState = 0;
  binaryType = '';
  onopen: (() => void) | undefined;
  onmessage: ((event: { data: unknown }) => void) | undefined;
  onclose: ((event: { code: number; reason: string }) => void) | undefined;
  readonly sent: string[] = [];

  send(bytes: Uint8Array): void {
    for (const frame of fromBinary(ClientMessageSchema, bytes).frames) {
      this.sent.push(frame.body.case ?? '');
    }
  }

  close(): void {
    this.readyState = 3;
  }

  opens(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  says(...bodies: Body[]): void {
    const frames = bodies.map((body) => create(ServerFrameSchema, { body }));
    const bytes = toBinary(ServerMessageSchema, create(ServerMessageSchema, { frames }));
    this.onmessage?.({ data: new Uint8Array(bytes).buffer });
  }

  drops(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code, reason: '' });
  }
}

const welcome: Body = { case: 'welcome', value: { serverWallMs: 1_700_000_000_000n } };

class World {
  readonly clock = new FakeClock();
  readonly sockets: FakeWebSocket[] = [];
  readonly statuses: LinkStatus[] = [];
  ticket: TicketAnswer = { ok: true, ticket: 't' };
  isVisible = true;
  opened = 0;
  closed = 0;
  readonly socket = new Socket({
    url: 'ws://test/ws/team',
    clientId: new Uint8Array(16),
    ticket: () => Promise.resolve(this.ticket),
    clock: new ServerClock(),
    environment: {
      open: () => {
        const socket = new FakeWebSocket();
        this.sockets.push(socket);
        return socket as unknown as WebSocket;
      },
      nowMs: this.clock.nowMs,
      random: () => 0.5,
      isVisible: () => this.isVisible,
      after: this.clock.after,
    },
    onOpen: () => (this.opened += 1),
    onFrame: () => undefined,
    onClosed: () => (this.closed += 1),
    onStatus: (status) => this.statuses.push(status),
  });

  get last(): FakeWebSocket {
    const last = this.sockets.at(-1);
    if (last === undefined) throw new Error('no socket was opened');
    return last;
  }

  async connect(): Promise<void> {
    this.socket.start();
    await settle();
    this.last.opens();
    this.last.says(welcome);
  }

  async pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 100) {
      this.clock.advance(100);
      await settle();
    }
  }
}

async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

describe('Socket', () => {
  beforeEach(() => {
    vi.stubGlobal('WebSocket', FakeWebSocket);
  });

  it('says hello first and is live after the welcome', async () => {
    const world = new World();
    await world.connect();
    expect(world.last.sent[0]).toBe('hello');
    expect(world.statuses).toEqual(['live']);
    expect(world.opened).toBe(1);
  });

  it('connects again after a drop', async () => {
    const world = new World();
    await world.connect();
    world.last.drops();
    expect(world.statuses.at(-1)).toBe('offline');
    expect(world.closed).toBe(1);
    await world.pass(1000);
    expect(world.sockets.length).toBe(2);
    world.last.opens();
    world.last.says(welcome);
    expect(world.statuses.at(-1)).toBe('live');
  });

  it('is slow after 3 s of silence and live again with the next byte', async () => {
    const world = new World();
    await world.connect();
    await world.pass(3600);
    expect(world.statuses.at(-1)).toBe('slow');
    world.last.says({ case: 'tick', value: {} });
    expect(world.statuses.at(-1)).toBe('live');
  });

  it('opens a second socket after 6 s and gives the first up only when that one is welcome', async () => {
    const world = new World();
    await world.connect();
    const first = world.last;
    await world.pass(6700);
    expect(world.statuses.at(-1)).toBe('offline');
    expect(world.sockets.length).toBe(2);
    expect(first.readyState).toBe(1);
    world.last.opens();
    world.last.says(welcome);
    expect(first.readyState).toBe(3);
    expect(world.statuses.at(-1)).toBe('live');
    first.drops(); // The late end of the dead socket does not touch the living one.
    expect(world.statuses.at(-1)).toBe('live');
  });

  it('stays quiet when its own second connection takes over (W5)', async () => {
    const world = new World();
    await world.connect();
    const first = world.last;
    await world.pass(6700);
    world.last.opens();
    first.says({ case: 'fatal', value: { reason: FatalReason.REPLACED } });
    expect(world.statuses.at(-1)).toBe('offline');
    world.last.says(welcome);
    expect(world.statuses.at(-1)).toBe('live');
  });

  it('is patient as long as a tick has said, and then no longer (W11)', async () => {
    const world = new World();
    await world.connect();
    await world.pass(3000); // The quick pings at the start are over.
    world.last.says({ case: 'tick', value: { nextMs: 15_000 } });
    await world.pass(14_000);
    expect(world.statuses.at(-1)).toBe('live');
    await world.pass(2000);
    expect(world.statuses.at(-1)).toBe('slow');
  });

  it('expects an answer soon to what it sends, however still the team is', async () => {
    const world = new World();
    await world.connect();
    await world.pass(3000);
    world.last.says({ case: 'tick', value: { nextMs: 15_000 } });
    await world.pass(1000);
    world.socket.wake(); // It pings.
    await world.pass(3600);
    expect(world.statuses.at(-1)).toBe('slow');
    world.last.says({ case: 'pong', value: {} });
    world.last.says({ case: 'tick', value: { nextMs: 15_000 } });
    expect(world.statuses.at(-1)).toBe('live');
    await world.pass(6000);
    expect(world.statuses.at(-1)).toBe('live');
  });

  it('does not judge the silence of a hidden tab', async () => {
    const world = new World();
    world.isVisible = false;
    await world.connect();
    await world.pass(10_000);
    expect(world.statuses).toEqual(['live']);
  });

  it('stops where nobody is signed in, and asks again when woken', async () => {
    const world = new World();
    world.ticket = { ok: false, why: 'denied' };
    world.socket.start();
    await settle();
    expect(world.statuses).toEqual(['denied']);
    await world.pass(60_000);
    expect(world.sockets.length).toBe(0);
    world.ticket = { ok: true, ticket: 't' };
    world.socket.wake();
    await settle();
    expect(world.sockets.length).toBe(1);
  });

  it('tells an old page to reload, also when only the close code arrived', async () => {
    const world = new World();
    await world.connect();
    world.last.drops(4426);
    expect(world.statuses.at(-1)).toBe('old');
    const other = new World();
    await other.connect();
    other.last.says({ case: 'fatal', value: { reason: FatalReason.CLIENT_TOO_OLD } });
    expect(other.statuses.at(-1)).toBe('old');
  });

  it('goes away for as long as the server asks', async () => {
    const world = new World();
    await world.connect();
    world.last.says({ case: 'goAway', value: { retryAfterMs: 5000 } });
    await world.pass(4900);
    expect(world.sockets.length).toBe(1);
    await world.pass(200);
    expect(world.sockets.length).toBe(2);
  });
});

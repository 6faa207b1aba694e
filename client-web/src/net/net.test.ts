// The small parts of the network layer that are plain functions.
import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { ClientFrameSchema, type ClientFrame } from '../gen/swarmboard/v1/wire_pb.js';
import { reconnectDelayMs } from './backoff.js';
import { ServerClock } from './clock.js';
import { decodeMessage, encodeMessages } from './codec.js';
import { liveness } from './liveness.js';

describe('reconnectDelayMs', () => {
  it('is spread over the whole range, doubles, and ends at 30 s', () => {
    expect(reconnectDelayMs(0, 0)).toBe(0);
    expect(reconnectDelayMs(0, 0.999)).toBeLessThan(1000);
    expect(reconnectDelayMs(3, 0.5)).toBe(4000);
    expect(reconnectDelayMs(50, 0.5)).toBe(15_000);
  });
});

describe('liveness', () => {
  it('is slow half a second late, offline 3 s late, and says nothing about a hidden tab', () => {
    expect([-2500, 400, 500, 2900, 3000].map((ms) => liveness(ms, true))).toEqual([
      'live',
      'live',
      'slow',
      'slow',
      'offline',
    ]);
    expect(liveness(60_000, false)).toBe('live');
  });
});

describe('ServerClock', () => {
  it('finds the offset from the quickest round trip', () => {
    const clock = new ServerClock();
    clock.addPong(1000, 501_050, 1100);
    expect(clock.nowMs(1100)).toBe(501_100);
    clock.addPong(2000, 502_900, 3000); // Slow and lopsided: not believed.
    expect(clock.nowMs(3000)).toBe(503_000);
  });

  it('moves slowly towards a small correction and jumps to a big one', () => {
    const clock = new ServerClock();
    clock.addPong(0, 1_000_000, 10);
    const before = clock.nowMs(1010) ?? 0;
    clock.addPong(1000, 1_001_500, 1004);
    expect(Math.abs((clock.nowMs(1010) ?? 0) - before)).toBeLessThanOrEqual(51);
    clock.forget();
    clock.addPong(2000, 9_000_000, 2004);
    expect(clock.nowMs(2004)).toBe(9_000_002);
  });

  it('takes the hint of the welcome only while it knows nothing better', () => {
    const clock = new ServerClock();
    expect(clock.nowMs(5)).toBeUndefined();
    clock.hint(1000, 0);
    expect(clock.nowMs(5)).toBe(1005);
    clock.addPong(0, 2000, 0);
    clock.hint(9000, 0);
    expect(clock.nowMs(5)).toBe(2005);
  });
});

describe('codec', () => {
  const frame = (size: number): ClientFrame =>
    create(ClientFrameSchema, {
      body: { case: 'submit', value: { command: new Uint8Array(size) } },
    });

  it('keeps each message within the limits of the server', () => {
    const small = Array.from({ length: 150 }, () => frame(10));
    expect(encodeMessages(small).length).toBe(3);
    const big = Array.from({ length: 20 }, () => frame(30 * 1024));
    for (const message of encodeMessages(big)) expect(message.length).toBeLessThan(256 * 1024);
    expect(encodeMessages([])).toEqual([]);
  });

  it('answers unreadable bytes with a reason, not an exception', () => {
    expect(decodeMessage('text').ok).toBe(false);
    expect(decodeMessage(new Uint8Array([0xff, 0xff]).buffer).ok).toBe(false);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addNote } from '../testing/builders.js';
import {
  added,
  askedFor,
  decided,
  emptyPending,
  joined,
  nextCmdNo,
  passed,
  refused,
  restored,
  rewound,
  sendable,
  sent,
  settled,
  stored,
  type Pending,
  type PendingCommand,
} from './pending.js';

function commandOf(cmdNo: bigint, isStored = true): PendingCommand {
  return {
    clientId: '00',
    stream: 's1',
    cmdNo,
    command: new Uint8Array(),
    bodyHash: 0,
    baseSeq: 0n,
    madeAtMs: 0,
    intent: addNote(`n${cmdNo.toString()}`, 'text'),
    stored: isStored,
  };
}

function withCommands(count: number): Pending {
  let pending = emptyPending();
  for (let i = 0; i < count; i++) pending = added(pending, commandOf(nextCmdNo(pending)));
  return pending;
}

describe('pending', () => {
  it('sends nothing past a command that is not on the device yet', () => {
    let pending = added(emptyPending(), commandOf(1n, false));
    pending = added(pending, commandOf(2n));
    expect(sendable(pending, 32)).toEqual([]);
    expect(sendable(stored(pending, 1n), 32).map((c) => c.cmdNo)).toEqual([1n, 2n]);
  });

  it('goes on with the number after the highest ever given, also when nothing waits', () => {
    expect(nextCmdNo(restored([], 9n))).toBe(10n);
    expect(nextCmdNo(restored([commandOf(12n)], 9n))).toBe(13n);
  });

  it('does not send again what the server has decided', () => {
    const pending = joined(withCommands(3), 2n);
    expect(sendable(pending, 32).map((c) => c.cmdNo)).toEqual([3n]);
    expect(decided(pending).map((c) => c.cmdNo)).toEqual([1n, 2n]);
  });

  it('rewinds to the number that the server expects', () => {
    const pending = rewound(sent(withCommands(4), 4n), 2n);
    expect(sendable(pending, 32).map((c) => c.cmdNo)).toEqual([2n, 3n, 4n]);
  });

  it('sends a refused command again when a server that died asks for it (R15)', () => {
    let pending = refused(sent(withCommands(3), 3n), 1n);
    pending = askedFor(pending, 1n) ?? pending;
    expect(sendable(pending, 32).map((c) => c.cmdNo)).toEqual([1n, 2n, 3n]);
  });

  it('forgets a refused command when the log has passed it', () => {
    const { pending, gone } = passed(refused(withCommands(3), 1n), 2n);
    expect(gone.map((c) => c.cmdNo)).toEqual([1n]);
    expect(askedFor(pending, 1n)).toBeUndefined();
  });

  it('knows a server that has forgotten settled commands', () => {
    const pending = settled(settled(withCommands(3), 1n), 2n);
    expect(askedFor(pending, 3n)).toBeDefined();
    expect(askedFor(pending, 1n)).toBeUndefined();
  });

  it('never sends out of order, twice on one connection, or beyond the window', () => {
    const steps = fc.array(
      fc.oneof(fc.constant('add'), fc.constant('send'), fc.constant('settle'), fc.constant('cut')),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5 }), (plan, window) => {
        let pending = emptyPending();
        let flying: bigint[] = [];
        for (const step of plan) {
          if (step === 'add') pending = added(pending, commandOf(nextCmdNo(pending)));
          if (step === 'cut') {
            // The server had decided what it got; the answers were lost.
            pending = joined(pending, flying.at(-1) ?? pending.decidedTo);
            flying = [];
            for (const command of decided(pending)) pending = settled(pending, command.cmdNo);
          }
          if (step === 'settle') {
            const first = flying.shift();
            if (first !== undefined) pending = settled(pending, first);
          }
          if (step === 'send') {
            const ready = sendable(pending, window).map((c) => c.cmdNo);
            for (const cmdNo of ready) {
              expect(flying).not.toContain(cmdNo);
              flying.push(cmdNo);
            }
            expect(flying.length).toBeLessThanOrEqual(window);
            expect(flying).toEqual([...flying].sort((a, b) => (a < b ? -1 : 1)));
            pending = sent(pending, ready.at(-1) ?? 0n);
          }
        }
      }),
    );
  });
});

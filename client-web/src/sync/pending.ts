// The commands of one tab on one stream that are not settled yet: small immutable values and pure
// functions. The rules are docs/protocol.md, "commands": numbers without gaps, frozen bytes, the
// author's own event as the acknowledgement.
import type { Command } from '../gen/swarmboard/v1/command_pb.js';
import type { FrozenCommand } from './outbox.js';

export interface PendingCommand extends FrozenCommand {
  readonly intent: Command;
  /** On this device's disk: only then may it be sent. */
  readonly stored: boolean;
}

export interface Pending {
  readonly commands: readonly PendingCommand[]; // By ascending number.
  /** Refused, but perhaps not yet in the server's log: it may ask for their bytes again (R15). */
  readonly refused: readonly PendingCommand[];
  readonly lastCmdNo: bigint; // Highest number given out.
  readonly sentTo: bigint; // Highest number sent on this connection.
  readonly decidedTo: bigint; // Highest number the server has decided, as it said at the join.
}

export function emptyPending(lastCmdNo = 0n): Pending {
  return { commands: [], refused: [], lastCmdNo, sentTo: 0n, decidedTo: 0n };
}

/** What a closed tab left behind. */
export function restored(commands: readonly PendingCommand[], lastCmdNo: bigint): Pending {
  const sorted = [...commands].sort((a, b) => (a.cmdNo < b.cmdNo ? -1 : 1));
  const highest = sorted.at(-1)?.cmdNo ?? 0n;
  return { ...emptyPending(highest > lastCmdNo ? highest : lastCmdNo), commands: sorted };
}

export function nextCmdNo(pending: Pending): bigint {
  return pending.lastCmdNo + 1n;
}

/** Precondition: the command has the number of nextCmdNo(). */
export function added(pending: Pending, command: PendingCommand): Pending {
  return {
    ...pending,
    commands: [...pending.commands, command],
    lastCmdNo: command.cmdNo,
  };
}

export function stored(pending: Pending, cmdNo: bigint): Pending {
  return {
    ...pending,
    commands: pending.commands.map((c) => (c.cmdNo === cmdNo ? { ...c, stored: true } : c)),
  };
}

/** What may be sent now, in order: nothing overtakes a command that is not on the device yet. */
export function sendable(pending: Pending, inFlightMax: number): PendingCommand[] {
  const inFlight = pending.commands.filter((c) => isOpen(pending, c) && c.cmdNo <= pending.sentTo);
  const ready: PendingCommand[] = [];
  for (const command of pending.commands) {
    if (!isOpen(pending, command) || command.cmdNo <= pending.sentTo) continue;
    if (!command.stored || inFlight.length + ready.length >= inFlightMax) break;
    ready.push(command);
  }
  return ready;
}

export function sent(pending: Pending, upTo: bigint): Pending {
  return upTo > pending.sentTo ? { ...pending, sentTo: upTo } : pending;
}

/** Confirmed by its event. */
export function settled(pending: Pending, cmdNo: bigint): Pending {
  return { ...pending, commands: pending.commands.filter((c) => c.cmdNo !== cmdNo) };
}

/** Refused on the merits: settled for its author, kept for a server that may have to ask again. */
export function refused(pending: Pending, cmdNo: bigint): Pending {
  const command = pending.commands.find((c) => c.cmdNo === cmdNo);
  if (command === undefined) return pending;
  return { ...settled(pending, cmdNo), refused: [...pending.refused, command] };
}

/** The server's log holds everything up to this number: older refusals need not be kept. */
export function passed(
  pending: Pending,
  cmdNo: bigint,
): { pending: Pending; gone: PendingCommand[] } {
  const gone = pending.refused.filter((c) => c.cmdNo <= cmdNo);
  if (gone.length === 0) return { pending, gone };
  return { pending: { ...pending, refused: pending.refused.filter((c) => c.cmdNo > cmdNo) }, gone };
}

/** The server refused for circumstances: everything from this number on is to be sent again. */
export function rewound(pending: Pending, fromCmdNo: bigint): Pending {
  return fromCmdNo <= pending.sentTo ? { ...pending, sentTo: fromCmdNo - 1n } : pending;
}

/**
 * The server asks for this number. Undefined: we no longer have everything from there on, so its past
 * is not ours.
 */
export function askedFor(pending: Pending, expectedCmdNo: bigint): Pending | undefined {
  const again = pending.refused.filter((c) => c.cmdNo >= expectedCmdNo);
  const commands = [...again, ...pending.commands].sort((a, b) => (a.cmdNo < b.cmdNo ? -1 : 1));
  const first = commands[0]?.cmdNo ?? nextCmdNo(pending);
  if (expectedCmdNo < first || expectedCmdNo > nextCmdNo(pending)) return undefined;
  return {
    ...pending,
    commands,
    refused: pending.refused.filter((c) => c.cmdNo < expectedCmdNo),
    sentTo: expectedCmdNo - 1n,
    decidedTo: pending.decidedTo < expectedCmdNo ? pending.decidedTo : expectedCmdNo - 1n,
  };
}

/** The connection is new: nothing is in flight, and the server said how far it has decided. */
export function joined(pending: Pending, lastCmdNo: bigint): Pending {
  return {
    ...pending,
    sentTo: lastCmdNo,
    decidedTo: lastCmdNo,
    lastCmdNo: lastCmdNo > pending.lastCmdNo ? lastCmdNo : pending.lastCmdNo,
  };
}

/** Decided by the server, while their events may still be on the way. */
export function decided(pending: Pending): PendingCommand[] {
  return pending.commands.filter((c) => !isOpen(pending, c));
}

function isOpen(pending: Pending, command: PendingCommand): boolean {
  return command.cmdNo > pending.decidedTo;
}

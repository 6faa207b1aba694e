// Raised hands as presence carries them, and the queue that everybody sees. A hand says what it is
// for and since when, by the server's clock as its owner knows it; whoever leads says whom they call.
// Texts come from other people's clients: what cannot be read is no hand. PURE.

export const handKinds = ['new-point', 'this-point', 'question', 'trouble'] as const;
export type HandKind = (typeof handKinds)[number];

export interface Hand {
  readonly member: string;
  readonly kind: HandKind;
  readonly atMs: number;
}

export interface Call {
  readonly member: string;
  readonly kind: HandKind;
  readonly atMs: number;
}

export interface Hands {
  /** Those who wait, the longest first. */
  readonly queue: readonly Hand[];
  /** Who was called last and speaks now. */
  readonly floor: Call | undefined;
}

const RAISED = /^raise:([a-z-]{1,20}):(\d{1,15})$/;
const CALLED = /^call:([a-z-]{1,20}):(\d{1,15}):(.{1,200})$/;

export function raisedText(kind: HandKind, atMs: number): string {
  return `raise:${kind}:${Math.floor(atMs)}`;
}

export function calledText(hand: Hand, atMs: number): string {
  return `call:${hand.kind}:${Math.floor(atMs)}:${hand.member}`;
}

/** `slots`: member and text of the slot. Only whoever leads calls. */
export function handsOf(
  slots: readonly (readonly [member: string, text: string])[],
  leader: string,
): Hands {
  const calls = slots.filter(([member]) => member === leader).map(([, text]) => callOf(text));
  const floor = calls.find((call) => call !== undefined);
  const queue = slots
    .map(([member, text]) => handOf(member, text))
    .filter((hand) => hand !== undefined)
    .filter((hand) => !isCalled(hand, floor))
    .sort((a, b) => a.atMs - b.atMs || a.member.localeCompare(b.member));
  return { queue, floor };
}

/** The hand that this slot holds, called or not. */
export function handOf(member: string, text: string): Hand | undefined {
  const [, kind = '', atMs = ''] = RAISED.exec(text) ?? [];
  return isKind(kind) ? { member, kind, atMs: Number(atMs) } : undefined;
}

export function isCalled(hand: Hand, floor: Call | undefined): boolean {
  return floor?.member === hand.member && floor.atMs >= hand.atMs;
}

/** Which one in the queue, from 1; 0: not in it. */
export function placeIn(queue: readonly Hand[], member: string): number {
  return queue.findIndex((hand) => hand.member === member) + 1;
}

function callOf(text: string): Call | undefined {
  const [, kind = '', atMs = '', member = ''] = CALLED.exec(text) ?? [];
  return isKind(kind) ? { member, kind, atMs: Number(atMs) } : undefined;
}

function isKind(text: string): text is HandKind {
  return (handKinds as readonly string[]).includes(text);
}

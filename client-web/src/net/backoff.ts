// How long to wait before the next connection: full jitter, so that a room that lost its server does
// not come back in step.

const FIRST_MS = 1000;
const MOST_MS = 30_000;

/** `attempt` counts from 0; `random` is in [0, 1). */
export function reconnectDelayMs(attempt: number, random: number): number {
  return random * Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
}

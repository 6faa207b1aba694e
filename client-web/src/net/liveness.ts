// What silence on a connection means. The server says something at least every 2.5 s (a tick), or, while
// nobody does anything in the team, as rarely as its last tick said; what is asked is answered within
// 2.5 s. Half a second beyond that is slow, 3 s are as good as offline: a person is told within 6 s of the
// last sign of life, the look at the clock and the drawing included. Only judged while the tab can be
// seen: hidden tabs are slowed down by the browser. PURE.

export const TICK_MS = 2500;
export const SLOW_LATE_MS = 500;
export const OFFLINE_LATE_MS = 3000;

export type Liveness = 'live' | 'slow' | 'offline';

/** `lateMs`: since when the server should have been heard; negative before that. */
export function liveness(lateMs: number, isVisible: boolean): Liveness {
  if (!isVisible) return 'live';
  if (lateMs >= OFFLINE_LATE_MS) return 'offline';
  return lateMs >= SLOW_LATE_MS ? 'slow' : 'live';
}

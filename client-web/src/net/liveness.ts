// What silence on a connection means. The server says something at least every 2.5 s (a tick), so 3 s
// of silence are slow and 6 s are as good as offline. Only judged while the tab can be seen: hidden
// tabs are slowed down by the browser. PURE.

export const SLOW_AFTER_MS = 3000;
export const OFFLINE_AFTER_MS = 6000;

export type Liveness = 'live' | 'slow' | 'offline';

export function liveness(silentMs: number, isVisible: boolean): Liveness {
  if (!isVisible) return 'live';
  if (silentMs >= OFFLINE_AFTER_MS) return 'offline';
  return silentMs >= SLOW_AFTER_MS ? 'slow' : 'live';
}

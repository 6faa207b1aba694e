// When to tell whoever leads that the room may be done with a stage: all are ready, or nobody has
// typed for a while. PURE.

export type Nudge = 'ready' | 'quiet' | undefined;

export const QUIET_MS = 90_000;

export interface RoomSigns {
  readonly ready: number;
  readonly present: number;
  /** Since anybody last typed, or since the stage began. */
  readonly quietMs: number;
  readonly isPaused: boolean;
}

export function nudgeOf(signs: RoomSigns): Nudge {
  if (signs.present < 2) return undefined;
  if (signs.ready >= signs.present) return 'ready';
  return signs.quietMs >= QUIET_MS && !signs.isPaused ? 'quiet' : undefined;
}

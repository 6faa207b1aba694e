import { describe, expect, it } from 'vitest';
import { nudgeOf, QUIET_MS } from './nudge.js';

const signs = { ready: 0, present: 3, quietMs: 0, isPaused: false };

describe('the nudge to move on', () => {
  it('comes when everybody is ready', () => {
    expect(nudgeOf({ ...signs, ready: 3 })).toBe('ready');
    expect(nudgeOf({ ...signs, ready: 2 })).toBeUndefined();
  });

  it('comes when nobody has typed for ninety seconds, not in a pause', () => {
    expect(nudgeOf({ ...signs, quietMs: QUIET_MS - 1 })).toBeUndefined();
    expect(nudgeOf({ ...signs, quietMs: QUIET_MS })).toBe('quiet');
    expect(nudgeOf({ ...signs, quietMs: QUIET_MS, isPaused: true })).toBeUndefined();
  });

  it('is for nobody who is alone', () => {
    expect(nudgeOf({ ...signs, present: 1, ready: 1 })).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { pillOf, type HealthFacts } from './health.js';

const calm: HealthFacts = { link: 'live', waiting: 0, isReadOnly: false, notice: '', isKept: true };

describe('the health pill', () => {
  it('is live only when the line is', () => {
    expect(pillOf(calm).kind).toBe('live');
    expect(pillOf({ ...calm, link: 'slow' }).kind).toBe('slow');
    expect(pillOf({ ...calm, link: 'connecting' }).kind).toBe('offline');
  });

  it('counts what waits while offline', () => {
    expect(pillOf({ ...calm, link: 'offline', waiting: 2 }).text).toBe('Offline, 2 waiting');
  });

  it('says when the server keeps nothing new', () => {
    expect(pillOf({ ...calm, isReadOnly: true, waiting: 1 })).toMatchObject({
      kind: 'read-only',
      text: 'Read only, 1 waiting',
    });
  });

  it('repeats what the server says of damage, and what becomes of unsent work', () => {
    const pill = pillOf({ ...calm, notice: 'The server found damage.', waiting: 1 });
    expect(pill).toMatchObject({ kind: 'read-only', text: 'Read only, 1 waiting' });
    expect(pill.help).toMatch(/^The server found damage\. It is kept on this device/);
  });

  it('never claims that a device keeps what it does not', () => {
    expect(pillOf({ ...calm, link: 'offline', waiting: 1 }).help).toContain('kept on this device');
    const unkept = pillOf({ ...calm, link: 'offline', waiting: 1, isKept: false });
    expect(unkept.help).toContain('leave the tab open');
  });
});

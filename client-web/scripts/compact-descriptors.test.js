import { describe, expect, it } from 'vitest';

import { compacted } from './compact-descriptors.js';

const run = (code) => new Function(`return ${code}`)();

describe('compacted descriptors', () => {
  const bytes = Array.from({ length: 1024 }, (_, at) => String.fromCharCode(at % 256)).join('');

  it('mean the same base64, whatever bytes they hold and however they are quoted', () => {
    for (const quote of ['"', '`']) {
      const before = `${quote}${btoa(bytes)}${quote}`;
      const after = compacted(before);
      expect(after).toMatch(/^btoa\("/);
      expect(run(after)).toBe(btoa(bytes));
    }
  });

  it('leave short strings and other code alone', () => {
    const code = 'f("AAAA", `${x}`, "not base64: ' + '-'.repeat(500) + '")';
    expect(compacted(code)).toBe(code);
  });

  it('leave a string alone that is no base64 of bytes', () => {
    const odd = `"${'A'.repeat(401)}"`; // One character too many: no such number of bytes.
    expect(compacted(odd)).toBe(odd);
  });
});

import { describe, expect, it } from 'vitest';
import { RejectReason } from '../gen/swarmboard/v1/enums_pb.js';
import { isDecided } from './unsigned.js';

describe('the answer to a card without a name', () => {
  it('decides when it is on disk or refused on the merits', () => {
    expect(isDecided(RejectReason.UNSPECIFIED)).toBe(true);
    expect(isDecided(RejectReason.WRONG_STAGE)).toBe(true);
  });

  it('decides nothing when circumstances stood in the way', () => {
    expect(isDecided(RejectReason.READ_ONLY)).toBe(false);
    expect(isDecided(RejectReason.RATE)).toBe(false);
  });
});

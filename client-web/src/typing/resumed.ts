// What was written over a text that has changed since. PURE.
import type { ChangeSet } from '@codemirror/state';
import type { Draft } from './draft.js';
import { difference } from './wire.js';

export interface Resumed {
  /** Of the text as it is now. */
  readonly changes: ChangeSet;
  /** Nobody has changed the place that was written at: no reader would be surprised. */
  readonly isClean: boolean;
}

export function resumed({ before, after }: Draft, now: string): Resumed {
  const ours = difference(before, after);
  const theirs = difference(before, now);
  let isClean = true;
  ours.iterChanges((from, to) => {
    if (theirs.touchesRange(from, to) !== false) isClean = false;
  });
  return { changes: ours.map(theirs), isClean };
}

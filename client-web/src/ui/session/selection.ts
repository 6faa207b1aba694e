// What the ticked cards have in common, and so what can be done with them.
import type { State } from '../../board/state.js';

export function canGroup(state: State, ids: readonly string[]): boolean {
  return (
    ids.length > 0 &&
    ids.every((id) => state.get('note', id) !== undefined || state.get('blocker', id) !== undefined)
  );
}

export function canMerge(state: State, ids: readonly string[]): boolean {
  return ids.length === 2 && ids.every((id) => state.get('objection', id) !== undefined);
}

// Taking back one's own acts, from the list or by key.
import { inverse, type Act } from '../../board/undo.js';
import type { BoardView } from '../context.js';

export function takeBack(board: BoardView, act: Act): void {
  const command = inverse(act, board.state);
  board.store?.forget(act);
  if (command !== undefined) board.submit(command);
}

/** The newest act that can still be taken back. */
export function lastAct(board: BoardView): Act | undefined {
  const acts = board.store?.acts ?? [];
  for (let i = acts.length - 1; i >= 0; i--) {
    const act = acts[i];
    if (act !== undefined && inverse(act, board.state) !== undefined) return act;
  }
  return undefined;
}

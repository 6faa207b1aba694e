// Raising and lowering one's hand, and calling the next. A hand survives a reload of the page.
import {
  calledText,
  handOf,
  handsOf,
  raisedText,
  type Hand,
  type HandKind,
  type Hands,
} from '../../board/hands.js';
import { seatOf } from '../../board/rules.js';
import { SeatState } from '../../gen/swarmboard/v1/enums_pb.js';
import type { Tab } from '../../tab.svelte.js';
import type { BoardView } from '../context.js';
import { setHand } from './bring.js';

export function handsNow(board: BoardView): Hands {
  const seat = seatOf(board.state);
  const leader = seat?.state === SeatState.HELD ? (seat.holder ?? '') : '';
  return handsOf(board.store?.hands ?? [], leader);
}

/** One's own hand, also while it is being called. */
export function ownHand(board: BoardView): Hand | undefined {
  return handOf(board.me, board.store?.here(board.me)?.hand ?? '');
}

export function raiseHand(tab: Tab, board: BoardView, kind: HandKind): void {
  const text = raisedText(kind, tab.serverNowMs());
  sessionStorage.setItem(keyOf(board), text);
  setHand(tab, board, text);
}

export function lowerHand(tab: Tab, board: BoardView): void {
  sessionStorage.removeItem(keyOf(board));
  setHand(tab, board, '');
}

/** After a reload: the server took the hand down with the line that broke. */
export function raiseAgain(tab: Tab, board: BoardView): void {
  const text = sessionStorage.getItem(keyOf(board)) ?? '';
  if (handOf(board.me, text) !== undefined) setHand(tab, board, text);
}

export function callHand(tab: Tab, board: BoardView, hand: Hand): void {
  setHand(tab, board, calledText(hand, Math.max(tab.serverNowMs(), hand.atMs)));
}

export function endCall(tab: Tab, board: BoardView): void {
  setHand(tab, board, '');
}

function keyOf(board: BoardView): string {
  return `swarmboard-hand-${board.session}`;
}

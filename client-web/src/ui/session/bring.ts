// What one says to everybody without a card: which card is shown, who has gone to it, who is ready,
// a hand. Nobody is moved while typing.
import { PresenceKind } from '../../gen/swarmboard/v1/wire_pb.js';
import type { Slot } from '../../store/room.svelte.js';
import { seatOf } from '../../board/rules.js';
import { SeatState } from '../../gen/swarmboard/v1/enums_pb.js';
import type { BoardView } from '../context.js';
import type { Tab } from '../../tab.svelte.js';

/** The card that whoever leads shows now; empty: none. */
export function shownCard(board: BoardView): string {
  const seat = seatOf(board.state);
  if (board.store === undefined || seat?.state !== SeatState.HELD) return '';
  return board.store.here(seat.holder ?? '')?.shows ?? '';
}

export function bringTo(tab: Tab, board: BoardView, card: string): void {
  setSlot(tab, board, PresenceKind.SELECTION, card);
}

/** Tells the others that this person is at the shown card. */
export function arriveAt(tab: Tab, board: BoardView, card: string): void {
  setSlot(tab, board, PresenceKind.CURSOR, card);
}

export function setReady(tab: Tab, board: BoardView, stage: string): void {
  setSlot(tab, board, PresenceKind.READY, stage);
}

/** Tells whoever leads now that this person would like the seat back. */
export function askForSeat(tab: Tab, board: BoardView, isWanted: boolean): void {
  setSlot(tab, board, PresenceKind.SEAT, isWanted ? 'seat' : '');
}

/** An empty text takes the hand, or the call, back. */
export function setHand(tab: Tab, board: BoardView, text: string): void {
  setSlot(tab, board, PresenceKind.HAND, text);
}

function setSlot(tab: Tab, board: BoardView, kind: Slot, text: string): void {
  if (tab.phase.kind === 'ready') tab.phase.room.setSlot(board.session, kind, text);
}

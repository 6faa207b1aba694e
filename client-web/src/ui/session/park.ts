// Keeping a card or a topic for another day.
import { dealIdOf } from '../../board/deal.js';
import { newRecord } from '../commands.js';
import type { BoardView } from '../context.js';
import type { RoomUi } from './room-ui.svelte.js';

const TEXT_MAX = 300;

/** `card`: the record that the topic comes from; empty: none. */
export function park(board: BoardView, ui: RoomUi | undefined, text: string, card = ''): void {
  const words = text.trim();
  if (words === '') return;
  const dealId = dealIdOf(board.state);
  const value = {
    text: words.length > TEXT_MAX ? `${words.slice(0, TEXT_MAX - 1)}…` : words,
    ...(card !== '' && { card }),
    ...(dealId !== undefined && { dealId }),
  };
  const command = newRecord('t', { case: 'parkedTopic', value });
  board.submit(command);
  if (ui !== undefined && command.body.case === 'editRecord') {
    ui.justParked = command.body.value.record?.id ?? '';
  }
}

/** Whether this card is parked already. */
export function isParked(board: BoardView, card: string): boolean {
  return board.state.all('parkedTopic').some((topic) => topic.body.card === card);
}

// Groups as the page changes them: the server takes the whole list of a group each time.
import { groupOf } from '../../board/moves.js';
import { command, freshId } from '../commands.js';
import type { BoardView } from '../context.js';

export function makeGroup(board: BoardView, ids: readonly string[], title: string): void {
  const value = { id: freshId('g'), ids: [...ids], title };
  board.submit(command({ case: 'groupCards', value }));
}

export function addToGroup(board: BoardView, group: string, ids: readonly string[]): void {
  const body = board.state.get('noteGroup', group);
  if (body === undefined) return;
  const all = [...new Set([...(body.members?.items ?? []), ...ids])];
  setMembers(board, group, all);
}

export function takeOut(board: BoardView, card: string): void {
  const group = groupOf(board.state, card);
  const body = board.state.get('noteGroup', group);
  if (group === undefined || body === undefined) return;
  setMembers(
    board,
    group,
    (body.members?.items ?? []).filter((id) => id !== card),
  );
}

export function dissolve(board: BoardView, group: string): void {
  setMembers(board, group, []);
}

function setMembers(board: BoardView, id: string, ids: string[]): void {
  const title = board.state.get('noteGroup', id)?.title ?? '';
  board.submit(command({ case: 'groupCards', value: { id, ids, title } }));
}

// What components get from above: the tab, and the board they show (a live one or a moment of a
// replay). Both are read; the only way to change anything is submit().
import { getContext, setContext } from 'svelte';
import type { State } from '../board/state.js';
import type { Command } from '../gen/swarmboard/v1/command_pb.js';
import type { BoardStore } from '../store/board-store.svelte.js';
import type { Tab } from '../tab.svelte.js';

export interface BoardView {
  readonly session: string;
  readonly state: State;
  /** Member id of the reader. */
  readonly me: string;
  readonly isReplay: boolean;
  /** Only of a live board. */
  readonly store: BoardStore | undefined;
  readonly submit: (command: Command) => void;
}

const tabKey = Symbol('tab');
const boardKey = Symbol('board');

export function provideTab(tab: Tab): void {
  setContext(tabKey, tab);
}

export function useTab(): Tab {
  return getContext<Tab>(tabKey);
}

export function provideBoard(board: BoardView): void {
  setContext(boardKey, board);
}

export function useBoard(): BoardView {
  return getContext<BoardView>(boardKey);
}

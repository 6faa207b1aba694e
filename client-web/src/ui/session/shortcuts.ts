// The keys of the room. Never active while somebody types or a dialog is open.
import { runningStage } from '../../board/rules.js';
import type { BoardView } from '../context.js';
import type { Tab } from '../../tab.svelte.js';
import { setReady } from './bring.js';
import type { RoomUi } from './room-ui.svelte.js';
import { lastAct, takeBack } from './undo.js';

export function onKey(event: KeyboardEvent, ui: RoomUi, board: BoardView, tab: Tab): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  // The field itself, also when it stands in a shadow root.
  const [field] = event.composedPath();
  if (isWriting(field) || ui.sheet !== undefined) return;
  const act = acts(ui, board, tab)[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
}

function acts(
  ui: RoomUi,
  board: BoardView,
  tab: Tab,
): Readonly<Partial<globalThis.Record<string, () => void>>> {
  return {
    n: () => ui.write(),
    d: () => toggleReady(board, tab),
    h: () => void toggleHand(board, tab),
    u: () => {
      const act = lastAct(board);
      if (act !== undefined) takeBack(board, act);
    },
    g: () => {
      if (ui.chosen.size > 0) ui.sheet = 'group';
    },
    v: () => goTo(ui, 'vote', '[data-part~="vote"] h2'),
    b: () => goTo(ui, 'board', '[data-section] h2'),
    s: () => goTo(ui, 'write', '#stage'),
    '?': () => (ui.sheet = 'keys'),
  };
}

export function toggleReady(board: BoardView, tab: Tab): void {
  const stage = runningStage(board.state)?.id ?? '';
  const isReady = board.store?.here(board.me)?.readyIn === stage;
  setReady(tab, board, isReady ? '' : stage);
}

async function toggleHand(board: BoardView, tab: Tab): Promise<void> {
  const hands = await import('./hands.js');
  if (hands.ownHand(board) === undefined) hands.raiseHand(tab, board, 'new-point');
  else hands.lowerHand(tab, board);
}

function goTo(ui: RoomUi, part: RoomUi['tab'], selector: string): void {
  ui.tab = part;
  requestAnimationFrame(() => {
    const place = document.querySelector<HTMLElement>(selector);
    if (place === null) return;
    place.tabIndex = -1;
    place.focus();
    place.scrollIntoView({ block: 'start' });
  });
}

function isWriting(target: EventTarget | undefined): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable) return true;
  return (
    ['TEXTAREA', 'SELECT'].includes(target.tagName) ||
    (target instanceof HTMLInputElement && !['checkbox', 'radio'].includes(target.type)) ||
    target.closest('[role=dialog],[role=menu]') !== null
  );
}

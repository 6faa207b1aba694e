// What closed tabs of this person left unsent in the texts of a board. Where nobody else has written at
// its place it is sent, as its writer meant it; otherwise it is offered. Either way only after the outbox
// of that tab is empty: what it holds comes first.
import { RejectReason } from '../gen/swarmboard/v1/enums_pb.js';
import type { Room } from '../store/room.svelte.js';
import { t } from '../text/index.js';
import { draftKeys } from './draft-keys.js';
import { keptDraft, type KeptDraft } from './draft.js';
import { draftLocks, letGo, offer, openText } from './open-text.js';
import { resumed } from './resumed.js';
import { textIn } from './session.js';

const LOOK_EVERY_MS = 500;
/** While the line is up. An outbox that is not empty by then holds something that was refused. */
const LOOKS_MAX = 60;

/** Runs until everything is dealt with, or until the board is left. */
export async function takeUpLeftovers(
  room: Room,
  stream: string,
  hasLeft: () => boolean,
): Promise<void> {
  for (const key of draftKeys(room.member, stream)) {
    const draft = keptDraft(key);
    // A writer who lives has the lock; a text that is not ours to read is left where it is.
    if (draft === undefined || !(await draftLocks.tryTake(key))) continue;
    const isReady = await drained(room, stream, draft, hasLeft);
    if (isReady) takeUp(room, stream, key, draft);
    else draftLocks.release(key);
  }
}

function takeUp(room: Room, stream: string, draftKey: string, draft: KeptDraft): void {
  const { target, after } = draft;
  const place = { room, stream, target, draftKey };
  const confirmed = room.confirmed(stream);
  const now = confirmed && textIn(confirmed.state, target);
  if (now === undefined) {
    offer(place, RejectReason.TARGET_GONE, '', draft);
    return;
  }
  const { changes, isClean } = resumed(draft, now);
  if (now === after) {
    letGo(draftKey);
  } else if (!isClean) {
    offer(place, RejectReason.UNSPECIFIED, t.board.othersWroteToo, draft);
  } else {
    const session = openText(place);
    session?.typed(changes);
    session?.close();
  }
}

/** False: the board was left before. */
async function drained(
  room: Room,
  stream: string,
  { before, after, client, target }: KeptDraft,
  hasLeft: () => boolean,
): Promise<boolean> {
  for (let looks = 0; looks < LOOKS_MAX && !hasLeft();) {
    const confirmed = room.confirmed(stream);
    if (confirmed !== undefined && room.link === 'live') {
      const now = textIn(confirmed.state, target);
      if (now === before || now === after || now === undefined) return true;
      const waiting = await room.deps.device?.load(client);
      const isWaiting = waiting?.commands.some((command) => command.stream === stream) ?? false;
      if (!isWaiting) return true;
      looks += 1;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return !hasLeft();
}

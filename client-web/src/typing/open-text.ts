// A text of a board, opened to be written in: a session, what it keeps on the device, and where its
// words go when they are not taken. With an editor on it, or without, for what a closed tab left.
import { bodyDesc, textMax } from '../board/policy.js';
import { RejectReason } from '../gen/swarmboard/v1/enums_pb.js';
import { WebLocks } from '../outbox/web-locks.js';
import { refusalSentence } from '../store/refusals.js';
import type { Room } from '../store/room.svelte.js';
import { t } from '../text/index.js';
import { forgetDraft, newDraftKey } from './draft-keys.js';
import { keepDraft, type Draft } from './draft.js';
import { textIn, TypingSession, type Target } from './session.js';

/** Held on the key of a draft for as long as its writer lives. */
export const draftLocks = new WebLocks();

export interface TextPlace {
  readonly room: Room;
  readonly stream: string;
  readonly target: Target;
}

export interface DraftPlace extends TextPlace {
  /** Its lock is held, or about to be. */
  readonly draftKey: string;
}

/** Those of this page that have not ended: a text that is opened again goes on where it was left. */
const sessions = new Map<string, TypingSession>();

function nameOf({ stream, target }: TextPlace): string {
  return [stream, target.kind, target.id, target.field].join('/');
}

/** Undefined: there is no such text on this board now. */
export function reopenText(place: TextPlace): TypingSession | undefined {
  const before = sessions.get(nameOf(place));
  if (before !== undefined) return before;
  const draftKey = newDraftKey(place.room.member, place.stream);
  void draftLocks.tryTake(draftKey);
  return openText({ ...place, draftKey });
}

/** The most that a text may have, in UTF-16 units. */
export function unitsMaxOf({ kind, field }: Target): number {
  const known = bodyDesc(kind)?.fields.find(({ number }) => number === field);
  return known === undefined ? 0 : textMax(known);
}

/** Undefined: there is no such text on this board now. */
export function openText(place: DraftPlace): TypingSession | undefined {
  const { room, stream, target, draftKey } = place;
  const confirmed = room.confirmed(stream);
  const text = confirmed && textIn(confirmed.state, target);
  if (confirmed === undefined || text === undefined) return undefined;
  const keep = (draft: Draft | undefined): void => {
    if (draft === undefined) forgetDraft(draftKey);
    else keepDraft(draftKey, { ...draft, client: room.clientId, target });
    room.showTyped(stream, target.id, draft?.after);
  };
  const end = (): void => {
    sessions.delete(nameOf(place));
    room.showTyped(stream, target.id, undefined);
  };
  const session = new TypingSession(
    {
      stream,
      target,
      unitsMax: unitsMaxOf(target),
      watch: (watcher) => room.watch(watcher),
      send: (command) => room.send(stream, command),
      isOwn: (event) => room.isOwn(event),
      after: (ms, run) => void setTimeout(run, ms),
      isKept: () => room.isKept,
      keepDraft: keep,
      gone: (reason, detail, draft) => {
        end();
        offer(place, reason, detail, draft);
      },
      ended: () => {
        end();
        letGo(draftKey);
      },
    },
    confirmed,
    text,
  );
  sessions.set(nameOf(place), session);
  return session;
}

/** Shows words that were not taken to their writer; they stay on the device until that is settled. */
export function offer(
  { room, stream, target, draftKey }: DraftPlace,
  reason: RejectReason,
  detail: string,
  draft: Draft | undefined,
): void {
  if (draft === undefined) {
    letGo(draftKey);
    return;
  }
  keepDraft(draftKey, { ...draft, client: room.clientId, target });
  const isGone = reason === RejectReason.TARGET_GONE;
  room.giveBack(stream, {
    place: isGone ? 'write' : `record:${target.id}`,
    sentence: isGone ? t.board.writtenInGone : refusalSentence(reason, detail),
    text: draft.after,
    draft,
    settled: () => letGo(draftKey),
  });
}

export function letGo(draftKey: string): void {
  forgetDraft(draftKey);
  draftLocks.release(draftKey);
}

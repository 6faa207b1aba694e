// Cards without a name: anonymous ones (random id, a secret that stays on this device) and those off
// the record. Outside the numbered sequence, so they are sent again until the server has them; both
// are idempotent by their ids. No timers: a join is the moment to send again.
import { create } from '@bufbuild/protobuf';
import type { NoteKind, RejectReason } from '../gen/swarmboard/v1/enums_pb.js';
import {
  ClientFrameSchema,
  type ClientFrame,
  type OffRecordNotes,
} from '../gen/swarmboard/v1/wire_pb.js';
import { unhex } from './sync-client.js';

export interface AnonymousCard {
  readonly noteId: string;
  readonly secret: string;
  readonly stream: string;
  readonly stage: string;
  readonly kind: NoteKind;
  readonly text: string;
  readonly isSaved: boolean;
}

export interface OffRecordCard {
  readonly id: string;
  readonly stream: string;
  readonly kind: NoteKind;
  readonly text: string;
}

export function anonymousFrame(sub: number, card: AnonymousCard): ClientFrame {
  const { kind, text } = card;
  const value = { sub, noteId: unhex(card.noteId), secret: unhex(card.secret), kind, text };
  return create(ClientFrameSchema, { body: { case: 'submitAnonymous', value } });
}

export function offRecordFrame(sub: number, card: OffRecordCard): ClientFrame {
  const { id, kind, text } = card;
  return create(ClientFrameSchema, {
    body: { case: 'submitOffRecord', value: { sub, id, kind, text } },
  });
}

const ON_THE_MERITS_BELOW = 100;
export const RESEND_AFTER_MS = 2000;

/** False for a refusal for circumstances: it decides nothing, and the card may even be on disk. */
export function isDecided(refused: RejectReason): boolean {
  return (refused as number) < ON_THE_MERITS_BELOW;
}

/** Those that the server has not shown yet. */
export function unheard(
  cards: readonly OffRecordCard[],
  shown: OffRecordNotes,
): readonly OffRecordCard[] {
  const ids = new Set(shown.notes.map((note) => note.id));
  return cards.filter((card) => !ids.has(card.id));
}

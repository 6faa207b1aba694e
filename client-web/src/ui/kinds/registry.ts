// One entry for each kind that can be written or read on the board: its icon, its card, its fields
// in the write box. A new kind of record is one more entry here (and its words in text/en/kinds.ts).
import Ban from '@lucide/svelte/icons/ban';
import BookmarkCheck from '@lucide/svelte/icons/bookmark-check';
import BrainCircuit from '@lucide/svelte/icons/brain-circuit';
import CircleQuestionMark from '@lucide/svelte/icons/circle-question-mark';
import ClipboardCheck from '@lucide/svelte/icons/clipboard-check';
import CornerDownRight from '@lucide/svelte/icons/corner-down-right';
import EyeOff from '@lucide/svelte/icons/eye-off';
import Flag from '@lucide/svelte/icons/flag';
import Footprints from '@lucide/svelte/icons/footprints';
import Gavel from '@lucide/svelte/icons/gavel';
import Gift from '@lucide/svelte/icons/gift';
import GraduationCap from '@lucide/svelte/icons/graduation-cap';
import HandHeart from '@lucide/svelte/icons/hand-heart';
import HandHelping from '@lucide/svelte/icons/hand-helping';
import Handshake from '@lucide/svelte/icons/handshake';
import Lightbulb from '@lucide/svelte/icons/lightbulb';
import MessageCircleQuestionMark from '@lucide/svelte/icons/message-circle-question-mark';
import MessageSquare from '@lucide/svelte/icons/message-square';
import MessageSquareQuote from '@lucide/svelte/icons/message-square-quote';
import MessageSquareReply from '@lucide/svelte/icons/message-square-reply';
import Mic from '@lucide/svelte/icons/mic';
import Milestone from '@lucide/svelte/icons/milestone';
import OctagonAlert from '@lucide/svelte/icons/octagon-alert';
import Quote from '@lucide/svelte/icons/quote';
import Scale from '@lucide/svelte/icons/scale';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import ThumbsUp from '@lucide/svelte/icons/thumbs-up';
import type { Component } from 'svelte';
import type { CardCase } from '../../board/sections.js';
import type { SignedKind } from '../../board/stage-guide.js';
import type { Entry } from '../../board/state.js';
import { NoteKind } from '../../gen/swarmboard/v1/enums_pb.js';
import { t } from '../../text/index.js';
import type { Icon } from '../parts/menu.js';
import type { AboutKind } from '../session/room-ui.svelte.js';
import type { FieldsApi, FieldsProps } from './fields.js';
import NoteCard from './NoteCard.svelte';
import ObjectionCard from './ObjectionCard.svelte';
import ObjectionFields from './ObjectionFields.svelte';

type AnyCard = Component<{ entry: Entry<CardCase> }>;

export interface CardView {
  readonly Icon: Icon;
  /** What everybody writes comes with the room; other cards are fetched with their first one. */
  readonly Card?: AnyCard;
  readonly load?: () => Promise<{ default: AnyCard }>;
}

// A section hands a card only entries of its own kind.
function card<C extends CardCase>(Icon: Icon, Card: Component<{ entry: Entry<C> }>): CardView {
  return { Icon, Card: Card as unknown as AnyCard };
}

function lateCard<C extends CardCase>(
  Icon: Icon,
  load: () => Promise<{ default: Component<{ entry: Entry<C> }> }>,
): CardView {
  return { Icon, load: load as unknown as () => Promise<{ default: AnyCard }> };
}

export const cards: Readonly<globalThis.Record<CardCase, CardView>> = {
  note: card(MessageSquare, NoteCard),
  objection: card(MessageSquareQuote, ObjectionCard),
  blocker: lateCard(OctagonAlert, () => import('./BlockerCard.svelte')),
  learning: lateCard(GraduationCap, () => import('./LearningCard.svelte')),
  recognition: lateCard(HandHeart, () => import('./RecognitionCard.svelte')),
  block: lateCard(Ban, () => import('./BlockCard.svelte')),
  drill: lateCard(Mic, () => import('./DrillCard.svelte')),
};

export const noteIcons: Readonly<Partial<globalThis.Record<NoteKind, Icon>>> = {
  [NoteKind.GROUND_RULE]: Scale,
  [NoteKind.QUESTION]: CircleQuestionMark,
  [NoteKind.QUESTION_TO_ASK]: MessageCircleQuestionMark,
  [NoteKind.IDEA]: Lightbulb,
  [NoteKind.DECISION]: Gavel,
  [NoteKind.CUSTOMER_QUOTE]: Quote,
  [NoteKind.STUCK]: Flag,
  [NoteKind.TURNING_POINT]: Milestone,
  [NoteKind.EVIDENCE_GAP]: BookmarkCheck,
  [NoteKind.STEP]: Footprints,
  [NoteKind.ASK]: HandHelping,
  [NoteKind.OFFER]: Gift,
  [NoteKind.WORKS]: ThumbsUp,
  [NoteKind.UNSAID]: EyeOff,
};

export interface Writable {
  readonly label: string;
  readonly hint: string;
  readonly Icon: Icon;
  /** Its fields in the write box; absent: it has only words. */
  readonly load?: () => Promise<{ default: Component<FieldsProps, FieldsApi> }>;
  /** It says something without any words, such as a score or a thanks. */
  readonly isWordless?: boolean;
}

interface KindText {
  readonly one: string;
  readonly hint: string;
}

/** Fields that are not about a card take no properties. */
type AnyFields = Component<FieldsProps, FieldsApi> | Component<Record<string, never>, FieldsApi>;

/** The fields of a kind are fetched when it is first chosen, or while nothing else happens. */
type Load = () => Promise<{ default: AnyFields }>;

/** Comes with the room: an objection is written in the first seconds, also in a tunnel. */
function here(Fields: AnyFields): Load {
  return () => Promise.resolve({ default: Fields });
}

function writable(text: KindText, Icon: Icon, load?: Load, isWordless = false): Writable {
  const known = load as Writable['load'];
  return { label: text.one, hint: text.hint, Icon, ...(known && { load: known }), isWordless };
}

export const signedKinds: Readonly<globalThis.Record<SignedKind, Writable>> = {
  objection: writable(t.kinds.objection, MessageSquareQuote, here(ObjectionFields)),
  blocker: writable(t.kinds.blocker, OctagonAlert, () => import('./BlockerFields.svelte')),
  commitment: writable(t.kinds.commitment, Handshake, () => import('./CommitmentFields.svelte')),
  learning: writable(t.kinds.learning, GraduationCap, () => import('./LearningFields.svelte')),
  recognition: writable(
    t.kinds.recognition,
    HandHeart,
    () => import('./RecognitionFields.svelte'),
    true,
  ),
  block: writable(t.kinds.block, Ban, () => import('./BlockFields.svelte')),
};

export function noteKind(kind: NoteKind): Writable {
  const text = t.kinds.note[kind] ?? { one: t.kinds.wordless, hint: '' };
  const Icon = noteIcons[kind] ?? MessageSquare;
  const load = kind === NoteKind.DECISION ? () => import('./DecisionFields.svelte') : undefined;
  return writable(text, Icon, load);
}

/** What is written about one card, from a button on that card. */
export const aboutKinds: Readonly<globalThis.Record<AboutKind, Writable>> = {
  response: writable(t.kinds.response, MessageSquareReply, () => import('./ResponseFields.svelte')),
  evidence: writable(t.kinds.evidence, ShieldCheck, () => import('./EvidenceFields.svelte')),
  concern: writable(t.kinds.concern, BrainCircuit, () => import('./ConcernFields.svelte')),
  answer: noteKind(NoteKind.ANSWER),
  build: writable(t.kinds.note[NoteKind.IDEA] ?? t.kinds.learning, CornerDownRight),
  drill: writable(t.kinds.drill, Mic, () => import('./DrillFields.svelte'), true),
  outcome: writable(
    { one: t.board.outcome, hint: '' },
    ClipboardCheck,
    () => import('./OutcomeFields.svelte'),
    true,
  ),
  commitment: writable(t.kinds.commitment, Handshake, () => import('./CommitmentFields.svelte')),
};

/** Fetches the fields of all kinds. */
export async function loadFields(): Promise<void> {
  const kinds = [
    ...Object.values(signedKinds),
    ...Object.values(aboutKinds),
    noteKind(NoteKind.DECISION),
  ];
  const loads = kinds.flatMap((kind) => (kind.load === undefined ? [] : [kind.load()]));
  await Promise.allSettled(loads);
}

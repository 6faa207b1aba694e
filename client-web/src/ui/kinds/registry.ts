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
import BlockCard from './BlockCard.svelte';
import BlockerCard from './BlockerCard.svelte';
import BlockerFields from './BlockerFields.svelte';
import BlockFields from './BlockFields.svelte';
import CommitmentFields from './CommitmentFields.svelte';
import ConcernFields from './ConcernFields.svelte';
import DrillCard from './DrillCard.svelte';
import DrillFields from './DrillFields.svelte';
import EvidenceFields from './EvidenceFields.svelte';
import type { FieldsApi, FieldsProps } from './fields.js';
import LearningCard from './LearningCard.svelte';
import LearningFields from './LearningFields.svelte';
import NoteCard from './NoteCard.svelte';
import ObjectionCard from './ObjectionCard.svelte';
import ObjectionFields from './ObjectionFields.svelte';
import OutcomeFields from './OutcomeFields.svelte';
import RecognitionCard from './RecognitionCard.svelte';
import RecognitionFields from './RecognitionFields.svelte';
import ResponseFields from './ResponseFields.svelte';

export interface CardView {
  readonly Icon: Icon;
  readonly Card: Component<{ entry: Entry<CardCase> }>;
}

function card<C extends CardCase>(Icon: Icon, Card: Component<{ entry: Entry<C> }>): CardView {
  // A section hands a card only entries of its own kind.
  return { Icon, Card: Card as unknown as Component<{ entry: Entry<CardCase> }> };
}

export const cards: Readonly<globalThis.Record<CardCase, CardView>> = {
  note: card(MessageSquare, NoteCard),
  objection: card(MessageSquareQuote, ObjectionCard),
  blocker: card(OctagonAlert, BlockerCard),
  learning: card(GraduationCap, LearningCard),
  recognition: card(HandHeart, RecognitionCard),
  block: card(Ban, BlockCard),
  drill: card(Mic, DrillCard),
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
  readonly Fields?: Component<FieldsProps, FieldsApi>;
  /** It says something without any words, such as a score or a thanks. */
  readonly isWordless?: boolean;
}

interface KindText {
  readonly one: string;
  readonly hint: string;
}

/** Fields that are not about a card take no properties. */
type AnyFields = Component<FieldsProps, FieldsApi> | Component<Record<string, never>, FieldsApi>;

function writable(text: KindText, Icon: Icon, given?: AnyFields, isWordless = false): Writable {
  const Fields = given as Component<FieldsProps, FieldsApi> | undefined;
  return { label: text.one, hint: text.hint, Icon, ...(Fields && { Fields }), isWordless };
}

export const signedKinds: Readonly<globalThis.Record<SignedKind, Writable>> = {
  objection: writable(t.kinds.objection, MessageSquareQuote, ObjectionFields),
  blocker: writable(t.kinds.blocker, OctagonAlert, BlockerFields),
  commitment: writable(t.kinds.commitment, Handshake, CommitmentFields),
  learning: writable(t.kinds.learning, GraduationCap, LearningFields),
  recognition: writable(t.kinds.recognition, HandHeart, RecognitionFields, true),
  block: writable(t.kinds.block, Ban, BlockFields),
};

export function noteKind(kind: NoteKind): Writable {
  const text = t.kinds.note[kind] ?? { one: t.kinds.wordless, hint: '' };
  return writable(text, noteIcons[kind] ?? MessageSquare);
}

/** What is written about one card, from a button on that card. */
export const aboutKinds: Readonly<globalThis.Record<AboutKind, Writable>> = {
  response: writable(t.kinds.response, MessageSquareReply, ResponseFields),
  evidence: writable(t.kinds.evidence, ShieldCheck, EvidenceFields),
  concern: writable(t.kinds.concern, BrainCircuit, ConcernFields),
  answer: noteKind(NoteKind.ANSWER),
  build: writable(t.kinds.note[NoteKind.IDEA] ?? t.kinds.learning, CornerDownRight),
  drill: writable(t.kinds.drill, Mic, DrillFields, true),
  outcome: writable({ one: t.board.outcome, hint: '' }, ClipboardCheck, OutcomeFields, true),
  commitment: writable(t.kinds.commitment, Handshake, CommitmentFields),
};

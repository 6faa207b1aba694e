// What changed on a board after somebody left it: for whoever leaves at a quarter to five and looks in
// the evening. Read from the times that the records carry. PURE.
import { NoteKind } from '../gen/swarmboard/v1/enums_pb.js';
import { isOpen, type PromiseEntry } from './promises.js';
import { sessionOf, stages } from './rules.js';
import { activeObjections, topNotes } from './sections.js';
import type { State } from './state.js';

export interface Since {
  readonly leftAtMs: number;
  readonly stages: readonly string[];
  readonly revealed: readonly string[];
  readonly decisions: readonly string[];
  readonly votes: number;
  readonly cards: number;
  readonly isClosed: boolean;
  /** Open promises of this person, made here or before. */
  readonly mine: readonly PromiseEntry[];
}

/** Undefined: this person is in, or was never in, or stayed to the end. */
export function sinceLeft(state: State, member: string): Since | undefined {
  const participant = state.get('participant', member);
  if (participant?.present !== false || participant.leftAtMs === undefined) return undefined;
  const left = participant.leftAtMs;
  const isAfter = (atMs: bigint | undefined): boolean => atMs !== undefined && atMs > left;
  const decisions = topNotes(state, NoteKind.DECISION);
  const said = (notes: typeof decisions): string[] => notes.map((note) => note.body.text ?? '');
  const written = [...state.all('note'), ...activeObjections(state)];
  return {
    leftAtMs: Number(left),
    stages: named(state, (stage) => isAfter(stage.startedAtMs)),
    revealed: named(state, (stage) => isAfter(stage.revealedAtMs)),
    decisions: said(decisions.filter((note) => isAfter(note.body.atMs))),
    votes: state.all('vote').filter((vote) => isAfter(vote.body.closedAtMs)).length,
    cards: written.filter((card) => !card.isPrivate && isAfter(card.body.atMs)).length,
    isClosed: isAfter(sessionOf(state)?.body.closedAtMs),
    mine: state.all('commitment').filter((p) => p.body.owner === member && isOpen(p)),
  };
}

type StageBody = ReturnType<typeof stages>[number]['body'];

function named(state: State, isWanted: (stage: StageBody) => boolean): string[] {
  return stages(state)
    .filter(({ body }) => isWanted(body))
    .map(({ body }) => body.name ?? '');
}

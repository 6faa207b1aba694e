// What somebody who comes late has to know, short enough to be read in twenty seconds: the lines are
// cut to a number of words, what matters most first. PURE.
import { LeaveReason, NoteKind } from '../gen/swarmboard/v1/enums_pb.js';
import { textOfId } from './caption-records.js';
import { memberName } from './captions.js';
import { madeHere } from './promises.js';
import { runningStage, stages, unrevealedStages } from './rules.js';
import { activeObjections, topNotes } from './sections.js';
import type { State } from './state.js';

/** Twenty seconds at an easy 210 words a minute. */
export const WORDS_MAX = 70;
const LINE_WORDS_MAX = 16;
const TOP_MAX = 3;

export interface CatchUp {
  /** Stages that ended before this person came in. */
  readonly missed: number;
  readonly done: readonly string[];
  readonly decisions: readonly string[];
  /** What got most dots in the newest vote. */
  readonly top: readonly string[];
  readonly promises: readonly string[];
  readonly cards: number;
  readonly hidden: number;
  /** Lines that did not fit. */
  readonly more: number;
}

/** Undefined: this person missed nothing. */
export function catchUpOf(state: State, member: string): CatchUp | undefined {
  const missed = stagesBefore(state, member);
  if (missed.length === 0) return undefined;
  const budget = { words: WORDS_MAX, more: 0 };
  const decisions = fit(
    topNotes(state, NoteKind.DECISION)
      .reverse()
      .map((note) => note.body.text ?? ''),
    budget,
  );
  const top = fit(topOf(state), budget);
  const promises = fit(
    madeHere(state).map(({ body }) => `${memberName(state, body.owner)}: ${body.text ?? ''}`),
    budget,
  );
  return {
    missed: missed.length,
    done: missed,
    decisions,
    top,
    promises,
    cards: cardsOn(state),
    hidden: unrevealedStages(state).reduce((sum, { body }) => sum + (body.hiddenCount ?? 0), 0),
    more: budget.more,
  };
}

/** Who came in first came in for everything, however often the line broke since. */
function stagesBefore(state: State, member: string): string[] {
  const participant = state.get('participant', member);
  const joinedAtMs = participant?.joinedAtMs;
  if (joinedAtMs === undefined || participant?.leaveReason === LeaveReason.LEFT) return [];
  const running = runningStage(state)?.id;
  return stages(state)
    .filter(({ id, body }) => id !== running && (body.endedAtMs ?? joinedAtMs) < joinedAtMs)
    .map(({ body }) => body.name ?? '');
}

function topOf(state: State): string[] {
  const vote = state
    .all('vote')
    .filter(({ body }) => body.closedAtMs !== undefined)
    .sort((a, b) => Number((b.body.closedAtMs ?? 0n) - (a.body.closedAtMs ?? 0n)))[0];
  return [...(vote?.body.tally?.items ?? [])]
    .filter((item) => item.dots > 0)
    .sort((a, b) => b.dots - a.dots)
    .slice(0, TOP_MAX)
    .map((item) => textOfId(state, item.target))
    .filter((text) => text !== '');
}

function cardsOn(state: State): number {
  const notes = state.all('note').filter((note) => !note.isPrivate).length;
  return notes + activeObjections(state).filter((objection) => !objection.isPrivate).length;
}

function fit(lines: readonly string[], budget: { words: number; more: number }): string[] {
  const kept: string[] = [];
  for (const line of lines) {
    const words = line.split(/\s+/).filter((word) => word !== '');
    if (words.length === 0) continue;
    const shown = words.slice(0, LINE_WORDS_MAX);
    if (shown.length > budget.words) {
      budget.more += 1;
      continue;
    }
    budget.words -= shown.length;
    kept.push(shown.join(' ') + (shown.length < words.length ? '…' : ''));
  }
  return kept;
}

// Promises on a board: which are looked at first, and what a new one may be about. PURE.
import { CommitmentStatus } from '../gen/swarmboard/v1/enums_pb.js';
import { textOf, textOfId } from './caption-records.js';
import { dealIdOf, openSwarms } from './deal.js';
import { sessionOf } from './rules.js';
import type { Entry, State } from './state.js';

export type PromiseEntry = Entry<'commitment'>;

export function isOpen(promise: PromiseEntry): boolean {
  const { status } = promise.body;
  return status === CommitmentStatus.OPEN || status === CommitmentStatus.MISSED;
}

/** From before this session and not settled when it began, the earliest day first. */
export function carriedOver(state: State): PromiseEntry[] {
  const session = sessionOf(state)?.id;
  return byDay(state.all('commitment').filter((promise) => promise.body.sessionId !== session));
}

export function madeHere(state: State): PromiseEntry[] {
  const session = sessionOf(state)?.id;
  return byDay(state.all('commitment').filter((promise) => promise.body.sessionId === session));
}

function byDay(promises: PromiseEntry[]): PromiseEntry[] {
  return promises.sort((a, b) => (a.body.due ?? '').localeCompare(b.body.due ?? ''));
}

/** The member whom a promise helps and who may confirm it, as the server has it. */
export function helpedBy(state: State, ref: string | undefined): string | undefined {
  if (ref === undefined) return undefined;
  return (
    state.get('swarm', ref)?.owner ??
    state.get('deal', ref)?.owner ??
    state.get('response', ref)?.author ??
    state.get('objection', ref)?.author ??
    state.get('block', ref)?.author
  );
}

export interface About {
  readonly id: string;
  readonly text: string;
}

/** What a promise may be about, the most likely first: the swarm, the deal, what got most dots. */
export function promiseTargets(state: State): About[] {
  const ids = new Set<string>();
  const session = sessionOf(state)?.id;
  const dealId = dealIdOf(state);
  const near = openSwarms(state).filter((swarm) => swarm.body.dealId === dealId);
  for (const swarm of near) ids.add(swarm.id);
  if (dealId !== undefined) ids.add(dealId);
  for (const id of voteWinners(state)) ids.add(id);
  for (const entry of [...state.all('response'), ...state.all('objection')]) {
    if (!entry.isPrivate && entry.body.sessionId === session) ids.add(entry.id);
  }
  for (const block of state.all('block')) ids.add(block.id);
  for (const note of state.all('note')) if (!note.isPrivate) ids.add(note.id);
  for (const swarm of openSwarms(state)) ids.add(swarm.id);
  for (const deal of state.all('deal')) if (deal.body.isOpen === true) ids.add(deal.id);
  return [...ids]
    .map((id) => ({ id, text: textOfId(state, id) }))
    .filter((about) => about.text !== '' && canBePromised(state, about.id));
}

function voteWinners(state: State): string[] {
  return state
    .all('vote')
    .flatMap((vote) => [...(vote.body.tally?.items ?? [])])
    .filter((item) => item.dots > 0)
    .sort((a, b) => b.dots - a.dots)
    .map((item) => item.target);
}

const promisable: ReadonlySet<string> = new Set([
  'swarm',
  'deal',
  'response',
  'objection',
  'block',
  'blocker',
  'note',
  'objectionEntry',
]);

function canBePromised(state: State, id: string): boolean {
  const record = state.findAny(id);
  return record !== undefined && promisable.has(record.body.case ?? '') && textOf(record) !== '';
}

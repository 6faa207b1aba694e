// The deal of a session as the page shows it: scorecard with its gaps, the people with their red
// flags, the play, the step that waits. PURE.
import {
  Coverage,
  Element,
  JourneyStage,
  NextStepStatus,
  SessionRole,
  Stance,
  StakeholderRole,
  SwarmStatus,
} from '../gen/swarmboard/v1/enums_pb.js';
import type { Stakeholder } from '../gen/swarmboard/v1/library_records_pb.js';
import { hasRole, sessionOf } from './rules.js';
import type { Entry, State } from './state.js';

/** The deal that the session is about: the topic's, or that of the swarm called in it. */
export function dealIdOf(state: State): string | undefined {
  const session = sessionOf(state);
  const topic = session?.body.topic?.dealId;
  if (topic !== undefined && topic !== '') return topic;
  return openSwarms(state).find((swarm) => swarm.body.sessionId === session?.id)?.body.dealId;
}

export function openSwarms(state: State): Entry<'swarm'>[] {
  return state.all('swarm').filter((swarm) => swarm.body.status !== SwarmStatus.CLOSED);
}

export type DealRight = 'owner' | 'owner-or-scribe';

export function mayChangeDeal(
  state: State,
  member: string,
  dealId: string,
  right: DealRight,
): boolean {
  if (state.get('deal', dealId)?.owner === member) return true;
  const topic = sessionOf(state)?.body.topic?.dealId ?? '';
  if (topic !== '' && topic !== dealId) return false;
  return (
    hasRole(state, member, SessionRole.CLIENT) ||
    (right === 'owner-or-scribe' && hasRole(state, member, SessionRole.SCRIBE))
  );
}

export const elements: readonly Element[] = [
  Element.METRICS,
  Element.ECONOMIC_BUYER,
  Element.DECISION_CRITERIA,
  Element.DECISION_PROCESS,
  Element.PAPER_PROCESS,
  Element.IDENTIFY_PAIN,
  Element.CHAMPION,
  Element.COMPETITION,
];

/** Without these nothing else counts once the customer chooses. */
const vital: readonly Element[] = [Element.ECONOMIC_BUYER, Element.IDENTIFY_PAIN, Element.CHAMPION];

export interface ScoreRow {
  readonly element: Element;
  readonly level: number;
  readonly evidence: string;
  readonly by: string | undefined;
}

export interface Scorecard {
  readonly rows: readonly ScoreRow[];
  readonly known: number;
  readonly sum: number;
  /** Vital elements at level 0 although the customer chooses already. */
  readonly flags: readonly Element[];
}

export function scorecardOf(state: State, dealId: string): Scorecard {
  const scores = state.all('scoreElement').filter((score) => score.body.dealId === dealId);
  const rows = elements.map((element): ScoreRow => {
    const body = scores.find((score) => score.body.element === element)?.body;
    return { element, level: body?.level ?? 0, evidence: body?.evidence ?? '', by: body?.by };
  });
  const stage = state.get('deal', dealId)?.stage ?? JourneyStage.UNSPECIFIED;
  const unknown = rows.filter((row) => row.level === 0).map((row) => row.element);
  return {
    rows,
    known: rows.filter((row) => row.level > 0).length,
    sum: rows.reduce((sum, row) => sum + row.level, 0),
    flags: stage >= JourneyStage.CHOOSING ? unknown.filter((e) => vital.includes(e)) : [],
  };
}

export type PeopleFlag =
  | { readonly kind: 'uncovered'; readonly name: string }
  | { readonly kind: 'single' | 'noStake' | 'noBuyer' };

export function peopleOf(state: State, dealId: string): Entry<'stakeholder'>[] {
  return state
    .all('stakeholder')
    .filter((person) => person.body.dealId === dealId)
    .sort(
      (a, b) =>
        (b.body.influence ?? 0) - (a.body.influence ?? 0) ||
        (a.body.name ?? '').localeCompare(b.body.name ?? ''),
    );
}

export function peopleFlags(people: readonly Entry<'stakeholder'>[]): PeopleFlag[] {
  if (people.length === 0) return [];
  const flags: PeopleFlag[] = people
    .filter((person) => isUncovered(person.body))
    .map((person) => ({ kind: 'uncovered', name: person.body.name ?? '' }));
  if (people.length === 1) flags.push({ kind: 'single' });
  const has = (role: StakeholderRole): boolean =>
    people.some((person) => person.body.roles?.items.includes(role) === true);
  if (!has(StakeholderRole.ECONOMIC_BUYER)) flags.push({ kind: 'noBuyer' });
  if (!people.some((person) => person.body.championTest?.hasOwnStake === true))
    flags.push({ kind: 'noStake' });
  return flags;
}

export function isUncovered(person: Stakeholder): boolean {
  const isKnown = (person.coverage ?? Coverage.UNSPECIFIED) > Coverage.NONE;
  return (person.influence ?? 0) >= 3 && !isKnown;
}

/** Passes all three tests; anybody less is a coach. */
export function isChampion(person: Stakeholder): boolean {
  const test = person.championTest;
  return test?.hasInfluence === true && test.hasOwnStake === true && test.speaksForUs === true;
}

/** Stances from against us to for us; undefined: not known, beside the map. */
export function stanceColumn(stance: Stance | undefined): number | undefined {
  switch (stance) {
    case Stance.OPPOSED:
      return 0;
    case Stance.SCEPTICAL:
      return 1;
    case Stance.NEUTRAL:
      return 2;
    case Stance.SUPPORTIVE:
      return 3;
    case Stance.CHAMPIONING:
      return 4;
    case Stance.UNKNOWN:
    case Stance.UNSPECIFIED:
    case undefined:
      return undefined;
  }
}

export function waitingStep(state: State, dealId: string): Entry<'nextStep'> | undefined {
  return stepsOf(state, dealId).find((step) => step.body.status === NextStepStatus.WAITING);
}

/** Newest first: the one that waits, then those it took the place of. */
export function stepsOf(state: State, dealId: string): Entry<'nextStep'>[] {
  return state
    .all('nextStep')
    .filter((step) => step.body.dealId === dealId)
    .reverse();
}

export function playsOf(state: State, dealId: string): Entry<'competitivePlay'>[] {
  return state
    .all('competitivePlay')
    .filter((play) => play.body.dealId === dealId)
    .sort((a, b) => Number((b.body.atMs ?? 0n) - (a.body.atMs ?? 0n)));
}

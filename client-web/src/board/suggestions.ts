// What the next session could be about, from what lies in the library: deals where the customer does
// not move, objections that come back without an answer, blocks that stay open. PURE.
import {
  BlockStatus,
  JourneyStage,
  NextStepStatus,
  ResponseStatus,
  StepClass,
} from '../gen/swarmboard/v1/enums_pb.js';
import { openSwarms } from './deal.js';
import type { Entry, State } from './state.js';

export type Reason = 'no-advance' | 'stuck' | 'recurring' | 'blocks';

export interface Suggestion {
  readonly template: string;
  readonly reason: Reason;
  /** What it is about: an account, an objection, a block. */
  readonly about: string;
  readonly dealId?: string;
  readonly count: number;
}

const DAY_MS = 86_400_000;
const SUGGESTED_MAX = 4;
const RECURRING_FROM = 2;

// After how many days without an act of the customer a deal counts as stuck.
const stuckDays: Readonly<Partial<Record<JourneyStage, number>>> = {
  [JourneyStage.CHOOSING]: 21,
  [JourneyStage.PROVING]: 21,
  [JourneyStage.AGREEING]: 14,
  [JourneyStage.VALUE]: 60,
  [JourneyStage.EXPAND]: 60,
};
const STUCK_DAYS_USUAL = 30;

export function suggestionsOf(library: State, nowMs: number): Suggestion[] {
  return [
    ...dealSuggestions(library, nowMs),
    ...recurringObjections(library),
    ...openBlocks(library),
  ].slice(0, SUGGESTED_MAX);
}

function dealSuggestions(library: State, nowMs: number): Suggestion[] {
  const swarmed = new Set(openSwarms(library).map((swarm) => swarm.body.dealId));
  const deals = library
    .all('deal')
    .filter((deal) => deal.body.isOpen === true)
    .sort((a, b) => Number((b.body.value ?? 0n) - (a.body.value ?? 0n)));
  const stuck = deals.filter((deal) => isStuck(library, deal, nowMs));
  const quiet = deals.filter(
    (deal) => !stuck.includes(deal) && !swarmed.has(deal.id) && !hasAdvance(library, deal.id),
  );
  const [worst] = stuck;
  const found: Suggestion[] = quiet.slice(0, 2).map((deal) => ({
    template: 'deal_swarm_50',
    reason: 'no-advance',
    about: deal.body.account ?? deal.id,
    dealId: deal.id,
    count: 1,
  }));
  if (worst !== undefined) {
    found.unshift({
      template: 'stuck_clinic_50',
      reason: 'stuck',
      about: worst.body.account ?? worst.id,
      count: stuck.length,
    });
  }
  return found;
}

function hasAdvance(library: State, dealId: string): boolean {
  return library
    .all('nextStep')
    .some(
      ({ body }) =>
        body.dealId === dealId &&
        body.status === NextStepStatus.WAITING &&
        (body.stepClass === StepClass.ADVANCE || body.stepClass === StepClass.ORDER),
    );
}

function isStuck(library: State, deal: Entry<'deal'>, nowMs: number): boolean {
  const acts = library
    .all('journeyEvidence')
    .filter((item) => item.body.dealId === deal.id)
    .map((item) => Date.parse(item.body.on ?? ''))
    .filter((ms) => !Number.isNaN(ms));
  if (acts.length === 0) return false;
  const days = stuckDays[deal.body.stage ?? JourneyStage.UNSPECIFIED] ?? STUCK_DAYS_USUAL;
  return nowMs - Math.max(...acts) > days * DAY_MS;
}

function recurringObjections(library: State): Suggestion[] {
  const answered = new Set(
    library
      .all('response')
      .filter((r) => (r.body.status ?? ResponseStatus.DRAFT) >= ResponseStatus.TRIAL)
      .map((r) => r.body.libraryId),
  );
  const sightings = new Map<string, number>();
  for (const { body } of library.all('objection')) {
    const entry = body.libraryId ?? '';
    if (entry !== '') sightings.set(entry, (sightings.get(entry) ?? 0) + 1);
  }
  return [...sightings]
    .filter(([entry, count]) => count >= RECURRING_FROM && !answered.has(entry))
    .sort((a, b) => b[1] - a[1])
    .slice(0, 1)
    .map(([entry, count]) => ({
      template: 'objection_clinic_45',
      reason: 'recurring',
      about: library.get('objectionEntry', entry)?.title ?? entry,
      count,
    }));
}

function openBlocks(library: State): Suggestion[] {
  const open = library
    .all('block')
    .filter((block) => (block.body.status ?? BlockStatus.OPEN) === BlockStatus.OPEN);
  const [first] = open;
  if (first === undefined) return [];
  return [
    {
      template: 'team_retro_60',
      reason: 'blocks',
      about: first.body.text ?? '',
      count: open.length,
    },
  ];
}

// The words that people read for the closed word lists of the domain. Every value has a readable
// form from its own name; those that need better words have them here. PURE.
import type { DescEnum } from '@bufbuild/protobuf';
import type { GenEnum } from '@bufbuild/protobuf/codegenv2';
import {
  AskKindSchema,
  BlockDimensionSchema,
  BlockerSideSchema,
  BuyerReactionSchema,
  CauseKindSchema,
  CommitmentStatusSchema,
  CoverageSchema,
  ElementSchema,
  EvidenceKindSchema,
  EvidenceSortSchema,
  FindingKindSchema,
  JourneyStageSchema,
  NoteKindSchema,
  ObjectionCategorySchema,
  ObjectionNatureSchema,
  ReplayAudience,
  ReplayAudienceSchema,
  ResponseStatusSchema,
  SessionRoleSchema,
  StanceSchema,
  StakeholderRoleSchema,
  StepClassSchema,
  StrategySchema,
  StrengthSchema,
  SwarmOutcomeSchema,
  SwarmRoleSchema,
  SwarmStatusSchema,
  TeamBehaviourSchema,
  TechniqueSchema,
  TopicKindSchema,
} from '../gen/swarmboard/v1/enums_pb.js';
import { Power } from '../gen/swarmboard/v1/facilitation_enums_pb.js';

const special: Readonly<Partial<globalThis.Record<string, string>>> = {
  'SessionRole.CLIENT': 'Owner of the ask',
  'SwarmRole.DEVILS_ADVOCATE': "Devil's advocate",
  'NoteKind.WORKS': 'What works',
  'NoteKind.STUCK': 'Where it is stuck',
  'NoteKind.UNSAID': 'What nobody says',
  'NoteKind.CUSTOMER_QUOTE': "Customer's words",
  'Element.IDENTIFY_PAIN': 'Pain',
  'Strategy.FRAGMENT': 'Take one part',
  'Technique.LAER': 'Listen, acknowledge, explore, respond',
  'Technique.LAARC': 'Listen, acknowledge, assess, respond, confirm',
  'Strength.OUR_CLAIM': 'Our own claim',
  'CommitmentStatus.DROPPED_BY_AGREEMENT': 'Dropped by agreement',
  'Source.FIRST_HAND': 'Heard it myself',
  'Source.SECOND_HAND': 'Was told',
};

/** What a shared power lets somebody do. */
export const powerWords: Readonly<globalThis.Record<Power, string>> = {
  [Power.UNSPECIFIED]: 'nothing',
  [Power.CLOCK]: 'the clock',
  [Power.STAGE]: 'the stages',
  [Power.ADMIT]: 'the door',
};

const audiences: Readonly<globalThis.Record<ReplayAudience, string>> = {
  [ReplayAudience.UNSPECIFIED]: 'Not decided',
  [ReplayAudience.PAIR]: 'Only the two of you',
  [ReplayAudience.PARTICIPANTS]: 'Only who was there',
  [ReplayAudience.TEAM]: 'The reps of the team',
  [ReplayAudience.TEAM_AND_MANAGER]: 'The team and its manager',
  [ReplayAudience.TEAM_AND_PARTNERS]: 'The team, its manager and partners',
};

/** "NOTE_KIND_QUESTION_TO_ASK" reads "Question to ask". */
export function word(desc: DescEnum, value: number | undefined): string {
  const name = value === undefined ? undefined : desc.value[value]?.localName;
  if (name === undefined || value === 0) return '';
  const own = special[`${desc.name}.${name}`];
  if (own !== undefined) return own;
  const text = name.replaceAll('_', ' ').toLowerCase();
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function audienceWords(audience: ReplayAudience | undefined): string {
  const known: Readonly<Partial<globalThis.Record<number, string>>> = audiences;
  return known[audience ?? ReplayAudience.UNSPECIFIED] ?? 'Unknown to this version of the page';
}

export interface Choice<T extends number> {
  readonly value: T;
  readonly label: string;
}

/** Every value of a list but the unset one, for a select box. */
export function choices<T extends number>(desc: GenEnum<T>): Choice<T>[] {
  return desc.values
    .filter((value) => value.number !== 0)
    .map((value) => ({ value: value.number as T, label: word(desc, value.number) }));
}

/** "1 card", "4 cards". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The lists that the page shows, under one name each. */
export const lists = {
  ask: AskKindSchema,
  audience: ReplayAudienceSchema,
  behaviour: TeamBehaviourSchema,
  category: ObjectionCategorySchema,
  cause: CauseKindSchema,
  commitment: CommitmentStatusSchema,
  coverage: CoverageSchema,
  dimension: BlockDimensionSchema,
  element: ElementSchema,
  evidence: EvidenceSortSchema,
  evidenceKind: EvidenceKindSchema,
  finding: FindingKindSchema,
  journey: JourneyStageSchema,
  nature: ObjectionNatureSchema,
  note: NoteKindSchema,
  outcome: SwarmOutcomeSchema,
  reaction: BuyerReactionSchema,
  response: ResponseStatusSchema,
  sessionRole: SessionRoleSchema,
  side: BlockerSideSchema,
  stance: StanceSchema,
  stakeholder: StakeholderRoleSchema,
  step: StepClassSchema,
  strategy: StrategySchema,
  strength: StrengthSchema,
  swarm: SwarmStatusSchema,
  swarmRole: SwarmRoleSchema,
  technique: TechniqueSchema,
  topic: TopicKindSchema,
} as const;

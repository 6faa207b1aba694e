// The board as one table: a row for each thing that somebody wrote, the columns always the same. PURE.
import { memberName } from '../board/captions.js';
import { textOf, textOfId } from '../board/caption-records.js';
import { groupOf } from '../board/moves.js';
import { inTime } from '../board/sections.js';
import type { Entry, RecordCase, State } from '../board/state.js';
import { lists, word } from '../board/words.js';

export const columns = [
  'kind',
  'type',
  'text',
  'by',
  'about',
  'stage',
  'group',
  'dots',
  'status',
  'due',
  'time',
  'id',
] as const;

export type Row = Readonly<Record<(typeof columns)[number], string>>;

const cases = [
  'swarm',
  'note',
  'objection',
  'response',
  'evidence',
  'blocker',
  'drill',
  'nextStep',
  'commitment',
  'block',
  'learning',
  'recognition',
] as const satisfies readonly RecordCase[];
type Exported = (typeof cases)[number];

export function rowsOf(state: State): Row[] {
  return cases.flatMap((name) =>
    (inTime(state.all(name) as never) as Entry<Exported>[]).map((entry) => row(state, name, entry)),
  );
}

/** The fields that the kinds share, wherever a kind has them. */
interface Any {
  readonly author?: string;
  readonly owner?: string;
  readonly stage?: string | number;
  readonly atMs?: bigint;
  readonly openedAtMs?: bigint;
  readonly anonymous?: boolean;
}

function row(state: State, name: Exported, entry: Entry<Exported>): Row {
  const body = entry.body as Any;
  const by = body.anonymous === true ? '' : (body.author ?? body.owner ?? '');
  const group = state.get('noteGroup', groupOf(state, entry.id));
  const atMs = body.atMs ?? body.openedAtMs;
  return {
    kind: name,
    type: typeOf(state, name, entry.id),
    text: wordsOf(state, name, entry.id),
    by: by === '' ? '' : memberName(state, by),
    about: aboutOf(state, name, entry.id),
    stage: typeof body.stage === 'string' ? (state.get('stage', body.stage)?.name ?? '') : '',
    group: group?.title ?? '',
    dots: dotsOf(state, entry.id),
    status: statusOf(state, name, entry.id),
    due: state.get('commitment', entry.id)?.due ?? state.get('nextStep', entry.id)?.by ?? '',
    time: atMs === undefined ? '' : new Date(Number(atMs)).toISOString(),
    id: entry.id,
  };
}

function typeOf(state: State, name: Exported, id: string): string {
  switch (name) {
    case 'note':
      return word(lists.note, state.get('note', id)?.kind);
    case 'objection':
      return word(lists.category, state.get('objection', id)?.category);
    case 'response':
      return word(lists.technique, state.get('response', id)?.technique);
    case 'evidence':
      return word(lists.evidence, state.get('evidence', id)?.kind);
    case 'blocker':
      return word(lists.side, state.get('blocker', id)?.side);
    case 'learning':
      return word(lists.finding, state.get('learning', id)?.kind);
    case 'recognition':
      return word(lists.behaviour, state.get('recognition', id)?.behaviour);
    case 'block':
      return word(lists.dimension, state.get('block', id)?.dimension);
    case 'swarm':
      return word(lists.ask, state.get('swarm', id)?.askKind);
    case 'nextStep':
      return word(lists.step, state.get('nextStep', id)?.stepClass);
    case 'drill':
    case 'commitment':
      return '';
  }
}

function wordsOf(state: State, name: Exported, id: string): string {
  switch (name) {
    case 'response': {
      const body = state.get('response', id);
      return [body?.acknowledge, body?.ask, body?.say].filter(Boolean).join('\n');
    }
    case 'nextStep': {
      const body = state.get('nextStep', id);
      return [body?.buyerPerson, body?.buyerAction].filter(Boolean).join(': ');
    }
    case 'recognition':
      return state.get('recognition', id)?.text ?? '';
    case 'drill':
      return state.get('drill', id)?.note ?? '';
    default:
      return textOf(state.findAny(id));
  }
}

function aboutOf(state: State, name: Exported, id: string): string {
  switch (name) {
    case 'note': {
      const body = state.get('note', id);
      return textOfId(state, body?.answers ?? body?.buildsOn);
    }
    case 'objection':
      return textOfId(state, state.get('objection', id)?.mergedInto);
    case 'response':
      return textOfId(state, state.get('response', id)?.objection);
    case 'evidence':
      return textOfId(state, state.get('evidence', id)?.on);
    case 'drill':
      return textOfId(state, state.get('drill', id)?.objection);
    case 'blocker':
      return textOfId(state, state.get('blocker', id)?.swarm);
    case 'commitment':
      return textOfId(state, state.get('commitment', id)?.ref);
    case 'recognition':
      return memberName(state, state.get('recognition', id)?.to);
    case 'swarm':
      return textOfId(state, state.get('swarm', id)?.dealId);
    case 'nextStep':
      return textOfId(state, state.get('nextStep', id)?.dealId);
    case 'learning':
    case 'block':
      return '';
  }
}

function statusOf(state: State, name: Exported, id: string): string {
  switch (name) {
    case 'commitment':
      return word(lists.commitment, state.get('commitment', id)?.status);
    case 'response':
      return word(lists.response, state.get('response', id)?.status);
    case 'swarm':
      return word(lists.swarm, state.get('swarm', id)?.status);
    case 'blocker':
      return state.get('blocker', id)?.resolvedOn ?? '';
    default:
      return '';
  }
}

/** Of every closed round in which it stood, the newest last. */
function dotsOf(state: State, id: string): string {
  return state
    .all('vote')
    .flatMap((vote) => [...(vote.body.tally?.items ?? [])])
    .filter((item) => item.target === id)
    .map((item) => String(item.dots))
    .join(' / ');
}

// The part of a caption that says what was written. PURE.
import { MemberRole } from '../gen/swarmboard/v1/enums_pb.js';
import type { Note } from '../gen/swarmboard/v1/board_records_pb.js';
import type { Record } from '../gen/swarmboard/v1/record_pb.js';
import type { State } from './state.js';
import { lists, word } from './words.js';

const QUOTE_MAX = 140;

export function quoted(text: string | undefined): string {
  const whole = (text ?? '').trim();
  if (whole === '') return '“…”';
  return whole.length <= QUOTE_MAX ? `“${whole}”` : `“${whole.slice(0, QUOTE_MAX - 1)}…”`;
}

/** The main text of a record, to name it where it is referred to. */
export function textOf(record: Record | undefined): string {
  const body = record?.body;
  switch (body?.case) {
    case 'note':
    case 'blocker':
    case 'learning':
    case 'evidence':
    case 'block':
    case 'commitment':
    case 'parkedTopic':
    case 'tactic':
    case 'competitorPoint':
    case 'timelineEntry':
    case 'reasonTag':
    case 'finding':
    case 'blockCause':
    case 'helpAsk':
    case 'helpOffer':
    case 'handoverPromise':
    case 'handoverRisk':
    case 'update':
      return body.value.text ?? '';
    case 'playbookItem':
      return body.value.title ?? '';
    case 'experiment':
      return body.value.change ?? '';
    case 'objection':
      return body.value.asHeard ?? '';
    case 'response':
      return body.value.say ?? body.value.ask ?? body.value.acknowledge ?? '';
    case 'noteGroup':
    case 'objectionEntry':
    case 'sessionPlan':
      return body.value.title ?? '';
    case 'swarm':
      return body.value.ask ?? '';
    case 'deal':
      return body.value.account ?? '';
    case 'member':
    case 'competitor':
    case 'stakeholder':
      return body.value.name ?? '';
    case undefined:
    default:
      return '';
  }
}

export function textOfId(state: State, id: string | undefined): string {
  return id === undefined ? '' : textOf(state.findAny(id));
}

/** "wrote an idea: “…”" */
export function captionOfRecord(record: Record, isNew: boolean, after: State): string {
  const text = textOf(record) || textOfId(after, record.id);
  if (!isNew) return `changed ${nameOf(record)}${text === '' ? '' : `: ${quoted(text)}`}`;
  const { body } = record;
  switch (body.case) {
    case 'note':
      return noteCaption(body.value, text);
    case 'objection':
      return `brought an objection: ${quoted(text)}`;
    case 'response':
      return `answered an objection: ${quoted(text)}`;
    case 'evidence':
      return `added proof: ${quoted(text)}`;
    case 'blocker': {
      const side = word(lists.side, body.value.side).toLowerCase();
      return `named a blocker (${side} side): ${quoted(text)}`;
    }
    case 'learning':
      return `kept a learning: ${quoted(text)}`;
    case 'recognition': {
      const behaviour = word(lists.behaviour, body.value.behaviour).toLowerCase();
      const to = after.get('member', body.value.to)?.name ?? body.value.to ?? 'somebody';
      return `thanked ${to}: ${behaviour}`;
    }
    case 'drill':
      return 'recorded a drill';
    case 'parkedTopic':
      return `parked for another day: ${quoted(text)}`;
    case 'block':
      return `named what stops us: ${quoted(text)}`;
    case 'responseOutcome':
      return 'logged how a response went with a customer';
    case undefined:
    default:
      return `added ${nameOf(record)}${text === '' ? '' : `: ${quoted(text)}`}`;
  }
}

function noteCaption(note: Note, text: string): string {
  if (note.answers !== undefined) return `answered a question: ${quoted(text)}`;
  if (note.buildsOn !== undefined) return `built on a card: ${quoted(text)}`;
  const kind = word(lists.note, note.kind).toLowerCase();
  return `wrote ${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind || 'card'}: ${quoted(text)}`;
}

function nameOf(record: Record): string {
  const { body } = record;
  if (body.case === undefined) return 'a record';
  if (body.case === 'member') {
    return body.value.role === MemberRole.MANAGER ? 'the manager' : 'a member';
  }
  if (body.case === 'note') {
    const kind = word(lists.note, body.value.kind).toLowerCase();
    return kind === '' ? 'a card' : `a card (${kind})`;
  }
  const words = body.case.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
  return `${/^[aeiou]/.test(words) ? 'an' : 'a'} ${words}`;
}

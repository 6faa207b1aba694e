// The words in a record, and whose they are. PURE.
import type { Record } from '../gen/swarmboard/v1/record_pb.js';

/** The words that a person wrote into a record; empty when it holds none. */
export function wordsOf(record: Record | undefined): string {
  const body = record?.body;
  switch (body?.case) {
    case 'note':
    case 'blocker':
    case 'learning':
    case 'evidence':
    case 'recognition':
    case 'commitment':
    case 'block':
    case 'parkedTopic':
      return body.value.text ?? '';
    case 'objection':
      return body.value.asHeard ?? '';
    case 'nextStep':
      return body.value.buyerAction ?? '';
    case 'response':
      return [body.value.acknowledge, body.value.ask, body.value.say]
        .filter((part) => part !== undefined && part !== '')
        .join('\n');
    default:
      return '';
  }
}

export function writerOf(record: Record): string | undefined {
  const body = record.body;
  switch (body.case) {
    case 'note':
    case 'objection':
    case 'response':
    case 'blocker':
    case 'learning':
    case 'evidence':
    case 'recognition':
    case 'block':
    case 'parkedTopic':
      return body.value.author;
    case 'commitment':
      return body.value.owner;
    case 'nextStep':
      return body.value.setBy;
    default:
      return undefined;
  }
}

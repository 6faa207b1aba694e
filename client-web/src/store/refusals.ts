// Refusals in plain words, and where on the page they belong: beside what was tried. PURE.
import { wordsOf } from '../board/record-words.js';
import type { Command } from '../gen/swarmboard/v1/command_pb.js';
import { RejectReason } from '../gen/swarmboard/v1/enums_pb.js';
import type { TextChange } from '../gen/swarmboard/v1/text_pb.js';
import type { Draft } from '../typing/draft.js';

export interface Refusal {
  readonly id: number;
  readonly place: string;
  readonly sentence: string;
  /** What was written, so that nothing is lost by a refusal. */
  readonly text: string;
  /** Absent for a card without a name, and for words of a shared text. */
  readonly command?: Command;
  /** Of a shared text: what was changed in it. */
  readonly draft?: Draft;
  /** Its writer has seen it and taken the words back or let them go. */
  readonly settled?: () => void;
}

const sentences: Readonly<Partial<Record<RejectReason, string>>> = {
  [RejectReason.NOT_FACILITATOR]: 'Only the facilitator can do this.',
  [RejectReason.SEAT_RESERVED]:
    'The seat is still kept for the facilitator, who lost the connection.',
  [RejectReason.SEAT_TAKEN]: 'Somebody else has the seat already.',
  [RejectReason.KIND_NOT_ALLOWED_IN_STAGE]: 'This kind of card does not fit the running stage.',
  [RejectReason.LISTEN_ONLY]: 'In this stage the owner of the ask listens and does not write.',
  [RejectReason.ROLE_CANNOT_VOTE]: 'Your role has no dots in this vote.',
  [RejectReason.TOO_MANY_DOTS]: 'You have fewer dots than that.',
  [RejectReason.NOT_YOUR_CARD]: 'Only the person who wrote this card can change it.',
  [RejectReason.NOT_IN_AUDIENCE]: 'This is not for you to see or change.',
  [RejectReason.NO_EVIDENCE]: 'Say how you know it: this level needs evidence.',
  [RejectReason.OWNER_CANNOT_REVIEW]: 'The owner of a deal cannot review it.',
  [RejectReason.SESSION_CLOSED]: 'The session is closed. The board stays as it is.',
  [RejectReason.NO_EFFECT]: 'It is so already.',
  [RejectReason.NOT_ALLOWED]: 'You may not do this.',
  [RejectReason.WRONG_STAGE]: 'This cannot be done in the running stage.',
  [RejectReason.TARGET_GONE]: 'What this refers to is no longer on the board.',
  [RejectReason.PRECONDITION]: 'Something else has to happen first.',
  [RejectReason.INVALID]: 'Something in it is missing or wrong.',
  [RejectReason.TOO_LARGE]: 'It is too long.',
  [RejectReason.UNSUPPORTED]: 'The server does not know how to do this.',
  [RejectReason.ALREADY_EXISTS]: 'It is there already.',
  [RejectReason.TOO_FEW_FOR_ANONYMITY]: 'Too few people are here to write without names.',
  [RejectReason.VOTE_CLOSED]: 'The vote had closed a moment before.',
  [RejectReason.LIMIT_REACHED]: 'The board is full for this kind of card.',
  [RejectReason.TEXT_BASE_TOO_OLD]: 'Others wrote much in this text meanwhile.',
  [RejectReason.UNKNOWN_CLIENT]: 'This was not sent: the server did not know this device any more.',
};

/** The server's own sentence is more exact than ours, when it sent one. */
export function refusalSentence(reason: RejectReason, detail: string): string {
  return detail === '' ? (sentences[reason] ?? 'The server did not accept this.') : detail;
}

const repeatable: ReadonlySet<string | undefined> = new Set([
  'castVote',
  'startStage',
  'pauseClock',
  'resumeClock',
  'openTimePoll',
  'answerTimePoll',
]);

/** Nobody tried these by hand: the page sends them, and an answer of "it is so already" is fine. */
export function isSilent(command: Command, reason: RejectReason): boolean {
  return (
    command.body.case === 'rejoinSession' ||
    // A second tap on the same thing.
    (repeatable.has(command.body.case) && reason === RejectReason.NO_EFFECT)
  );
}

/** Where a refusal is shown. Words for a card that is gone go to the write box: it has no place else. */
export function placeOf(command: Command, reason: RejectReason): string {
  const place = placeOfCommand(command);
  return reason === RejectReason.TARGET_GONE && textOfCommand(command) !== '' ? 'write' : place;
}

/** The place on the page where a command is given; a RefusalList stands there. */
function placeOfCommand(command: Command): string {
  const { body } = command;
  switch (body.case) {
    case 'editRecord': {
      const record = body.value.record;
      if (!body.value.create) return `record:${record?.id ?? ''}`;
      if (record?.body.case === 'parkedTopic') return 'parked';
      if (record?.body.case === 'sessionPlan') return 'open';
      if (record?.body.case === 'knock') return 'door';
      return 'write';
    }
    case 'removeRecord':
    case 'textEdit':
      return `record:${body.value.target?.id ?? ''}`;
    case 'castVote':
      return `vote:${body.value.vote}`;
    case 'joinSession':
    case 'rejoinSession':
      return 'door';
    case 'openSession':
      return 'open';
    case 'makeCommitment':
    case 'nameConcern':
    case 'setLobbyStatus':
    case 'setTarget':
    case 'setProgress':
      return 'write';
    case 'renegotiateCommitment':
    case 'completeCommitment':
    case 'missCommitment':
    case 'dropCommitment':
    case 'resolveBlocker':
    case 'linkObjection':
    case 'publishResponse':
      return `record:${body.value.id}`;
    case 'mergeObjection':
      return `record:${body.value.source}`;
    case 'groupCards':
      return 'board';
    case 'setJourneyStage':
    case 'setScore':
    case 'setStakeholder':
    case 'setStrategy':
    case 'setNextStep':
    case 'resolveNextStep':
      return 'deal';
    case 'openSwarm':
    case 'joinSwarm':
    case 'leaveSwarm':
    case 'closeSwarm':
    case 'givePart':
      return 'swarm';
    case 'narrowAudience':
    case 'widenAudience':
      return 'audience';
    case 'giveFeedback':
      return 'feedback';
    case 'claimSeat':
      return 'seat';
    case 'answerTimePoll':
      return 'poll';
    case 'answerWorth':
      return 'worth';
    case 'swapTurns':
    case 'skipTurn':
      return 'rota';
    default:
      return 'facilitator';
  }
}

function insertedBy(change: TextChange | undefined): string {
  const parts = change?.parts ?? [];
  return parts.map(({ part }) => (part.case === 'insert' ? part.value : '')).join('');
}

/** The words in a command, to be given back to their writer. */
export function textOfCommand(command: Command): string {
  const { body } = command;
  switch (body.case) {
    case 'editRecord':
      return wordsOf(body.value.record);
    case 'textEdit':
      return insertedBy(body.value.change);
    case 'makeCommitment':
      return body.value.text;
    case 'setNextStep':
      return body.value.buyerAction;
    case 'nameConcern':
      return body.value.realConcern;
    case 'openSwarm':
      return body.value.ask;
    default:
      return '';
  }
}

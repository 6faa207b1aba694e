// A plain line for each event: the story list of a replay, "what just happened", and what a screen
// reader says. Written from the intent (what the person did) and the board after it. PURE.
import type { Command } from '../gen/swarmboard/v1/command_pb.js';
import { AskKind, LeaveReason, StepClass, TopicKind } from '../gen/swarmboard/v1/enums_pb.js';
import type { Event } from '../gen/swarmboard/v1/event_pb.js';
import type { Record } from '../gen/swarmboard/v1/record_pb.js';
import { captionOfLeading, isLeading } from './caption-leading.js';
import { captionOfRecord, quoted, textOfId } from './caption-records.js';
import type { State } from './state.js';
import { audienceWords, lists, plural, word } from './words.js';

export interface Caption {
  readonly text: string;
  /** Worth a mark on the slider: a stage, a reveal, a vote, the seat, a decision, a promise. */
  readonly mark: boolean;
}

export function memberName(state: State, id: string | undefined): string {
  if (id === undefined || id === '') return 'Somebody';
  return state.get('member', id)?.name ?? id;
}

/** `after` is the board with the event applied. */
export function caption(event: Event, after: State): Caption {
  const command = event.intent;
  if (command?.body.case === undefined) return { text: unsigned(event, after), mark: false };
  return captionOf(command.body, memberName(after, event.actor), event, after);
}

type CommandBody = Extract<Command['body'], { case: string }>;

function captionOf(body: CommandBody, who: string, event: Event, after: State): Caption {
  const line = (text: string): Caption => ({ text: `${who} ${text}`, mark: false });
  const mark = (text: string): Caption => ({ text: `${who} ${text}`, mark: true });
  switch (body.case) {
    case 'editRecord': {
      const record = body.value.record;
      if (record === undefined) return line('changed something');
      const decision = record.body.case === 'note' && isDecision(record);
      const text = captionOfRecord(record, body.value.create, after);
      return decision ? mark(text) : line(text);
    }
    case 'removeRecord':
      return line('took a card away');
    case 'textEdit':
      return line(`wrote in ${quoted(textOfId(after, body.value.target?.id ?? ''))}`);
    case 'groupCards':
      return line(`put cards together under ${quoted(body.value.title)}`);
    case 'castVote':
      return line('placed dots');
    case 'openVote':
      return mark(`opened a vote: ${body.value.hidden ? 'hidden' : 'open'} dots`);
    case 'closeVote':
      return mark(`closed the vote: ${tally(after, body.value.vote)}`);
    case 'mergeObjection':
      return line(`merged an objection into ${quoted(textOfId(after, body.value.into))}`);
    case 'linkObjection':
      return line('linked an objection to the library');
    case 'nameConcern':
      return line(`named the concern behind an objection: ${quoted(body.value.realConcern)}`);
    case 'publishResponse':
      return mark('put a response into the library');
    default:
      return captionOfSession(body, who, event, after);
  }
}

type SessionBody = Exclude<
  CommandBody,
  {
    case:
      | 'editRecord'
      | 'removeRecord'
      | 'textEdit'
      | 'groupCards'
      | 'castVote'
      | 'openVote'
      | 'closeVote'
      | 'mergeObjection'
      | 'linkObjection'
      | 'nameConcern'
      | 'publishResponse';
  }
>;

function captionOfSession(body: SessionBody, who: string, event: Event, after: State): Caption {
  const line = (text: string): Caption => ({ text: `${who} ${text}`, mark: false });
  const mark = (text: string): Caption => ({ text: `${who} ${text}`, mark: true });
  switch (body.case) {
    case 'openSession': {
      const kind = word(lists.topic, body.value.topic?.kind ?? TopicKind.UNSPECIFIED);
      return mark(`opened the session${kind === '' ? '' : ` (${kind.toLowerCase()})`}`);
    }
    case 'joinSession':
      return line('joined');
    case 'leaveSession':
      return line(
        body.value.reason === LeaveReason.CONNECTION_LOST ? 'lost the connection' : 'left',
      );
    case 'loseConnection':
      return line('lost the connection');
    case 'rejoinSession':
      return line('is back');
    case 'closeSession':
      return mark('closed the session');
    case 'narrowAudience':
      return mark(`narrowed who may replay: ${audienceWords(body.value.replayAudience)}`);
    case 'widenAudience':
      return line(`would let more people replay: ${audienceWords(body.value.replayAudience)}`);
    case 'assignRole': {
      const role = word(lists.sessionRole, body.value.role).toLowerCase();
      return line(`made ${memberName(after, body.value.member)} ${role}`);
    }
    case 'startStage':
      return mark(`started the stage ${quoted(stageName(after, body.value.stage))}`);
    case 'extendStage':
      return line(`added ${body.value.addMin} min`);
    case 'revealStage':
      return mark(`revealed the cards of ${quoted(stageName(after, body.value.stage))}`);
    case 'handOverSeat':
      return mark(`handed the facilitator's seat to ${memberName(after, body.value.to)}`);
    case 'claimSeat':
      return mark("took the facilitator's seat");
    case 'vacateSeat':
      return { text: "The facilitator's seat is free", mark: true };
    case 'giveFeedback':
      return line('gave the facilitator feedback');
    case 'nominateNext':
      return line(`named ${memberName(after, body.value.member)} as the next facilitator`);
    case 'mirrorLibrary':
      return { text: mirrored(event, after), mark: false };
    case 'loadFixture':
      return { text: 'The team was loaded', mark: false };
    case 'addMember':
      return { text: `${body.value.name} came to the team`, mark: false };
    case 'logReplayView':
      return line('watched a replay');
    default:
      return isLeading(body)
        ? captionOfLeading(body, who, after, (id) => memberName(after, id))
        : captionOfDeal(body, who, event);
  }
}

type DealBody = Extract<
  SessionBody,
  {
    case:
      | 'openSwarm'
      | 'joinSwarm'
      | 'leaveSwarm'
      | 'closeSwarm'
      | 'makeCommitment'
      | 'renegotiateCommitment'
      | 'completeCommitment'
      | 'missCommitment'
      | 'dropCommitment'
      | 'setJourneyStage'
      | 'setScore'
      | 'setStakeholder'
      | 'setStrategy'
      | 'setNextStep'
      | 'resolveNextStep'
      | 'resolveBlocker'
      | 'setLobbyStatus'
      | 'setTarget'
      | 'setProgress';
  }
>;

function captionOfDeal(body: DealBody, who: string, event: Event): Caption {
  const line = (text: string): Caption => ({ text: `${who} ${text}`, mark: false });
  const mark = (text: string): Caption => ({ text: `${who} ${text}`, mark: true });
  switch (body.case) {
    case 'openSwarm': {
      const ask = word(lists.ask, body.value.askKind || AskKind.OTHER).toLowerCase();
      return mark(`called a swarm (${ask}): ${quoted(body.value.ask)}`);
    }
    case 'joinSwarm':
      return line('joined the swarm');
    case 'leaveSwarm':
      return line('left the swarm');
    case 'closeSwarm':
      return mark('closed the swarm');
    case 'makeCommitment':
      return mark(`promised ${quoted(body.value.text)} by ${body.value.due}`);
    case 'renegotiateCommitment':
      return line(`moved a promise to ${body.value.due}`);
    case 'completeCommitment':
      return mark('kept a promise');
    case 'missCommitment':
      return line('marked a promise as missed');
    case 'dropCommitment':
      return line('dropped a promise by agreement');
    case 'setJourneyStage':
      return line(`set where the customer stands: ${word(lists.journey, body.value.stage)}`);
    case 'setScore': {
      const element = word(lists.element, body.value.element).toLowerCase();
      return line(`set ${element} to ${body.value.level} of 3`);
    }
    case 'setStakeholder':
      return line(`put ${body.value.stakeholder?.name ?? 'somebody'} on the map`);
    case 'setStrategy':
      return line(`chose the play ${quoted(word(lists.strategy, body.value.strategy))}`);
    case 'setNextStep':
      return mark(`set the customer's next step${stepClass(event)}`);
    case 'resolveNextStep':
      return line("settled the customer's next step");
    case 'resolveBlocker':
      return line('resolved a blocker');
    case 'setLobbyStatus':
      return line('said whether they are free');
    case 'setTarget':
      return line("set the team's target");
    case 'setProgress':
      return line("set a member's own figures");
  }
}

/** The public part of a private act, and acts of the server without an intent. */
function unsigned(event: Event, after: State): string {
  for (const { record } of event.patch?.upsert ?? []) {
    if (record?.body.case === 'stage' && record.body.value.hiddenCount !== undefined) {
      const count = record.body.value.hiddenCount;
      return `A hidden card: ${count} in ${quoted(stageName(after, record.id))}`;
    }
    if (record?.body.case === 'vote' && record.body.value.voted !== undefined) {
      return `A hidden ballot: ${plural(record.body.value.voted, 'person has', 'people have')} voted`;
    }
  }
  return (event.patch?.upsert.length ?? 0) === 0 ? 'Something private' : 'The board changed';
}

function mirrored(event: Event, after: State): string {
  const record = event.patch?.upsert[0]?.record;
  if (record === undefined) return 'The library changed';
  return `The library changed: ${captionOfRecord(record, false, after)}`;
}

function isDecision(record: Record): boolean {
  return record.body.case === 'note' && word(lists.note, record.body.value.kind) === 'Decision';
}

function stageName(state: State, id: string): string {
  return state.get('stage', id)?.name ?? id;
}

function tally(state: State, voteId: string): string {
  const items = [...(state.get('vote', voteId)?.tally?.items ?? [])];
  if (items.length === 0) return 'no dots';
  items.sort((a, b) => b.dots - a.dots);
  return items.map((item) => item.dots).join(' – ');
}

function stepClass(event: Event): string {
  for (const { record } of event.patch?.upsert ?? []) {
    if (record?.body.case === 'nextStep') {
      const { stepClass: known } = record.body.value;
      if (known === StepClass.ADVANCE) return ': an advance';
      if (known === StepClass.CONTINUATION) return ': a continuation, nobody outside has promised';
    }
  }
  return '';
}

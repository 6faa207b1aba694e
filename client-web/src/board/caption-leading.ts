// Captions of what whoever leads does beside moving stages: the clock, shared powers, the door, turns.
// PURE.
import type { Command } from '../gen/swarmboard/v1/command_pb.js';
import { KnockAnswer } from '../gen/swarmboard/v1/facilitation_enums_pb.js';
import type { Caption } from './captions.js';
import type { State } from './state.js';
import { lists, plural, powerWords, word } from './words.js';

const cases = [
  'pauseClock',
  'resumeClock',
  'sharePower',
  'answerKnock',
  'openTimePoll',
  'answerTimePoll',
  'closeTimePoll',
  'givePart',
  'swapTurns',
  'skipTurn',
  'answerWorth',
] as const;

type AnyBody = Extract<Command['body'], { case: string }>;
export type LeadingBody = Extract<AnyBody, { case: (typeof cases)[number] }>;

export function isLeading(body: AnyBody): body is LeadingBody {
  return (cases as readonly string[]).includes(body.case);
}

export function captionOfLeading(
  body: LeadingBody,
  who: string,
  after: State,
  name: (id: string) => string,
): Caption {
  const line = (text: string): Caption => ({ text: `${who} ${text}`, mark: false });
  const mark = (text: string): Caption => ({ text: `${who} ${text}`, mark: true });
  switch (body.case) {
    case 'pauseClock':
      return line('paused the clock');
    case 'resumeClock':
      return line('let the clock go on');
    case 'sharePower': {
      const what = powerWords[body.value.power];
      return body.value.takeBack
        ? mark(`took back from ${name(body.value.member)}: ${what}`)
        : mark(`shares with ${name(body.value.member)}: ${what}`);
    }
    case 'answerKnock': {
      const guest = name(after.get('knock', body.value.knock)?.author ?? '');
      return line(
        body.value.answer === KnockAnswer.COME_IN ? `let ${guest} in` : `asked ${guest} to wait`,
      );
    }
    case 'openTimePoll':
      return { text: 'The room is asked: more time?', mark: false };
    case 'answerTimePoll':
      return line('answered');
    case 'closeTimePoll':
      return { text: `More time? ${pollWords(after, body.value.poll)}`, mark: true };
    case 'givePart': {
      const part = word(lists.swarmRole, body.value.role).toLowerCase();
      return line(`gave ${name(body.value.member)} a part in the swarm: ${part}`);
    }
    case 'swapTurns':
      return line(`swapped turns: ${name(body.value.a)} and ${name(body.value.b)}`);
    case 'skipTurn':
      return body.value.until === ''
        ? line(`put ${name(body.value.member)} back into the order of leading`)
        : line(`put ${name(body.value.member)} on holiday until ${body.value.until}`);
    case 'answerWorth':
      return line('said whether it was worth the time');
  }
}

/** "two would keep going, one would move on" */
export function pollWords(state: State, id: string): string {
  const poll = state.get('timePoll', id);
  const parts = [
    [poll?.keep ?? 0, 'would keep going', 'would keep going'],
    [poll?.moveOn ?? 0, 'would move on', 'would move on'],
    [poll?.either ?? 0, 'is fine with either', 'are fine with either'],
  ] as const;
  const said = parts
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => plural(count, one, many));
  return said.length === 0 ? 'nobody answered' : said.join(', ');
}

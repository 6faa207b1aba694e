// What only reps are offered: a hand, catching up, an old answer of one's own, what changed meanwhile.
import type { HandKind } from '../../board/hands.js';

const count = (number: number, one: string, many: string): string =>
  `${number} ${number === 1 ? one : many}`;

const kindWords: Readonly<Record<HandKind, string>> = {
  'new-point': 'New point',
  'this-point': 'To this point',
  question: 'Question',
  trouble: 'I cannot follow the call',
};

export const rep = {
  hand: {
    kinds: kindWords,
    raise: 'Raise a hand',
    title: 'Hands up',
    lower: 'Lower my hand',
    lowerShort: 'Lower',
    mine: (kind: HandKind, place: number, of: number) =>
      `Your hand is up: ${kindWords[kind].toLowerCase()}. You are number ${place} of ${of}.`,
    waits: (who: string, kind: HandKind) => `${who}: ${kindWords[kind].toLowerCase()}`,
    more: (number: number) => `and ${number} more`,
    call: 'Call',
    callWho: (who: string) => `Call ${who}`,
    floor: (who: string, kind: HandKind) =>
      `${who} has the word: ${kindWords[kind].toLowerCase()}.`,
    yours: 'You have the word. Your hand is down.',
    end: 'Next, please',
  },

  catchUp: {
    title: 'Catch me up',
    joined: (stages: number) =>
      stages === 1 ? 'You missed one stage.' : `You missed ${stages} stages.`,
    topic: 'It is about',
    now: 'Now',
    done: 'So far',
    decisions: 'Decided',
    noDecision: 'Nothing is decided yet.',
    votes: 'Most dots',
    promises: 'Promised',
    board: (cards: number, hidden: number) =>
      hidden === 0
        ? `${count(cards, 'card', 'cards')} on the board`
        : `${count(cards, 'card', 'cards')} on the board, ${hidden} hidden until the reveal`,
    more: (number: number) => `and ${number} more on the board`,
    close: 'I am with you',
  },

  beaten: {
    title: 'You have beaten this before',
    won: (account: string, against: string) => `You won ${account} against ${against}.`,
    wonNobody: (account: string) => `You won ${account}, the same customer.`,
    said: 'What you answered then',
    moment: 'See that moment',
    session: 'See that session',
    use: 'Write it here',
    decline: 'Not now',
    onlyYou: 'Only you see this.',
  },

  since: {
    title: (time: string) => `What changed since you left at ${time}`,
    nothing: 'Nothing changed after you left.',
    stages: 'Stages since then',
    decisions: 'Decided',
    mine: 'Your open promises',
    votes: 'Votes closed',
    revealed: 'Revealed',
    closed: 'The session was closed.',
    cards: (number: number) => count(number, 'new card', 'new cards'),
  },
};

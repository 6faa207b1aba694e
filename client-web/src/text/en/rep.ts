// What reps are offered beside the cards: a hand, catching up, an old answer of their own, cards from
// elsewhere, what changed meanwhile; and the first steps of a new team.
import type { HandKind } from '../../board/hands.js';
import type { Problem } from '../../import/cards.js';

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

  bring: {
    help: 'A list, one card a line; a CSV with a column “objection” or “text”; or a board that was taken along as JSON. Nothing is written before you have seen it.',
    paste: 'Paste it here',
    file: 'Or choose a file',
    as: 'They become',
    notNow:
      'In this stage cards cannot be brought along. They can again when a stage with names runs.',
    preview: (good: number, bad: number) =>
      bad === 0
        ? `${count(good, 'card', 'cards')} to write`
        : `${count(good, 'card', 'cards')} to write, ${count(bad, 'line', 'lines')} left out`,
    line: (line: number) => `line ${line}`,
    problems: {
      long: 'too long: at most 2,000 characters',
      twice: 'stands in the list twice',
      there: 'is on the board already',
      many: 'too many at once: bring it in a second turn',
      empty: 'has no words',
    } as Readonly<Record<Problem, string>>,
    unreadable: {
      size: 'This is too much: at most a million characters.',
      unreadable: 'This cannot be read.',
    },
    write: (good: number) => `Write ${count(good, 'card', 'cards')}`,
  },

  welcome: {
    title: 'Your first session in ten minutes',
    help: 'Three steps. Nothing has to be set up first.',
    invite: 'Invite your team',
    here: (others: number) =>
      `${count(others, 'other person is', 'other people are')} here already.`,
    as: 'As',
    roles: { REP: 'Rep', MANAGER: 'Manager', PARTNER: 'Partner (presales, success, …)' },
    makeLink: 'Make a link',
    link: 'Send them this link',
    once: 'It works once, for one person; make another for the next. They only type their name.',
    askThem: (who: string) =>
      who === '' ? 'The owner of the team invites people.' : `${who} can invite more people.`,
    topic: 'Choose what it is about',
    topicHelp:
      'One line: a deal that does not move, an objection that comes back, what a competitor does.',
    start: 'Start, and read what is written beside the board',
    startHelp:
      'You get the facilitator’s seat and a script: what to say, what to wait for, when to move on. “Open conversation” is the easiest kind to begin with.',
    toStart: 'Start the first session',
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

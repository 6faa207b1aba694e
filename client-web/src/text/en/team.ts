// The team's permanent room, and starting a session.
import type { Reason } from '../../board/suggestions.js';

// What is due, by its reason: the sentence and the title of a session about it.
type Sentence = (about: string, count: number) => string;

export const team = {
  now: 'Now',
  live: 'live',
  since: (time: string) => `since ${time}`,
  ledBy: (who: string) => `led by ${who}`,
  there: (count: number) => `${count} ${count === 1 ? 'person' : 'people'} there`,
  people: (count: number) => `${count} ${count === 1 ? 'person' : 'people'}`,
  replayBy: (audience: string) => `Who can replay it: ${audience}`,
  goIn: 'Go in',
  none: 'No session is running.',
  past: 'Past sessions',
  pastNone: 'Nothing yet. A session can be replayed from the moment it happens.',
  replay: 'Replay',
  outcome: 'What came out',
  outcomeOf: (title: string) => `What came out of “${title}”`,
  change: 'change',
  opening: 'Opening the team room…',
  damaged: "The team's library cannot be opened. The operator of this server has been told.",
  minutes: (count: number) => `${count} min`,

  mine: {
    title: 'Your open promises',
    none: 'You owe nobody anything.',
  },

  start: {
    title: 'Start a session',
    suggested: 'What is due',
    use: 'Use this',
    reasons: {
      stuck: (about, count) =>
        count === 1
          ? `${about}: the customer has not moved for a while.`
          : `${about} and ${count - 1} more: the customer has not moved for a while.`,
      'no-advance': (about) => `${about}: nobody there has promised a next step.`,
      recurring: (about, count) => `“${about}”: heard ${count} times, no answer on trial.`,
      blocks: (about, count) =>
        count === 1
          ? `“${about}” still stops us.`
          : `“${about}” and ${count - 1} more still stop us.`,
    } as Readonly<Record<Reason, Sentence>>,
    topics: {
      stuck: (about) => `Why things get stuck: ${about}`,
      'no-advance': (about) => `${about}: what could they do next?`,
      recurring: (about) => `“${about}”: what do we answer?`,
      blocks: () => 'What stops us, and what we change',
    } as Readonly<Record<Reason, (about: string) => string>>,
    about: 'What is it about?',
    aboutHint: 'Silverfen: how do we reach the COO?',
    kind: 'Kind of meeting',
    topic: 'Topic',
    deal: 'Deal',
    noDeal: 'None',
    audience: 'Who can replay it',
    missing: 'Say in one line what it is about.',
    do: "Start and take the facilitator's seat",
    accept: 'Everybody accepts who can replay before they come in.',
    option: (name: string, minutes: number) => `${name}, ${minutes} min`,
    goesLike: 'Then it goes like this',
  },
};

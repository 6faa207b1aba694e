// Before and between sessions: whose turn it is, a session that is prepared, what waits for another
// day.

const minutes = (count: number): string => `${count} min`;

export const prepare = {
  rota: {
    title: 'Who leads',
    youAreUp: 'You are up.',
    isUp: (who: string) => `${who} is up.`,
    then: (who: string) => `${who} is next.`,
    named: (who: string, template: string) =>
      `Named by ${who}${template === '' ? '' : ` for “${template}”`}.`,
    order: 'The order',
    you: ' (you)',
    led: (count: number, of: number) => `has led ${count} of the last ${of}`,
    never: 'has not led yet',
    away: (until: string) => `away until ${until}`,
    swap: 'Swap with me',
    swapDo: (who: string) => `Swap turns with ${who}`,
    swapped: (a: string, b: string, when: string) => `${a} and ${b} have swapped turns (${when}).`,
    swappedYou: (who: string, by: string, up: string) =>
      `You and ${who} have swapped turns${by}. ${up}`,
    by: (who: string) => `; ${who} did it`,
    turn: (place: number) =>
      place === 0
        ? 'You are up now.'
        : place === 1
          ? 'You are next.'
          : `You are number ${place + 1}.`,
    holiday: 'I cannot lead until',
    holidaySet: 'Skip my turn',
    holidayEnd: 'I am back',
    history: 'Who led before',
    historyNone: 'No session has been led yet.',
    cancel: 'Not now',
  },

  plan: {
    title: 'Prepared sessions',
    prepare: 'Prepare a session',
    prepareHelp:
      'Choose the kind, set the times, see what the room will see. Open it when it is time.',
    untitled: 'A session to prepare',
    edit: 'Prepare',
    open: 'Open the room',
    openHelp: 'People may come in and write; nothing runs before you start the first stage.',
    drop: 'Drop it',
    by: (who: string) => `prepared by ${who}`,
    page: 'Prepare a session',
    back: 'Team room',
    gone: 'This plan is not there any more: it was opened or dropped.',
    about: 'What is it about?',
    kind: 'Kind of meeting',
    deal: 'Deal',
    noDeal: 'None',
    audience: 'Who can replay it',
    guests: 'Guests wait at the door until somebody lets them in',
    total: (count: number, planned: number) =>
      count === planned
        ? `${minutes(count)} in all`
        : `${minutes(count)} in all, ${minutes(planned)} as the template has it`,
    stages: 'Stages',
    minutesOf: (stage: string) => `Minutes for “${stage}”`,
    preview: (stage: string) => `What the room sees in “${stage}”`,
    previewShort: 'What the room sees',
    script: 'Only whoever leads reads this',
    saved: 'Kept as you change it, on every device.',
    reset: 'Times as the template has them',
    loading: 'Loading the stages…',
    notLoaded: 'The stages could not be loaded. Check the line, then try again.',
  },

  parked: {
    title: 'Parking lot',
    help: 'What is for another day. It is offered when the next session is started.',
    last: "Last time's parking lot",
    what: 'A topic for another day',
    park: 'Park it',
    parked: (what: string) => `Parked for another day: ${what}`,
    undo: 'Undo',
    none: 'Nothing is parked.',
    by: (who: string) => `parked by ${who}`,
    drop: 'Drop',
    takeUp: 'Take it up',
    next: 'Parked for next time',
    nextNone: 'Nothing is parked. What was left open?',
  },

  door: {
    atTheDoor: (who: string) => `${who} is at the door.`,
    letIn: 'Let in',
    notNow: 'Not now',
    told: (who: string) => `${who} was asked to wait.`,
    ask: 'Ask to come in',
    waiting: 'You are at the door. Somebody inside will let you in.',
    later: 'Not now, they say. You may ask again.',
    again: 'Ask again',
    closedRoom: 'Guests are let in one by one.',
  },

  decision: {
    rejected: 'Weighed and left',
    agreed: 'Who agreed',
    revisit: 'Look at it again on',
  },

  recipients: {
    title: 'Who gets the summary',
    all: (names: string) => `Everybody who may replay it: ${names}.`,
    count: (count: number) => `${count} ${count === 1 ? 'person' : 'people'}`,
  },

  parts: {
    hand: 'Hand out a part',
    to: (who: string, part: string) => `${who}: ${part.toLowerCase()}`,
  },

  worth: {
    title: 'Was it worth your time?',
    only: 'Only the count is shown, never who said what.',
    yes: 'Yes',
    partly: 'Partly',
    no: 'No',
    counted: (yes: number, partly: number, no: number) => `${yes} yes, ${partly} partly, ${no} no`,
    thanks: 'Counted. Thank you.',
  },
};

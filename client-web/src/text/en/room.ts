// The room around the board: header, stage, facilitator, people, write box.

const people = (count: number): string => `${count} ${count === 1 ? 'person' : 'people'}`;

export const room = {
  door: {
    session: 'A session',
    ledBy: (who: string) => `led by ${who}`,
    now: (stage: string) => `now: ${stage}`,
    inside: (count: number, names: string) =>
      count === 0 ? 'nobody inside yet' : `${people(count)} inside: ${names}`,
    replay: (audience: string) => `Who can replay this session: ${audience}.`,
    kept: "It is kept as it happens. Letting more people see it needs everybody's yes; cards that are hidden until the reveal stay hidden in the replay until that moment.",
    accept: 'I accept, let me in',
    back: 'Come back in',
    notNow: 'Not now',
    asking: 'Asking…',
    observer: 'You come in as an observer: you read along and write where the stage allows it.',
  },
  refusal: { restore: 'Put the text back', close: 'Close' },

  tabs: { label: 'Parts of the room', write: 'Write', board: 'Board', vote: 'Vote', room: 'Room' },
  teamRoom: 'Team room',
  notLoaded: 'This part could not be loaded. Check the line, then reload the page.',
  closed: 'closed',
  over: 'This session is closed. The board stays as it is.',
  overReplay: 'Every moment of it can be replayed.',
  skipToWrite: 'Skip to the write box',

  replayBy: (audience: string) => `Replay: ${audience.toLowerCase()}`,

  steps: 'Stages',
  stepDone: ', done',
  timeUp: 'time is up',
  timeLeft: 'left in this stage',
  paused: 'paused',

  stage: {
    label: 'The running stage',
    none: 'No stage is running yet.',
    noneLead: 'Start the first stage when everybody has arrived.',
    noneWait: (leader: string) => `${leader} starts the first stage when everybody has arrived.`,
    write: 'Write here',
    nothing: 'Nothing is written in this stage; listen and talk.',
    privacy: 'Who sees it',
    open: 'Everybody, at once, with your name.',
    private: (who: string) => `Only you, until ${who} reveals all cards at once.`,
    somePrivate: (kinds: string, who: string) =>
      `${kinds} stay with you until ${who} reveals them; the rest is open.`,
    revealed: 'Revealed. A late card is welcome; it goes in at once, marked “added later”.',
    anonymous: (who: string) =>
      `Nobody knows who wrote what, not even the server. All cards appear when ${who} reveals them.`,
    offRecord: 'Off the record: gone when this stage ends, and in no replay.',
    who: 'Who writes',
    everybody: 'Everybody.',
    notOwner: (owner: string) => `Everybody but ${owner}, who listens.`,
    notObservers: 'Everybody; observers read along.',
    you: 'You only read in this stage.',
    late: 'added later',
  },

  hidden: {
    cards: (count: number) => `${count} ${count === 1 ? 'card' : 'cards'} hidden`,
    until: (who: string, stage: string) => ` until ${who} reveals “${stage}”.`,
    untilNameless: (who: string) => ` until ${who} reveals them, without names.`,
  },

  bring: {
    shows: (who: string, what: string) => `${who} shows: ${what}`,
    go: 'Take me there',
    dismiss: 'Not now',
    here: (here: number, of: number) => `${here} of ${of} are there`,
    elsewhere: (names: string) => `; elsewhere: ${names}`,
    choose: 'Choose a card first: tick it on the board, then bring everyone.',
  },

  moved: {
    stage: (name: string) => `The room is in “${name}” now. Your words are kept here.`,
    join: 'Join the room',
    card: (who: string, card: string) => `${who} moved your card ${card}.`,
    putBack: 'Put it back',
    keep: 'Leave it',
  },

  write: {
    label: 'Write',
    what: 'What are you writing?',
    words: 'Your words',
    send: 'Send',
    onlyYou: 'Only you see it until the reveal.',
    early: (stage: string) => `You are early: it waits, hidden, for “${stage}”.`,
    loading: 'One moment, the form is on its way.',
    nameless:
      "No name is kept with these cards, not even in the server's files. Your wording can still give you away: write as anybody would.",
    cancelTarget: 'Not about this card',
    doesNotFit: (kind: string) =>
      `“${kind}” does not fit this stage. Your words stay here; choose another kind, or wait.`,
    more: 'More details',
    mine: 'Your cards in this stage',
    mineNone: 'What you write appears here, with a tick once it is on the server’s disk.',
    listen: 'Nothing is written in this stage; listen and talk.',
  },

  ready: {
    set: "I'm ready",
    unset: 'Not ready yet',
    count: (ready: number, of: number) => `${ready} of ${of} ready`,
    isReady: 'ready',
  },

  people: {
    title: 'People',
    here: (count: number) => `${count} here`,
    you: ' (you)',
    leads: ', leads',
    nobody: 'Nobody has come in yet.',
    lost: 'connection lost',
    left: 'left',
    reconnecting: 'reconnecting…',
    writing: 'is writing…',
    leave: 'Leave the session',
    roleOf: (who: string) => `Part of ${who}`,
    make: (role: string) => `Make ${role.toLowerCase()}`,
    handSeat: 'Hand the seat over',
    takeRole: (role: string) => `Take back: ${role.toLowerCase()}`,
    share: (what: string) => `Share ${what}`,
    takeBack: (what: string) => `Take back ${what}`,
    has: (what: string) => `shares ${what}`,
    next: (who: string) => `${who} leads next time.`,
  },

  seat: {
    reserved: (who: string) => `${who} is reconnecting. The seat is kept for`,
    reservedEnd: 'more; the clock goes on.',
    vacant: 'Nobody leads the room now. The stage and its clock go on.',
    take: 'Take the seat',
    takeBack: (who: string) =>
      `You led before the connection broke; ${who} leads now. Take it back?`,
    ask: 'Ask for it back',
    asked: (who: string) => `${who} has been asked.`,
    stay: 'Stay a participant',
    wanted: (who: string) => `${who} is back and would like to lead again.`,
    handBack: 'Hand it back',
    leadsNow: (who: string) => `${who} leads now.`,
    youLead: 'You lead now. Everybody has been told.',
  },

  undo: {
    undo: 'Undo',
    title: 'What you can take back',
    help: 'Only your own acts, and only while nobody has changed them since.',
    nothing: 'Nothing to take back.',
    made: (text: string) => `You wrote ${text}`,
    removed: (text: string) => `You removed ${text}`,
    changed: (text: string) => `You changed ${text}`,
    grouped: 'You grouped cards',
    restore: 'Restore',
  },

  help: {
    open: 'Keyboard and help',
    title: 'By keyboard',
    never: 'Letters work when you are not typing. Esc leaves the write box.',
    keys: [
      ['n', 'write a card'],
      ['d', "I'm ready / not ready"],
      ['h', 'raise or lower your hand'],
      ['u', 'take back your last act'],
      ['g', 'group the ticked cards'],
      ['v', 'go to the vote'],
      ['b', 'go to the board'],
      ['s', 'go to the stage'],
      ['?', 'this list'],
    ] as const,
    close: 'Close',
  },

  importTitle: 'Bring cards along',
  exported: {
    title: 'Take it with you',
    help: 'Everything on this board that you may see, as it is now.',
    json: 'JSON, complete',
    markdown: 'Markdown',
    csv: 'CSV for a spreadsheet',
    print: 'Print',
  },
};

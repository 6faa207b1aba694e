// The board as sections of lists, in the order in which they are read: what the running stage is
// about first, then questions before answers before promises. PURE.
import { NoteKind } from '../gen/swarmboard/v1/enums_pb.js';
import { runningStage, sessionOf } from './rules.js';
import { wantedKinds, type SignedKind } from './stage-guide.js';
import type { Entry, State } from './state.js';

export type SectionKey = `note:${number}` | SignedKind | 'drill' | 'nextStep' | 'swarm';

export type CardCase =
  'note' | 'objection' | 'blocker' | 'learning' | 'recognition' | 'block' | 'drill';

export interface Section {
  readonly key: SectionKey;
  readonly count: number;
  /** What the running stage is there for. */
  readonly isNow: boolean;
}

const noteOrder: readonly NoteKind[] = [
  NoteKind.GROUND_RULE,
  NoteKind.ASK,
  NoteKind.OFFER,
  NoteKind.QUESTION,
  NoteKind.CUSTOMER_QUOTE,
  NoteKind.STUCK,
  NoteKind.UNSAID,
  NoteKind.EVIDENCE_GAP,
  NoteKind.TURNING_POINT,
  NoteKind.IDEA,
  NoteKind.QUESTION_TO_ASK,
  NoteKind.STEP,
  NoteKind.WORKS,
  NoteKind.COMMENT,
  NoteKind.DECISION,
];

/** Cards of this session in the order of their making, without those under another card. */
/** The kind of note that a key such as "note:7" names. */
export function noteKindOf(key: string): NoteKind | undefined {
  if (!key.startsWith('note:')) return undefined;
  const number = key.slice('note:'.length);
  return Object.values(NoteKind).find((kind): kind is NoteKind => String(kind) === number);
}

export function topNotes(state: State, kind: NoteKind): Entry<'note'>[] {
  const isThere = (id: string | undefined): boolean =>
    id !== undefined && state.get('note', id) !== undefined;
  return inTime(
    state
      .all('note')
      .filter((note) => (note.body.kind ?? NoteKind.UNSPECIFIED) === kind)
      .filter((note) => !isThere(note.body.answers) && !isThere(note.body.buildsOn)),
  );
}

const repliesByState = new WeakMap<State, Map<string, Entry<'note'>[]>>();

/** Answers to a card and what was built on it. Asked by every card, so found once per state. */
export function repliesTo(state: State, id: string): readonly Entry<'note'>[] {
  let replies = repliesByState.get(state);
  if (replies === undefined) {
    replies = new Map();
    for (const note of inTime(state.all('note'))) {
      const parent = note.body.answers ?? note.body.buildsOn;
      if (parent === undefined) continue;
      replies.set(parent, [...(replies.get(parent) ?? []), note]);
    }
    repliesByState.set(state, replies);
  }
  return replies.get(id) ?? [];
}

export function activeObjections(state: State): Entry<'objection'>[] {
  return inTime(
    state
      .all('objection')
      .filter(
        (objection) => isOfSession(state, objection) && objection.body.mergedInto === undefined,
      ),
  );
}

export function sightingsOf(state: State, id: string): number {
  return 1 + state.all('objection').filter((other) => other.body.mergedInto === id).length;
}

/** Records that the library also has: only those written here. */
export function ofSession<C extends 'learning' | 'recognition' | 'block'>(
  state: State,
  name: C,
): Entry<C>[] {
  return inTime(state.all(name).filter((entry) => isOfSession(state, entry)) as never);
}

function isOfSession(
  state: State,
  entry: { readonly body: { readonly sessionId?: string | undefined } },
): boolean {
  const { sessionId } = entry.body;
  return sessionId === undefined || sessionId === sessionOf(state)?.id;
}

export function inTime<E extends { readonly body: { readonly atMs?: bigint | undefined } }>(
  entries: E[],
): E[] {
  return entries.sort((a, b) => Number((a.body.atMs ?? 0n) - (b.body.atMs ?? 0n)));
}

export function sectionsOf(state: State): Section[] {
  const stage = runningStage(state);
  const wanted = wantedKinds(sessionOf(state)?.body.templateId, stage?.id ?? '');
  const allowed = stage?.body.allowedNotes?.items ?? [];
  const noteKinds = [...noteOrder, NoteKind.UNSPECIFIED, NoteKind.ANSWER];
  const isUsual = (kind: NoteKind): boolean =>
    kind === NoteKind.COMMENT || kind === NoteKind.GROUND_RULE || kind === NoteKind.DECISION;
  const notes = noteKinds.map((kind): Section => ({
    key: `note:${kind}`,
    count: topNotes(state, kind).length,
    isNow: allowed.includes(kind) && !isUsual(kind),
  }));
  const signed = (key: SignedKind, count: number): Section => ({
    key,
    count,
    isNow: wanted.includes(key),
  });
  const rest: Section[] = [
    signed('objection', activeObjections(state).length),
    signed('blocker', state.all('blocker').length),
    { key: 'drill', count: state.all('drill').length, isNow: stage?.body.practice === true },
    signed('block', ofSession(state, 'block').length),
    signed('learning', ofSession(state, 'learning').length),
    signed('recognition', ofSession(state, 'recognition').length),
  ];
  const decision = notes.findIndex((section) => section.key === `note:${NoteKind.COMMENT}`);
  const all = [...notes.slice(0, decision), ...rest.slice(0, 3), ...notes.slice(decision)];
  all.push(...rest.slice(3));
  const filled = all.filter((section) => section.count > 0);
  return [...filled.filter((s) => s.isNow), ...filled.filter((s) => !s.isNow)];
}

// What a stage asks of the people in it: what to write, who sees it, who writes, and when to move on.
// The server's rules decide; these say them in a form that a page can show. PURE.
import type { Stage } from '../gen/swarmboard/v1/board_records_pb.js';
import { SessionRole, Visibility } from '../gen/swarmboard/v1/enums_pb.js';
import { earlyStage, hasRole, isClosed, mayWrite, runningStage, sessionOf } from './rules.js';
import { SwarmStatus } from '../gen/swarmboard/v1/enums_pb.js';
import type { State } from './state.js';

/** Kinds that are written in the write box and always carry a name. */
export type SignedKind =
  'objection' | 'blocker' | 'commitment' | 'learning' | 'recognition' | 'block';

// What each stage of the sixteen templates is there for, beside its notes: by stage key, or by
// template and key where one key means different things.
const wanted: Readonly<Partial<globalThis.Record<string, readonly SignedKind[]>>> = {
  collect: ['objection'],
  sort: ['objection'],
  diagnose: ['blocker'],
  blocks: ['block'],
  commit: ['commitment'],
  promise: ['commitment'],
  promises: ['commitment'],
  next: ['commitment'],
  match: ['commitment'],
  unstick: ['commitment'],
  decide: ['commitment'],
  spread: ['commitment'],
  'objection_clinic_45/publish': ['commitment'],
  'how_to_40/publish': ['commitment'],
  learn: ['learning', 'block'],
  share: ['learning'],
  feedback: ['learning', 'block'],
  close: ['learning', 'recognition'],
  thanks: ['recognition'],
};

const signed: readonly SignedKind[] = [
  'objection',
  'blocker',
  'commitment',
  'learning',
  'recognition',
  'block',
];

export function wantedKinds(template: string | undefined, key: string): readonly SignedKind[] {
  return wanted[`${template ?? ''}/${key}`] ?? wanted[key] ?? [];
}

/** The signed kinds that may be written now, those the stage is there for first. */
export function writableKinds(state: State, member: string): readonly SignedKind[] {
  const stage = runningStage(state) ?? earlyStage(state);
  if (stage === undefined || isClosed(sessionOf(state)?.body)) return [];
  if (!isSigned(stage.body)) return [];
  if (!mayWrite(state, member).ok) {
    const isThankful = hasRole(state, member, SessionRole.OBSERVER);
    return isThankful ? ['recognition'] : [];
  }
  const hasSwarm = state.all('swarm').some((s) => s.body.status !== SwarmStatus.CLOSED);
  const first = wantedKinds(sessionOf(state)?.body.templateId, stage.id);
  const all = [...first, ...signed.filter((kind) => !first.includes(kind))];
  const fits = all.filter((kind) => kind !== 'blocker' || hasSwarm);
  // Early, only what its stage will hide.
  const isEarly = runningStage(state) === undefined;
  return isEarly ? fits.filter((kind) => kind === 'objection' || kind === 'blocker') : fits;
}

/** Whether records with a name can be made in this stage. */
export function isSigned(stage: Stage | undefined): boolean {
  return (
    stage?.visibility !== Visibility.OFF_RECORD &&
    (stage?.visibility !== Visibility.ANONYMOUS || stage.revealedAtMs !== undefined)
  );
}

export type Privacy =
  | { readonly kind: 'open' | 'private' | 'anonymous' | 'off-record' | 'revealed' }
  | { readonly kind: 'some'; readonly kinds: readonly string[] };

export function privacyOf(stage: Stage): Privacy {
  const listed = stage.privateKinds?.items ?? [];
  switch (stage.visibility) {
    case Visibility.OFF_RECORD:
      return { kind: 'off-record' };
    case Visibility.ANONYMOUS:
      return { kind: stage.revealedAtMs === undefined ? 'anonymous' : 'revealed' };
    case Visibility.PRIVATE_UNTIL_REVEAL:
      if (stage.revealedAtMs !== undefined) return { kind: 'revealed' };
      return listed.length === 0 ? { kind: 'private' } : { kind: 'some', kinds: listed };
    case Visibility.OPEN:
    case Visibility.UNSPECIFIED:
    case undefined:
      if (listed.length === 0) return { kind: 'open' };
      return stage.revealedAtMs === undefined
        ? { kind: 'some', kinds: listed }
        : { kind: 'revealed' };
  }
}

/** When the facilitator should move on: the script's third line. */
export type MoveOn = 'hidden' | 'vote-first' | 'vote' | 'promise' | 'open';

export function moveOnWhen(state: State): MoveOn {
  const stage = runningStage(state);
  if (stage === undefined) return 'open';
  const privacy = privacyOf(stage.body).kind;
  if (privacy === 'private' || privacy === 'some' || privacy === 'anonymous') return 'hidden';
  if (state.all('vote').some((vote) => vote.body.closedAtMs === undefined)) return 'vote';
  const votedHere = state.all('vote').some((vote) => vote.body.stage === stage.id);
  if ((stage.body.dots ?? 0) > 0 && !votedHere) return 'vote-first';
  const promises = wantedKinds(sessionOf(state)?.body.templateId, stage.id).includes('commitment');
  return promises ? 'promise' : 'open';
}

export function isFirstStage(state: State): boolean {
  const stage = runningStage(state);
  if (stage === undefined) return false;
  const first = Math.min(...state.all('stage').map((s) => s.body.position ?? 0));
  return (stage.body.position ?? 0) === first;
}

export function isLastStage(state: State): boolean {
  const stage = runningStage(state);
  if (stage === undefined) return false;
  const last = Math.max(...state.all('stage').map((s) => s.body.position ?? 0));
  return (stage.body.position ?? 0) === last;
}

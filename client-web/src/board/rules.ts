// Questions about a board that the page and the predictions ask: who leads, what may be written now,
// what is hidden. The server decides; these only keep the page from offering what it would refuse.
// PURE.
import type { Seat, Session, Stage } from '../gen/swarmboard/v1/board_records_pb.js';
import {
  LeaveReason,
  MemberRole,
  NoteKind,
  NoteKindSchema,
  ReplayAudience,
  SeatState,
  SessionRole,
  Visibility,
} from '../gen/swarmboard/v1/enums_pb.js';
import { Power } from '../gen/swarmboard/v1/facilitation_enums_pb.js';
import type { RecordPolicy } from '../gen/swarmboard/v1/policy_pb.js';
import type { Entry, State } from './state.js';

const SEAT_ID = 'seat';

export function sessionOf(state: State): Entry<'session'> | undefined {
  return state.only('session');
}

export function isClosed(session: Session | undefined): boolean {
  return session?.closedAtMs !== undefined;
}

export function seatOf(state: State): Seat | undefined {
  return state.get('seat', SEAT_ID) ?? state.only('seat')?.body;
}

export function leads(state: State, member: string): boolean {
  const seat = seatOf(state);
  return seat?.state === SeatState.HELD && seat.holder === member;
}

/** Whether this member leads, or shares this power of whoever leads. */
export function mayLead(state: State, member: string, power: Power): boolean {
  return leads(state, member) || powersOf(state, member).includes(power);
}

export function powersOf(state: State, member: string): readonly Power[] {
  return state.get('participant', member)?.powers?.items ?? [];
}

export function stages(state: State): Entry<'stage'>[] {
  return state.all('stage').sort((a, b) => (a.body.position ?? 0) - (b.body.position ?? 0));
}

export function runningStage(state: State): Entry<'stage'> | undefined {
  const id = sessionOf(state)?.body.runningStage;
  const body = state.get('stage', id);
  return id === undefined || body === undefined ? undefined : { id, body, isPrivate: false };
}

/** Before the first stage has started: the first one that hides what is written early. */
export function earlyStage(state: State): Entry<'stage'> | undefined {
  if (runningStage(state) !== undefined || isClosed(sessionOf(state)?.body)) return undefined;
  return stages(state).find(
    ({ body }) =>
      body.startedAtMs === undefined &&
      body.visibility === Visibility.PRIVATE_UNTIL_REVEAL &&
      (body.privateKinds?.items.length ?? 0) === 0,
  );
}

export function nextStage(state: State): Entry<'stage'> | undefined {
  const now = runningStage(state)?.body.position ?? 0;
  return stages(state).find((stage) => (stage.body.position ?? 0) > now);
}

/** Time left in the running stage by the server's clock; in a pause, what was left when it began. */
export function timeLeftMs(stage: Stage, nowMs: number): number {
  const minutes = (stage.minutes ?? 0) + (stage.extendedMin ?? 0);
  const endsAtMs = Number(stage.startedAtMs ?? 0n) + minutes * 60_000;
  return endsAtMs - (isPaused(stage) ? Number(stage.pausedAtMs) : nowMs);
}

export function isPaused(stage: Stage): boolean {
  return stage.pausedAtMs !== undefined;
}

const RESULT_SHOWN_MS = 30_000;

/** The question whether the room wants more time: while it is open, then its result for a while. */
export function pollToShow(state: State, nowMs: number): string | undefined {
  const stage = runningStage(state);
  const poll = state
    .all('timePoll')
    .sort((a, b) => Number((a.body.openedAtMs ?? 0n) - (b.body.openedAtMs ?? 0n)))
    .at(-1);
  if (poll === undefined || poll.body.stage !== stage?.id) return undefined;
  const closedAtMs = poll.body.closedAtMs;
  if (closedAtMs === undefined) return poll.id;
  // Ended before its time and not by the last answer: whoever leads has decided.
  const present = state.all('participant').filter((person) => person.body.present === true).length;
  const isDecided =
    closedAtMs < (poll.body.closesAtMs ?? 0n) && (poll.body.answered ?? 0) < present;
  return nowMs - Number(closedAtMs) < RESULT_SHOWN_MS && !isDecided ? poll.id : undefined;
}

export function allowedNotes(stage: Stage | undefined): readonly NoteKind[] {
  return stage?.allowedNotes?.items ?? [];
}

/** Whether a card of this kind stays with its writer until the reveal. */
export function hidesKind(stage: Stage, stageKind: string, noteKind?: NoteKind): boolean {
  const listed = stage.privateKinds?.items ?? [];
  const isListed =
    (stageKind !== '' && listed.includes(stageKind)) ||
    (noteKind !== undefined && listed.includes(noteKindName(noteKind)));
  switch (stage.visibility) {
    case Visibility.PRIVATE_UNTIL_REVEAL:
      return listed.length === 0 || isListed;
    case Visibility.OPEN:
      return isListed;
    case Visibility.UNSPECIFIED:
    case Visibility.ANONYMOUS:
    case Visibility.OFF_RECORD:
    case undefined:
      return false;
  }
}

/** Anything in this stage is, or was, hidden until a reveal. */
export function hasReveal(stage: Stage): boolean {
  return (
    stage.visibility === Visibility.PRIVATE_UNTIL_REVEAL ||
    stage.visibility === Visibility.ANONYMOUS ||
    (stage.privateKinds?.items.length ?? 0) > 0
  );
}

/** Stages that wait for their reveal, the running one and earlier ones. */
export function unrevealedStages(state: State): Entry<'stage'>[] {
  return stages(state).filter(
    ({ body }) =>
      body.startedAtMs !== undefined && body.revealedAtMs === undefined && hasReveal(body),
  );
}

export function hasRole(state: State, member: string, role: SessionRole): boolean {
  const body = state.get('participant', member);
  return (
    body !== undefined && (body.role === role || (body.assigned?.items.includes(role) ?? false))
  );
}

export type MayWrite = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** Whether this member may write content now; otherwise a sentence that says why not. */
export function mayWrite(state: State, member: string): MayWrite {
  const no = (why: string): MayWrite => ({ ok: false, why });
  if (isClosed(sessionOf(state)?.body))
    return no('The session is closed. The board stays as it is.');
  const participant = state.get('participant', member);
  // Whoever lost the connection is on the way back and may write meanwhile.
  const isHere =
    participant?.present === true || participant?.leaveReason === LeaveReason.CONNECTION_LOST;
  if (!isHere) return no('Join the session to write on its board.');
  const stage = (runningStage(state) ?? earlyStage(state))?.body;
  if (stage === undefined)
    return no('No stage is running yet. The facilitator starts the first one.');
  const silent = stage.listenOnly?.items.find((role) => hasRole(state, member, role));
  if (silent !== undefined)
    return no('In this stage the owner of the ask listens and does not write.');
  if (hasRole(state, member, SessionRole.OBSERVER) && stage.observerWrites !== true) {
    return no('Observers read along in this stage. A word of thanks is always welcome.');
  }
  return { ok: true };
}

/** Whether this member may hand out dots in this session. */
export function mayVote(state: State, member: string): MayWrite {
  if (hasRole(state, member, SessionRole.OBSERVER))
    return { ok: false, why: 'Observers do not vote.' };
  return { ok: true };
}

export function stageKindOf(policy: RecordPolicy | undefined): string {
  return policy?.stageKind ?? '';
}

export function mayReplay(
  card: { audience: ReplayAudience | undefined; participants: readonly string[] },
  member: string,
  role: MemberRole | undefined,
): boolean {
  if (card.participants.includes(member)) return true;
  switch (card.audience) {
    case ReplayAudience.TEAM:
      return role === MemberRole.REP;
    case ReplayAudience.TEAM_AND_MANAGER:
      return role === MemberRole.REP || role === MemberRole.MANAGER;
    case ReplayAudience.TEAM_AND_PARTNERS:
      return true;
    case ReplayAudience.PAIR:
    case ReplayAudience.PARTICIPANTS:
    case ReplayAudience.UNSPECIFIED:
    case undefined:
      return false;
  }
}

/** Everybody who may replay this session now, by name in the team. */
export function whoReplays(state: State): string[] {
  const audience = sessionOf(state)?.body.replayAudience;
  const participants = state.all('participant').map((person) => person.id);
  return state
    .all('member')
    .filter((member) => mayReplay({ audience, participants }, member.id, member.body.role))
    .map((member) => member.id);
}

function noteKindName(kind: NoteKind): string {
  const values: Readonly<Partial<Record<number, { localName: string }>>> = NoteKindSchema.value;
  return values[kind]?.localName ?? '';
}

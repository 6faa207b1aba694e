// The HTTP side of the server. Every call answers with a union; nothing throws for a refusal or a lost
// network. Bytes and JSON are checked here and nowhere else.
import { fromBinary } from '@bufbuild/protobuf';
import {
  EventPageSchema,
  SnapshotSchema,
  type EventPage,
  type Snapshot,
} from '../gen/swarmboard/v1/event_pb.js';
import type { TicketAnswer } from './socket.js';

export interface Me {
  readonly team: string;
  readonly member: string;
  readonly name: string;
  readonly isDemo: boolean;
}

export interface DemoMember {
  readonly id: string;
  readonly name: string;
  readonly role: string;
}

/** `status` 0: the server could not be reached. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly status: number; readonly why: string };

export interface StateAt {
  readonly snapshot: Snapshot;
  readonly seq: bigint;
  readonly head: bigint;
  readonly atMs: number;
}

const TIMEOUT_MS = 10_000;

export async function me(): Promise<Answer<Me>> {
  return json('GET', '/api/me', undefined, (body) => ({
    team: text(body, 'team'),
    member: text(body, 'member'),
    name: text(body, 'name') || text(body, 'member'),
    isDemo: body['demo'] === true,
  }));
}

export async function ticket(): Promise<TicketAnswer> {
  const answer = await json('POST', '/api/ticket', {}, (body) => ({
    ticket: text(body, 'ticket'),
    notice: text(body, 'notice'),
  }));
  if (answer.ok) return { ok: true, ...answer.value };
  const denied = answer.status === 401 || answer.status === 403;
  return { ok: false, why: denied ? 'denied' : 'unreachable' };
}

export async function demoMembers(): Promise<Answer<DemoMember[]>> {
  return json('GET', '/api/demo/members', undefined, (body) => {
    const list: unknown = body['members'];
    return Array.isArray(list) ? list.filter(isObject).map(demoMember) : [];
  });
}

export async function demoEnter(member: string): Promise<Answer<null>> {
  return json('POST', '/api/demo/enter', { member }, () => null);
}

export async function joinTeam(token: string, name: string): Promise<Answer<null>> {
  return json('POST', '/api/join', { token, name }, () => null);
}

export type InvitedRole = 'REP' | 'MANAGER' | 'PARTNER';

/** The path of a link that works once. */
export async function invite(role: InvitedRole): Promise<Answer<string>> {
  return json('POST', '/api/invitations', { role }, (body) => text(body, 'path'));
}

export async function stateAt(session: string, seq: bigint | undefined): Promise<Answer<StateAt>> {
  const query = seq === undefined ? '' : `?seq=${seq.toString()}`;
  const response = await call('GET', `/api/sessions/${encodeURIComponent(session)}/state${query}`);
  if (!response.ok) return response;
  return decoded(async () => {
    const { headers } = response.value;
    const bytes = new Uint8Array(await response.value.arrayBuffer());
    const snapshot = fromBinary(SnapshotSchema, bytes);
    return {
      snapshot,
      seq: BigInt(headers.get('X-Seq') ?? snapshot.seq),
      head: BigInt(headers.get('X-Head') ?? snapshot.seq),
      atMs: Number(headers.get('X-At-Ms') ?? snapshot.lastAtMs),
    };
  });
}

/** The stages of a meeting template, as records of a session that is opened with it. */
export async function templateStages(template: string): Promise<Answer<Snapshot>> {
  const response = await call('GET', `/api/templates/${encodeURIComponent(template)}`);
  if (!response.ok) return response;
  return decoded(async () =>
    fromBinary(SnapshotSchema, new Uint8Array(await response.value.arrayBuffer())),
  );
}

export async function eventsFrom(session: string, from: bigint): Promise<Answer<EventPage>> {
  const path = `/api/sessions/${encodeURIComponent(session)}/events?from=${from.toString()}`;
  const response = await call('GET', path);
  if (!response.ok) return response;
  return decoded(async () =>
    fromBinary(EventPageSchema, new Uint8Array(await response.value.arrayBuffer())),
  );
}

type Json = Readonly<Record<string, unknown>>;

async function json<T>(
  method: string,
  path: string,
  body: Json | undefined,
  read: (body: Json) => T,
): Promise<Answer<T>> {
  const response = await call(method, path, body);
  if (!response.ok) return response;
  return decoded(async () => {
    const textBody = await response.value.text();
    const value: unknown = textBody === '' ? {} : JSON.parse(textBody);
    // A bare list is given a name, so that every reader sees an object.
    return read(Array.isArray(value) ? { members: value } : isObject(value) ? value : {});
  });
}

async function call(method: string, path: string, body?: Json): Promise<Answer<Response>> {
  const init: RequestInit = {
    method,
    headers: { 'X-Swarmboard': '1', ...(body && { 'Content-Type': 'application/json' }) },
    credentials: 'same-origin',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body && { body: JSON.stringify(body) }),
  };
  try {
    const response = await fetch(path, init);
    if (response.ok) return { ok: true, value: response };
    return { ok: false, status: response.status, why: await refusalText(response) };
  } catch {
    return { ok: false, status: 0, why: 'The server cannot be reached.' };
  }
}

async function refusalText(response: Response): Promise<string> {
  const fallback = `The server answered ${response.status}.`;
  try {
    const value: unknown = JSON.parse(await response.text());
    if (!isObject(value)) return fallback;
    return text(value, 'detail') || text(value, 'message') || text(value, 'error') || fallback;
  } catch {
    return fallback;
  }
}

async function decoded<T>(read: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await read() };
  } catch (error) {
    return { ok: false, status: 0, why: `The answer could not be read: ${String(error)}` };
  }
}

function demoMember(value: Json): DemoMember {
  const id = text(value, 'id') || text(value, 'member');
  return { id, name: text(value, 'name') || id, role: text(value, 'role') };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(body: Json, key: string): string {
  const value = body[key];
  return typeof value === 'string' ? value : '';
}

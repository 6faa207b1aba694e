// Whose turn it is to lead, as the server has it: the order of the rota, then the reps it does not
// list, those who led longest ago first. PURE.
import { MemberRole } from '../gen/swarmboard/v1/enums_pb.js';
import type { Entry, State } from './state.js';

const HISTORY_MAX = 12;

/** All reps who take turns, the next one first; also those who are away. */
export function turnOrder(library: State): string[] {
  const takes = (id: string): boolean => {
    const member = library.get('member', id);
    return member?.role === MemberRole.REP && member.active !== false;
  };
  const order = [...new Set(library.only('rota')?.body.order?.items ?? [])].filter(takes);
  const led = new Map<string, bigint>();
  for (const { body } of library.all('sessionCard')) {
    const at = body.startedAtMs ?? 0n;
    const who = body.facilitator ?? '';
    if (at > (led.get(who) ?? 0n)) led.set(who, at);
  }
  const rest = library
    .all('member')
    .map((member) => member.id)
    .filter((id) => takes(id) && !order.includes(id))
    .sort((a, b) => Number((led.get(a) ?? 0n) - (led.get(b) ?? 0n)) || (a < b ? -1 : 1));
  return [...order, ...rest];
}

/** The day until which somebody skips; undefined: takes part. */
export function awayUntil(library: State, member: string, today: string): string | undefined {
  const skip = library.only('rota')?.body.skips?.items.find((item) => item.member === member);
  return skip !== undefined && skip.until >= today ? skip.until : undefined;
}

/** Who is up, who comes after, and so on: whoever was named first, nobody who is away. */
export function upcoming(library: State, today: string): string[] {
  const here = turnOrder(library).filter((id) => awayUntil(library, id, today) === undefined);
  const named = library.only('rota')?.body.nominated ?? '';
  return named === '' || library.get('member', named) === undefined
    ? here
    : [named, ...here.filter((id) => id !== named)];
}

/** The sessions that were led and are over, the newest first. */
export function ledSessions(library: State): Entry<'sessionCard'>[] {
  return library
    .all('sessionCard')
    .filter((card) => card.body.closedAtMs !== undefined && (card.body.facilitator ?? '') !== '')
    .sort((a, b) => Number((b.body.startedAtMs ?? 0n) - (a.body.startedAtMs ?? 0n)))
    .slice(0, HISTORY_MAX);
}

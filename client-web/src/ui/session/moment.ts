// The event in which a record first stood on a board: what a link to "that moment" names.
import { eventsFrom } from '../../net/api.js';

/** A session of two hours is a few pages; nobody waits for more than these. */
const PAGES_MAX = 40;

/** Undefined: not found, not readable, or too far into a very long session. */
export async function firstSeqOf(session: string, record: string): Promise<bigint | undefined> {
  let next = 1n;
  for (let page = 0; page < PAGES_MAX; page++) {
    const answer = await eventsFrom(session, next);
    if (!answer.ok) return undefined;
    const { events, to, head } = answer.value;
    const found = events.find((event) =>
      event.patch?.upsert.some((upsert) => upsert.record?.id === record),
    );
    if (found !== undefined) return found.seq;
    if (to < next || to >= head) return undefined;
    next = to + 1n;
  }
  return undefined;
}

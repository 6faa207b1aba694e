import { describe, expect, it } from 'vitest';
import { MemberRole } from '../gen/swarmboard/v1/enums_pb.js';
import { stateOf } from '../testing/builders.js';
import { awayUntil, ledSessions, turnOrder, upcoming } from './rota.js';

const rep = (id: string, active = true) =>
  ({ id, body: { case: 'member', value: { name: id, role: MemberRole.REP, active } } }) as const;
const card = (id: string, facilitator: string, startedAtMs: bigint, closedAtMs?: bigint) =>
  ({
    id,
    body: {
      case: 'sessionCard',
      value: { facilitator, startedAtMs, ...(closedAtMs && { closedAtMs }) },
    },
  }) as const;
const rota = (value: object) => ({ id: 'rota', body: { case: 'rota', value } }) as const;
const TODAY = '2026-05-04';

describe('the rota', () => {
  it('goes by its order, then by who led longest ago', () => {
    const library = stateOf(
      rep('ada'),
      rep('bo'),
      rep('cy'),
      rep('di'),
      rep('gone', false),
      { id: 'mo', body: { case: 'member', value: { role: MemberRole.MANAGER } } },
      rota({ order: { items: ['cy', 'gone', 'mo', 'cy'] } }),
      card('s1', 'ada', 200n, 210n),
      card('s2', 'bo', 100n, 110n),
    );
    expect(turnOrder(library)).toEqual(['cy', 'di', 'bo', 'ada']);
  });

  it('puts whoever was named first and leaves out whoever is away', () => {
    const library = stateOf(
      rep('ada'),
      rep('bo'),
      rep('cy'),
      rota({
        order: { items: ['ada', 'bo', 'cy'] },
        nominated: 'cy',
        skips: {
          items: [
            { member: 'ada', until: '2026-05-04' },
            { member: 'bo', until: '2026-05-03' },
          ],
        },
      }),
    );
    expect(awayUntil(library, 'ada', TODAY)).toBe('2026-05-04');
    expect(awayUntil(library, 'bo', TODAY)).toBeUndefined();
    expect(upcoming(library, TODAY)).toEqual(['cy', 'bo']);
  });

  it('lists the sessions that were led, the newest first, without the live one', () => {
    const library = stateOf(
      card('s1', 'ada', 1n, 2n),
      card('s2', 'bo', 3n, 4n),
      card('s3', 'bo', 5n),
    );
    expect(ledSessions(library).map((entry) => entry.id)).toEqual(['s2', 's1']);
  });
});

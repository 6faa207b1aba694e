import { describe, expect, it } from 'vitest';
import {
  Coverage,
  Element,
  JourneyStage,
  SessionRole,
  StakeholderRole,
  Stance,
} from '../gen/swarmboard/v1/enums_pb.js';
import { stateOf, type RecordInit } from '../testing/builders.js';
import {
  dealIdOf,
  isChampion,
  mayChangeDeal,
  peopleFlags,
  peopleOf,
  scorecardOf,
  stanceColumn,
} from './deal.js';

const deal = (stage: JourneyStage): RecordInit => ({
  id: 'd1',
  body: { case: 'deal', value: { account: 'Silverfen', owner: 'ben', stage } },
});
const score = (element: Element, level: number): RecordInit => ({
  id: `d1/${element}`,
  body: { case: 'scoreElement', value: { dealId: 'd1', element, level } },
});
const session = (dealId: string): RecordInit => ({
  id: 's1',
  body: { case: 'session', value: { topic: { dealId } } },
});
const plays = (id: string, role: SessionRole): RecordInit => ({
  id,
  body: { case: 'participant', value: { role: SessionRole.REP, assigned: { items: [role] } } },
});

describe('the scorecard', () => {
  it('always has eight rows and sums what is known', () => {
    const card = scorecardOf(
      stateOf(deal(JourneyStage.EXPLORING), score(Element.METRICS, 2), score(Element.CHAMPION, 3)),
      'd1',
    );
    expect(card.rows).toHaveLength(8);
    expect([card.known, card.sum, card.flags]).toEqual([2, 5, []]);
  });

  it('flags what is unknown once the customer chooses', () => {
    const state = stateOf(deal(JourneyStage.CHOOSING), score(Element.CHAMPION, 1));
    expect(scorecardOf(state, 'd1').flags).toEqual([Element.ECONOMIC_BUYER, Element.IDENTIFY_PAIN]);
  });
});

describe('the people on their side', () => {
  const person = (id: string, value: object): RecordInit => ({
    id,
    body: { case: 'stakeholder', value: { dealId: 'd1', name: id, ...value } },
  });

  it('flags influence without contact, a single contact, no stake, no buyer', () => {
    const alone = peopleOf(stateOf(person('COO', { influence: 3, coverage: Coverage.NONE })), 'd1');
    expect(peopleFlags(alone).map((flag) => flag.kind)).toEqual([
      'uncovered',
      'single',
      'noBuyer',
      'noStake',
    ]);
    expect(peopleFlags([])).toEqual([]);
  });

  it('is content with a known buyer who has a stake', () => {
    const test = { hasInfluence: true, hasOwnStake: true, speaksForUs: true };
    const roles = { items: [StakeholderRole.ECONOMIC_BUYER] };
    const people = peopleOf(
      stateOf(
        person('CFO', { influence: 3, coverage: Coverage.MET, roles, championTest: test }),
        person('Planner', { influence: 1 }),
      ),
      'd1',
    );
    expect(peopleFlags(people)).toEqual([]);
    expect(people.map((p) => isChampion(p.body))).toEqual([true, false]);
  });

  it('puts a stance on the map only when it is known', () => {
    expect(stanceColumn(Stance.OPPOSED)).toBe(0);
    expect(stanceColumn(Stance.CHAMPIONING)).toBe(4);
    expect(stanceColumn(Stance.UNKNOWN)).toBeUndefined();
  });
});

describe('who may change a deal', () => {
  it('is its owner, the owner of the ask, and for some parts the scribe', () => {
    const state = stateOf(
      deal(JourneyStage.AWARE),
      session('d1'),
      plays('maya', SessionRole.SCRIBE),
      plays('hugo', SessionRole.CLIENT),
    );
    expect(dealIdOf(state)).toBe('d1');
    expect(mayChangeDeal(state, 'ben', 'd1', 'owner')).toBe(true);
    expect(mayChangeDeal(state, 'hugo', 'd1', 'owner')).toBe(true);
    expect(mayChangeDeal(state, 'maya', 'd1', 'owner')).toBe(false);
    expect(mayChangeDeal(state, 'maya', 'd1', 'owner-or-scribe')).toBe(true);
    expect(mayChangeDeal(state, 'hugo', 'd2', 'owner')).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { DealOutcome, ResponseStatus } from '../gen/swarmboard/v1/enums_pb.js';
import { stateOf, type RecordInit } from '../testing/builders.js';
import { beatenBefore } from './beaten.js';

const board = stateOf(
  { id: 's2', body: { case: 'session', value: {} } },
  { id: 'w1', body: { case: 'swarm', value: { dealId: 'now', owner: 'greta', sessionId: 's2' } } },
);
const deal = (id: string, value: object): RecordInit => ({
  id,
  body: { case: 'deal', value: { account: id, competitorId: 'quill', ...value } },
});
const won = { owner: 'maya', outcome: DealOutcome.WON };
const quill: RecordInit = { id: 'quill', body: { case: 'competitor', value: { name: 'Quill' } } };
const heard: RecordInit = { id: 'o1', body: { case: 'objection', value: { dealId: 'then' } } };
const answer = (id: string, say: string, more: object = {}): RecordInit => ({
  id,
  body: {
    case: 'response',
    value: { objection: 'o1', author: 'maya', say, sessionId: 's1', ...more },
  },
});
const base = [deal('now', { owner: 'greta' }), quill, heard];

describe('you have beaten this before', () => {
  it('offers the own answer from a deal won against the same competitor', () => {
    const library = stateOf(
      ...base,
      deal('then', won),
      answer('r1', 'A draft'),
      answer('r2', 'What worked', { status: ResponseStatus.PROVEN }),
    );
    expect(beatenBefore(board, library, 'maya')).toEqual({
      swarm: 'w1',
      account: 'then',
      against: 'Quill',
      words: 'What worked',
      response: 'r2',
      session: 's1',
    });
  });

  it('offers nothing to others, nothing lost, nothing of somebody else, and nothing without words', () => {
    const library = stateOf(...base, deal('then', won), answer('r1', 'Mine'));
    expect(beatenBefore(board, library, 'hugo')).toBeUndefined();
    expect(beatenBefore(board, library, 'greta')).toBeUndefined();
    const lost = stateOf(...base, deal('then', { owner: 'maya' }), answer('r1', 'Mine'));
    expect(beatenBefore(board, lost, 'maya')).toBeUndefined();
    const foreign = stateOf(...base, deal('then', won), answer('r1', 'His', { author: 'hugo' }));
    expect(beatenBefore(board, foreign, 'maya')).toBeUndefined();
    const empty = stateOf(...base, deal('then', won), answer('r1', ''));
    expect(beatenBefore(board, empty, 'maya')).toBeUndefined();
  });

  it('knows the same customer against another competitor too', () => {
    const library = stateOf(
      ...base,
      deal('then', { ...won, account: 'now', competitorId: 'other' }),
      answer('r1', 'Mine'),
    );
    expect(beatenBefore(board, library, 'maya')).toMatchObject({
      account: 'now',
      against: undefined,
    });
  });
});

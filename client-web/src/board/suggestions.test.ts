import { describe, expect, it } from 'vitest';
import {
  JourneyStage,
  NextStepStatus,
  ResponseStatus,
  StepClass,
} from '../gen/swarmboard/v1/enums_pb.js';
import { stateOf, type RecordInit } from '../testing/builders.js';
import { suggestionsOf } from './suggestions.js';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const deal = (id: string, value: bigint): RecordInit => ({
  id,
  body: {
    case: 'deal',
    value: { account: id, value, isOpen: true, stage: JourneyStage.CHOOSING },
  },
});
const evidence = (dealId: string, on: string): RecordInit => ({
  id: `e-${dealId}`,
  body: { case: 'journeyEvidence', value: { dealId, on } },
});

describe('what the next session could be about', () => {
  it('names the deal where the customer has not moved for longer than its stage allows', () => {
    const library = stateOf(
      deal('Port', 1n),
      evidence('Port', '2026-05-01'),
      deal('Rail', 2n),
      evidence('Rail', '2026-05-25'),
    );
    expect(suggestionsOf(library, NOW)).toMatchObject([
      { reason: 'stuck', about: 'Port', template: 'stuck_clinic_50', count: 1 },
      { reason: 'no-advance', about: 'Rail', template: 'deal_swarm_50', dealId: 'Rail' },
    ]);
  });

  it('leaves a deal alone whose customer has promised something', () => {
    const step: RecordInit = {
      id: 'n1',
      body: {
        case: 'nextStep',
        value: {
          dealId: 'Rail',
          status: NextStepStatus.WAITING,
          stepClass: StepClass.ADVANCE,
        },
      },
    };
    expect(suggestionsOf(stateOf(deal('Rail', 2n), step), NOW)).toEqual([]);
  });

  it('names an objection that came back and has no answer on trial', () => {
    const heard = (id: string): RecordInit => ({
      id,
      body: { case: 'objection', value: { asHeard: 'Too dear', libraryId: 'x1' } },
    });
    const entry: RecordInit = {
      id: 'x1',
      body: { case: 'objectionEntry', value: { title: 'Dearer and the same' } },
    };
    const open = [heard('a'), heard('b'), entry];
    expect(suggestionsOf(stateOf(...open), NOW)).toMatchObject([
      { reason: 'recurring', about: 'Dearer and the same', count: 2 },
    ]);
    const answer: RecordInit = {
      id: 'r1',
      body: { case: 'response', value: { libraryId: 'x1', status: ResponseStatus.TRIAL } },
    };
    expect(suggestionsOf(stateOf(...open, answer), NOW)).toEqual([]);
  });
});

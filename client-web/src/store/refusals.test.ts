import { describe, expect, it } from 'vitest';
import { RejectReasonSchema, RejectReason } from '../gen/swarmboard/v1/enums_pb.js';
import { addNote, command, record } from '../testing/builders.js';
import { isSilent, placeOf, refusalSentence, textOfCommand } from './refusals.js';

describe('refusals', () => {
  it('have a sentence for every reason on the merits', () => {
    const numbers = RejectReasonSchema.values.map((value) => value.number);
    const reasons = numbers.filter((n): n is RejectReason => n > 0 && n < 100);
    const fallback = refusalSentence(RejectReason.UNSPECIFIED, '');
    for (const reason of reasons) expect(refusalSentence(reason, '')).not.toBe(fallback);
  });

  it('prefer the sentence of the server', () => {
    expect(refusalSentence(RejectReason.INVALID, 'The title is missing.')).toBe(
      'The title is missing.',
    );
  });

  it('stand beside what was tried, with its words', () => {
    const note = addNote('n1', 'my words');
    expect([placeOf(note, RejectReason.WRONG_STAGE), textOfCommand(note)]).toEqual([
      'write',
      'my words',
    ]);
    const made = record({
      id: 'r1',
      body: { case: 'response', value: { objection: 'o1', say: 'b', ask: 'a' } },
    });
    const response = command({ case: 'editRecord', value: { record: made, create: true } });
    expect([placeOf(response, RejectReason.WRONG_STAGE), textOfCommand(response)]).toEqual([
      'write',
      'a\nb',
    ]);
  });

  it('bring words for a card that is gone to the write box, which is always there', () => {
    const value = { record: record({ id: 'n1', body: { case: 'note', value: { text: 'new' } } }) };
    const edit = command({ case: 'editRecord', value });
    expect(placeOf(edit, RejectReason.TARGET_GONE)).toBe('write');
    expect(placeOf(edit, RejectReason.NOT_YOUR_CARD)).toBe('record:n1');
  });

  it('stay silent about what nobody asked for', () => {
    const rejoin = command({ case: 'rejoinSession', value: {} });
    expect(isSilent(rejoin, RejectReason.NO_EFFECT)).toBe(true);
    const start = command({ case: 'startStage', value: { stage: 'brief' } });
    expect(isSilent(start, RejectReason.NO_EFFECT)).toBe(true);
    expect(isSilent(start, RejectReason.NOT_FACILITATOR)).toBe(false);
    expect(isSilent(addNote('n1', 'x'), RejectReason.NO_EFFECT)).toBe(false);
  });
});

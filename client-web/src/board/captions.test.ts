import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { CommandSchema } from '../gen/swarmboard/v1/command_pb.js';
import { NoteKind } from '../gen/swarmboard/v1/enums_pb.js';
import { EventSchema, type Event } from '../gen/swarmboard/v1/event_pb.js';
import { addNote, command, patch, stateOf } from '../testing/builders.js';
import { caption } from './captions.js';

const board = stateOf(
  { id: 'greta', body: { case: 'member', value: { name: 'Greta' } } },
  { id: 'brief', body: { case: 'stage', value: { name: 'Five facts' } } },
  {
    id: 'v1',
    body: {
      case: 'vote',
      value: {
        tally: {
          items: [
            { target: 'a', dots: 2 },
            { target: 'b', dots: 7 },
          ],
        },
      },
    },
  },
);

function by(
  actor: string,
  body: NonNullable<MessageInitShape<typeof CommandSchema>['body']>,
): Event {
  return create(EventSchema, { actor, intent: command(body) });
}

describe('caption', () => {
  it('says who wrote what, in words', () => {
    const event = create(EventSchema, { actor: 'greta', intent: addNote('n1', 'Start small') });
    expect(caption(event, board).text).toBe('Greta wrote an idea: “Start small”');
  });

  it('marks what one looks for: decisions, stages, reveals, votes', () => {
    const decision = create(EventSchema, {
      actor: 'greta',
      intent: addNote('n1', 'x', NoteKind.DECISION),
    });
    expect(caption(decision, board).mark).toBe(true);
    const stage = by('greta', { case: 'startStage', value: { stage: 'brief' } });
    expect(caption(stage, board)).toEqual({
      text: 'Greta started the stage “Five facts”',
      mark: true,
    });
    const vote = by('greta', { case: 'closeVote', value: { vote: 'v1' } });
    expect(caption(vote, board).text).toBe('Greta closed the vote: 7 – 2');
  });

  it('names nobody for a hidden card, only the count', () => {
    const upsert = [
      { record: { id: 'brief', body: { case: 'stage', value: { hiddenCount: 4 } } } },
    ] as const;
    const event = create(EventSchema, { patch: patch({ upsert: [...upsert] }) });
    expect(caption(event, board).text).toBe('A hidden card: 4 in “Five facts”');
  });

  it('has a line for every command there is', () => {
    for (const field of CommandSchema.oneofs[0]?.fields ?? []) {
      const body = { case: field.localName, value: {} } as never;
      const event = create(EventSchema, {
        actor: 'greta',
        intent: create(CommandSchema, { body }),
      });
      expect(caption(event, board).text.length, field.name).toBeGreaterThan(5);
      expect(caption(event, board).text, field.name).not.toContain('undefined');
    }
  });
});

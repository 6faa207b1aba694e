import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { EventSchema, type Event } from '../gen/swarmboard/v1/event_pb.js';
import { command, stateOf, type RecordInit } from '../testing/builders.js';
import { movesOf, putBack } from './moves.js';

const card = (id: string, author: string): RecordInit => ({
  id,
  body: { case: 'note', value: { text: id, author } },
});
const group = (id: string, ...items: string[]): RecordInit => ({
  id,
  body: { case: 'noteGroup', value: { title: id, members: { items } } },
});

function grouped(actor: string, id: string, ids: string[]): Event {
  return create(EventSchema, {
    actor,
    intent: command({ case: 'groupCards', value: { id, ids, title: id } }),
  });
}

const cards = [card('mine', 'maya'), card('hers', 'lena')];
const before = stateOf(...cards, group('g1', 'mine'));
const after = stateOf(...cards, group('g2', 'mine', 'hers'));

describe('moved cards', () => {
  it('tells the writer who moved a card and where it was', () => {
    const moves = movesOf(before, after, grouped('hugo', 'g2', ['mine', 'hers']), 'maya');
    expect(moves).toEqual([{ card: 'mine', by: 'hugo', from: 'g1' }]);
  });

  it('says nothing about one’s own moves or about other people’s cards', () => {
    expect(movesOf(before, after, grouped('maya', 'g2', ['mine']), 'maya')).toEqual([]);
    expect(movesOf(before, after, grouped('hugo', 'g2', ['mine']), 'ben')).toEqual([]);
  });

  it('puts one card back and leaves the rest of the group', () => {
    const free = { card: 'mine', by: 'hugo', from: undefined };
    expect(putBack(after, free)?.body).toMatchObject({ value: { id: 'g2', ids: ['hers'] } });
    const both = stateOf(...cards, group('g1', 'old'), group('g2', 'mine'));
    expect(putBack(both, { ...free, from: 'g1' })?.body).toMatchObject({
      value: { id: 'g1', ids: ['old', 'mine'] },
    });
  });

  it('has nothing to put back when it is there already or its group is gone', () => {
    expect(putBack(before, { card: 'mine', by: 'hugo', from: 'g1' })).toBeUndefined();
    expect(putBack(after, { card: 'mine', by: 'hugo', from: 'g1' })).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { calledText, handOf, handsOf, isCalled, placeIn, raisedText } from './hands.js';

const maya = ['maya', raisedText('new-point', 2000)] as const;
const hugo = ['hugo', raisedText('question', 1000)] as const;

describe('raised hands', () => {
  it('wait in the order in which they went up', () => {
    const { queue, floor } = handsOf([maya, hugo], 'greta');
    expect(queue.map((hand) => hand.member)).toEqual(['hugo', 'maya']);
    expect(placeIn(queue, 'maya')).toBe(2);
    expect(placeIn(queue, 'ana')).toBe(0);
    expect(floor).toBeUndefined();
  });

  it('leave the queue when whoever leads calls them, and come back when raised again', () => {
    const hand = handOf(...hugo);
    if (hand === undefined) throw new Error('no hand');
    const call = ['greta', calledText(hand, 3000)] as const;
    const called = handsOf([maya, hugo, call], 'greta');
    expect(called.queue.map((waiting) => waiting.member)).toEqual(['maya']);
    expect(called.floor).toEqual({ member: 'hugo', kind: 'question', atMs: 3000 });
    expect(isCalled(hand, called.floor)).toBe(true);
    const again = ['hugo', raisedText('new-point', 4000)] as const;
    expect(handsOf([maya, again, call], 'greta').queue.length).toBe(2);
  });

  it('are not called by anybody else', () => {
    const hand = handOf(...hugo);
    if (hand === undefined) throw new Error('no hand');
    const call = ['maya', calledText(hand, 3000)] as const;
    const { queue, floor } = handsOf([hugo, call], 'greta');
    expect(queue.length).toBe(1);
    expect(floor).toBeUndefined();
  });

  it('are none when another client says something else', () => {
    for (const text of [
      '',
      'x',
      'raise:shout:1',
      'raise:question:soon',
      `raise:question:${'9'.repeat(99)}`,
    ])
      expect(handsOf([['hugo', text]], 'greta').queue).toEqual([]);
    expect(handsOf([['greta', 'call:question:1:']], 'greta').floor).toBeUndefined();
  });
});

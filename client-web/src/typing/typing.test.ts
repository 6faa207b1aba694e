import { ChangeSet } from '@codemirror/state';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { TextChangeSchema, TextPartSchema, type TextChange } from '../gen/swarmboard/v1/text_pb.js';
import { changedText } from '../board/text-change.js';
import { SharedText, textOf } from './shared-text.js';
import { difference, fromWire, spelled, toWire } from './wire.js';

type Parts = readonly (number | string)[];

interface Case {
  readonly text: string;
  readonly earlier: Parts;
  readonly later: Parts;
  readonly afterEarlier: string;
  readonly afterLater: string;
  readonly laterAfterEarlier: Parts;
  readonly earlierAfterLater: Parts;
  readonly both: string;
  readonly composed: Parts;
  readonly difference: Parts;
}

const root = join(import.meta.dirname, '..', '..', '..');
const cases = readFileSync(join(root, 'tests', 'vectors', 'text.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Case);

function wire(parts: Parts): TextChange {
  return create(TextChangeSchema, {
    parts: parts.map((part): MessageInitShape<typeof TextPartSchema> => {
      if (typeof part === 'string') return { part: { case: 'insert', value: part } };
      if (part > 0) return { part: { case: 'keep', value: part } };
      return { part: { case: 'remove', value: -part } };
    }),
  });
}

function after(text: string, changes: ChangeSet): string {
  return changes.apply(textOf(text)).toString();
}

describe('typing, by the cases shared with the server', () => {
  it.each(cases.map((one, number) => ({ ...one, number })))('case $number', (one) => {
    const earlier = fromWire(wire(one.earlier));
    const later = fromWire(wire(one.later));
    expect(after(one.text, earlier)).toBe(one.afterEarlier);
    expect(changedText(one.text, wire(one.earlier))).toBe(one.afterEarlier);
    expect(after(one.text, later)).toBe(one.afterLater);
    expect(after(one.afterEarlier, later.map(earlier))).toBe(one.both);
    expect(after(one.afterLater, earlier.map(later, true))).toBe(one.both);
    expect(changedText(one.afterEarlier, wire(one.laterAfterEarlier))).toBe(one.both);
    expect(changedText(one.afterLater, wire(one.earlierAfterLater))).toBe(one.both);
    expect(after(one.text, earlier.compose(later.map(earlier)))).toBe(one.both);
    expect(changedText(one.text, wire(one.composed))).toBe(one.both);
    expect(toWire(difference(one.text, one.afterEarlier))).toEqual(wire(one.difference));
  });
});

/** Numbers from a seed (xorshift), so that a failure can be repeated. */
function numbers(seed: number): (bound: number) => number {
  let state = seed | 1;
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}

const words = ['a', 'bc', '\n', 'é', '€', '\u{1f600}', 'word '];

function typedAtRandom(text: string, random: (bound: number) => number): ChangeSet {
  const doc = textOf(text);
  const boundary = (at: number): number => (/[\udc00-\udfff]/.test(text[at] ?? '') ? at - 1 : at);
  const from = boundary(random(doc.length + 1));
  const to =
    random(2) === 0 ? from : Math.max(from, boundary(Math.min(doc.length, from + random(4))));
  const insert = random(3) === 0 ? '' : (words[random(words.length)] ?? '');
  return ChangeSet.of({ from, to, insert }, doc.length);
}

/** The server as far as a text is concerned: it carries changes over and keeps the order. */
class FakeServer {
  readonly log: { change: TextChange; author: number }[] = [];

  text: string;

  constructor(text: string) {
    this.text = text;
  }

  submit(base: number, change: TextChange, author: number): void {
    let changes = fromWire(change);
    for (const earlier of this.log.slice(base)) changes = changes.map(fromWire(earlier.change));
    this.text = after(this.text, changes);
    this.log.push({ change: toWire(changes), author });
  }
}

describe('people who type together', () => {
  it('end with one text, whatever is under way', () => {
    const seed = Number(process.env['TYPING_SEED'] ?? Date.now() % 1_000_000);
    console.log(`# typing seed ${String(seed)}`);
    const random = numbers(seed + 7);
    for (let session = 0; session < 1500; session += 1) {
      const server = new FakeServer('begin');
      const pages = Array.from({ length: 2 + random(3) }, () => new SharedText(0n, 'begin'));
      const send = (who: number): void => {
        const out = pages[who]?.take();
        if (out !== undefined) server.submit(Number(out.baseSeq), out.change, who);
      };
      const hear = (who: number): void => {
        const page = pages[who];
        const next = page === undefined ? undefined : server.log[Number(page.seq)];
        if (page === undefined || next === undefined) return;
        if (next.author === who) page.accepted();
        else page.heard({ change: next.change });
        page.reached(page.seq + 1n);
      };
      for (let step = 0; step < 25; step += 1) {
        const who = random(pages.length);
        const page = pages[who];
        if (page === undefined) continue;
        const what = random(3);
        if (what === 0) page.typed(typedAtRandom(page.text, random));
        else if (what === 1) send(who);
        else hear(who);
      }
      for (let round = 0; round < 3; round += 1) {
        for (let who = 0; who < pages.length; who += 1) {
          while (Number(pages[who]?.seq) < server.log.length) hear(who);
          send(who);
        }
      }
      for (let who = 0; who < pages.length; who += 1)
        while (Number(pages[who]?.seq) < server.log.length) hear(who);
      for (const page of pages) {
        expect(page.isSettled, `seed ${String(seed)}, session ${String(session)}`).toBe(true);
        expect(page.text, `seed ${String(seed)}, session ${String(session)}`).toBe(server.text);
      }
    }
  });

  it('keep what was typed when it is refused, and say it again', () => {
    const page = new SharedText(5n, 'one');
    page.typed(ChangeSet.of({ from: 3, insert: ' two' }, 3));
    expect(page.take()?.baseSeq).toBe(5n);
    page.typed(ChangeSet.of({ from: 7, insert: '!' }, 7));
    page.heard({ whole: 'ones' });
    page.reached(9n);
    page.refused();
    expect(page.text).toBe('ones two!');
    const again = page.take();
    expect(again?.baseSeq).toBe(9n);
    expect(changedText('ones', again?.change ?? create(TextChangeSchema))).toBe('ones two!');
  });

  it('send a replacement as an insertion before a removal', () => {
    const replaced = ChangeSet.of({ from: 1, to: 2, insert: 'x' }, 3);
    expect(toWire(replaced)).toEqual(wire([1, 'x', -1, 1]));
    expect(after('abc', spelled(replaced))).toBe('axc');
  });
});

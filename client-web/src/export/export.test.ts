// The exported files against golden ones: a change of them is a change that somebody reads.
import { toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import {
  CommitmentStatus,
  NoteKind,
  ObjectionCategory,
  ReplayAudience,
  ResponseStatus,
  TeamBehaviour,
  Technique,
} from '../gen/swarmboard/v1/enums_pb.js';
import { RecordSchema } from '../gen/swarmboard/v1/record_pb.js';
import { stateOf } from '../testing/builders.js';
import { cell, toCsvText } from './csv.js';
import { readJsonText, toJsonText } from './json.js';
import { escape, toMarkdownText } from './markdown.js';

const at = (minute: number): bigint => BigInt(Date.UTC(2026, 4, 13, 9, minute));
const board = stateOf(
  { id: 'greta', body: { case: 'member', value: { name: 'Greta Lindqvist' } } },
  { id: 'hugo', body: { case: 'member', value: { name: 'Hugo Marchetti' } } },
  {
    id: 's1',
    body: {
      case: 'session',
      value: {
        topic: { title: 'Silverfen: *who* decides?', dealId: 'd1' },
        templateId: 'deal_swarm_50',
        replayAudience: ReplayAudience.TEAM,
      },
    },
  },
  { id: 'brief', body: { case: 'stage', value: { name: 'Owner’s five facts' } } },
  { id: 'd1', body: { case: 'deal', value: { account: 'Silverfen Rail' } } },
  {
    id: 'n1',
    body: {
      case: 'note',
      value: {
        kind: NoteKind.QUESTION,
        text: '=HYPERLINK("http://x","click")',
        author: 'hugo',
        stage: 'brief',
        atMs: at(1),
      },
    },
  },
  {
    id: 'n2',
    body: {
      case: 'note',
      value: {
        kind: NoteKind.ANSWER,
        text: 'Two\nlines',
        author: 'greta',
        answers: 'n1',
        atMs: at(2),
      },
    },
  },
  {
    id: 'n3',
    body: {
      case: 'note',
      value: { kind: NoteKind.UNSAID, text: 'Nobody reads it', anonymous: true, atMs: at(0) },
    },
  },
  { id: 'g1', body: { case: 'noteGroup', value: { title: 'Access', members: { items: ['n1'] } } } },
  {
    id: 'o1',
    body: {
      case: 'objection',
      value: {
        asHeard: 'Dearer and the same',
        category: ObjectionCategory.PRICE_VALUE,
        author: 'hugo',
        atMs: at(3),
      },
    },
  },
  {
    id: 'r1',
    body: {
      case: 'response',
      value: {
        objection: 'o1',
        technique: Technique.REFRAME,
        acknowledge: 'Fair.',
        say: 'Look at downtime.',
        author: 'greta',
        status: ResponseStatus.TRIAL,
        atMs: at(4),
      },
    },
  },
  {
    id: 'v1',
    body: {
      case: 'vote',
      value: { closedAtMs: at(6), tally: { voters: 2, items: [{ target: 'o1', dots: 3 }] } },
    },
  },
  {
    id: 'c1',
    body: {
      case: 'commitment',
      value: {
        owner: 'hugo',
        text: 'Call the planner',
        due: '2026-05-20',
        ref: 'd1',
        status: CommitmentStatus.OPEN,
      },
    },
  },
  {
    id: 'k1',
    body: {
      case: 'recognition',
      value: {
        to: 'greta',
        behaviour: TeamBehaviour.ASKED_FOR_HELP,
        text: '<b>Brave</b>',
        author: 'hugo',
        atMs: at(7),
      },
    },
  },
);

describe('export', () => {
  it('as CSV keeps every column and lets no cell run', async () => {
    await expect(toCsvText(board)).toMatchFileSnapshot('golden/board.csv');
  });

  it('as Markdown keeps words as words', async () => {
    await expect(toMarkdownText(board)).toMatchFileSnapshot('golden/board.md');
  });

  it('as JSON is complete: reading it gives the same records', async () => {
    const text = toJsonText(board, 's1', 42n);
    await expect(text).toMatchFileSnapshot('golden/board.json');
    const read = readJsonText(text);
    if (!read.ok) throw new Error(read.why);
    const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
    const before = board
      .kinds()
      .flatMap((kind) => [...board.ofKind(kind).values()])
      .map((record) => hex(toBinary(RecordSchema, record)));
    const after = read.records.map((record) => hex(toBinary(RecordSchema, record)));
    expect(after.sort()).toEqual(before.sort());
  });

  it('says what is wrong with a file that is none of ours', () => {
    expect(readJsonText('{')).toMatchObject({ ok: false });
    expect(readJsonText('{"format":"other"}')).toEqual({
      ok: false,
      why: 'This is not an exported board.',
    });
  });
});

describe('a CSV cell', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =1', '\r=1', '＝1'])(
    'never begins as a formula: %j',
    (text) => {
      expect(cell(text).replace(/^"/, '')).toMatch(/^'/);
    },
  );

  it('keeps ordinary words and quotes what needs it', () => {
    expect(cell('Call Ben')).toBe('Call Ben');
    expect(cell('a "b", c')).toBe('"a ""b"", c"');
  });
});

describe('Markdown', () => {
  it('escapes what would become markup', () => {
    expect(escape('# a <i> [x](y)')).toBe('\\# a \\<i\\> \\[x\\](y)');
    expect(escape('- a\n1. b')).toBe('\\- a  \n  \\1. b');
  });
});

import { fromJson, fromBinary } from '@bufbuild/protobuf';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NoteKind } from '../gen/swarmboard/v1/enums_pb.js';
import { PatchSchema, RecordSchema } from '../gen/swarmboard/v1/record_pb.js';
import { patch, record, stateOf } from '../testing/builders.js';
import { unhex } from '../sync/sync-client.js';
import { applyPatch, knownPart } from './apply.js';
import { stateHash } from './hash.js';
import { Draft, kindOf, State } from './state.js';

const root = join(import.meta.dirname, '..', '..', '..');
const vectors = join(root, 'tests', 'vectors');
const generator = join(root, 'build', 'dev', 'tests', 'board', 'board_vectors');
const RANDOM_CASES = 5000;

interface Case {
  readonly name: string;
  readonly records: readonly never[];
  readonly patch: never;
  readonly patchBytes?: string;
  readonly expect: { records: readonly never[]; stateHash: string; misfit?: boolean };
}

function loaded(records: readonly never[]): State {
  const draft = new Draft(State.empty);
  for (const json of records) {
    const one = fromJson(RecordSchema, json);
    if (one.body.case !== undefined) draft.put(kindOf(one.body.case), knownPart(one));
  }
  return draft.done();
}

function check(test: Case): void {
  const change =
    test.patchBytes === undefined
      ? fromJson(PatchSchema, test.patch)
      : fromBinary(PatchSchema, unhex(test.patchBytes));
  const before = loaded(test.records);
  const applied = applyPatch(before, change);
  if (test.expect.misfit === true) {
    expect(applied.ok, test.name).toBe(false);
    return;
  }
  if (!applied.ok) throw new Error(`${test.name}: ${applied.what}`);
  const hash = stateHash(applied.state).toString(16).padStart(16, '0');
  expect(stateHash(loaded(test.expect.records)).toString(16).padStart(16, '0'), test.name).toBe(
    hash,
  );
  expect(hash, test.name).toBe(test.expect.stateHash);
}

describe('apply, by the vectors shared with the server', () => {
  const files = readdirSync(vectors).filter((file) => file.endsWith('.json'));
  it('has vectors to check', () => {
    expect(files.length).toBeGreaterThan(0);
  });
  for (const file of files) {
    const { cases } = JSON.parse(readFileSync(join(vectors, file), 'utf8')) as { cases: Case[] };
    it.each(cases.map((test) => [test.name, test] as const))(`${file}: %s`, (_name, test) => {
      check(test);
    });
  }

  const seed = process.env['SWARMBOARD_SEED'] ?? '1';
  it.skipIf(!existsSync(generator))(
    `random cases of the server, seed ${seed}`,
    () => {
      const lines = execFileSync(generator, ['--seed', seed, '--count', String(RANDOM_CASES)], {
        maxBuffer: 1 << 30,
        encoding: 'utf8',
      }).split('\n');
      let count = 0;
      for (const line of lines) {
        if (line.trim() === '') continue;
        check(JSON.parse(line) as Case);
        count += 1;
      }
      expect(count).toBeGreaterThan(0);
    },
    120_000,
  );
});

describe('apply', () => {
  const note = {
    id: 'n1',
    body: { case: 'note', value: { kind: NoteKind.IDEA, text: 'a', late: true } },
  } as const;

  it('replaces a present false, which a plain merge would lose', () => {
    const change = patch({
      upsert: [{ record: record({ id: 'n1', body: { case: 'note', value: { late: false } } }) }],
    });
    const applied = applyPatch(stateOf(note), change);
    expect(applied.ok && applied.state.get('note', 'n1')?.late).toBe(false);
  });

  it('changes nothing when one part does not fit', () => {
    const before = stateOf(note);
    const change = patch({
      upsert: [
        {
          record: record({ id: 'n2', body: { case: 'note', value: { text: 'b' } } }),
          create: true,
        },
      ],
      remove: [{ kind: kindOf('note'), id: 'gone' }],
    });
    expect(applyPatch(before, change).ok).toBe(false);
    expect(before.size).toBe(1);
  });

  it('leaves the state before untouched', () => {
    const before = stateOf(note);
    const hash = stateHash(before);
    const change = patch({
      upsert: [
        { record: record({ id: 'n1', body: { case: 'note', value: { text: 'b' } } }), clear: [9] },
      ],
    });
    const applied = applyPatch(before, change);
    expect(applied.ok && applied.state.get('note', 'n1')?.text).toBe('b');
    expect(applied.ok && applied.state.get('note', 'n1')?.late).toBeUndefined();
    expect(stateHash(before)).toBe(hash);
  });

  it('keeps who may see a record until it is told otherwise', () => {
    const before = stateOf({ ...note, onlyFor: { items: ['greta'] } });
    const edit = record({ id: 'n1', body: { case: 'note', value: { text: 'b' } } });
    const edited = applyPatch(before, patch({ upsert: [{ record: edit }] }));
    expect(edited.ok && edited.state.all('note')[0]?.isPrivate).toBe(true);
    const revealed = applyPatch(before, patch({ upsert: [{ record: edit, setOnlyFor: true }] }));
    expect(revealed.ok && revealed.state.all('note')[0]?.isPrivate).toBe(false);
  });

  it('passes over a record of a kind that only a newer server knows', () => {
    const bytes = new Uint8Array([0x0a, 0x01, 0x78, 0xfa, 0x3e, 0x00]); // id "x", field 1007 empty
    const unknown = fromBinary(RecordSchema, bytes);
    const applied = applyPatch(State.empty, patch({ upsert: [{ record: unknown, create: true }] }));
    expect(applied.ok && applied.state.size).toBe(0);
  });
});

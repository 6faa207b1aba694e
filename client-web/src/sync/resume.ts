// Where a client stands in a stream, whether a batch continues it, and the pieces of a snapshot.
// PURE values. docs/protocol.md, "resume".
import { create, fromBinary } from '@bufbuild/protobuf';
import { knownPart } from '../board/apply.js';
import { Draft, State, kindOf } from '../board/state.js';
import { SnapshotSchema, type Snapshot } from '../gen/swarmboard/v1/event_pb.js';
import {
  ResumeTokenSchema,
  type ResumeToken,
  type SnapshotPart,
} from '../gen/swarmboard/v1/wire_pb.js';

export interface Position {
  readonly epoch: bigint;
  readonly seq: bigint;
  readonly chain: bigint;
}

export function tokenOf(position: Position): ResumeToken {
  return create(ResumeTokenSchema, { ...position });
}

/** How a batch `from`..`to` stands to what this client has: only the next one may be applied. */
export type Continuity = 'next' | 'seen' | 'gap';

export function continuity(seq: bigint, from: bigint, to: bigint): Continuity {
  if (from === seq + 1n) return 'next';
  return to <= seq ? 'seen' : 'gap';
}

export function stateOfSnapshot(snapshot: Snapshot): State {
  const draft = new Draft(State.empty);
  for (const record of snapshot.records) {
    // A kind of a newer server has no body here: it is left out, as in apply.
    if (record.body.case !== undefined) draft.put(kindOf(record.body.case), knownPart(record));
  }
  return draft.done();
}

/** Collects the parts of one snapshot; any part out of order starts over. */
export class SnapshotAssembler {
  #parts: Uint8Array[] = [];

  /** The snapshot when this was its last part. */
  take(part: SnapshotPart): Snapshot | undefined {
    if (part.part === 0) this.#parts = [];
    if (part.part !== this.#parts.length) return undefined;
    this.#parts.push(part.data);
    if (this.#parts.length < part.parts) return undefined;
    const bytes = concatenated(this.#parts);
    this.#parts = [];
    return fromBinary(SnapshotSchema, bytes);
  }
}

function concatenated(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

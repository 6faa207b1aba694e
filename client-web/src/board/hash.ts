// Hashes shared with the server. PURE.
import { toBinary } from '@bufbuild/protobuf';
import { sha256 } from '@noble/hashes/sha2.js';
import { RecordSchema } from '../gen/swarmboard/v1/record_pb.js';
import type { State } from './state.js';

const utf8 = new TextEncoder();

/** First eight bytes, little-endian, of SHA-256 over all records (server/board/snapshot.h). */
export function stateHash(state: State): bigint {
  const hash = sha256.create();
  for (const kind of state.kinds()) {
    const records = [...state.ofKind(kind).values()];
    records.sort((a, b) => compareBytes(utf8.encode(a.id), utf8.encode(b.id)));
    for (const record of records) {
      const id = utf8.encode(record.id);
      const bytes = toBinary(RecordSchema, record, { writeUnknownFields: false });
      hash.update(uint32(kind)).update(uint32(id.length)).update(id);
      hash.update(uint32(bytes.length)).update(bytes);
    }
  }
  return new DataView(hash.digest().buffer).getBigUint64(0, true);
}

/** Of a command's frozen bytes: first four bytes, little-endian, of SHA-256. */
export function bodyHash(command: Uint8Array): number {
  const digest = sha256(command);
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0, true);
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

// Bytes <-> frames of the WebSocket protocol. Both message types have one repeated field, so frames
// are grouped freely within the server's limits.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  ClientFrameSchema,
  ClientMessageSchema,
  ServerMessageSchema,
  type ClientFrame,
  type ServerFrame,
} from '../gen/swarmboard/v1/wire_pb.js';

const FRAMES_MAX = 64;
const BYTES_MAX = 200 * 1024; // Below the server's 256 KiB, tags and lengths included.

export function encodeMessages(frames: readonly ClientFrame[]): Uint8Array<ArrayBuffer>[] {
  const messages: Uint8Array<ArrayBuffer>[] = [];
  let group: ClientFrame[] = [];
  let bytes = 0;
  const flush = (): void => {
    if (group.length === 0) return;
    messages.push(toBinary(ClientMessageSchema, create(ClientMessageSchema, { frames: group })));
    group = [];
    bytes = 0;
  };
  for (const frame of frames) {
    const size = toBinary(ClientFrameSchema, frame).length;
    if (group.length >= FRAMES_MAX || bytes + size > BYTES_MAX) flush();
    group.push(frame);
    bytes += size;
  }
  flush();
  return messages;
}

export type Decoded =
  | { readonly ok: true; readonly frames: readonly ServerFrame[] }
  | { readonly ok: false; readonly why: string };

export function decodeMessage(data: unknown): Decoded {
  if (!(data instanceof ArrayBuffer)) return { ok: false, why: 'not a binary message' };
  try {
    return { ok: true, frames: fromBinary(ServerMessageSchema, new Uint8Array(data)).frames };
  } catch (error) {
    return { ok: false, why: String(error) };
  }
}

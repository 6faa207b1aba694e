// The client's own generated messages and protobuf runtime, for tests outside its folder.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const require = createRequire(new URL('../../../client-web/package.json', import.meta.url));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);

const protobuf = await load('@bufbuild/protobuf');
const command = await import('../../../client-web/src/gen/swarmboard/v1/command_pb.js');
const enums = await import('../../../client-web/src/gen/swarmboard/v1/enums_pb.js');

const wire = await import('../../../client-web/src/gen/swarmboard/v1/wire_pb.js');

export const { create, toBinary } = protobuf;
export const v1 = command;
export const { NoteKind } = enums;
export const playwright = (await load('playwright-core')).default;
export const axeSource = require.resolve('axe-core/axe.min.js');

/** How many commands a message of a client holds. */
export function commandsIn(payload) {
  const { frames } = protobuf.fromBinary(wire.ClientMessageSchema, new Uint8Array(payload));
  const kinds = ['submit', 'submitAnonymous', 'submitOffRecord'];
  return frames.filter(({ body }) => kinds.includes(body.case)).length;
}

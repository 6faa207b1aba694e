// Everything on the board that this person may see, complete: the records as the protocol's own JSON,
// so that reading it back gives the same state. PURE.
import { fromJson, toJson, type JsonValue } from '@bufbuild/protobuf';
import { RecordSchema, type Record } from '../gen/swarmboard/v1/record_pb.js';
import type { State } from '../board/state.js';

const FORMAT = 'swarmboard-board';
const VERSION = 1;

export function toJsonText(state: State, session: string, seq: bigint): string {
  const records = state
    .kinds()
    .flatMap((kind) =>
      [...state.ofKind(kind).values()]
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .map((record) => toJson(RecordSchema, record)),
    );
  const whole = { format: FORMAT, version: VERSION, session, seq: seq.toString(), records };
  return `${JSON.stringify(whole, undefined, 2)}\n`;
}

export type Read =
  | { readonly ok: true; readonly session: string; readonly records: readonly Record[] }
  | { readonly ok: false; readonly why: string };

/** The records of an exported board. Fields of a newer version are refused, not dropped. */
export function readJsonText(text: string): Read {
  const no = (why: string): Read => ({ ok: false, why });
  try {
    const whole = JSON.parse(text) as Partial<globalThis.Record<string, unknown>> | null;
    if (whole?.['format'] !== FORMAT) return no('This is not an exported board.');
    if (whole['version'] !== VERSION) return no('This was exported by another version.');
    const records = whole['records'];
    if (!Array.isArray(records)) return no('The exported board has no records.');
    return {
      ok: true,
      session: String(whole['session']),
      records: records.map((record) => fromJson(RecordSchema, record as JsonValue)),
    };
  } catch (error) {
    return no(`This cannot be read: ${String(error)}`);
  }
}

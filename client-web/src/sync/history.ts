// When the server's history of a stream is not the one this tab has seen: after a restored backup or
// a loss. What was seen is evidence and may hold words that are nowhere else now, so it is handed on
// before the new board takes its place. docs/protocol.md R21, R24, R25.
import { create } from '@bufbuild/protobuf';
import type { State } from '../board/state.js';
import { SnapshotSchema, type Snapshot } from '../gen/swarmboard/v1/event_pb.js';
import { WhySnapshot } from '../gen/swarmboard/v1/wire_pb.js';
import type { Position } from './resume.js';

/** A new epoch, announced; or a position that the server does not have in the same epoch. */
export type HistoryChange = 'new-epoch' | 'lost';

/** The confirmed board of a stream as this tab last saw it. */
export interface SeenBoard {
  readonly stream: string;
  readonly change: HistoryChange;
  readonly state: State;
  readonly position: Position;
}

/** Undefined: the snapshot continues what this tab knows. */
export function historyChange(why: WhySnapshot): HistoryChange | undefined {
  switch (why) {
    case WhySnapshot.EPOCH_CHANGED:
      return 'new-epoch';
    case WhySnapshot.AHEAD_OF_SERVER:
    case WhySnapshot.DIVERGED:
      return 'lost';
    default:
      return undefined;
  }
}

export function snapshotOf({ state, position }: Pick<SeenBoard, 'state' | 'position'>): Snapshot {
  const records = state.kinds().flatMap((kind) => [...state.ofKind(kind).values()]);
  return create(SnapshotSchema, { seq: position.seq, chain: position.chain, records });
}

/**
 * Boards of sessions that the server says do not exist. Either somebody took us off the list, and
 * then nothing of it stays; or the session was opened after the backup was taken. Only the library
 * tells: after a restore its epoch is newer than the one the session was seen in.
 */
export class Vanished {
  #boards: SeenBoard[] = [];

  add(board: SeenBoard): void {
    this.#boards.push(board);
  }

  /** Those that the restored server never had; what is not returned is forgotten. */
  judge(libraryEpoch: bigint): SeenBoard[] {
    const kept = this.#boards.filter((board) => board.position.epoch < libraryEpoch);
    this.#boards = [];
    return kept;
  }
}

// A player as components may read it: one value that is replaced whenever the player changes.
import type { State } from '../board/state.js';
import { Player, type PlayerDeps, type PlayerPhase } from '../replay/player.js';
import type { Moment, Speed } from '../replay/timeline.js';

export interface ReplayNow {
  readonly phase: PlayerPhase;
  readonly board: State;
  readonly seq: bigint;
  readonly index: number;
  readonly count: number;
  readonly speed: Speed;
  readonly isPlaying: boolean;
  readonly moments: readonly Moment[];
  readonly unreadable: number;
}

export class ReplayStore {
  readonly player: Player;
  now: ReplayNow;

  constructor(deps: Omit<PlayerDeps, 'changed'>) {
    this.player = new Player({
      ...deps,
      changed: () => {
        this.now = nowOf(this.player);
      },
    });
    this.now = $state.raw(nowOf(this.player));
  }
}

function nowOf(player: Player): ReplayNow {
  const { phase, board, seq, index, speed, isPlaying, moments, unreadable } = player;
  const count = moments.length;
  return { phase, board, seq, index, count, speed, isPlaying, moments, unreadable };
}

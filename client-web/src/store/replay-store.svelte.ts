// A player as components may read it: every value changes together with the player.
import { Player, type PlayerDeps } from '../replay/player.js';

export class ReplayStore {
  readonly player: Player;
  #version = $state(0);

  constructor(deps: Omit<PlayerDeps, 'changed'>) {
    this.player = new Player({
      ...deps,
      changed: () => {
        this.#version += 1;
      },
    });
  }

  readonly now = $derived.by(() => {
    void this.#version;
    const { player } = this;
    return {
      phase: player.phase,
      board: player.board,
      seq: player.seq,
      index: player.index,
      speed: player.speed,
      isPlaying: player.isPlaying,
      moments: player.moments,
      unreadable: player.unreadable,
      count: player.moments.length,
    };
  });
}

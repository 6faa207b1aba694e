// Time that moves only when a test says so.
import type { SyncClock } from '../sync/ports.js';

export class FakeClock implements SyncClock {
  #nowMs = 1000;
  #timers: { atMs: number; run: () => void }[] = [];

  nowMs = (): number => this.#nowMs;
  serverNowMs = (): number => 1_700_000_000_000 + this.#nowMs;

  after = (ms: number, run: () => void): (() => void) => {
    const timer = { atMs: this.#nowMs + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (;;) {
      const due = this.#timers
        .filter((timer) => timer.atMs <= endMs)
        .sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.run();
    }
    this.#nowMs = endMs;
  }
}

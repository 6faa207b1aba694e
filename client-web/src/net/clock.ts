// The server's clock as this tab knows it: NTP-style samples from Ping and Pong, on the monotonic
// clock, so that a wrong or moved local clock does not matter. PURE state; time comes in.

interface Sample {
  readonly offsetMs: number; // Server wall clock minus local monotonic clock.
  readonly rttMs: number;
}

const SAMPLES_MAX = 8;
const JUMP_MS = 1000;
const SLEW_MS_PER_S = 50;

export class ServerClock {
  #samples: Sample[] = [];
  #offsetMs: number | undefined;
  #slewedAtMs = 0;
  #isMeasured = false; // Not only hinted at.

  /** A first idea from Welcome, before any round trip was measured. */
  hint(serverWallMs: number, nowMs: number): void {
    if (!this.#isMeasured) this.#offsetMs = serverWallMs - nowMs;
  }

  /** `sentMs` and `nowMs` are local monotonic times. */
  addPong(sentMs: number, serverWallMs: number, nowMs: number): void {
    const rttMs = nowMs - sentMs;
    if (rttMs < 0) return;
    this.#samples.push({ offsetMs: serverWallMs - (sentMs + nowMs) / 2, rttMs });
    if (this.#samples.length > SAMPLES_MAX) this.#samples.shift();
    const shortest = Math.min(...this.#samples.map((sample) => sample.rttMs));
    this.#samples = this.#samples.filter((sample) => sample.rttMs <= 2 * Math.max(shortest, 1));
    this.#approach(this.#best().offsetMs, nowMs);
  }

  /** Undefined until the server was heard once. */
  nowMs(localMs: number): number | undefined {
    return this.#offsetMs === undefined ? undefined : localMs + this.#offsetMs;
  }

  /** After a sleep of the machine the old samples say nothing. */
  forget(): void {
    this.#samples = [];
    this.#isMeasured = false;
  }

  #best(): Sample {
    return this.#samples.reduce((a, b) => (b.rttMs < a.rttMs ? b : a));
  }

  #approach(target: number, nowMs: number): void {
    const current = this.#offsetMs;
    const elapsedS = (nowMs - this.#slewedAtMs) / 1000;
    this.#slewedAtMs = nowMs;
    const isFirst = !this.#isMeasured;
    this.#isMeasured = true;
    if (isFirst || current === undefined || Math.abs(target - current) > JUMP_MS) {
      this.#offsetMs = target;
      return;
    }
    const most = SLEW_MS_PER_S * Math.max(elapsedS, 0);
    this.#offsetMs = current + Math.max(-most, Math.min(most, target - current));
  }
}

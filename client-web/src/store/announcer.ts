// What a screen reader is told: at most one polite line in five seconds, however much happens, and
// the facilitator's cues at once. PURE: time comes in through `after`.
import type { Caption } from '../board/captions.js';

export const QUIET_MS = 5000;

export interface AnnouncerDeps {
  readonly after: (ms: number, run: () => void) => void;
  readonly say: (line: string) => void;
  readonly cue: (line: string) => void;
}

export class Announcer {
  readonly #deps: AnnouncerDeps;
  #lines: string[] = [];
  #isQuiet = false;

  constructor(deps: AnnouncerDeps) {
    this.#deps = deps;
  }

  /** Cues change what everybody does next: a stage, a reveal, a vote, the seat. */
  push(caption: Caption, isCue: boolean): void {
    if (isCue) {
      this.#deps.cue(caption.text);
      return;
    }
    this.#lines.push(caption.text);
    if (!this.#isQuiet) this.#flush();
  }

  #flush(): void {
    if (this.#lines.length === 0) {
      this.#isQuiet = false;
      return;
    }
    this.#deps.say(batch(this.#lines));
    this.#lines = [];
    this.#isQuiet = true;
    this.#deps.after(QUIET_MS, () => this.#flush());
  }
}

const ONE_BY_ONE_MAX = 2;

/** One or two lines as they are; more as a count with the newest. */
function batch(lines: readonly string[]): string {
  if (lines.length <= ONE_BY_ONE_MAX) return lines.join('. ');
  return `${lines.length} changes on the board. The newest: ${lines.at(-1) ?? ''}`;
}

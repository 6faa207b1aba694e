// Tells the room where one writes: at once, then as often as it changes and the line can bear, and once
// more when nothing was typed for a while. Time comes in.

/** A board shows who writes where about as often as it sends presence. */
export const TELL_EVERY_MS = 120;
/** After a longer pause its writer is not called typing any more. */
export const TYPES_FOR_MS = 4000;

export interface TellerDeps {
  readonly after: (ms: number, run: () => void) => void;
  /** Empty: nobody is to be told. */
  readonly text: (isTyping: boolean) => string;
  readonly tell: (text: string) => void;
}

export class CaretTeller {
  readonly #deps: TellerDeps;
  #last = '';
  #isTimed = false;
  #hasMoved = false;
  #hasEnded = false;
  /** Counts pauses, so that only the newest one ends the typing. */
  #pauses = 0;
  #isTyping = false;

  constructor(deps: TellerDeps) {
    this.#deps = deps;
  }

  moved(byTyping: boolean): void {
    if (byTyping) this.#typed();
    if (this.#isTimed) {
      this.#hasMoved = true;
      return;
    }
    this.#tell();
    this.#isTimed = true;
    this.#deps.after(TELL_EVERY_MS, () => {
      this.#isTimed = false;
      if (!this.#hasMoved) return;
      this.#hasMoved = false;
      this.moved(false);
    });
  }

  end(): void {
    this.#hasEnded = true;
  }

  #typed(): void {
    this.#isTyping = true;
    const pause = ++this.#pauses;
    this.#deps.after(TYPES_FOR_MS, () => {
      if (pause !== this.#pauses) return;
      this.#isTyping = false;
      this.#tell();
    });
  }

  #tell(): void {
    if (this.#hasEnded) return;
    const text = this.#deps.text(this.#isTyping);
    if (text === this.#last) return;
    this.#last = text;
    this.#deps.tell(text);
  }
}

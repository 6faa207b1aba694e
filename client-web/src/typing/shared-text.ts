// One text that several people write in, as one page sees it: what the server has said, one change of
// ours under way, and what was typed since. The page's text is these three, one on the other. Owned by
// the editor that is open; PURE apart from its own state.
//
// One change is under way at a time and is carried over what the server puts before it, exactly as the
// server does it; so the echo of our own change brings nothing new.
import { ChangeSet, Text } from '@codemirror/state';
import type { TextChange } from '../gen/swarmboard/v1/text_pb.js';
import { difference, fromWire, spelled, toWire } from './wire.js';

export interface Sendable {
  readonly baseSeq: bigint;
  readonly change: TextChange;
}

/** What an event did to the text: in places, or as a whole. */
export type News = { readonly change: TextChange } | { readonly whole: string };

/** The same change on the text that the server has, and on the text of this page. */
export interface Heard {
  readonly atServer: ChangeSet;
  readonly onPage: ChangeSet;
}

export class SharedText {
  #seq: bigint;
  #confirmed: Text;
  #underWay: ChangeSet | undefined;
  #buffer: ChangeSet | undefined;

  constructor(seq: bigint, text: string) {
    this.#seq = seq;
    this.#confirmed = textOf(text);
  }

  get seq(): bigint {
    return this.#seq;
  }

  /** Whether everything that was typed here is at the server. */
  get isSettled(): boolean {
    return this.#underWay === undefined && this.#buffer === undefined;
  }

  get isUnderWay(): boolean {
    return this.#underWay !== undefined;
  }

  /** The text of this page. */
  get text(): string {
    return this.#over(this.#over(this.#confirmed, this.#underWay), this.#buffer).toString();
  }

  /** As the server has it. */
  get confirmed(): string {
    return this.#confirmed.toString();
  }

  /** As it will be when what is under way is there. */
  get taken(): string {
    return this.#over(this.#confirmed, this.#underWay).toString();
  }

  /** Where a place of the server's text is on this page. */
  onPage(at: number): number {
    const later = this.#underWay?.mapPos(at) ?? at;
    return this.#buffer?.mapPos(later) ?? later;
  }

  /** Where a place of this page is in the server's text; words on their way count as one place. */
  atServer(at: number): number {
    const earlier = this.#buffer?.invertedDesc.mapPos(at) ?? at;
    return this.#underWay?.invertedDesc.mapPos(earlier) ?? earlier;
  }

  /** Typed here. */
  typed(changes: ChangeSet): void {
    if (changes.empty) return;
    this.#buffer = this.#buffer?.compose(changes) ?? changes;
  }

  /** What is to be sent now, if nothing is under way; it is under way from now on. */
  take(): Sendable | undefined {
    if (this.#underWay !== undefined || this.#buffer === undefined) return undefined;
    this.#underWay = spelled(this.#buffer);
    this.#buffer = undefined;
    // Typed and deleted again: nothing to say.
    if (this.#underWay.empty) {
      this.#underWay = undefined;
      return undefined;
    }
    return { baseSeq: this.#seq, change: toWire(this.#underWay) };
  }

  /** Somebody else's. */
  heard(news: News): Heard {
    const atServer =
      'change' in news ? fromWire(news.change) : difference(this.confirmed, news.whole);
    let theirs = atServer;
    this.#confirmed = theirs.apply(this.#confirmed);
    if (this.#underWay !== undefined) {
      const ours = this.#underWay;
      this.#underWay = ours.map(theirs);
      theirs = theirs.map(ours, true);
    }
    if (this.#buffer !== undefined) {
      const ours = this.#buffer;
      this.#buffer = ours.map(theirs);
      theirs = theirs.map(ours, true);
    }
    return { atServer, onPage: theirs };
  }

  /** Our change is in the log; returns what it did to the server's text. */
  accepted(): ChangeSet | undefined {
    const ours = this.#underWay;
    this.#confirmed = this.#over(this.#confirmed, ours);
    this.#underWay = undefined;
    return ours;
  }

  /** Our change was not taken: it is typed here and not sent, as before. */
  refused(): void {
    if (this.#underWay === undefined) return;
    this.#buffer =
      this.#buffer === undefined ? this.#underWay : this.#underWay.compose(this.#buffer);
    this.#underWay = undefined;
  }

  /** Everything up to this event has been heard. */
  reached(seq: bigint): void {
    this.#seq = seq;
  }

  #over(text: Text, changes: ChangeSet | undefined): Text {
    return changes === undefined ? text : changes.apply(text);
  }
}

export function textOf(text: string): Text {
  return Text.of(text.split('\n'));
}

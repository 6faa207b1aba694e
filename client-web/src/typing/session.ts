// An open text: carries what is typed to the server, what others type to the editor, and keeps on the
// device what the server does not have yet. One per open editor; it outlives a closed editor until
// everything is sent. Time and storage come in.
import type { ChangeSet } from '@codemirror/state';
import { create, type Message } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { bodyDesc } from '../board/policy.js';
import { fieldOfKind, kindOf, type State } from '../board/state.js';
import { CommandSchema, type Command } from '../gen/swarmboard/v1/command_pb.js';
import { RejectReason } from '../gen/swarmboard/v1/enums_pb.js';
import type { Event } from '../gen/swarmboard/v1/event_pb.js';
import type { Upsert } from '../gen/swarmboard/v1/record_pb.js';
import type { StreamWatcher } from '../store/watchers.js';
import type { RefusedCommand } from '../sync/ports.js';
import type { Stream } from '../sync/stream.js';
import { Carets, caretText, type Seen } from './carets.js';
import type { Draft } from './draft.js';
import { SharedText, type News } from './shared-text.js';

/** Long enough for a word, short enough to be felt as at once. */
export const SEND_AFTER_MS = 150;

export interface Target {
  readonly kind: number;
  readonly id: string;
  readonly field: number;
}

/** After which event of its stream a text was as it is. */
export interface Moment {
  readonly epoch: bigint;
  readonly seq: bigint;
}

export interface SessionDeps {
  readonly stream: string;
  readonly target: Target;
  readonly unitsMax: number;
  readonly watch: (watcher: StreamWatcher) => () => void;
  readonly send: (command: Command) => Promise<bigint | undefined>;
  readonly isOwn: (event: Event) => boolean;
  readonly after: (ms: number, run: () => void) => void;
  /** Whether what is in the outbox outlives this tab. */
  readonly isKept: () => boolean;
  /** Undefined: everything is at the server or in the outbox. */
  readonly keepDraft: (draft: Draft | undefined) => void;
  /** No editor is open any more; the draft is what was not taken, if anything was not. */
  readonly gone: (reason: RejectReason, detail: string, draft: Draft | undefined) => void;
  /** Closed, and nothing is left to be sent. */
  readonly ended: () => void;
}

/** An editor; one at a time. */
export interface Editor {
  readonly show: (changes: ChangeSet) => void;
  readonly told: (status: Status) => void;
}

/** `gone`: nothing more can be written here. */
export interface Status {
  readonly kind: 'saved' | 'waiting' | 'too-long' | 'gone';
}

export class TypingSession implements StreamWatcher {
  readonly stream: string;
  readonly #deps: SessionDeps;
  readonly #text: SharedText;
  readonly #carets: Carets;
  readonly #unwatch: () => void;
  #epoch: bigint;
  #sent: Command | undefined;
  #sentNo: bigint | undefined;
  /** The number that the server has said to have decided, before its event is here. */
  #decidedNo: bigint | undefined;
  #isTimed = false;
  #editor: Editor | undefined;
  #isGone = false;
  #hasEnded = false;

  constructor(deps: SessionDeps, { epoch, seq }: Moment, text: string) {
    this.#deps = deps;
    this.stream = deps.stream;
    this.#epoch = epoch;
    this.#text = new SharedText(seq, text);
    this.#carets = new Carets(deps.target, seq, text.length);
    this.#unwatch = deps.watch(this);
  }

  /** As an editor has to show it. */
  get text(): string {
    return this.#text.text;
  }

  open(editor: Editor): void {
    this.#editor = editor;
    this.#tell();
  }

  typed(changes: ChangeSet): void {
    this.#text.typed(changes);
    this.#tell();
    if (this.#isTimed) return;
    this.#isTimed = true;
    this.#deps.after(SEND_AFTER_MS, () => {
      this.#isTimed = false;
      this.#pump();
    });
  }

  /** The editor is gone; what is typed still goes out, or is given back if it cannot. */
  close(): void {
    this.#editor = undefined;
    this.#pump();
    if (this.#isTooLong) this.#end(RejectReason.TOO_LARGE, '');
  }

  /** What the others in the room say about where they write. */
  said(slots: readonly (readonly [member: string, text: string])[]): void {
    this.#carets.saidBy(slots);
  }

  /** Where others write, in places of the page. */
  get carets(): readonly Seen[] {
    return this.#carets.seen.map((seen) => ({
      ...seen,
      anchor: this.#text.onPage(seen.anchor),
      head: this.#text.onPage(seen.head),
    }));
  }

  /** What to tell the others of a selection on this page. */
  caretText(anchor: number, head: number, isTyping: boolean): string {
    return caretText({
      target: this.#deps.target,
      isTyping,
      seq: this.#text.seq,
      anchor: this.#text.atServer(anchor),
      head: this.#text.atServer(head),
    });
  }

  // StreamWatcher

  applied(events: readonly Event[], seq: bigint): void {
    for (const event of events) {
      if (event.cmdNo === this.#sentNo && this.#text.isUnderWay && this.#deps.isOwn(event)) {
        this.#accepted(event.seq, event.actor);
        continue;
      }
      for (const upsert of event.patch?.upsert ?? []) {
        const news = this.#newsOf(upsert);
        if (news !== undefined) this.#heard(news, event.seq, event.actor);
      }
      if (event.patch?.remove.some((gone) => this.#isTarget(gone.kind, gone.id)) === true) {
        this.#end(RejectReason.TARGET_GONE, '');
      }
    }
    this.#reached(seq);
    this.#pump();
  }

  saved(cmdNo: bigint): void {
    this.#decidedNo = cmdNo;
  }

  /**
   * A snapshot took the place of what was known: no events told what happened in between. It may be of
   * another history, in which the same number is another moment.
   */
  changed(stream: Stream): void {
    const epoch = stream.position?.epoch;
    if (stream.phase !== 'live' || epoch === undefined) return;
    // In another history a number, also a smaller one, stands for another text.
    if (epoch === this.#epoch && stream.seq <= this.#text.seq) return;
    this.#epoch = epoch;
    const whole = textIn(stream.confirmed, this.#deps.target);
    if (whole === undefined) {
      this.#end(RejectReason.TARGET_GONE, '');
      return;
    }
    if (this.#text.isUnderWay && this.#decidedNo === this.#sentNo) this.#accepted(stream.seq, '');
    this.#heard({ whole }, stream.seq, '');
    this.#reached(stream.seq);
    this.#pump();
  }

  /** Whether it was ours. */
  refused({ command, reason, detail }: RefusedCommand): boolean {
    if (command !== this.#sent) return false;
    this.#text.refused();
    this.#sent = this.#sentNo = undefined;
    // Its words were given back already, with the others.
    if (this.#isGone) {
      this.#endIfDone();
      return true;
    }
    switch (reason) {
      // Others took away what it was about; or wrote so much that it is made anew, on their text.
      case RejectReason.NO_EFFECT:
      case RejectReason.TEXT_BASE_TOO_OLD:
        this.#pump();
        break;
      case RejectReason.TOO_LARGE:
        this.#editor?.told({ kind: 'too-long' });
        break;
      default:
        this.#end(reason, detail);
    }
    return true;
  }

  #newsOf(upsert: Upsert): News | undefined {
    const { target } = this.#deps;
    const { record } = upsert;
    if (record?.body.case === undefined) return undefined;
    if (!this.#isTarget(kindOf(record.body.case), record.id)) return undefined;
    const delta = upsert.text.find(({ field }) => field === target.field);
    if (delta?.change !== undefined) return { change: delta.change };
    const desc = bodyDesc(target.kind);
    const field = desc?.fields.find(({ number }) => number === target.field);
    if (desc === undefined || field?.fieldKind !== 'scalar') return undefined;
    const body = reflect(desc, record.body.value as Message);
    const isReplaced = upsert.create || body.isSet(field) || upsert.clear.includes(target.field);
    return isReplaced ? { whole: body.get(field) as string } : undefined;
  }

  #isTarget(kind: number, id: string): boolean {
    return kind === this.#deps.target.kind && id === this.#deps.target.id;
  }

  #heard(news: News, seq: bigint, author: string): void {
    const { atServer, onPage } = this.#text.heard(news);
    this.#carets.heard({ seq, author, change: atServer });
    if (!onPage.empty) this.#editor?.show(onPage);
  }

  #accepted(seq: bigint, author: string): void {
    const change = this.#text.accepted();
    if (change !== undefined) this.#carets.heard({ seq, author, change });
    this.#sent = this.#sentNo = undefined;
  }

  #reached(seq: bigint): void {
    this.#text.reached(seq);
    this.#carets.reached(seq);
  }

  get #isTooLong(): boolean {
    return this.#text.text.length > this.#deps.unitsMax;
  }

  #pump(): void {
    if (!this.#isGone) {
      if (!this.#isTooLong) this.#send();
      this.#tell();
    }
    this.#endIfDone();
  }

  #send(): void {
    const out = this.#text.take();
    if (out === undefined) return;
    const { kind, id, field } = this.#deps.target;
    const value = { target: { kind, id }, field, ...out, baseEpoch: this.#epoch };
    const command = create(CommandSchema, { body: { case: 'textEdit', value } });
    this.#sent = command;
    void this.#deps.send(command).then((number) => {
      if (this.#sent !== command) return;
      this.#sentNo = number;
      this.#tell();
    });
  }

  #tell(): void {
    if (this.#isGone) return;
    this.#deps.keepDraft(this.#draft());
    const unsent = this.#text.isSettled ? 'saved' : 'waiting';
    this.#editor?.told({ kind: this.#isTooLong ? 'too-long' : unsent });
  }

  /** What would be lost with this tab: what the outbox holds is not. */
  #draft(): Draft | undefined {
    const isInOutbox = this.#sentNo !== undefined && this.#deps.isKept();
    const before = isInOutbox ? this.#text.taken : this.#text.confirmed;
    const after = this.#text.text;
    return before === after ? undefined : { before, after };
  }

  #endIfDone(): void {
    const isClosed = this.#editor === undefined;
    const isDone = this.#isGone ? this.#sent === undefined : isClosed && this.#text.isSettled;
    if (!isDone || this.#hasEnded) return;
    this.#hasEnded = true;
    this.#unwatch();
    if (!this.#isGone) this.#deps.ended();
  }

  #end(reason: RejectReason, detail: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    const { taken, text, isSettled } = this.#text;
    const draft = isSettled ? undefined : { before: taken, after: text };
    this.#editor?.told({ kind: 'gone' });
    this.#deps.gone(reason, detail, draft);
    this.#endIfDone();
  }
}

/** The text as it is on a board; undefined: there is no such record. */
export function textIn(state: State, { kind, id, field }: Target): string | undefined {
  const record = state.find(kind, id);
  const desc = bodyDesc(kind);
  const known = desc?.fields.find(({ number }) => number === field);
  if (record === undefined || desc === undefined || known?.fieldKind !== 'scalar') return undefined;
  if (fieldOfKind(kind) === undefined) return undefined;
  return reflect(desc, record.body.value as Message).get(known) as string;
}

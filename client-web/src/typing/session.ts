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
import { SharedText, type News } from './shared-text.js';

/** Long enough for a word, short enough to be felt as at once. */
export const SEND_AFTER_MS = 150;

export interface Target {
  readonly kind: number;
  readonly id: string;
  readonly field: number;
}

export interface SessionDeps {
  readonly stream: string;
  readonly target: Target;
  readonly unitsMax: number;
  readonly watch: (watcher: StreamWatcher) => () => void;
  readonly send: (command: Command) => Promise<bigint | undefined>;
  readonly isOwn: (event: Event) => boolean;
  readonly after: (ms: number, run: () => void) => void;
  readonly keepDraft: (text: string | undefined) => void;
  /** Changes the editor; not called once it is closed. */
  readonly show: (changes: ChangeSet) => void;
  readonly told: (status: Status) => void;
}

/** `gone`: nothing more can be written here; `sentence` says why, `text` is what was in the editor. */
export type Status =
  | { readonly kind: 'saved' | 'waiting' | 'too-long' }
  | { readonly kind: 'gone'; readonly reason: RejectReason; readonly detail: string; text: string };

export class TypingSession implements StreamWatcher {
  readonly stream: string;
  readonly #deps: SessionDeps;
  readonly #text: SharedText;
  readonly #unwatch: () => void;
  #sent: Command | undefined;
  #sentNo: bigint | undefined;
  /** The number that the server has said to have decided, before its event is here. */
  #decidedNo: bigint | undefined;
  #isTimed = false;
  #isClosed = false;
  #isGone = false;

  constructor(deps: SessionDeps, seq: bigint, text: string) {
    this.#deps = deps;
    this.stream = deps.stream;
    this.#text = new SharedText(seq, text);
    this.#unwatch = deps.watch(this);
  }

  typed(changes: ChangeSet): void {
    this.#text.typed(changes);
    this.#deps.keepDraft(this.#text.text);
    this.#tell();
    if (this.#isTimed) return;
    this.#isTimed = true;
    this.#deps.after(SEND_AFTER_MS, () => {
      this.#isTimed = false;
      this.#pump();
    });
  }

  /** The editor is gone; what is typed still goes out. */
  close(): void {
    this.#isClosed = true;
    this.#pump();
    this.#endIfDone();
  }

  // StreamWatcher

  applied(events: readonly Event[], seq: bigint): void {
    for (const event of events) {
      if (event.cmdNo === this.#sentNo && this.#text.isUnderWay && this.#deps.isOwn(event)) {
        this.#accepted();
        continue;
      }
      for (const upsert of event.patch?.upsert ?? []) {
        const news = this.#newsOf(upsert);
        if (news !== undefined) this.#heard(news);
      }
      if (event.patch?.remove.some((gone) => this.#isTarget(gone.kind, gone.id)) === true) {
        this.#end(RejectReason.TARGET_GONE, '');
      }
    }
    this.#text.reached(seq);
    this.#pump();
  }

  saved(cmdNo: bigint): void {
    this.#decidedNo = cmdNo;
  }

  /** A snapshot took the place of what was known: no events told what happened in between. */
  changed(stream: Stream): void {
    if (stream.phase !== 'live' || stream.seq <= this.#text.seq) return;
    const whole = textIn(stream.confirmed, this.#deps.target);
    if (whole === undefined) {
      this.#end(RejectReason.TARGET_GONE, '');
      return;
    }
    if (this.#text.isUnderWay && this.#decidedNo === this.#sentNo) this.#accepted();
    this.#heard({ whole });
    this.#text.reached(stream.seq);
    this.#pump();
  }

  /** Whether it was ours. */
  refused({ command, reason, detail }: RefusedCommand): boolean {
    if (command !== this.#sent) return false;
    this.#text.refused();
    this.#sent = this.#sentNo = undefined;
    switch (reason) {
      // Others took away what it was about; or wrote so much that it is made anew, on their text.
      case RejectReason.NO_EFFECT:
      case RejectReason.TEXT_BASE_TOO_OLD:
        this.#pump();
        break;
      case RejectReason.TOO_LARGE:
        this.#deps.told({ kind: 'too-long' });
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

  #heard(news: News): void {
    const changes = this.#text.heard(news);
    if (!this.#isClosed && !changes.empty) this.#deps.show(changes);
  }

  #accepted(): void {
    this.#text.accepted();
    this.#sent = this.#sentNo = undefined;
  }

  #pump(): void {
    if (this.#isGone) return;
    if (this.#text.text.length <= this.#deps.unitsMax) this.#send();
    this.#tell();
    this.#endIfDone();
  }

  #send(): void {
    const out = this.#text.take();
    if (out === undefined) return;
    const { kind, id, field } = this.#deps.target;
    const value = { target: { kind, id }, field, ...out };
    const command = create(CommandSchema, { body: { case: 'textEdit', value } });
    this.#sent = command;
    void this.#deps.send(command).then((number) => {
      if (this.#sent === command) this.#sentNo = number;
    });
  }

  #tell(): void {
    const { text, isSettled } = this.#text;
    if (isSettled) this.#deps.keepDraft(undefined);
    const isLong = text.length > this.#deps.unitsMax;
    this.#deps.told({ kind: isLong ? 'too-long' : isSettled ? 'saved' : 'waiting' });
  }

  #endIfDone(): void {
    if (this.#isClosed && this.#text.isSettled) this.#unwatch();
  }

  #end(reason: RejectReason, detail: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#unwatch();
    this.#deps.keepDraft(undefined);
    const { text, isSettled } = this.#text;
    this.#deps.told({ kind: 'gone', reason, detail, text: isSettled ? '' : text });
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

// What the page knows and may do: one store per stream, the health of the line, and submit(). The
// bridge from the sync client's news to what components read. One per tab.
import { caption } from '../board/captions.js';
import { movesOf } from '../board/moves.js';
import type { State } from '../board/state.js';
import type { Command } from '../gen/swarmboard/v1/command_pb.js';
import { RejectReason, type NoteKind } from '../gen/swarmboard/v1/enums_pb.js';
import type { Event } from '../gen/swarmboard/v1/event_pb.js';
import {
  PresenceKind,
  LeftReason,
  type Nack,
  type ClientFrame,
  type ServerFrame,
} from '../gen/swarmboard/v1/wire_pb.js';
import type { LinkStatus } from '../net/socket.js';
import type { Device } from '../outbox/device.js';
import type { SeenBoard } from '../sync/history.js';
import type { RefusedCommand, SyncListener } from '../sync/ports.js';
import type { PendingCommand } from '../sync/pending.js';
import type { Stream } from '../sync/stream.js';
import { hex, type SyncClient } from '../sync/sync-client.js';
import {
  anonymousFrame,
  isDecided,
  offRecordFrame,
  RESEND_AFTER_MS,
  unheard,
  type AnonymousCard,
  type OffRecordCard,
} from '../sync/unsigned.js';
import { draftKeys, forgetDraft } from '../typing/draft-keys.js';
import { Announcer } from './announcer.js';
import { BoardStore } from './board-store.svelte.js';
import { CopyStore } from './copy-store.svelte.js';
import { pillOf } from './health.js';
import { isSilent, placeOf, refusalSentence, textOfCommand, type Refusal } from './refusals.js';
import type { StreamWatcher } from './watchers.js';

export const LIBRARY = '';

/** What the server has confirmed of a stream, after which event of which history. */
export interface Confirmed {
  readonly state: State;
  readonly epoch: bigint;
  readonly seq: bigint;
}

export interface RoomDeps {
  readonly member: string;
  readonly team: string;
  readonly device: Device | undefined;
  readonly send: (frames: readonly ClientFrame[]) => void;
  readonly random16: () => Uint8Array;
  readonly nowMs: () => number;
  readonly wallMs: () => number;
  readonly onIdentityLost: () => void;
}

const TYPING_EVERY_MS = 2000;

/** What everybody may be told about oneself: where one writes, ready, what is shown, a hand, ... */
export type Slot =
  | PresenceKind.TYPING
  | PresenceKind.READY
  | PresenceKind.SELECTION
  | PresenceKind.CURSOR
  | PresenceKind.SEAT
  | PresenceKind.HAND;
const slots: readonly Slot[] = [
  PresenceKind.TYPING,
  PresenceKind.READY,
  PresenceKind.SELECTION,
  PresenceKind.CURSOR,
  PresenceKind.SEAT,
  PresenceKind.HAND,
];
const cues: ReadonlySet<string | undefined> = new Set([
  'startStage',
  'revealStage',
  'openVote',
  'closeVote',
  'handOverSeat',
  'claimSeat',
  'vacateSeat',
  'closeSession',
  'pauseClock',
  'resumeClock',
  'openTimePoll',
  'closeTimePoll',
]);

export class Room implements SyncListener {
  readonly deps: RoomDeps;
  link = $state.raw<LinkStatus>('connecting');
  waiting = $state.raw(0);
  isReadOnly = $state.raw(false);
  /** What the server wants everybody to know since the line was last opened; mostly nothing. */
  notice = $state.raw('');
  isKept = $state.raw(true);
  readonly pill = $derived(
    pillOf({
      link: this.link,
      waiting: this.waiting,
      isReadOnly: this.isReadOnly,
      notice: this.notice,
      isKept: this.isKept,
    }),
  );
  /** Boards as they were before the server went back to an earlier history. */
  readonly copies: CopyStore;
  readonly #boards = new Map<string, BoardStore>();
  #sync: SyncClient | undefined;
  #offRecord: readonly OffRecordCard[] = [];
  #refusalIds = 0;
  #typingAtMs = 0;
  readonly #slots = new Map<string, string>();
  readonly #watchers = new Set<StreamWatcher>();
  readonly #announcers = new Map<string, Announcer>();
  /** The board before the newest events, to see what they moved. */
  readonly #before = new Map<string, State>();

  constructor(deps: RoomDeps) {
    this.deps = deps;
    this.isKept = deps.device !== undefined;
    this.copies = new CopyStore(deps);
  }

  get member(): string {
    return this.deps.member;
  }

  /** The client that this room speaks through; a new one after its identity was lost. */
  attach(sync: SyncClient): void {
    this.#sync = sync;
    for (const id of this.#boards.keys()) void this.#follow(id);
  }

  board(id: string): BoardStore {
    let board = this.#boards.get(id);
    if (board === undefined) {
      board = new BoardStore(id);
      this.#boards.set(id, board);
      void this.#follow(id);
      void this.#loadAnonymous(board);
    }
    return board;
  }

  /** Also tells the state of a stream that is followed already. */
  async #follow(id: string): Promise<void> {
    const stream = await this.#sync?.follow(id);
    if (stream !== undefined) this.changed(stream);
  }

  leaveBoard(id: string): void {
    if (id === LIBRARY) return;
    this.#boards.delete(id);
    this.#unfollow(id);
    this.#before.delete(id);
    this.#announcers.delete(id);
    for (const kind of slots) this.#slots.delete(slotKey(id, kind));
  }

  submit(streamId: string, command: Command): void {
    this.#boards.get(streamId)?.remember(command);
    void this.#sync?.submit(streamId, command);
  }

  /** The number under which it will be decided; it cannot be taken back as an act of its own. */
  async send(streamId: string, command: Command): Promise<bigint | undefined> {
    return this.#sync?.submit(streamId, command);
  }

  /** A board without what waits to be sent, and the number of its last event. */
  confirmed(streamId: string): Confirmed | undefined {
    const stream = this.#sync?.stream(streamId);
    if (stream?.position === undefined) return undefined;
    return { state: stream.confirmed, seq: stream.seq, epoch: stream.position.epoch };
  }

  /** Of this tab; another one after its identity was lost. */
  get clientId(): string {
    return this.#sync?.clientId ?? '';
  }

  isOwn(event: Event): boolean {
    return this.#sync?.isOwn(event) ?? false;
  }

  /** Returns how to stop. */
  watch(watcher: StreamWatcher): () => void {
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
      this.#unfollow(watcher.stream);
    };
  }

  /** A board that was left is still followed while a text of it is not sent. */
  #unfollow(id: string): void {
    const isUsed = this.#boards.has(id) || this.#watching(id).length > 0;
    if (id !== LIBRARY && !isUsed) this.#sync?.unfollow(id);
  }

  /** A shared text as it is on this page, if it is more than the view says. */
  showTyped(stream: string, record: string, text: string | undefined): void {
    this.#boards.get(stream)?.showTyped(record, text);
  }

  #watching(stream: string): StreamWatcher[] {
    return [...this.#watchers].filter((watcher) => watcher.stream === stream);
  }

  typing(streamId: string): void {
    const now = this.deps.nowMs();
    if (now - this.#typingAtMs < TYPING_EVERY_MS) return;
    this.#typingAtMs = now;
    this.#sync?.setPresence(streamId, PresenceKind.TYPING, new Uint8Array([1]));
  }

  /** Says something about oneself to everybody in the session; an empty text takes it back. */
  setSlot(streamId: string, kind: Slot, text: string): void {
    this.#slots.set(slotKey(streamId, kind), text);
    this.#sync?.setPresence(streamId, kind, new TextEncoder().encode(text));
  }

  typingEnded(streamId: string): void {
    this.#typingAtMs = 0;
    this.#slots.delete(slotKey(streamId, PresenceKind.TYPING));
    this.#sync?.setPresence(streamId, PresenceKind.TYPING, new Uint8Array());
  }

  async submitAnonymous(
    streamId: string,
    stage: string,
    kind: NoteKind,
    text: string,
  ): Promise<void> {
    const { random16, device } = this.deps;
    const card: AnonymousCard = {
      noteId: hex(random16()),
      secret: hex(random16()),
      stream: streamId,
      stage,
      kind,
      text,
      isSaved: false,
    };
    const board = this.board(streamId);
    board.ownAnonymous = [...board.ownAnonymous, card];
    await device?.keepSealed(card);
    this.#sendUnsigned(streamId);
  }

  submitOffRecord(streamId: string, kind: NoteKind, text: string): void {
    const card = { id: `o${hex(this.deps.random16())}`, stream: streamId, kind, text };
    this.#offRecord = [...this.#offRecord, card];
    this.#sendUnsigned(streamId);
  }

  // SyncListener

  joined(stream: Stream): void {
    this.#sendUnsigned(stream.id);
    // The server forgets what a lost connection said about its owner.
    for (const kind of slots) {
      const text = this.#slots.get(slotKey(stream.id, kind)) ?? '';
      if (text !== '') this.setSlot(stream.id, kind, text);
    }
  }

  changed(stream: Stream): void {
    const board = this.#boards.get(stream.id);
    this.waiting = this.#sync?.waiting ?? 0;
    this.#before.set(stream.id, stream.confirmed);
    for (const watcher of this.#watching(stream.id)) watcher.changed(stream);
    if (board === undefined) return;
    if (board.view !== stream.view) board.view = stream.view;
    board.seq = stream.seq;
    board.unsaved = new Set(stream.pending.commands.flatMap((command) => idsOf(command.intent)));
    const isShown = stream.phase === 'live' || (stream.isFromDevice && stream.phase !== 'left');
    if (stream.position !== undefined && isShown) board.opening = 'open';
  }

  applied(stream: Stream, events: readonly Event[]): void {
    for (const watcher of this.#watching(stream.id)) watcher.applied(events, stream.seq);
    const board = this.#boards.get(stream.id);
    if (board === undefined) return;
    const before = this.#before.get(stream.id);
    for (const event of events) {
      if (before !== undefined) {
        board.moved(movesOf(before, stream.confirmed, event, this.member));
      }
      if (event.actor === this.member) continue;
      const isCue = cues.has(event.intent?.body.case);
      this.#announcer(board).push(caption(event, stream.confirmed), isCue);
    }
  }

  #announcer(board: BoardStore): Announcer {
    let announcer = this.#announcers.get(board.id);
    if (announcer === undefined) {
      announcer = new Announcer({
        after: (ms, run) => void setTimeout(run, ms),
        say: (line) => (board.lastLine = line),
        cue: (line) => (board.lastCue = line),
      });
      this.#announcers.set(board.id, announcer);
    }
    return announcer;
  }

  saved(stream: Stream, { cmdNo }: PendingCommand): void {
    this.waiting = this.#sync?.waiting ?? 0;
    for (const watcher of this.#watching(stream.id)) watcher.saved(cmdNo);
  }

  refused(refused: RefusedCommand): void {
    if (isSilent(refused.command, refused.reason)) return;
    if (this.#watching(refused.stream).some((watcher) => watcher.refused(refused))) return;
    const { stream, command, reason, detail } = refused;
    const sentence = refusalSentence(reason, detail);
    const text = textOfCommand(command);
    this.giveBack(stream, { place: placeOf(command, reason), sentence, text, command });
  }

  /** Words that were not taken stand where they were written, for their author to use again. */
  giveBack(stream: string, refused: Omit<Refusal, 'id'>): void {
    const board = this.board(stream);
    board.refusals = [...board.refusals, { id: ++this.#refusalIds, ...refused }];
  }

  offRecordRefused(stream: Stream, nack: Nack): void {
    const card = this.#offRecord.find((waiting) => waiting.stream === stream.id);
    const board = this.#boards.get(stream.id);
    if (card === undefined || board === undefined) return;
    this.#offRecord = this.#offRecord.filter((waiting) => waiting !== card);
    const sentence = refusalSentence(nack.reason, nack.detail);
    this.giveBack(board.id, { place: 'write', sentence, text: card.text });
  }

  left(stream: Stream, reason: LeftReason): void {
    this.#boards.get(stream.id)?.left(reason);
    if (reason !== LeftReason.REMOVED) return;
    void this.copies.forgetStream(stream.id);
    draftKeys(this.member, stream.id).forEach(forgetDraft);
  }

  historyChanged(seen: SeenBoard): void {
    void this.copies.keep(seen);
  }

  /** For a server that may have lost them: cards that are there already are not doubled. */
  async sendAnonymousAgain(streamId: string): Promise<void> {
    const board = this.board(streamId);
    board.ownAnonymous = board.ownAnonymous.map((card) => ({ ...card, isSaved: false }));
    for (const card of board.ownAnonymous) await this.deps.device?.keepSealed(card);
    this.#sendUnsigned(streamId);
  }

  readOnly(isReadOnly: boolean): void {
    this.isReadOnly = isReadOnly;
  }

  identityLost(): void {
    this.deps.onIdentityLost();
  }

  notKept(why: string): void {
    console.warn('This device could not keep a command:', why);
    this.isKept = false;
  }

  other(frame: ServerFrame, stream: Stream | undefined): void {
    const { body } = frame;
    if (body.case === 'anonymousSaved') {
      this.#onAnonymousSaved(hex(body.value.noteId), body.value.refused);
      return;
    }
    const board = stream === undefined ? undefined : this.#boards.get(stream.id);
    if (board === undefined) return;
    if (body.case === 'presence') board.onPresence(body.value);
    if (body.case === 'sealedCount') board.sealedCounts.set(body.value.stage, body.value.count);
    if (body.case === 'offRecordNotes') {
      board.offRecord.set(body.value.stage, body.value.notes);
      this.#offRecord = unheard(this.#offRecord, body.value);
    }
  }

  /** Sends again what has no number, after a join. */
  #sendUnsigned(streamId: string): void {
    const stream = this.#sync?.stream(streamId);
    const board = this.#boards.get(streamId);
    if (stream?.phase !== 'live' || board === undefined) return;
    const frames = [
      ...board.ownAnonymous
        .filter((card) => !card.isSaved)
        .map((card) => anonymousFrame(stream.sub, card)),
      ...this.#offRecord
        .filter((card) => card.stream === streamId)
        .map((card) => offRecordFrame(stream.sub, card)),
    ];
    if (frames.length > 0) this.deps.send(frames);
  }

  #onAnonymousSaved(noteId: string, refused: RejectReason): void {
    for (const board of this.#boards.values()) {
      const card = board.ownAnonymous.find((own) => own.noteId === noteId);
      if (card === undefined) continue;
      if (refused === RejectReason.UNSPECIFIED) {
        const saved = { ...card, isSaved: true };
        board.ownAnonymous = board.ownAnonymous.map((own) => (own === card ? saved : own));
        void this.deps.device?.keepSealed(saved);
      } else if (!isDecided(refused)) {
        setTimeout(() => {
          this.#sendUnsigned(board.id);
        }, RESEND_AFTER_MS);
      } else {
        board.ownAnonymous = board.ownAnonymous.filter((own) => own !== card);
        void this.deps.device?.forgetSealed(noteId);
        const sentence = refusalSentence(refused, '');
        this.giveBack(board.id, { place: 'write', sentence, text: card.text });
      }
    }
  }

  async #loadAnonymous(board: BoardStore): Promise<void> {
    const kept = await this.deps.device?.sealedOf(board.id);
    if (kept === undefined || kept.length === 0) return;
    board.ownAnonymous = [...kept, ...board.ownAnonymous];
    this.#sendUnsigned(board.id);
  }
}

function slotKey(streamId: string, kind: Slot): string {
  return `${streamId}/${kind}`;
}

function idsOf(command: Command): string[] {
  const { body } = command;
  switch (body.case) {
    case 'editRecord':
      return body.value.record === undefined ? [] : [body.value.record.id];
    case 'removeRecord':
    case 'textEdit':
      return body.value.target === undefined ? [] : [body.value.target.id];
    case 'castVote':
      return [body.value.vote];
    case 'makeCommitment':
    case 'groupCards':
      return [body.value.id];
    default:
      return [];
  }
}

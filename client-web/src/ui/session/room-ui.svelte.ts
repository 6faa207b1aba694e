// What one person has open in the room on this screen: the tab of the phone, the write box, the
// chosen cards, the sheet. Never sent anywhere.
import { SvelteSet } from 'svelte/reactivity';
import { getContext, setContext } from 'svelte';

export type PhoneTab = 'write' | 'board' | 'vote' | 'room';

export type SheetName =
  | 'vote'
  | 'hand-over'
  | 'stages'
  | 'close'
  | 'swarm'
  | 'group'
  | 'merge'
  | 'audience'
  | 'undo'
  | 'export'
  | 'import'
  | 'keys'
  | 'lead';

/** What the write box writes about, when it is about a card. */
export type AboutKind =
  'response' | 'evidence' | 'answer' | 'build' | 'concern' | 'drill' | 'outcome' | 'commitment';

export interface Target {
  readonly kind: AboutKind;
  readonly id: string;
}

export class RoomUi {
  tab = $state<PhoneTab>('write');
  sheet = $state<SheetName | undefined>();
  /** Key of the chosen kind: "note:4", "objection"; empty: the first that the stage offers. */
  what = $state('');
  target = $state.raw<Target | undefined>();
  text = $state('');
  /** The topic that was parked on this screen last, to take it back. */
  justParked = $state('');
  readonly chosen = new SvelteSet<string>();
  readonly #draftKey: string;
  #field: HTMLTextAreaElement | undefined;

  constructor(session: string) {
    this.#draftKey = `swarmboard-draft-${session}`;
    this.text = sessionStorage.getItem(this.#draftKey) ?? '';
  }

  /** A half note survives a reload of the page. */
  keepDraft(): void {
    if (this.text === '') sessionStorage.removeItem(this.#draftKey);
    else sessionStorage.setItem(this.#draftKey, this.text);
  }

  setField(field: HTMLTextAreaElement | undefined): void {
    this.#field = field;
  }

  get isTyping(): boolean {
    const active = document.activeElement;
    // Only the editor of a shared text has a shadow root.
    return active !== null && (active === this.#field || active.shadowRoot?.activeElement != null);
  }

  /** Opens the write box, about a card or for a kind. */
  write(about: { target?: Target; what?: string } = {}): void {
    this.target = about.target;
    if (about.what !== undefined) this.what = about.what;
    this.tab = 'write';
    this.sheet = undefined;
    // At once, so that the next key is typed already; again when a phone has shown the box.
    this.#field?.focus();
    requestAnimationFrame(() => this.#field?.focus());
  }

  choose(id: string, isChosen: boolean): void {
    if (isChosen) this.chosen.add(id);
    else this.chosen.delete(id);
  }

  /** Brings a card into view, on a phone also its tab. */
  show(id: string): void {
    this.tab = 'board';
    requestAnimationFrame(() => {
      const card = document.querySelector<HTMLElement>(
        `[data-part~="board"] [data-id="${CSS.escape(id)}"]`,
      );
      const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
      card?.scrollIntoView({ block: 'center', behavior: isCalm ? 'auto' : 'smooth' });
    });
  }
}

const key = Symbol('room-ui');

export function provideRoomUi(ui: RoomUi): void {
  setContext(key, ui);
}

/** Undefined in a replay, where nothing is written. */
export function useRoomUi(): RoomUi | undefined {
  return getContext<RoomUi | undefined>(key);
}

// The carets of others in the editor, with a name while they type. Only marks: no line changes its size
// or place by them.
import { StateEffect, StateField, type Extension, type Range } from '@codemirror/state';
import { Decoration, EditorView, WidgetType, type DecorationSet } from '@codemirror/view';
import type { Seen } from './carets.js';

export interface NamedCaret extends Seen {
  readonly name: string;
}

/** Takes the place of all that were drawn before. */
export const drawnCarets = StateEffect.define<readonly NamedCaret[]>();

const HUES = ['--theirs', '--warn', '--good', '--accent'] as const;

const drawnField = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(drawn, tr) {
    let next = drawn.map(tr.changes);
    for (const effect of tr.effects) {
      if (effect.is(drawnCarets)) next = drawing(effect.value, tr.newDoc.length);
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

function drawing(carets: readonly NamedCaret[], units: number): DecorationSet {
  const marks: Range<Decoration>[] = [];
  for (const { member, name, anchor, head, isTyping } of carets) {
    const hue = hueOf(member);
    const within = (at: number): number => Math.min(at, units);
    const [from, to] = [within(Math.min(anchor, head)), within(Math.max(anchor, head))];
    if (from < to) marks.push(Decoration.mark({ class: `their-words ${hue}` }).range(from, to));
    const widget = new TheirCaret(isTyping ? name : '', hue);
    marks.push(Decoration.widget({ widget, side: 1 }).range(within(head)));
  }
  return Decoration.set(marks, true);
}

/** The same for one person wherever they write. */
function hueOf(member: string): string {
  let sum = 0;
  for (let at = 0; at < member.length; at += 1) sum += member.charCodeAt(at);
  return `hue${sum % HUES.length}`;
}

class TheirCaret extends WidgetType {
  readonly #name: string;
  readonly #hue: string;

  constructor(name: string, hue: string) {
    super();
    this.#name = name;
    this.#hue = hue;
  }

  override eq(other: TheirCaret): boolean {
    return this.#name === other.#name && this.#hue === other.#hue;
  }

  /** Named below the editor for those who do not see it. */
  override toDOM(): HTMLElement {
    const caret = document.createElement('span');
    caret.className = `their-caret ${this.#hue}`;
    caret.setAttribute('aria-hidden', 'true');
    if (this.#name === '') return caret;
    const flag = document.createElement('span');
    flag.className = 'their-name';
    flag.textContent = this.#name;
    caret.append(flag);
    return caret;
  }

  override ignoreEvent(): boolean {
    return true;
  }
}

/** A name that would not fit behind its caret stands before it, if there is more room. */
const sidesOfNames = EditorView.updateListener.of(({ view }) => {
  view.requestMeasure({
    key: 'sides of names',
    read: () => {
      const room = view.contentDOM.getBoundingClientRect();
      return [...view.contentDOM.querySelectorAll<HTMLElement>('.their-name')].map((flag) => {
        const at = flag.parentElement?.getBoundingClientRect().left ?? room.left;
        const isTight = at + flag.offsetWidth > room.right;
        return { flag, isBefore: isTight && at - room.left > room.right - at };
      });
    },
    write: (flags) => {
      for (const { flag, isBefore } of flags) flag.classList.toggle('before', isBefore);
    },
  });
});

const hues = Object.fromEntries(
  HUES.map((token, number) => [`.hue${number}`, { '--hue': `var(${token})` }]),
);

const look = EditorView.theme({
  ...hues,
  '.their-caret': {
    position: 'relative',
    borderLeft: '2px solid var(--hue)',
    marginLeft: '-1px',
    marginRight: '-1px',
  },
  '.their-name': {
    position: 'absolute',
    bottom: '100%',
    left: '-2px',
    padding: '0 var(--space-1)',
    borderRadius: 'var(--space-1)',
    background: 'var(--hue)',
    color: 'var(--paper)',
    font: '600 0.6875rem/1rem var(--font)',
    whiteSpace: 'nowrap',
    maxWidth: '9rem',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    pointerEvents: 'none',
    userSelect: 'none',
  },
  '.their-name.before': { left: 'auto', right: '-2px' },
  '.their-words': { background: 'color-mix(in srgb, var(--hue) 22%, transparent)' },
});

export const theirCarets: Extension = [drawnField, sidesOfNames, look];

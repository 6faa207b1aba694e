// What was typed into a shared text and is not at the server yet, kept on the device until it is. Plain
// text that outlives the tab, so localStorage and not the database: it is written at once, before the
// page can be closed. What is under way is in the outbox and not here.
import type { Target } from './session.js';

/** What an editor held over what the server will have once the outbox is empty. */
export interface Draft {
  readonly before: string;
  readonly after: string;
}

export interface KeptDraft extends Draft {
  /** The client whose outbox holds what was under way. */
  readonly client: string;
  readonly target: Target;
}

/** Undefined: there is none, or what is there was not written by this page. */
export function keptDraft(key: string): KeptDraft | undefined {
  const kept: unknown = parsed(localStorage.getItem(key) ?? '');
  return isKeptDraft(kept) ? kept : undefined;
}

/** A device without room for it loses only what a closed tab would have lost anyway. */
export function keepDraft(key: string, draft: KeptDraft): void {
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch (error) {
    console.warn('This device could not keep a draft:', error);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isKeptDraft(kept: unknown): kept is KeptDraft {
  if (typeof kept !== 'object' || kept === null) return false;
  const { before, after, client, target } = kept as Partial<KeptDraft>;
  const isText = typeof before === 'string' && typeof after === 'string';
  return isText && typeof client === 'string' && typeof target?.id === 'string';
}

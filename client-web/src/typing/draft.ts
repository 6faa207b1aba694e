// What was typed into a shared text and is not at the server yet, kept on the device until it is. A few
// characters of plain text that outlive the tab, so localStorage and not the database: it is written at
// once, before the page can be closed.
import type { Target } from './session.js';

export function draftKey(stream: string, { kind, id, field }: Target): string {
  return `swarmboard-typing-${stream}-${String(kind)}-${id}-${String(field)}`;
}

export function keptDraft(key: string): string | undefined {
  return localStorage.getItem(key) ?? undefined;
}

/** A device without room for it loses only what a closed tab would have lost anyway. */
export function keepDraft(key: string, text: string | undefined): void {
  try {
    if (text === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch (error) {
    console.warn('This device could not keep a draft:', error);
  }
}

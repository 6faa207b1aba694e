// Where what was typed into shared texts and is not sent yet stands on the device. Alone, because a board
// that is opened asks whether there is any before anything of the editor is loaded.

function prefix(member: string, stream: string): string {
  return `swarmboard-typing/${member}/${stream}/`;
}

/** One for each open text of each tab; also the name of the lock that says that its writer lives. */
export function newDraftKey(member: string, stream: string): string {
  return prefix(member, stream) + crypto.randomUUID();
}

export function draftKeys(member: string, stream: string): string[] {
  return Object.keys(localStorage).filter((key) => key.startsWith(prefix(member, stream)));
}

export function forgetDraft(key: string): void {
  localStorage.removeItem(key);
}

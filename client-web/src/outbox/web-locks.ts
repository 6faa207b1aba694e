// Web Locks as identity.ts needs them: taken if free, and held without a callback on the stack.
import type { LockKeeper } from './identity.js';

export class WebLocks implements LockKeeper {
  readonly #releases = new Map<string, () => void>();

  tryTake(name: string): Promise<boolean> {
    if (this.#releases.has(name)) return Promise.resolve(false);
    return new Promise((resolve, reject) => {
      navigator.locks
        .request(name, { ifAvailable: true }, (lock) => {
          if (lock === null) {
            resolve(false);
            return undefined;
          }
          return new Promise<void>((release) => {
            this.#releases.set(name, release);
            resolve(true);
          });
        })
        .catch(reject);
    });
  }

  release(name: string): void {
    this.#releases.get(name)?.();
    this.#releases.delete(name);
  }
}

// `swarmboard play --by-stages` as a child process: a test lets each stage begin.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { program } from './server.mjs';

export class Play {
  #child;
  #exit;
  #lines;
  #told = [];

  constructor(server, scripts) {
    const words = ['play', '--server', server.url, '--by-stages', ...scripts];
    this.#child = spawn(program, words, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#exit = once(this.#child, 'exit');
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Everything before the next stage, or the close, has happened. */
  async waits() {
    if (!(await this.#read())) throw new Error(`the player ended too early:\n${this.told}`);
  }

  async ended() {
    if (await this.#read()) throw new Error('the player waits for one more stage');
  }

  /** Up to the line that says that it waits; false: to the end. */
  async #read() {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) return false;
      if (value.startsWith('-- waits')) return true;
      this.#told.push(value);
    }
  }

  /** Lets the next stage begin. */
  goOn() {
    this.#child.stdin.write('\n');
  }

  /** What it printed. */
  get told() {
    return this.#told.join('\n');
  }

  async stop() {
    this.#child.kill('SIGKILL'); // Nothing happens when it has ended by itself.
    await this.#exit;
  }
}

// A line to the server that can be bad: blocked, so that nothing flows and nothing is closed, as in a real
// tunnel; slow; or cut.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { Transform } from 'node:stream';

/** Everything arrives in order, each piece after a delay of its own. */
function delayed(delayMs) {
  let lastAt = 0;
  return new Transform({
    transform(chunk, _encoding, done) {
      lastAt = Math.max(Date.now() + delayMs(), lastAt);
      setTimeout(() => this.push(chunk), lastAt - Date.now());
      done();
    },
    flush(done) {
      setTimeout(done, Math.max(0, lastAt - Date.now()));
    },
  });
}

export class Tunnel {
  url = '';
  #server;
  #pairs = new Set();
  #isBlocked = false;
  #delayMs = undefined;

  static async to(server) {
    const tunnel = new Tunnel();
    const port = Number(new URL(server.url).port);
    tunnel.#server = createServer((near) => tunnel.#accept(near, port));
    tunnel.#server.listen(0, '127.0.0.1');
    await once(tunnel.#server, 'listening');
    tunnel.url = `http://127.0.0.1:${tunnel.#server.address().port}`;
    return tunnel;
  }

  /** Half-open: both ends believe that the other is there. */
  block() {
    this.#isBlocked = true;
    for (const { near, far } of this.#pairs) {
      near.pause();
      far?.pause();
      near.unpipe();
      far?.unpipe();
    }
  }

  /** What was on the way is lost, as it is when a phone comes out on another mast. */
  open() {
    this.#isBlocked = false;
    this.#dropAll();
  }

  /** From the next connection on: each way takes so long, each piece anew. */
  slow(delayMs) {
    this.#delayMs = delayMs;
  }

  /** Every connection is reset in the middle of whatever it carries. */
  cut() {
    for (const { near } of this.#pairs) near.resetAndDestroy();
    this.#dropAll();
  }

  /** No network at all: nobody answers there. */
  async down() {
    this.#dropAll();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async up() {
    this.#server.listen(Number(new URL(this.url).port), '127.0.0.1');
    await once(this.#server, 'listening');
  }

  close() {
    this.#dropAll();
    this.#server.close();
  }

  #accept(near, port) {
    near.on('error', () => near.destroy());
    if (this.#isBlocked) {
      this.#pairs.add({ near });
      return;
    }
    const far = connect(port, '127.0.0.1');
    const pair = { near, far };
    this.#pairs.add(pair);
    far.on('error', () => near.destroy());
    near.on('close', () => far.destroy());
    far.on('close', () => {
      near.destroy();
      this.#pairs.delete(pair);
    });
    if (this.#delayMs === undefined) {
      near.pipe(far);
      far.pipe(near);
      return;
    }
    const up = near.pipe(delayed(this.#delayMs));
    const down = far.pipe(delayed(this.#delayMs));
    for (const way of [up, down]) way.on('error', () => near.destroy());
    up.pipe(far);
    down.pipe(near);
  }

  #dropAll() {
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far?.destroy();
    }
    this.#pairs.clear();
  }
}

// A line to the server that can be blocked: nothing flows, nothing is closed, as in a real tunnel.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

export class Tunnel {
  url = '';
  #server;
  #pairs = new Set();
  #isBlocked = false;

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
    near.pipe(far);
    far.pipe(near);
  }

  #dropAll() {
    for (const { near, far } of this.#pairs) {
      near.destroy();
      far?.destroy();
    }
    this.#pairs.clear();
  }
}

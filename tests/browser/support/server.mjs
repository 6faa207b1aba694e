// A real `swarmboard serve --demo` as a child process, on a port and in a folder of its own.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { create, NoteKind, toBinary, v1 } from './messages.mjs';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
export const program =
  process.env.BROWSER_TESTS_PROGRAM ?? join(root, 'build', 'dev', 'server', 'app', 'swarmboard');
const client = join(root, 'client-web', 'dist');

export const people = [
  { id: 'greta', name: 'Greta Lindqvist', role: 1 },
  { id: 'hugo', name: 'Hugo Marchetti', role: 1 },
  { id: 'maya', name: 'Maya Iqbal', role: 1 },
  { id: 'ana', name: 'Ana Ferreira', role: 2 },
  { id: 'jonas', name: 'Jonas Weber', role: 3 },
];

// Promises from before, long overdue.
const promise = (id, owner, text) => ({
  id,
  body: {
    case: 'commitment',
    value: { owner, text, due: '2024-05-20', firstDue: '2024-05-20', ref: 'd1', status: 1 },
  },
});

export class Server {
  url = '';
  /** Of a server that has no owner yet. */
  ownerLink = '';
  #child;
  #flags;
  #port = 0;
  #data;

  static async start(flags = []) {
    const server = await Server.startEmpty(flags);
    await server.#loadTeam();
    return server;
  }

  /** As somebody who installs it has it: no sample, and a link for the owner. */
  static async startNew() {
    return Server.startEmpty([], false);
  }

  /** With no team in it yet. */
  static async startEmpty(flags = [], isDemo = true) {
    for (const needed of [program, join(client, 'index.html')]) {
      if (!existsSync(needed))
        throw new Error(`${needed} is missing: build it first (./dev test does)`);
    }
    const server = new Server();
    server.#flags = isDemo ? ['--demo', ...flags] : flags;
    server.#data = mkdtempSync(join(tmpdir(), 'swarmboard-browser-'));
    await server.#spawn();
    return server;
  }

  /** As a power cut would: no goodbye. */
  async kill() {
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  /** On the same port and data. */
  async restart() {
    await this.#spawn();
  }

  /** With --script-clock: the server's wall clock. */
  async setClock(wallMs) {
    const response = await fetch(`${this.url}/api/demo/clock`, {
      method: 'POST',
      headers: { 'X-Swarmboard': '1', 'Content-Type': 'application/json' },
      body: JSON.stringify({ wall_ms: Math.round(wallMs) }),
    });
    if (!response.ok) throw new Error(`the clock was not set: ${response.status}`);
  }

  /** Of the running server; the id. */
  backup() {
    return this.#run('backup', '--data', this.#data, '--to', this.#backups).split('\n')[0];
  }

  /** After a kill: the data folder is gone, and comes back from a backup. */
  restore(id) {
    rmSync(this.#data, { recursive: true });
    this.#run('restore', '--from', this.#backups, '--id', id, '--data', this.#data);
  }

  get #backups() {
    return `${this.#data}-backups`;
  }

  #run(...words) {
    return execFileSync(program, words, { encoding: 'utf8' });
  }

  async stop() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      this.#child.kill('SIGTERM');
      await once(this.#child, 'exit');
    }
    rmSync(this.#data, { recursive: true, force: true });
    rmSync(this.#backups, { recursive: true, force: true });
  }

  async #spawn() {
    const words = ['serve', '--port', String(this.#port), '--data', this.#data];
    this.#child = spawn(program, [...words, '--client', client, ...this.#flags], {
      stdio: ['ignore', 'pipe', process.env.BROWSER_TESTS_LOG ? 'inherit' : 'ignore'],
    });
    for await (const line of createInterface({ input: this.#child.stdout })) {
      this.ownerLink = /https?:\/\/\S+\/join\/\S+/.exec(line)?.[0] ?? this.ownerLink;
      const found = /listening on (http:\/\/\S+)/.exec(line);
      if (found !== null) this.url = found[1].replace(/\/$/, '');
      const isTold = this.#flags.includes('--demo') || this.ownerLink !== '';
      if (this.url === '' || !isTold) continue;
      this.#port = Number(new URL(this.url).port);
      this.#child.stdout.resume();
      return;
    }
    throw new Error('the server ended before it was listening');
  }

  async #loadTeam() {
    const member = ({ id, name, role }) => ({
      id,
      body: { case: 'member', value: { name, role, active: true } },
    });
    const records = [
      {
        id: 'kestrel',
        body: {
          case: 'team',
          value: { name: 'Kestrel North', rules: { anonymityMin: 2, seatGraceS: 4 } },
        },
      },
      ...people.map(member),
      {
        id: 'd1',
        body: {
          case: 'deal',
          value: {
            account: 'Silverfen Rail',
            owner: 'greta',
            isOpen: true,
            value: 310000n,
            stage: 4,
          },
        },
      },
      {
        id: 'c1',
        body: { case: 'competitor', value: { name: 'Quillmarch Suite' } },
      },
      promise('c-greta', 'greta', 'Send Ben the depot figures'),
      promise('c-hugo', 'hugo', 'Call the planner at Silverfen'),
      promise('c-maya', 'maya', 'Ask the port for its breakdown list'),
    ];
    await this.load(records);
  }

  /** Puts records into the team's library, as its CRM would. */
  async load(records) {
    const fixture = create(v1.LoadFixtureSchema, { records });
    const response = await fetch(`${this.url}/api/demo/fixture`, {
      method: 'POST',
      headers: {
        'X-Swarmboard': '1',
        'Content-Type': 'application/x-protobuf',
      },
      body: toBinary(v1.LoadFixtureSchema, fixture),
    });
    if (!response.ok)
      throw new Error(`the team was not loaded: ${response.status} ${await response.text()}`);
  }
}

export { NoteKind };

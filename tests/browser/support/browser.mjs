// Chromium with one window per person. Every page is watched: errors, refusals of the content policy
// and requests to anywhere but our server fail the test.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { axeSource, commandsIn, playwright } from './messages.mjs';

const executable = process.env.BROWSER_TESTS_CHROMIUM ?? '/usr/bin/chromium';
export const DESKTOP = { width: 1280, height: 860 };
export const PHONE = { width: 360, height: 740 };
const shots = process.env.BROWSER_TESTS_SHOTS ?? mkdtempSync(join(tmpdir(), 'swarmboard-shots-'));
const TIMEOUT_MS = 15_000;

export class Browser {
  #browser;
  #people = [];

  static async launch() {
    if (!existsSync(executable)) throw new Error(`${executable} is missing: install chromium`);
    const browser = new Browser();
    browser.#browser = await playwright.chromium.launch({
      executablePath: executable,
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
    console.log(`# screenshots: ${shots}`);
    return browser;
  }

  /** A window of their own, signed in through the demo door. */
  async person(server, name, options = {}) {
    const person = await this.stranger(server, name, options);
    await person.open('/demo');
    await person.page.getByRole('button', { name }).click();
    await person.page.getByRole('heading', { name: 'Past sessions' }).waitFor();
    return person;
  }

  /** A window of somebody who was never signed in there; nothing is open in it yet. */
  async stranger(server, name, options = {}) {
    const context = await this.#browser.newContext({
      viewport: DESKTOP,
      ...options,
    });
    context.setDefaultTimeout(TIMEOUT_MS);
    const person = new Person(context, server, name);
    this.#people.push(person);
    return person;
  }

  async close() {
    await this.#browser.close();
  }

  /** Those whose windows were opened, the first first. */
  get people() {
    return this.#people;
  }

  /** Nothing unexpected happened on any page. */
  checkClean() {
    for (const person of this.#people) assert.deepEqual(person.problems, [], person.name);
  }
}

export class Person {
  problems = [];
  page;
  #received = [];
  #sent = 0;

  constructor(context, server, name) {
    this.context = context;
    this.server = server;
    this.name = name;
  }

  async open(path) {
    this.page = await this.context.newPage();
    this.#watch(this.page);
    await this.page.goto(path.startsWith('/') ? this.server.url + path : path);
  }

  /** From now on as on a slow 4G line: 150 ms there and back, 1.6 Mbit/s down, 0.75 up. */
  async slow4g() {
    const tools = await this.context.newCDPSession(this.page);
    await tools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 150,
      downloadThroughput: (1.6 * 1024 * 1024) / 8,
      uploadThroughput: (0.75 * 1024 * 1024) / 8,
    });
  }

  /** As set in the browser by somebody who reads larger letters; 16 px is usual. */
  async textSize(px) {
    const tools = await this.context.newCDPSession(this.page);
    await tools.send('Page.setFontSizes', { fontSizes: { standard: px, fixed: px } });
    await tools.detach();
  }

  /** A second tab of the same person. */
  async secondTab(path) {
    const tab = new Person(this.context, this.server, this.name);
    await tab.open(path);
    return tab;
  }

  async startSession(title, template) {
    await this.page.getByText('Start a session').click();
    await this.page.getByLabel('What is it about?').fill(title);
    await this.page.getByLabel('Kind of meeting').selectOption(template);
    await this.page.getByRole('button', { name: 'Start and take' }).click();
    await this.page.waitForURL(/\/s\/[^/]+$/);
    await this.page.getByRole('region', { name: 'Facilitator' }).waitFor();
    return new URL(this.page.url()).pathname;
  }

  async nextStage() {
    const next = this.page.getByRole('button', { name: /^Next: / });
    const name = (await next.innerText()).replace(/^Next: /, '').trim();
    await next.click();
    await this.page.locator('#stage h2', { hasText: name }).waitFor({ state: 'attached' });
  }

  async enter(path) {
    await this.page.goto(this.server.url + path);
    await this.page.getByRole('button', { name: 'I accept, let me in' }).click();
    await this.page.locator('.room-live').waitFor();
  }

  async write(text, what) {
    if (what) await this.choose(what);
    await this.page.getByLabel('Your words').fill(text);
    await this.page.getByLabel('Your words').press('Enter');
  }

  /** The kind of card in the write box. */
  async choose(what) {
    const kinds = this.page.getByRole('radiogroup', { name: 'What are you writing?' });
    await kinds.getByRole('radio', { name: what, exact: true }).check();
  }

  /** A button of the facilitator's bar, on a phone also those in its drawer. */
  async lead(name) {
    const bar = this.page.getByRole('region', { name: 'Facilitator' });
    const button = bar.getByRole('button', { name });
    if (await button.first().isVisible()) return button.first().click();
    await bar.getByRole('button', { name: 'More' }).click();
    return this.page.getByRole('dialog').getByRole('button', { name }).click();
  }

  /** Something in the menu of a card. */
  async menu(text, item) {
    await this.card(text)
      .first()
      .getByRole('button', { name: /^More for/ })
      .first()
      .click();
    await this.page.getByRole('menuitem', { name: item }).click();
  }

  /** A part of the room on a phone. */
  async tab(name) {
    const tabs = this.page.getByRole('navigation', { name: 'Parts of the room' });
    await tabs.getByRole('button', { name }).click();
  }

  card(text) {
    return this.page.locator('article.card', { hasText: text });
  }

  async sees(text) {
    await this.card(text).filter({ visible: true }).first().waitFor();
  }

  async saved(text) {
    await this.card(text).filter({ visible: true }).locator('.saved').first().waitFor();
  }

  /** Whether these words were in any bytes that the server sent to this window. */
  wasSent(words) {
    const wanted = Buffer.from(words, 'utf8');
    return this.#received.some((payload) => Buffer.from(payload).includes(wanted));
  }

  /** How many commands this window has sent. */
  sentCount() {
    return this.#sent;
  }

  async health(kind) {
    await this.page.locator(`[data-health="${kind}"]`).waitFor();
  }

  async shot(name) {
    await this.page.screenshot({
      path: join(shots, `${name}.png`),
      fullPage: true,
    });
  }

  async checkAccessible() {
    // Styles that came while the line was broken are fetched again; what is looked at is the whole page.
    await this.page.waitForFunction(() =>
      [...document.styleSheets].every((sheet) => {
        try {
          return sheet.cssRules !== null;
        } catch {
          return false;
        }
      }),
    );
    // The content policy forbids added scripts; the debugger may still evaluate.
    await this.page.evaluate(await readFile(axeSource, 'utf8'));
    const { violations } = await this.page.evaluate(() =>
      axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
      }),
    );
    const told = violations.map(
      (v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`,
    );
    assert.deepEqual(told, [], `${this.name} at ${this.page.url()}`);
  }

  async noSidewaysScroll() {
    const over = await this.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    assert.ok(over <= 0, `the page is ${over} px wider than the screen`);
  }

  #watch(page) {
    const origin = new URL(this.server.url).host;
    page.on('pageerror', (error) => this.problems.push(String(error)));
    page.on('console', (message) => {
      const text = message.text();
      if (/Content Security Policy|Refused to/i.test(text)) this.problems.push(text);
    });
    page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => this.#received.push(payload));
      socket.on('framesent', ({ payload }) => {
        this.#sent += commandsIn(payload);
      });
    });
    page.on('request', (request) => {
      const url = new URL(request.url());
      if (url.protocol.startsWith('http') && url.host !== origin)
        this.problems.push(`request to ${url}`);
    });
  }
}

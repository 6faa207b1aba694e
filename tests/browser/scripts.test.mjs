// Session scripts of a sample team, played by `swarmboard play` while two people of it watch, one
// on a screen of 1280, one on a phone of 360. Before each stage the player waits, and every screen is
// looked at: nothing that axe finds, nothing wider than the screen, a picture of it.
//
// The scripts lie beside the project, not in it: without them there is nothing to play.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { Browser, PHONE } from './support/browser.mjs';
import { Play } from './support/play.mjs';
import { root, Server } from './support/server.mjs';

const folder = join(root, '..', 'shared', 'fixtures');
const phone = { viewport: PHONE, hasTouch: true, isMobile: true };
const scripts = existsSync(folder)
  ? readdirSync(folder)
      .filter((name) => name.endsWith('.jsonl'))
      .sort()
      .map((name) => join(folder, name))
  : [];

let browser;

before(async () => {
  browser = await Browser.launch();
});

after(async () => {
  await browser?.close();
});

function actionsOf(script) {
  const lines = readFileSync(script, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line));
}

/** Two of those who stay to the end and do most: a second window of theirs changes nothing. */
function watchersOf(actions, members) {
  const did = (id, name) => actions.some(({ actor, action }) => actor === id && action === name);
  const deeds = (id) => actions.filter(({ actor }) => actor === id).length;
  return members
    .filter(({ id }) => did(id, 'session.join') && !did(id, 'session.leave'))
    .sort((a, b) => deeds(b.id) - deeds(a.id))
    .slice(0, 2)
    .map(({ name }) => name);
}

async function goIn(...people) {
  for (const { page } of people) await page.getByRole('link', { name: 'Go in' }).click();
  for (const { page } of people) await page.locator('.room-live').waitFor();
}

async function lookAtDesktop(person, name) {
  await person.checkAccessible();
  await person.noSidewaysScroll();
  await person.shot(`${name}-1280`);
}

async function lookAtPhone(person, name) {
  for (const tab of ['Write', 'Board', 'Room']) {
    await person.tab(tab);
    await person.checkAccessible();
    await person.noSidewaysScroll();
    await person.shot(`${name}-360-${tab.toLowerCase()}`);
  }
  await person.tab('Write');
}

/** The same screen for other eyes: dark, without motion, with text of twice the size. */
async function lookDifferently(person, name) {
  await person.page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await person.checkAccessible();
  await person.shot(`${name}-dark`);
  await person.textSize(32);
  await person.noSidewaysScroll();
  await person.shot(`${name}-200`);
  await person.textSize(16);
  await person.page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' });
}

if (scripts.length === 0) console.log(`# ${folder} is not there: no script is played here`);

/** One session, from its first stage to its close; the player waits before each of them. */
async function watch(script, members, server, play) {
  const title = basename(script, '.jsonl');
  const actions = actionsOf(script);
  const steps = actions.filter(({ action }) => ['stage.start', 'session.close'].includes(action));
  assert.ok(steps.length >= 4, `only ${steps.length} steps in ${title}`);
  await play.waits();
  const [first, second] = watchersOf(actions, members);
  const desk = await browser.person(server, first);
  const maya = await browser.person(server, second, phone);
  play.goOn();
  for (let step = 1; step < steps.length; step++) {
    await play.waits();
    const name = `${title}-${String(step).padStart(2, '0')}`;
    if (step === 1) await goIn(desk, maya);
    await lookAtDesktop(desk, name);
    await lookAtPhone(maya, name);
    if (step === 3) {
      await lookDifferently(desk, `${name}-1280`);
      await lookDifferently(maya, `${name}-360`);
    }
    play.goOn();
  }
  for (const { page } of [desk, maya]) await page.getByText('This session is closed.').waitFor();
  await lookAtDesktop(desk, `${title}-end`);
  await lookAtPhone(maya, `${title}-end`);
  await lookDifferently(maya, `${title}-end-360`);
}

const all = { skip: scripts.length === 0, timeout: 600_000 };

test('the scripts beside the project are played while two people watch', all, async () => {
  const server = await Server.startEmpty(['--script-clock']);
  const play = new Play(server, scripts);
  try {
    const members = scripts
      .flatMap(actionsOf)
      .flatMap(({ args }) => (Array.isArray(args?.members) ? args.members : []));
    for (const script of scripts) await watch(script, members, server, play);
    await play.ended();
    assert.match(play.told, /everything as expected/);
    browser.checkClean();
  } finally {
    await play.stop();
    await server.stop();
  }
});

// Several people type in one card at once: every word stays, over bad lines, closed tabs and cards that
// are taken away under the writer's hands.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser, PHONE } from './support/browser.mjs';
import { Server } from './support/server.mjs';
import { Tunnel } from './support/tunnel.mjs';

let server;
let browser;

before(async () => {
  server = await Server.start();
  browser = await Browser.launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

const WORDS = 40;
const tunnels = [];

after(() => tunnels.forEach((tunnel) => tunnel.close()));

async function tunnelTo(there) {
  const tunnel = await Tunnel.to(there);
  tunnels.push(tunnel);
  return tunnel;
}

async function roomWithCard(title, words, mayasServer = server, options = {}) {
  const greta = await browser.person(server, 'Greta Lindqvist');
  const path = await greta.startSession(title, 'conv_5_20_5_30');
  await greta.nextStage();
  await greta.write(words, 'Objection');
  await greta.saved(words);
  const maya = await browser.person(mayasServer, 'Maya Iqbal', options);
  await maya.enter(path);
  return { greta, maya, path };
}

const field = (person) => person.page.getByRole('textbox', { name: /^The words of this card/ });

async function open(person, words, item = 'Write in it') {
  await person.menu(words, item);
  await field(person).waitFor();
}

/** Typed as a person does, a key at a time, from wherever the cursor was put. */
async function type(person, prefix) {
  for (let n = 0; n < WORDS; n += 1)
    await person.page.keyboard.type(` ${prefix}${n}`, { delay: 15 });
}

function assertWhole(text) {
  for (const prefix of ['greta', 'maya'])
    for (let n = 0; n < WORDS; n += 1) {
      const found = text.match(new RegExp(`${prefix}${n}(?!\\d)`, 'g')) ?? [];
      assert.equal(found.length, 1, `${prefix}${n} in: ${text}`);
    }
}

test('two people type in one card over a bad line: both see one text, and every word is in it', async () => {
  const tunnel = await tunnelTo(server);
  const { greta, maya } = await roomWithCard('Together', 'It begins.', tunnel);
  await open(greta, 'It begins.', 'Edit');
  await open(maya, 'It begins.');
  await field(greta).press('Home');
  await field(maya).press('End');
  tunnel.slow(() => 40 + Math.random() * 160);
  tunnel.cut();
  const cuts = setInterval(() => tunnel.cut(), 3000);
  await Promise.all([type(greta, 'greta'), type(maya, 'maya')]);
  clearInterval(cuts);
  await maya.shot('text-together');
  await maya.checkAccessible();
  for (const person of [greta, maya]) {
    await person.page.getByRole('button', { name: 'Done', exact: true }).click();
    await person.saved('It begins.').catch(() => person.sees('It begins.'));
  }
  const words = (person) => person.card('It begins.').first().locator('.words').innerText();
  const deadline = Date.now() + 20_000;
  while ((await words(greta)) !== (await words(maya)) || !(await words(greta)).includes('maya39')) {
    assert.ok(Date.now() < deadline, `${await words(greta)}\n${await words(maya)}`);
    await greta.page.waitForTimeout(100);
  }
  assertWhole(await words(greta));
  assertWhole(await words(maya));
  browser.checkClean();
});

/** Drafts of open texts on this device. */
const drafts = (person) =>
  person.page.evaluate(
    () => Object.keys(localStorage).filter((key) => key.startsWith('swarmboard-typing')).length,
  );

/** Types in two goes: the first is under way when the second comes, which waits in the editor. */
async function typeOffline(person, first, second) {
  await person.context.setOffline(true);
  await field(person).press('End');
  await person.page.keyboard.type(first);
  await person.page.getByText('Offline, 1 waiting').waitFor();
  await person.page.keyboard.type(second);
  await person.page.close({ runBeforeUnload: false });
  await person.context.setOffline(false);
}

test('a tab that is killed while it was writing: the next one sends every word, once', async () => {
  const { greta, maya, path } = await roomWithCard('Closed while typing', 'Half a thought');
  await open(maya, 'Half a thought');
  await typeOffline(maya, ' and the', ' rest of it');
  await maya.open(path);
  await greta.sees('Half a thought and the rest of it');
  await maya.sees('Half a thought and the rest of it');
  await maya.page.waitForFunction(
    () => !Object.keys(localStorage).some((key) => key.startsWith('swarmboard-typing')),
  );
  const text = await greta.card('Half a thought').first().locator('.words').innerText();
  assert.equal(text, 'Half a thought and the rest of it');
  browser.checkClean();
});

test('without a line: what is typed stands in the card, and the editor opens with it', async () => {
  const { greta, maya } = await roomWithCard('Without a line', 'Half a thought');
  await open(maya, 'Half a thought');
  await maya.context.setOffline(true);
  await field(maya).press('End');
  await maya.page.keyboard.type(' and the');
  await maya.page.getByText('Offline, 1 waiting').waitFor();
  await maya.page.keyboard.type(' rest');
  await maya.page.keyboard.press('Escape');
  await maya.sees('Half a thought and the rest');
  await open(maya, 'Half a thought and the rest');
  await field(maya).press('End');
  await maya.page.keyboard.type(' of it');
  await maya.page.keyboard.press('ControlOrMeta+Enter');
  await maya.sees('Half a thought and the rest of it');
  await maya.card('Half a thought').getByText('waiting').first().waitFor();
  // A card that is not at the server yet is changed, too.
  await maya.write('A new one', 'Objection');
  await maya.menu('A new one', 'Edit');
  await maya.page.getByLabel('Change your words').fill('A newer one');
  await maya.page.getByRole('button', { name: 'Save' }).click();
  await maya.shot('text-without-a-line');
  await maya.context.setOffline(false);
  await greta.sees('Half a thought and the rest of it');
  await greta.sees('A newer one');
  assert.equal(await greta.card('Half a thought').count(), 1);
  browser.checkClean();
});

test('who leaves the room right after the last key has said it all the same', async () => {
  const { greta, maya } = await roomWithCard('Left at once', 'Half a thought');
  await open(maya, 'Half a thought');
  await field(maya).press('End');
  await maya.page.keyboard.type(' and a goodbye');
  await maya.page.locator('a[href="/"]').first().click();
  await maya.page.getByRole('heading', { name: 'Past sessions' }).waitFor();
  await greta.sees('Half a thought and a goodbye');
  browser.checkClean();
});

test('where others wrote meanwhile, what a killed tab had left is offered, and merged', async () => {
  const { greta, maya, path } = await roomWithCard('Offered', 'Half a thought');
  await open(maya, 'Half a thought');
  await typeOffline(maya, ' and the', ' rest of it');
  await open(greta, 'Half a thought', 'Edit');
  await field(greta).press('End');
  await greta.page.keyboard.type(', said Greta');
  await greta.page.keyboard.press('Escape');
  await greta.saved('said Greta');
  await maya.open(path);
  const offered = maya.page.getByRole('alert').filter({ hasText: 'rest of it' });
  await offered.waitFor();
  assert.equal(await drafts(maya), 1, 'it stays on the device until it is settled');
  await maya.shot('text-offered-again');
  await maya.checkAccessible();
  await offered.getByRole('button', { name: 'Put the text back' }).click();
  await field(maya).waitFor();
  await maya.page.keyboard.press('Escape');
  await greta.sees('rest of it');
  const text = await greta.card('Half a thought').first().locator('.words').innerText();
  for (const words of ['Half a thought', ', said Greta', ' and the', ' rest of it'])
    assert.equal(text.split(words).length, 2, `${words}, once, in: ${text}`);
  await maya.page.waitForFunction(
    () => !Object.keys(localStorage).some((key) => key.startsWith('swarmboard-typing')),
  );
  browser.checkClean();
});

/** The caret of the other person in this editor has these words of its line before it. */
async function standsBehind(person, words) {
  await person.page.waitForFunction((wanted) => {
    const host = document.querySelector('.together .field');
    const caret = host?.shadowRoot?.querySelector('.their-caret');
    const line = caret?.closest('.cm-line');
    if (!caret || !line) return false;
    const range = document.createRange();
    range.setStart(line, 0);
    range.setEndBefore(caret);
    return range.toString() === wanted;
  }, words);
}

test('the others see who writes where, also while the text moves', async () => {
  const { greta, maya } = await roomWithCard('Carets', 'Who writes here?');
  await open(greta, 'Who writes here?', 'Edit');
  await open(maya, 'Who writes here?');
  await field(maya).press('End');
  await maya.page.keyboard.type(' Maya');
  await greta.page.locator('.their-name', { hasText: 'Maya Iqbal' }).waitFor();
  await greta.page.getByText('Also writing here: Maya Iqbal').waitFor();
  await field(greta).press('Home');
  await greta.page.keyboard.type('Now: ');
  await standsBehind(maya, 'Now: ');
  await standsBehind(greta, 'Now: Who writes here? Maya');
  await greta.shot('text-carets');
  // Her own words are taken back, not those of others.
  await greta.page.keyboard.press('ControlOrMeta+z');
  await standsBehind(greta, 'Who writes here? Maya');
  await greta.checkAccessible();
  await maya.page.keyboard.press('Escape');
  await greta.page.locator('.their-caret').waitFor({ state: 'detached' });
  browser.checkClean();
});

test('nobody is told who writes in a card that only its writer sees', async () => {
  const greta = await browser.person(server, 'Greta Lindqvist');
  const path = await greta.startSession('Hidden', 'deal_swarm_50');
  await greta.nextStage();
  await greta.nextStage();
  const maya = await browser.person(server, 'Maya Iqbal');
  await maya.enter(path);
  await maya.write('Who holds the depot records?', 'Question');
  await maya.saved('Who holds the depot records?');
  await open(maya, 'Who holds the depot', 'Edit');
  const id = await maya.page.locator('article.card:has(.field)').getAttribute('data-id');
  await maya.page.keyboard.type(' And the keys?');
  await maya.page.keyboard.press('Escape');
  await maya.saved('And the keys?');
  await greta.write('What do we know?', 'Question');
  await greta.saved('What do we know?');
  assert.equal(greta.wasSent(id), false, 'the id of a hidden card was on the wire');
  assert.equal(greta.wasSent('keys'), false, 'hidden words were on the wire');
  browser.checkClean();
});

test('a card that is taken away under the hands of its writer: the words come back to her', async () => {
  const { greta, maya } = await roomWithCard('Taken away', 'Soon gone');
  await open(maya, 'Soon gone');
  await maya.context.setOffline(true);
  await field(maya).press('End');
  await maya.page.keyboard.type(' with something worth keeping');
  await greta.menu('Soon gone', 'Remove');
  await greta.card('Soon gone').waitFor({ state: 'detached' });
  await maya.context.setOffline(false);
  const given = maya.page.getByRole('alert').filter({ hasText: 'something worth keeping' });
  await given.getByText('The card that you wrote in is not on the board any more').waitFor();
  await given.waitFor();
  await maya.shot('text-given-back');
  assert.equal(await given.count(), 1, 'once');
  await given.getByRole('button', { name: 'Put the text back' }).click();
  assert.equal(
    await maya.page.getByLabel('Your words').inputValue(),
    'Soon gone with something worth keeping',
  );
  browser.checkClean();
});

test('on a phone: the editor fits, says what is too long, and others see each word', async () => {
  const { greta, maya } = await roomWithCard('On a phone', 'From the phone', server, {
    viewport: PHONE,
    hasTouch: true,
    isMobile: true,
    colorScheme: 'dark',
  });
  await maya.tab('Board');
  await open(maya, 'From the phone');
  await maya.page.keyboard.type(' comes more');
  await greta.sees('From the phone comes more');
  await maya.noSidewaysScroll();
  await maya.checkAccessible();
  await open(greta, 'From the phone comes more', 'Edit');
  await field(greta).press('End');
  await greta.page.keyboard.type(', and Greta adds quite a lot to it at once');
  await maya.page.locator('.their-name', { hasText: 'Greta Lindqvist' }).waitFor();
  await maya.noSidewaysScroll();
  await maya.checkAccessible();
  await maya.shot('text-phone');
  await greta.page.keyboard.press('Escape');
  await maya.page.keyboard.insertText('x'.repeat(2000));
  await maya.page.getByText('characters too long to be sent').waitFor();
  await maya.shot('text-too-long');
  await maya.page.keyboard.press('ControlOrMeta+z');
  await maya.page.keyboard.type('!');
  await greta.sees('From the phone comes more!, and Greta adds');
  browser.checkClean();
});

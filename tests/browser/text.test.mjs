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
  const tunnel = await Tunnel.to(server);
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
  tunnel.close();
  browser.checkClean();
});

test('a tab that is closed while it was writing offers the words again', async () => {
  const { greta, maya, path } = await roomWithCard('Closed while typing', 'Half a thought');
  await open(maya, 'Half a thought');
  await maya.context.setOffline(true);
  await field(maya).press('End');
  await maya.page.keyboard.type(' and the rest of it');
  await maya.page.getByText('waiting', { exact: true }).first().waitFor();
  await maya.page.close({ runBeforeUnload: false });
  await maya.context.setOffline(false);
  await maya.open(path);
  await maya.sees('Half a thought');
  // What was under way is sent by the outbox; what came behind it is offered in the card.
  await open(maya, 'Half a thought');
  const offer = maya.page.getByText(/^This was not sent yet/);
  await offer.waitFor();
  await maya.shot('text-offered-again');
  await maya.page.getByRole('button', { name: 'Put it back' }).click();
  await maya.page.getByRole('button', { name: 'Done', exact: true }).click();
  await greta.sees('Half a thought and the rest of it');
  assert.equal(await greta.card('and the rest of it and the rest').count(), 0, 'not twice');
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
  await maya.page.getByText('something worth keeping').waitFor();
  await maya.shot('text-given-back');
  browser.checkClean();
});

test('on a phone: the editor fits, says what is too long, and others see each word', async () => {
  const { greta, maya } = await roomWithCard('On a phone', 'From the phone', server, {
    viewport: PHONE,
    hasTouch: true,
  });
  await maya.tab('Board');
  await open(maya, 'From the phone');
  await maya.page.keyboard.type(' comes more');
  await greta.sees('From the phone comes more');
  await maya.noSidewaysScroll();
  await maya.checkAccessible();
  await maya.shot('text-phone');
  await maya.page.keyboard.insertText('x'.repeat(2000));
  await maya.page.getByText('characters too long to be sent').waitFor();
  await maya.shot('text-too-long');
  await maya.page.keyboard.press('ControlOrMeta+z');
  await maya.page.keyboard.type('!');
  await greta.sees('From the phone comes more!');
  browser.checkClean();
});

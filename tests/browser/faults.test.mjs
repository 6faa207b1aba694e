// What a person wrote arrives exactly once: through a tunnel, a closed tab, a killed server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser } from './support/browser.mjs';
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

async function room(title, mayasServer = server) {
  const greta = await browser.person(server, 'Greta Lindqvist');
  const path = await greta.startSession(title, 'conv_5_20_5_30');
  await greta.nextStage();
  const maya = await browser.person(mayasServer, 'Maya Iqbal');
  await maya.enter(path);
  return { greta, maya, path };
}

async function assertOnce(person, text) {
  await person.sees(text);
  assert.equal(await person.card(text).count(), 1, `${text} is there once`);
}

test('a tunnel: typing goes on, the pill says so, and both cards arrive once and in order', async () => {
  const { greta, maya } = await room('Tunnel');
  await maya.context.setOffline(true);
  await maya.health('offline');
  await maya.write('First from the tunnel', 'Objection');
  await maya.write('Second from the tunnel', 'Objection');
  await maya.sees('Second from the tunnel');
  await maya.page.getByText('Offline, 2 waiting').waitFor();
  await maya.shot('offline');
  assert.equal(await greta.card('from the tunnel').count(), 0);
  await maya.context.setOffline(false);
  await maya.health('live');
  await maya.saved('Second from the tunnel');
  await assertOnce(greta, 'First from the tunnel');
  await assertOnce(greta, 'Second from the tunnel');
  const order = await greta.card('from the tunnel').allInnerTexts();
  assert.match(order[0], /First/);
  browser.checkClean();
});

test('a half-open line and a closed tab: the next tab sends what waited, exactly once', async () => {
  const tunnel = await Tunnel.to(server);
  const { greta, maya, path } = await room('Closed tab', tunnel);
  tunnel.block();
  await maya.write('Written before the tab was closed', 'Objection');
  await maya.health('slow');
  await maya.page.getByText('Offline, 1 waiting').waitFor();
  await maya.page.close({ runBeforeUnload: false });
  tunnel.open();
  assert.equal(await greta.card('before the tab').count(), 0);
  await maya.open(path);
  await maya.saved('Written before the tab was closed');
  await assertOnce(greta, 'Written before the tab was closed');
  browser.checkClean();
  tunnel.close();
});

test('two tabs are two clients, and one sends what the other left behind', async () => {
  const { greta, maya, path } = await room('Two tabs');
  const second = await maya.secondTab(path);
  await second.page.getByRole('heading', { name: 'People' }).waitFor();
  await maya.write('From the first tab', 'Objection');
  await second.write('From the second tab', 'Objection');
  await assertOnce(greta, 'From the first tab');
  await assertOnce(greta, 'From the second tab');
  await assertOnce(second, 'From the first tab');
  browser.checkClean();
});

test('the server is killed and restarted: saved cards are there, waiting ones arrive once', async () => {
  const { greta, maya } = await room('Kill');
  await maya.write('Saved before the kill', 'Objection');
  await maya.saved('Saved before the kill');
  await server.kill();
  await maya.write('Written while it was dead', 'Objection');
  await maya.health('offline');
  await maya.sees('Written while it was dead');
  await server.restart();
  await maya.saved('Written while it was dead');
  await greta.health('live');
  await assertOnce(greta, 'Saved before the kill');
  await assertOnce(greta, 'Written while it was dead');
  browser.checkClean();
});

test('the facilitator is gone: the seat is kept for a while, then free to take', async () => {
  const { greta, maya } = await room('Empty seat');
  await greta.page.close();
  await maya.page.getByText('The seat is kept for').waitFor();
  await maya.shot('seat-reserved');
  await maya.page.getByRole('button', { name: 'Take the seat' }).click();
  await maya.page.getByRole('region', { name: 'Facilitator' }).waitFor();
  browser.checkClean();
});

test('a long tunnel: the room saw a lost connection, and the way back needs no question', async () => {
  const tunnel = await Tunnel.to(server);
  const { greta, maya } = await room('Long tunnel', tunnel);
  tunnel.block();
  await maya.write('Written deep in the tunnel', 'Objection');
  const row = greta.page.locator('.person', { hasText: 'Maya Iqbal' });
  await row.getByText('connection lost').waitFor({ timeout: 40_000 });
  tunnel.open();
  await maya.saved('Written deep in the tunnel');
  await assertOnce(greta, 'Written deep in the tunnel');
  await row.getByText('connection lost').waitFor({ state: 'detached' });
  assert.equal(await maya.page.getByLabel('Your words').count(), 1);
  browser.checkClean();
  tunnel.close();
});

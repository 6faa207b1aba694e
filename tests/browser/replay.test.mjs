// A past session at any of its moments: slider, play, speed, link, read only.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser, PHONE } from './support/browser.mjs';
import { Server } from './support/server.mjs';

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

async function pastSession() {
  const greta = await browser.person(server, 'Greta Lindqvist');
  const path = await greta.startSession('The past', 'conv_5_20_5_30');
  await greta.nextStage();
  await greta.write('The first card', 'Objection');
  await greta.saved('The first card');
  await greta.write('The second card', 'Objection');
  await greta.saved('The second card');
  await greta.lead('Close the session');
  await greta.page.getByRole('button', { name: 'Close it for everybody' }).click();
  await greta.page.getByText('This session is closed.').waitFor();
  return { greta, path };
}

test('a past session opens read-only at any event, and the link names the moment', async () => {
  const { path } = await pastSession();
  const ana = await browser.person(server, 'Ana Ferreira');
  await ana.page.getByRole('link', { name: 'Replay' }).first().click();
  await ana.page.getByText('Replay, read only.').waitFor();
  const slider = ana.page.getByRole('slider', {
    name: 'Moment of the session',
  });
  await ana.page.locator('input[type=range]:enabled').waitFor();
  await ana.sees('The second card');
  assert.equal(await ana.page.getByLabel('Your words').count(), 0, 'a replay has no write box');
  const end = Number(await slider.getAttribute('max'));
  await ana.page.locator('.story button', { hasText: 'The first card' }).click();
  await ana.sees('The first card');
  await ana.card('The second card').waitFor({ state: 'detached' });
  await ana.page.waitForURL(/\/e\/\d+$/);
  const link = new URL(ana.page.url()).pathname;
  assert.ok(link.startsWith(`${path}/e/`));
  await ana.checkAccessible();
  await ana.shot('replay');
  await ana.page.goto(server.url + link);
  await ana.sees('The first card');
  // The link opens at its moment.
  await ana.card('The second card').waitFor({ state: 'detached' });
  await slider.focus();
  await ana.page.locator('input[type=range]:enabled').waitFor();
  await slider.press('End');
  await ana.sees('The second card');
  await slider.press('Home');
  await ana.card('The first card').waitFor({ state: 'detached' });
  await ana.page.getByRole('button', { name: '16×' }).click();
  await ana.page.getByRole('button', { name: 'Play' }).click();
  await ana.page.getByRole('button', { name: 'Pause' }).waitFor();
  await ana.sees('The second card');
  await ana.page.getByRole('button', { name: 'Play' }).waitFor();
  assert.equal(Number(await slider.inputValue()), end);
  browser.checkClean();
});

test('the replay fits a phone', async () => {
  const maya = await browser.person(server, 'Maya Iqbal', {
    viewport: PHONE,
    isMobile: true,
  });
  await maya.page.getByRole('link', { name: 'Replay' }).first().click();
  await maya.page.locator('input[type=range]:enabled').waitFor();
  await maya.noSidewaysScroll();
  await maya.checkAccessible();
  await maya.shot('phone-replay');
  browser.checkClean();
});

test('a replay that is not for you looks like one that does not exist', async () => {
  const hugo = await browser.person(server, 'Hugo Marchetti');
  await hugo.page.goto(`${server.url}/s/nothing-here/e/3`);
  await hugo.page.getByText('There is no such replay, or it is not for you').waitFor();
  await hugo.page.goto(`${server.url}/s/nothing-here`);
  await hugo.page.getByText('No such session, or it is not for you').waitFor();
  browser.checkClean();
});

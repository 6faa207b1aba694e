// Without any network: the page opens, shows the last known board, takes notes, and everything arrives
// exactly once when the network is back.
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

/** The page itself is on the device, and the board with this text in it. */
async function keptOnDevice(person, session, text) {
  await person.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await person.page.waitForFunction(
    ([stream, words]) =>
      new Promise((resolve) => {
        const opening = indexedDB.open('swarmboard');
        opening.onsuccess = () => {
          const asked = opening.result.transaction('boards').objectStore('boards').get(stream);
          asked.onsuccess = () => {
            opening.result.close();
            resolve(new TextDecoder().decode(asked.result?.snapshot).includes(words));
          };
        };
      }),
    [session, text],
    { polling: 500, timeout: 30_000 },
  );
}

for (const [where, options] of [
  ['on a desk', {}],
  ['on a phone', { viewport: PHONE, hasTouch: true }],
]) {
  test(`no network at all, ${where}: the last known board opens and takes notes`, async () => {
    const tunnel = await Tunnel.to(server);
    const greta = await browser.person(server, 'Greta Lindqvist');
    const path = await greta.startSession(`Offline ${where}`, 'conv_5_20_5_30');
    await greta.nextStage();
    await greta.write('There before the train', 'Objection');
    await greta.saved('There before the train');
    const maya = await browser.person(tunnel, 'Maya Iqbal', options);
    await maya.enter(path);
    const look = async () => (where === 'on a phone' ? maya.tab('Board') : undefined);
    await look();
    await maya.sees('There before the train');
    await keptOnDevice(maya, path.slice('/s/'.length), 'There before the train');

    await tunnel.down();
    await maya.page.close();
    await maya.open(path);
    await maya.health('offline');
    await look();
    await maya.sees('There before the train');
    if (where === 'on a phone') await maya.tab('Write');
    await maya.write('Written without a network', 'Objection');
    await maya.page.getByText('Offline, 1 waiting').waitFor();
    await look();
    await maya.sees('Written without a network');
    await maya.shot(`offline-opened-${where.replaceAll(' ', '-')}`);
    await maya.checkAccessible();
    await maya.noSidewaysScroll();

    // Once more: what waited is still there after another closed tab.
    await maya.page.close();
    await maya.open(path);
    await maya.page.getByText('Offline, 1 waiting').waitFor();
    await look();
    await maya.sees('Written without a network');

    await tunnel.up();
    await maya.health('live');
    await maya.saved('Written without a network');
    await greta.sees('Written without a network');
    assert.equal(await greta.card('Written without a network').count(), 1);
    const onBoard = maya.page.locator('[data-part~="board"]').locator(maya.card('Written without'));
    assert.equal(await onBoard.count(), 1);
    tunnel.close();
    browser.checkClean();
  });
}

test('styles that did not arrive are fetched again when the line is back', async () => {
  const tunnel = await Tunnel.to(server);
  const maya = await browser.person(tunnel, 'Maya Iqbal');
  const hasLateStyles = () =>
    [...document.styleSheets].some((sheet) => {
      try {
        return sheet.href.includes('?late') && sheet.cssRules.length > 0;
      } catch {
        return false;
      }
    });
  await tunnel.down();
  await maya.page.evaluate(() => {
    const late = document.querySelector('link[rel=stylesheet]').cloneNode();
    // An address of its own, so that nothing answers from memory.
    late.href += '?late';
    document.head.append(late);
  });
  assert.equal(await maya.page.evaluate(hasLateStyles), false);
  await tunnel.up();
  await maya.page.waitForFunction(hasLateStyles);
  tunnel.close();
});

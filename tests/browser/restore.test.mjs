// After the server came back from a backup: people are told, what they saw is kept, and what they
// wrote is offered back and never sent by itself.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Browser } from './support/browser.mjs';
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

/** They are back on the restored server; each page reconnects in its own time. */
async function toldOfRestore(person) {
  const notice = person.page.getByRole('region', { name: 'Restored from a backup' });
  await notice.getByText('The server was restored from a backup').waitFor();
  return notice;
}

test('a restored server: told, the copy is kept, own words come back only by hand', async () => {
  const greta = await browser.person(server, 'Greta Lindqvist');
  const path = await greta.startSession('Restored', 'conv_5_20_5_30');
  await greta.nextStage();
  const maya = await browser.person(server, 'Maya Iqbal');
  await maya.enter(path);
  await maya.write('Before the backup', 'Objection');
  await maya.saved('Before the backup');
  const hugo = await browser.person(server, 'Hugo Marchetti');

  const id = server.backup();
  await maya.write('Mine after the backup', 'Objection');
  await maya.saved('Mine after the backup');
  await greta.write('Hers after the backup', 'Objection');
  await maya.sees('Hers after the backup');
  const newPath = await hugo.startSession('Opened after the backup', 'conv_5_20_5_30');
  await hugo.nextStage();
  await hugo.write('In a session of its own', 'Objection');
  await hugo.saved('In a session of its own');

  await server.kill();
  server.restore(id);
  await server.restart();

  const notice = await toldOfRestore(maya);
  await notice.getByText('may be missing now').waitFor();
  await notice.getByText('“Mine after the backup”').waitFor();
  assert.equal(await notice.getByText('“Hers after the backup”').count(), 0);
  await notice.getByText('kept on this device').waitFor();
  await maya.sees('Before the backup');
  await maya.card('Hers after the backup').waitFor({ state: 'detached' });
  // Nothing is sent by itself: it is not there for others, and not because they are not back yet.
  await toldOfRestore(greta);
  await greta.card('Mine after the backup').waitFor({ state: 'detached' });
  await greta.sees('Before the backup');
  await maya.shot('restored');
  await maya.checkAccessible();
  await maya.noSidewaysScroll();

  // By hand, once, and for everybody.
  await notice.getByRole('button', { name: 'Write it again' }).click();
  await maya.saved('Mine after the backup');
  await greta.sees('Mine after the backup');
  assert.equal(await greta.card('Mine after the backup').count(), 1);
  await notice.getByText('“Mine after the backup”').waitFor({ state: 'detached' });

  // The copy: as a file, as a page, and after the tab was closed.
  const [file] = await Promise.all([
    maya.page.waitForEvent('download'),
    notice.getByRole('button', { name: 'Download it' }).click(),
  ]);
  assert.match(await readFile(await file.path(), 'utf8'), /Hers after the backup/);
  await notice.getByRole('link', { name: 'Look at your copy' }).click();
  await maya.page.getByText('Hers after the backup').waitFor();
  await maya.checkAccessible();
  await maya.page.close();
  await maya.open('/');
  await maya.page.getByRole('heading', { name: 'Copies on this device' }).waitFor();
  await maya.checkAccessible();

  // A session that the backup does not have.
  await hugo.page.getByText('No such session').waitFor();
  await hugo.page.getByRole('link', { name: 'Look at your copy' }).click();
  await hugo.page.getByText('In a session of its own').waitFor();
  assert.match(newPath, /^\/s\//);
  browser.checkClean();
});

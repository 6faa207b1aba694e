// The first ten minutes of a team that nobody has told anything, and what it brings along.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser, PHONE } from './support/browser.mjs';
import { Server } from './support/server.mjs';

let server;
let browser;

before(async () => {
  server = await Server.startNew();
  browser = await Browser.launch();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

async function join(person, link, name) {
  await person.open(link);
  await person.page.getByLabel('Your name').fill(name);
  await person.page.getByRole('button', { name: 'Join' }).click();
}

test('an empty team reaches its first running session: invite, topic, start', async () => {
  const startedMs = Date.now();
  const lena = await browser.stranger(server, 'Lena Voss');
  await join(lena, server.ownerLink, 'Lena Voss');
  const guide = lena.page.getByRole('region', { name: 'Your first session in ten minutes' });
  await guide.waitFor();
  await lena.checkAccessible();
  await lena.shot('first-empty');
  await guide.getByLabel('As').selectOption({ label: 'Rep' });
  await guide.getByRole('button', { name: 'Make a link' }).click();
  const link = await guide.getByLabel('Send them this link').inputValue();
  await lena.shot('first-invited');
  const phone = { viewport: PHONE, hasTouch: true, isMobile: true };
  const noor = await browser.stranger(server, 'Noor Haddad', phone);
  await join(noor, link, 'Noor Haddad');
  await noor.page.getByText('Lena Voss can invite more people.').waitFor();
  await noor.noSidewaysScroll();
  await noor.checkAccessible();
  await noor.shot('first-phone');
  await guide.getByText('1 other person is here already.').waitFor();
  await guide.getByRole('button', { name: 'Start the first session' }).click();
  await lena.page.getByLabel('What is it about?').fill('Why the port does not answer');
  await lena.page.getByLabel('Kind of meeting').selectOption('conv_5_20_5_30');
  await lena.page.getByRole('button', { name: 'Start and take' }).click();
  await lena.page.getByRole('region', { name: 'Facilitator' }).waitFor();
  await lena.nextStage();
  await noor.page.getByRole('link', { name: 'Go in' }).tap();
  await noor.page.getByRole('button', { name: 'I accept, let me in' }).tap();
  await noor.page.getByLabel('Your words').waitFor();
  await noor.write('One card in the first session', 'Question');
  await noor.saved('One card in the first session');
  await lena.sees('One card in the first session');
  assert.ok(Date.now() - startedMs < 600_000);
  browser.checkClean();
});

test('a pasted list becomes cards: a preview, each bad line with its number, then one button', async () => {
  const lena = await browser.stranger(server, 'Lena');
  const link = await invitation();
  await join(lena, link, 'Olu Brandt');
  await lena.page.getByRole('heading', { name: 'Past sessions' }).waitFor();
  await lena.startSession('What we heard', 'conv_5_20_5_30');
  await lena.nextStage();
  await lena.nextStage();
  const sent = lena.sentCount();
  await lena.page.getByRole('button', { name: 'Bring cards along' }).click();
  const sheet = lena.page.getByRole('dialog', { name: 'Bring cards along' });
  await sheet
    .getByLabel('Paste it here')
    .fill('- Start smaller\n- Start smaller\n\n- Ask their port');
  await sheet.getByText('2 cards to write, 1 line left out').waitFor();
  const bad = sheet.getByRole('listitem').filter({ hasText: 'stands in the list twice' });
  await bad.getByText('line 2').waitFor();
  await sheet.getByLabel('They become').selectOption({ label: 'Ideas' });
  await lena.checkAccessible();
  await lena.shot('import-preview');
  assert.equal(lena.sentCount(), sent, 'something was written before the preview was accepted');
  await sheet.getByRole('button', { name: 'Write 2 cards' }).click();
  await lena.saved('Ask their port');
  await lena.saved('Start smaller');
  await lena.shot('import-done');
  browser.checkClean();
});

/** By the owner, who came in with the first test. */
async function invitation() {
  const [owner] = browser.people;
  return owner.page.evaluate(async () => {
    const response = await fetch('/api/invitations', {
      method: 'POST',
      headers: { 'X-Swarmboard': '1', 'Content-Type': 'application/json' },
      body: JSON.stringify({ role: 'REP' }),
    });
    return (await response.json()).path;
  });
}

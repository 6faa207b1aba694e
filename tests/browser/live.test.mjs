// Two people on one board: what one writes the other sees, what is hidden stays hidden, dots, the seat.
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

test('a card written in one window is in the other at once, with who wrote it', async () => {
  const greta = await browser.person(server, 'Greta Lindqvist');
  await greta.shot('team-room-empty');
  const path = await greta.startSession('Silverfen: how do we reach the COO?', 'deal_swarm_50');
  await greta.nextStage();
  const hugo = await browser.person(server, 'Hugo Marchetti');
  await hugo.page.goto(server.url + path);
  await hugo.page.getByText('Who can replay this session').waitFor();
  await hugo.checkAccessible();
  await hugo.shot('door');
  await hugo.enter(path);
  await hugo.write('We work on the deal, not on Ben.', 'Ground rule');
  await hugo.saved('We work on the deal, not on Ben.');
  await greta.sees('We work on the deal, not on Ben.');
  assert.match(await greta.card('We work on the deal').innerText(), /Hugo Marchetti/);
  await greta.write('Nobody interrupts.', 'Ground rule');
  const startedMs = Date.now();
  await hugo.sees('Nobody interrupts.');
  assert.ok(Date.now() - startedMs < 2000, 'the other window took too long');
  await hugo.write('We already pay for the Quillmarch module.', 'Objection');
  await greta.sees('We already pay for the Quillmarch module.');
  await greta.page.getByRole('button', { name: 'Respond' }).click();
  await greta.write('You would be right not to pay twice.');
  await hugo.page.getByText('You would be right not to pay twice.', { exact: true }).waitFor();
  await hugo.menu('We work on the deal', 'Edit');
  const words = hugo.page.getByRole('textbox', { name: /^The words of this card/ });
  await words.fill('We work on the deal, never on Ben.');
  await hugo.page.getByRole('button', { name: 'Done', exact: true }).click();
  await greta.sees('We work on the deal, never on Ben.');
  await greta.checkAccessible();
  await greta.shot('board-facilitator');
  await hugo.shot('board');
  browser.checkClean();
});

test('a question stays hidden until the reveal, as a count; then all see it with its name', async () => {
  const greta = await browser.person(server, 'Greta Lindqvist');
  const path = await greta.startSession('Blind questions', 'deal_swarm_50');
  await greta.nextStage();
  await greta.nextStage();
  const maya = await browser.person(server, 'Maya Iqbal');
  await maya.enter(path);
  await maya.write('Who holds the depot records?', 'Question');
  await maya.saved('Who holds the depot records?');
  await greta.page.getByText('1 card hidden').waitFor();
  assert.equal(await greta.page.getByText('Who holds the depot records?').count(), 0);
  await greta.shot('hidden-count');
  assert.equal(greta.wasSent('depot records'), false, 'hidden words were on the wire');
  await greta.page.getByRole('button', { name: 'Reveal' }).first().click();
  await greta.sees('Who holds the depot records?');
  assert.match(await greta.card('Who holds the depot').innerText(), /Maya Iqbal/);
  assert.equal(greta.wasSent('depot records'), true);
  browser.checkClean();
});

test('a refusal stands beside what was tried, and the words are not lost', async () => {
  const greta = await browser.person(server, 'Greta Lindqvist');
  const path = await greta.startSession('Refused', 'deal_swarm_50');
  await greta.nextStage();
  const maya = await browser.person(server, 'Maya Iqbal');
  await maya.enter(path);
  // Chosen while the stage allowed it, sent after the stage had changed.
  await maya.context.setOffline(true);
  await maya.health('offline');
  await maya.write('A rule that comes too late', 'Ground rule');
  await greta.nextStage();
  await greta.page.locator('.steps [aria-current=step]', { hasText: 'five facts' }).waitFor();
  await maya.context.setOffline(false);
  const refusal = maya.page.getByRole('alert').filter({ hasText: 'A rule that comes too late' });
  await refusal.waitFor();
  await maya.shot('refusal');
  await refusal.getByRole('button', { name: 'Put the text back' }).click();
  assert.equal(await maya.page.getByLabel('Your words').inputValue(), 'A rule that comes too late');
  assert.equal(await greta.card('comes too late').count(), 0);
  browser.checkClean();
});

test('a card without a name: a count before the reveal, no author after it', async () => {
  const greta = await browser.person(server, 'Greta Lindqvist');
  const path = await greta.startSession('What nobody says', 'team_retro_60');
  const hugo = await browser.person(server, 'Hugo Marchetti');
  await hugo.enter(path);
  const warning = hugo.page.getByText('No name is kept with these cards');
  for (let stage = 0; stage < 8 && !(await warning.isVisible()); stage++) {
    await greta.nextStage();
    await hugo.page.waitForFunction(
      (count) => document.querySelectorAll('.steps li.done').length >= count,
      stage,
    );
  }
  await warning.waitFor();
  await hugo.write('We are all tired of the weekly report');
  await hugo.page.locator('.card.private .saved', { hasText: 'saved' }).waitFor();
  await greta.page.getByText('1 card hidden').waitFor();
  await hugo.shot('anonymous');
  assert.equal(greta.wasSent('weekly report'), false);
  await greta.page
    .getByRole('button', { name: /^Reveal/ })
    .first()
    .click();
  await greta.sees('We are all tired of the weekly report');
  assert.match(await greta.card('weekly report').innerText(), /without a name/);
  browser.checkClean();
});

test('dots: what is left is shown, the tally comes when the vote closes', async () => {
  const greta = await browser.person(server, 'Greta Lindqvist');
  const path = await greta.startSession('What first?', 'conv_5_20_5_30');
  await greta.nextStage();
  const hugo = await browser.person(server, 'Hugo Marchetti');
  await hugo.enter(path);
  await greta.write('Too dear', 'Objection');
  await greta.write('Too late', 'Objection');
  await greta.saved('Too late');
  await greta.lead('Vote');
  const sheet = greta.page.getByRole('dialog');
  await sheet.getByRole('checkbox', { name: 'Too dear' }).check();
  await sheet.getByRole('checkbox', { name: 'Too late' }).check();
  await sheet.getByRole('button', { name: 'Open the vote' }).click();
  await hugo.page.getByRole('button', { name: 'Place a dot on “Too late”' }).click();
  await hugo.page.getByText('2 dots left').waitFor();
  await greta.page.getByText('1 of 2 have voted').first().waitFor();
  await hugo.shot('vote');
  await hugo.checkAccessible();
  await greta.page.getByRole('button', { name: 'Close the vote' }).click();
  await hugo.page.getByRole('heading', { name: 'Result of the vote' }).waitFor();
  await hugo.page.getByText('1 dot', { exact: true }).waitFor();
  await hugo.shot('tally');
  browser.checkClean();
});

test('the seat is handed over, and the bar goes with it', async () => {
  const greta = await browser.person(server, 'Greta Lindqvist');
  const path = await greta.startSession('Handing over', 'conv_5_20_5_30');
  const hugo = await browser.person(server, 'Hugo Marchetti');
  await hugo.enter(path);
  await greta.lead('Hand over');
  await greta.page.getByLabel('Hand the seat to').selectOption({ label: 'Hugo Marchetti' });
  await greta.page.getByRole('dialog').getByRole('button', { name: 'Hand over' }).click();
  await hugo.page.getByRole('region', { name: 'Facilitator' }).waitFor();
  await greta.page.getByRole('region', { name: 'Facilitator' }).waitFor({ state: 'detached' });
  browser.checkClean();
});

test('the phone layout fits 360 px and nothing is unreachable', async () => {
  const maya = await browser.person(server, 'Maya Iqbal', {
    viewport: PHONE,
    hasTouch: true,
    isMobile: true,
  });
  await maya.noSidewaysScroll();
  await maya.shot('phone-team-room');
  await maya.startSession('From the train', 'objection_clinic_45');
  await maya.nextStage();
  await maya.nextStage();
  await maya.write('They say we are too expensive.', 'Objection');
  await maya.saved('They say we are too expensive.');
  await maya.noSidewaysScroll();
  await maya.checkAccessible();
  await maya.shot('phone-board');
  browser.checkClean();
});

test('dark theme keeps its contrast', async () => {
  const ana = await browser.person(server, 'Ana Ferreira', {
    colorScheme: 'dark',
  });
  await ana.checkAccessible();
  await ana.shot('dark-team-room');
  browser.checkClean();
});

// The room as reps and facilitators use it, by the names of their journeys (REP-…, FAC-…).
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

const phone = { viewport: PHONE, hasTouch: true, isMobile: true };

/** Greta leads, Maya is in the room; on a phone when told so. */
async function room(title, template, options = {}) {
  const greta = await browser.person(server, 'Greta Lindqvist');
  const path = await greta.startSession(title, template);
  const maya = await browser.person(server, 'Maya Iqbal', options);
  await maya.enter(path);
  return { greta, maya, path };
}

async function atStage(person, name) {
  await person.page.getByRole('heading', { level: 2, name, exact: true }).waitFor();
}

async function notes(person, ...texts) {
  for (const text of texts) {
    await person.write(text, 'Idea');
    await person.saved(text);
  }
}

async function tick(person, text) {
  await person.page.getByRole('checkbox', { name: new RegExp(`^Choose “${text}`) }).check();
}

test('REP-3 who can replay stands in the header, on a phone too, before the first card', async () => {
  const { greta, maya } = await room('Replay line', 'conv_5_20_5_30', phone);
  const line = maya.page.getByRole('button', { name: 'Replay: the team and its manager' });
  await line.waitFor();
  assert.ok(await line.isVisible());
  await line.tap();
  const sheet = maya.page.getByRole('dialog', { name: 'Who can replay this session' });
  await sheet.getByLabel('Change it to').selectOption({ label: 'Only who was there' });
  await maya.checkAccessible();
  await sheet.getByRole('button', { name: 'Make it smaller' }).tap();
  await greta.page.getByRole('button', { name: 'Replay: only who was there' }).waitFor();
  browser.checkClean();
});

test('REP-4 three blind objections: shown at once to their writer, a count to others', async () => {
  const { greta, maya } = await room('Blind', 'objection_clinic_45', phone);
  await greta.nextStage();
  await greta.nextStage();
  await atStage(maya, 'As heard');
  await maya.page.getByText('Only you, until Greta Lindqvist reveals all cards at once.').waitFor();
  const said = ['Dearer and the same', 'No money this year', 'Come back in autumn'];
  for (const text of said) {
    await maya.write(text, 'Objection');
    await maya.saved(text);
  }
  await maya.noSidewaysScroll();
  await maya.checkAccessible();
  await maya.shot('rep-4-phone-write');
  await greta.page.getByText('3 cards hidden').first().waitFor();
  for (const text of said) assert.equal(greta.wasSent(text), false, `${text} was on the wire`);
  await greta.lead(/^Reveal/);
  await greta.sees('Come back in autumn');
  await maya.tab('Board');
  await maya.sees('Come back in autumn');
  await maya.checkAccessible();
  await maya.shot('rep-4-phone-board');
  browser.checkClean();
});

test('REP-6 the stage moves on while she is mid-sentence: her words stay, one tap joins', async () => {
  const { greta, maya } = await room('Mid-sentence', 'deal_swarm_50');
  await greta.nextStage();
  await maya.choose('Ground rule');
  await maya.page.getByLabel('Your words').fill('We speak one at');
  await maya.page.getByLabel('Your words').focus();
  await greta.nextStage();
  const strip = maya.page.getByText("The room is in “Owner's five facts” now.");
  await strip.waitFor();
  assert.equal(await maya.page.getByLabel('Your words').inputValue(), 'We speak one at');
  assert.ok(
    await maya.page.getByLabel('Your words').evaluate((e) => e === document.activeElement),
    'the cursor was taken away',
  );
  await maya.page.getByText('“Ground rule” does not fit this stage.').waitFor();
  await maya.shot('rep-6-strip');
  await maya.page.reload();
  await maya.page.getByLabel('Your words').waitFor();
  assert.equal(await maya.page.getByLabel('Your words').inputValue(), 'We speak one at');
  browser.checkClean();
});

test('REP-7 two cards are grouped on a phone without dragging', async () => {
  const { greta, maya } = await room('Group', 'conv_5_20_5_30', phone);
  await greta.nextStage();
  await greta.nextStage();
  await notes(greta, 'Smaller first site', 'Start with one depot');
  await maya.tab('Board');
  await maya.sees('Start with one depot');
  await tick(maya, 'Smaller first site');
  await tick(maya, 'Start with one depot');
  await maya.shot('rep-7-selected');
  await maya.page.getByRole('button', { name: 'Group', exact: true }).tap();
  await maya.page.getByLabel('What do they have in common?').fill('Start small');
  await maya.checkAccessible();
  const startedMs = Date.now();
  await maya.page.getByRole('dialog').getByRole('button', { name: 'Group' }).tap();
  await greta.page.getByRole('heading', { name: 'Start small' }).waitFor();
  assert.ok(Date.now() - startedMs < 2000, 'the group took too long');
  await greta.page.getByText('grouped by Maya Iqbal').waitFor();
  await maya.noSidewaysScroll();
  await maya.shot('rep-7-grouped');
  browser.checkClean();
});

test('REP-8 somebody else moves her card: she sees who, and puts it back in one tap', async () => {
  const { greta, maya } = await room('Moved', 'conv_5_20_5_30');
  await greta.nextStage();
  await greta.nextStage();
  await notes(maya, 'My own idea');
  await notes(greta, 'Something else');
  await greta.sees('My own idea');
  await tick(greta, 'My own idea');
  await tick(greta, 'Something else');
  await greta.page.getByRole('button', { name: 'Group', exact: true }).click();
  await greta.page.getByLabel('What do they have in common?').fill('Odds');
  await greta.page.getByRole('dialog').getByRole('button', { name: 'Group' }).click();
  await maya.page.getByText('Greta Lindqvist moved your card “My own idea”.').waitFor();
  await maya.shot('rep-8-moved');
  await maya.page.getByRole('button', { name: 'Put it back' }).click();
  const group = greta.page.locator('.group', { hasText: 'Odds' });
  await group.getByText('My own idea', { exact: true }).waitFor({ state: 'detached' });
  await group.getByText('Something else', { exact: true }).waitFor();
  browser.checkClean();
});

test('REP-9 a budget of dots: her own are seen, what is left survives a reload', async () => {
  const { greta, maya } = await room('Dots', 'conv_5_20_5_30', phone);
  await greta.nextStage();
  await greta.nextStage();
  await notes(greta, 'One', 'Two');
  await greta.lead('Vote');
  const sheet = greta.page.getByRole('dialog');
  await sheet.getByRole('checkbox', { name: 'One' }).check();
  await sheet.getByRole('checkbox', { name: 'Two' }).check();
  await sheet.getByLabel('Dots each').fill('4');
  await greta.checkAccessible();
  await greta.shot('rep-9-vote-sheet');
  await sheet.getByRole('button', { name: 'Open the vote' }).click();
  await maya.tab('Vote');
  const place = maya.page.getByRole('button', { name: 'Place a dot on “One”' });
  await place.tap();
  await place.tap();
  await maya.page.getByText('2 dots left').waitFor();
  await maya.checkAccessible();
  await maya.shot('rep-9-phone-vote');
  await greta.page.getByText('1 of 2 have voted').first().waitFor();
  await maya.page.reload();
  await maya.tab('Vote');
  await maya.page.getByText('2 dots left').waitFor();
  // Cast at the moment of closing: counted, or not cast any more; never half.
  const late = place.tap({ timeout: 3000 }).then(
    () => true,
    () => false,
  );
  await greta.lead('Close the vote');
  await maya.page.getByRole('heading', { name: 'Result of the vote' }).waitFor();
  const counted = maya.page.getByText('3 dots', { exact: true });
  const kept = maya.page.getByText('2 dots', { exact: true });
  await counted.or(kept).first().waitFor();
  const refused = maya.page.getByRole('alert').filter({ hasText: 'The vote has closed' });
  if ((await late) && (await counted.count()) === 0) await refused.waitFor();
  browser.checkClean();
});

test('REP-12 an answer with proof under the objection, and a promise she makes herself', async () => {
  const { greta, maya } = await room('Answer', 'objection_clinic_45');
  for (let stage = 0; stage < 4; stage++) await greta.nextStage();
  await atStage(maya, 'What is behind it');
  await maya.write('You are dearer and look the same', 'Objection');
  await maya.saved('You are dearer');
  await maya.page.getByRole('button', { name: /^Name the concern/ }).click();
  await maya.page.getByLabel('What it is').selectOption({ label: 'Concern' });
  await maya.write('No second line that they could defend');
  await greta.page.getByText('No second line that they could defend').waitFor();
  await greta.nextStage();
  await maya.page.getByRole('button', { name: /^Respond/ }).click();
  await maya.page.getByLabel('Acknowledge: show that it makes sense').fill('That is a fair worry.');
  await maya.page.getByLabel('Ask: find out more').fill('What would be left to decide?');
  await maya.shot('rep-12-respond');
  await maya.write('Let us put the downtime beside it.');
  await greta.lead(/^Reveal/);
  await greta.sees('Let us put the downtime beside it.');
  await maya.page.getByRole('button', { name: /^Add proof/ }).click();
  await maya.page.getByLabel('Kind of proof').selectOption({ label: 'Customer figure' });
  await maya.write('Four hours a week at Pellham');
  await greta.page.getByText('Four hours a week at Pellham').waitFor();
  await maya.write('I call Pellham for the figure', 'Promise');
  await maya.page.getByText('A promise needs a day.').waitFor();
  await maya.page.getByLabel('By', { exact: true }).fill('2027-01-15');
  await maya.page.getByLabel('Your words').press('Enter');
  await greta.sees('I call Pellham for the figure');
  await greta.checkAccessible();
  await greta.shot('rep-12-board');
  browser.checkClean();
});

test('REP-14 everything by keyboard: write, ready, choose, group, vote, take back', async () => {
  const { greta, maya } = await room('Keys only', 'conv_5_20_5_30');
  await greta.nextStage();
  await greta.nextStage();
  const keys = maya.page.keyboard;
  await atStage(maya, 'Options');
  await keys.press('n');
  await keys.type('First by keyboard');
  await keys.press('Enter');
  await maya.saved('First by keyboard');
  await keys.type('Second by keyboard');
  await keys.press('Enter');
  await maya.saved('Second by keyboard');
  await keys.press('Escape');
  await keys.press('d');
  await greta.page.locator('.person', { hasText: 'Maya Iqbal' }).getByText('ready').waitFor();
  await keys.press('b');
  for (const text of ['First by keyboard', 'Second by keyboard']) {
    await maya.page.getByRole('checkbox', { name: `Choose “${text}”` }).focus();
    await keys.press('Space');
  }
  await keys.press('g');
  await maya.page.getByRole('dialog').waitFor();
  await keys.press('Tab');
  await maya.page.getByLabel('What do they have in common?').focus();
  await keys.type('By keys');
  await keys.press('Enter');
  await greta.page.getByRole('heading', { name: 'By keys' }).waitFor();
  await keys.press('u');
  await greta.page.getByRole('heading', { name: 'By keys' }).waitFor({ state: 'detached' });
  await keys.press('?');
  await maya.page.getByRole('dialog', { name: 'By keyboard' }).waitFor();
  await maya.checkAccessible();
  await maya.shot('rep-14-keys');
  await keys.press('Escape');
  await maya.page.getByRole('dialog').waitFor({ state: 'detached' });
  browser.checkClean();
});

test('a removed card comes back from the bin, and nothing of others is undone', async () => {
  const { greta, maya } = await room('Bin', 'conv_5_20_5_30');
  await greta.nextStage();
  await greta.nextStage();
  await notes(maya, 'Thrown away by mistake');
  await notes(greta, 'Stays');
  await maya.menu('Thrown away by mistake', 'Remove');
  await greta.card('Thrown away by mistake').waitFor({ state: 'detached' });
  await maya.page.getByRole('button', { name: 'What you can take back' }).click();
  await maya.shot('bin');
  await maya.page.getByRole('button', { name: 'Restore' }).click();
  await greta.sees('Thrown away by mistake');
  await greta.sees('Stays');
  browser.checkClean();
});

// The facilitator of the week, who has never led before (FAC-…).
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

async function room(title, template, options = {}) {
  const greta = await browser.person(server, 'Greta Lindqvist', options);
  const path = await greta.startSession(title, template);
  const hugo = await browser.person(server, 'Hugo Marchetti');
  await hugo.enter(path);
  return { greta, hugo, path };
}

test('FAC-4 the promises from before come first: done, moved, dropped with a reason', async () => {
  const { greta, hugo, path } = await room('Promises first', 'objection_clinic_45');
  await greta.nextStage();
  const due = greta.page.getByRole('region', {
    name: 'Promises to look at first',
  });
  await due.getByText('3 open').waitFor();
  await greta.checkAccessible();
  await greta.shot('fac-4-due');
  await due
    .locator('article', { hasText: 'depot figures' })
    .getByRole('button', { name: /^Done/ })
    .click();
  await due.getByText('2 open').waitFor();
  const his = hugo.page.locator('article', { hasText: 'Call the planner' });
  await his.getByRole('button', { name: /^Move the date/ }).click();
  await his.getByLabel('New day').fill('2027-01-20');
  await his.getByLabel('Why').fill('The planner is away');
  await his.getByRole('button', { name: 'Move the date', exact: true }).last().click();
  await due.getByText('The planner is away').waitFor();
  const maya = await browser.person(server, 'Maya Iqbal');
  await maya.enter(path);
  const hers = maya.page.locator('article', { hasText: 'breakdown list' });
  await hers.getByRole('button', { name: /^Drop/ }).click();
  await hers.getByLabel('Why it is dropped, agreed with whom').fill('Greta has the list');
  await hers.getByRole('button', { name: 'Drop', exact: true }).last().click();
  await due.getByText('1 open').waitFor();
  await due.getByText('Dropped by agreement').waitFor();
  browser.checkClean();
});

test('FAC-5 the script is beside the board, for nobody else', async () => {
  const { greta, hugo } = await room('Script', 'deal_swarm_50');
  await greta.nextStage();
  await greta.nextStage();
  const script = greta.page.getByRole('region', { name: 'Your script' });
  for (const part of ['Say and do', 'Wait for', 'Move on when'])
    await script.getByText(part).waitFor();
  await script.getByText('Only the owner speaks.').waitFor();
  assert.equal(await hugo.page.getByText('Only the owner speaks.').count(), 0);
  await greta.shot('fac-5-script');
  browser.checkClean();
});

test('FAC-7 readiness has names and a count, and says when all are ready', async () => {
  const { greta, hugo } = await room('Ready', 'conv_5_20_5_30');
  await greta.nextStage();
  await hugo.page.getByRole('button', { name: "I'm ready" }).click();
  await greta.page.getByText('1 of 2 ready').first().waitFor();
  await greta.page.locator('.person', { hasText: 'Hugo' }).getByText('ready').waitFor();
  await greta.page.getByRole('button', { name: "I'm ready" }).click();
  await greta.page.getByText('Everybody is ready. You can move on.').waitFor();
  await hugo.page.getByRole('button', { name: 'Not ready yet' }).click();
  await greta.page.getByText('1 of 2 ready').first().waitFor();
  await greta.nextStage();
  await greta.page.getByText('0 of 2 ready').first().waitFor();
  browser.checkClean();
});

test('FAC-9 next by mistake: one tap back, and nothing is lost', async () => {
  const { greta, hugo } = await room('Back', 'conv_5_20_5_30');
  await greta.nextStage();
  await greta.nextStage();
  await hugo.write('Written in options', 'Idea');
  await greta.sees('Written in options');
  await greta.nextStage();
  await greta.page.getByRole('button', { name: 'Back: Options' }).click();
  await hugo.page.getByRole('heading', { level: 2, name: 'Options' }).waitFor();
  await hugo.write('And one more', 'Idea');
  await hugo.saved('And one more');
  await greta.sees('Written in options');
  browser.checkClean();
});

test('FAC-10 bring everyone: followers are counted, who types gets a strip instead', async () => {
  const { greta, hugo, path } = await room('Bring', 'conv_5_20_5_30');
  const maya = await browser.person(server, 'Maya Iqbal');
  await maya.enter(path);
  await greta.nextStage();
  await greta.nextStage();
  await greta.write('The one that matters', 'Idea');
  await maya.sees('The one that matters');
  await maya.page.getByLabel('Your words').fill('I am still');
  await maya.page.getByLabel('Your words').focus();
  await greta.menu('The one that matters', 'Bring everyone here');
  await hugo.page.locator('article.shown', { hasText: 'The one that matters' }).waitFor();
  await greta.page.getByText('2 of 3 are there').waitFor();
  await maya.page.getByText('Greta Lindqvist shows: “The one that matters”').waitFor();
  assert.equal(await maya.page.getByLabel('Your words').inputValue(), 'I am still');
  await maya.shot('fac-10-strip');
  await maya.page.getByRole('button', { name: 'Take me there' }).click();
  await greta.page.getByText('3 of 3 are there').waitFor();
  await greta.lead('Stop showing');
  await hugo.page.locator('article.shown').waitFor({ state: 'detached' });
  browser.checkClean();
});

test('FAC-14 a swarm from one question to its parts, with deal, blockers and next step', async () => {
  const { greta, hugo } = await room('Swarm', 'deal_swarm_50');
  await greta.nextStage();
  await greta.nextStage();
  const startedMs = Date.now();
  await greta.lead('Swarm');
  await greta.page.getByLabel('The question, in your words').fill('How do we reach the COO?');
  await greta.checkAccessible();
  await greta.page.getByRole('button', { name: 'Call it' }).click();
  await hugo.page.getByText('How do we reach the COO?').first().waitFor();
  assert.ok(Date.now() - startedMs < 30_000);
  await greta.page.getByRole('button', { name: 'Hand out a part' }).click();
  await greta.shot('fac-14-parts');
  await greta.page.getByRole('menuitem', { name: "Hugo Marchetti: devil's advocate" }).click();
  await hugo.page.getByText("Hugo Marchetti · Devil's advocate").waitFor();
  await hugo.page.getByRole('button', { name: 'Join as' }).click();
  await hugo.page.getByRole('menuitem', { name: 'Customer voice' }).click();
  await greta.page.getByText('Hugo Marchetti · Customer voice').waitFor();

  const deal = greta.page.getByRole('region', { name: 'Silverfen Rail' });
  await deal.getByText('Scorecard').click();
  await deal.getByText('Red flag at this stage').waitFor();
  await deal.getByRole('button', { name: 'Set champion' }).click();
  await deal.getByRole('combobox', { name: 'Champion' }).selectOption('3');
  await deal.getByLabel('How do we know?').fill('The planner booked us a hearing');
  await deal.getByRole('button', { name: 'Set', exact: true }).first().click();
  await deal.getByText('1 of 8 known · 3 of 24').waitFor();

  await deal.getByText('People on their side').click();
  await deal.getByRole('button', { name: 'Add a person' }).click();
  await deal.getByLabel('Name', { exact: true }).fill('Orla Denn');
  await deal.getByLabel('Part in the decision').selectOption({ label: 'Executive sponsor' });
  await deal.getByRole('combobox', { name: 'Influence', exact: true }).selectOption('3');
  await deal
    .getByRole('combobox', { name: 'Stance', exact: true })
    .selectOption({ label: 'Sceptical' });
  await deal.getByRole('button', { name: 'Put on the map' }).click();
  await deal.getByText('Orla Denn has much influence, and we have no contact.').waitFor();

  await deal.getByText('Our play').click();
  await deal.getByRole('button', { name: 'Choose a play' }).click();
  await deal
    .getByRole('combobox', { name: 'Play', exact: true })
    .selectOption({ label: 'Take one part' });
  await deal.getByRole('button', { name: 'Choose', exact: true }).click();
  await deal.getByText('against Quillmarch Suite').waitFor();

  await deal.getByRole('button', { name: 'Write the next step' }).click();
  await deal.getByLabel('What will they do?').fill('We follow up by mail');
  await deal.getByRole('button', { name: 'Set the next step' }).click();
  await deal.getByText('A continuation: pleasant').waitFor();
  await deal.getByRole('button', { name: 'Write the next step' }).click();
  await deal.getByLabel('Who there').fill('Orla Denn');
  await deal.getByLabel('What will they do?').fill('Visits the depot with the planner');
  await deal.getByLabel('By when').fill('2027-02-01');
  await deal.getByRole('button', { name: 'Set the next step' }).click();
  await deal.getByText('An advance: somebody there does something').waitFor();
  await greta.checkAccessible();
  await greta.shot('fac-14-deal');

  await greta.nextStage();
  await greta.nextStage();
  await hugo.write('The director fears for his job', 'Blocker');
  await hugo.saved('The director fears');
  await greta.lead(/^Reveal “What/);
  await greta.sees('The director fears for his job');
  await greta.page.getByRole('button', { name: /^Mark as resolved/ }).click();
  await hugo.page.getByText(/^resolved /).waitFor();
  await hugo.shot('fac-14-blockers');
  // Whoever asks listens while the others write: a rule of the stage, nobody has to say it.
  await greta.nextStage();
  await greta.page.getByText('the owner of the ask listens and does not write').waitFor();
  await hugo.page.getByText('Everybody but Greta Lindqvist, who listens.').first().waitFor();
  browser.checkClean();
});

test('FAC-15 a decision, thanks, the next facilitator, and a summary at the end', async () => {
  const { greta, hugo } = await room('The end', 'quick_assist_20');
  for (let stage = 0; stage < 4; stage++) await greta.nextStage();
  await greta.lead('Decision');
  await greta.page.getByLabel('Your words').fill('We go through the planner, not the director');
  await greta.page.getByLabel('Weighed and left').fill('A letter to the board');
  await greta.page.getByLabel('Look at it again on').fill('2027-03-01');
  await greta.page.getByRole('checkbox', { name: 'Hugo Marchetti' }).check();
  await greta.checkAccessible();
  await greta.shot('fac-15-decision');
  await greta.page.getByLabel('Your words').press('Enter');
  await hugo.sees('We go through the planner');
  const decision = hugo.card('We go through the planner').first();
  await decision.getByText('A letter to the board').waitFor();
  await decision.getByText('Hugo Marchetti', { exact: true }).waitFor();
  await greta.nextStage();
  await hugo.choose('Thanks');
  await hugo.page
    .getByRole('combobox', { name: 'To', exact: true })
    .selectOption({ label: 'Greta Lindqvist' });
  await hugo.write('For bringing a deal in trouble early');
  await greta.sees('For bringing a deal');
  await hugo.page.getByRole('heading', { name: 'How did Greta Lindqvist lead?' }).waitFor();
  await hugo.page.getByRole('heading', { name: 'Was it worth your time?' }).waitFor();
  await hugo.page.getByRole('button', { name: 'Partly', exact: true }).click();
  await hugo.page.getByText('0 yes, 1 partly, 0 no').waitFor();
  await greta.lead('Close the session');
  const sheet = greta.page.getByRole('dialog');
  await sheet.getByLabel('A topic for another day').fill('Who owns the spare parts?');
  await sheet.getByRole('button', { name: 'Park it' }).click();
  await sheet.getByRole('listitem').filter({ hasText: 'Who owns the spare parts?' }).waitFor();
  await sheet.getByText(/Everybody who may replay it: .*Ana Ferreira/).waitFor();
  await sheet.getByText('No promise was made in this session.').waitFor();
  await sheet.getByLabel('Who leads next').selectOption({ label: 'Hugo Marchetti' });
  await sheet.getByRole('button', { name: 'Name', exact: true }).click();
  await sheet.getByText('Hugo Marchetti leads next.').waitFor();
  await greta.checkAccessible();
  await greta.shot('fac-15-close');
  await sheet.getByRole('button', { name: 'Close it for everybody' }).click();
  const summary = hugo.page.getByRole('region', {
    name: 'What came out of it',
  });
  await summary.getByText('We go through the planner').waitFor();
  await summary.getByText('Weighed and left: A letter to the board').waitFor();
  await summary.getByText('Who owns the spare parts?').waitFor();
  await summary.getByText('Hugo Marchetti', { exact: true }).waitFor();
  await hugo.checkAccessible();
  await hugo.shot('fac-15-summary');
  // What was left open is offered when the next session is started.
  await hugo.page.goto(`${server.url}/`);
  const lot = hugo.page.getByRole('region', {
    name: "Last time's parking lot",
  });
  await lot.getByRole('button', { name: /^Take it up.*spare parts/ }).click();
  assert.equal(
    await hugo.page.getByLabel('What is it about?').inputValue(),
    'Who owns the spare parts?',
  );
  await hugo.page.getByRole('button', { name: 'Start and take' }).click();
  await hugo.page.waitForURL(/\/s\/[^/]+$/);
  await hugo.page.goto(`${server.url}/`);
  await hugo.page.getByRole('heading', { name: 'Past sessions' }).waitFor();
  await lot.waitFor({ state: 'detached' });
  browser.checkClean();
});

test('the facilitator runs a session from a phone', async () => {
  const { greta, hugo } = await room('From a phone', 'objection_clinic_45', {
    viewport: PHONE,
    hasTouch: true,
    isMobile: true,
  });
  await greta.nextStage();
  await greta.noSidewaysScroll();
  await greta.shot('lead-phone');
  await greta.nextStage();
  await hugo.write('Send me something', 'Objection');
  await greta.lead(/^Reveal/);
  await greta.tab('Board');
  await greta.sees('Send me something');
  await greta.lead('Stages');
  await greta.checkAccessible();
  await greta.shot('lead-phone-stages');
  await greta.page.getByRole('button', { name: /^Go there.*Thank$/ }).click();
  await hugo.page.getByRole('heading', { level: 2, name: 'Thank', exact: true }).waitFor();
  await greta.tab('Room');
  await greta.page.getByRole('heading', { name: 'Your script' }).waitFor();
  await greta.checkAccessible();
  await greta.noSidewaysScroll();
  await greta.shot('lead-phone-room');
  browser.checkClean();
});

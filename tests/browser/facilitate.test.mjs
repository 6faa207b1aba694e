// The facilitator before, during and after: whose turn, preparing, the clock, the seat (FAC-…).
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

async function room(title, template, on = server) {
  const greta = await browser.person(on, 'Greta Lindqvist');
  const path = await greta.startSession(title, template);
  const hugo = await browser.person(on, 'Hugo Marchetti');
  await hugo.enter(path);
  return { greta, hugo, path };
}

/** Seconds that the clock in the header shows. */
async function clockOf(person) {
  const words = await person.page.locator('.room-head .time').innerText();
  const [, minutes, seconds] = /(\d+):(\d\d)/.exec(words) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}

test('FAC-1 the team room says who is up and who is next; two taps swap, and both are told', async () => {
  const greta = await browser.person(server, 'Greta Lindqvist');
  const hugo = await browser.person(server, 'Hugo Marchetti', phone);
  const hers = greta.page.getByRole('region', { name: 'Who leads' });
  const his = hugo.page.getByRole('region', { name: 'Who leads' });
  await hers.getByText('You are up.').waitFor();
  await hers.getByText('Hugo Marchetti is next.').waitFor();
  await his.getByText('Greta Lindqvist is up.').waitFor();
  await greta.shot('fac-1-rota');
  await hers.getByRole('button', { name: /^Swap with me.*Hugo Marchetti/ }).click();
  await greta.checkAccessible();
  await hers.getByRole('button', { name: 'Swap turns with Hugo Marchetti' }).click();
  await hers.getByText('You and Hugo Marchetti have swapped turns. You are next.').waitFor();
  await his.getByText('You and Greta Lindqvist have swapped turns. You are up now.').waitFor();
  await hugo.checkAccessible();
  await hugo.noSidewaysScroll();
  await hugo.shot('fac-1-rota-phone');
  await hers.getByLabel('I cannot lead until').fill('2999-08-01');
  await hers.getByRole('button', { name: 'Skip my turn' }).click();
  await his.getByText(/away until/).waitFor();
  await his.getByText('Maya Iqbal is next.').waitFor();
  await hers.getByRole('button', { name: 'I am back' }).click();
  await his.getByText(/away until/).waitFor({ state: 'detached' });
  browser.checkClean();
});

test('FAC-2 prepared in minutes: kind, topic, times and total, a preview; opened on a phone', async () => {
  const greta = await browser.person(server, 'Greta Lindqvist');
  await greta.page.getByRole('button', { name: 'Prepare a session' }).click();
  await greta.page.getByRole('heading', { level: 1, name: 'Prepare a session' }).waitFor();
  await greta.page.getByLabel('What is it about?').fill('Too dear against Quillmarch');
  await greta.page.getByLabel('What is it about?').press('Tab');
  await greta.page.getByText('45 min in all').waitFor();
  await greta.page.getByLabel('Minutes for “As heard”').fill('10');
  await greta.page.getByLabel('Minutes for “As heard”').press('Tab');
  await greta.page.getByText('49 min in all, 45 min as the template has it').waitFor();
  await greta.page.getByRole('button', { name: '+1: Thank' }).click();
  await greta.page.getByText('50 min in all').waitFor();
  await greta.page.getByText('What the room sees: As heard').click();
  const preview = greta.page.getByRole('group', {
    name: 'What the room sees in “As heard”',
  });
  await preview.getByText('Only you, until Greta Lindqvist reveals all cards at once.').waitFor();
  await greta.checkAccessible();
  await greta.shot('fac-2-plan');
  const handset = await browser.person(server, 'Greta Lindqvist', phone);
  await handset.page.getByRole('link', { name: /^Prepare.*Too dear against Quillmarch/ }).click();
  await handset.page.getByText('50 min in all').waitFor();
  await handset.noSidewaysScroll();
  await handset.checkAccessible();
  await handset.shot('fac-2-plan-phone');
  await handset.page.getByRole('button', { name: 'Open the room' }).click();
  await handset.page.waitForURL(/\/s\/[^/]+$/);
  await handset.lead('Stages');
  await handset.page.getByRole('dialog').getByText('10 min').first().waitFor();
  await greta.page.getByText('This plan is not there any more').waitFor();
  browser.checkClean();
});

test('FAC-3 opened early: notes wait hidden, a guest waits at the door, nobody is locked out', async () => {
  const greta = await browser.person(server, 'Greta Lindqvist');
  await greta.page.getByRole('button', { name: 'Prepare a session' }).click();
  await greta.page.getByLabel('What is it about?').fill('With a guest');
  await greta.page.getByLabel('What is it about?').press('Tab');
  await greta.page.getByLabel('Guests wait at the door').check();
  await greta.page.getByRole('button', { name: 'Open the room' }).click();
  await greta.page.waitForURL(/\/s\/[^/]+$/);
  const path = new URL(greta.page.url()).pathname;
  const hugo = await browser.person(server, 'Hugo Marchetti');
  await hugo.enter(path);
  await hugo.page.getByText('You are early: it waits, hidden, for “As heard”.').waitFor();
  await hugo.write('Written long before the start', 'Objection');
  await hugo.saved('Written long before');
  await hugo.shot('fac-3-early');

  const jonas = await browser.person(server, 'Jonas Weber', phone);
  await jonas.page.goto(server.url + path);
  await jonas.page.getByRole('button', { name: 'Ask to come in' }).click();
  await jonas.page.getByText('You are at the door.').waitFor();
  await jonas.shot('fac-3-door');
  await greta.page.getByText('Jonas Weber is at the door.').waitFor();
  await greta.shot('fac-3-knock');
  await greta.page.getByRole('button', { name: 'Let in' }).click();
  await jonas.page.getByRole('button', { name: 'I accept, let me in' }).click();
  await jonas.page.locator('.room-live').waitFor();

  // Whoever opened it may go and come back, and leads again.
  await greta.page.getByRole('button', { name: 'Leave the session' }).click();
  await hugo.page.getByText('Nobody leads the room now').first().waitFor();
  await greta.page
    .getByRole('button', { name: 'Come back in' })
    .or(greta.page.getByRole('button', { name: 'I accept, let me in' }))
    .click();
  await greta.page.getByRole('button', { name: 'Take the seat' }).click();
  await greta.nextStage();
  await greta.nextStage();
  assert.equal(greta.wasSent('Written long before the start'), false);
  await greta.lead(/^Reveal/);
  await greta.sees('Written long before the start');
  browser.checkClean();
});

test('FAC-6 pause, one minute more, go on: all screens agree, and nothing counts upward', async () => {
  const { greta, hugo, path } = await room('Clock', 'conv_5_20_5_30');
  const maya = await browser.person(server, 'Maya Iqbal', phone);
  // A device whose own clock is ten minutes fast.
  await maya.context.addInitScript(() => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + 600_000;
  });
  await maya.enter(path);
  await greta.nextStage();
  const everybody = [greta, hugo, maya];
  const agree = async () => {
    const shown = await Promise.all(everybody.map(clockOf));
    assert.ok(Math.max(...shown) - Math.min(...shown) <= 1, shown.join(' '));
    return shown[0];
  };
  for (const person of everybody) await person.page.locator('.room-head .time').waitFor();
  const before = await agree();
  await greta.lead('Pause the clock');
  for (const person of everybody)
    await person.page.locator('.room-head .time', { hasText: 'paused' }).waitFor();
  const held = await agree();
  assert.ok(held <= before);
  await greta.shot('fac-6-paused');
  await maya.shot('fac-6-paused-phone');
  await greta.lead('+1 min');
  await maya.page.locator('.room-head .time', { hasText: clockWords(held + 60) }).waitFor();
  assert.equal(await agree(), held + 60);
  await greta.lead('Go on with the clock');
  for (const person of everybody)
    await person.page
      .locator('.room-head .time', { hasText: 'paused' })
      .waitFor({ state: 'detached' });
  assert.ok((await agree()) <= held + 60);
  await greta.checkAccessible();
  browser.checkClean();
});

function clockWords(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

test('FAC-8 one act reveals: for all at once, and nothing was readable before', async () => {
  const { greta, hugo, path } = await room('Reveal', 'objection_clinic_45');
  const maya = await browser.person(server, 'Maya Iqbal', phone);
  await maya.enter(path);
  await greta.nextStage();
  await greta.nextStage();
  await hugo.write('We have no budget this year', 'Objection');
  await hugo.saved('We have no budget');
  await maya.tab('Board');
  for (const other of [greta, maya])
    assert.equal(other.wasSent('We have no budget this year'), false, other.name);
  const times = Promise.all(
    [greta, maya].map(async (person) => {
      await person.sees('We have no budget this year');
      return Date.now();
    }),
  );
  await greta.lead(/^Reveal/);
  const [first, second] = await times;
  assert.ok(Math.abs(first - second) < 500, `${Math.abs(first - second)} ms apart`);
  browser.checkClean();
});

test('FAC-11 FAC-12 the seat is kept, then free; one tap takes it; nothing moves by itself', async () => {
  const { greta, hugo, path } = await room('The seat', 'conv_5_20_5_30');
  const maya = await browser.person(server, 'Maya Iqbal');
  await maya.enter(path);
  await greta.nextStage();
  await greta.context.close();
  await hugo.page.getByText('Greta Lindqvist is reconnecting. The seat is kept for').waitFor();
  await hugo.shot('fac-11-kept');
  await hugo.page.getByText('Nobody leads the room now').first().waitFor();
  await hugo.shot('fac-11-free');
  await hugo.page.getByRole('button', { name: 'Take the seat' }).click();
  await hugo.page.getByRole('region', { name: 'Facilitator' }).waitFor();
  await maya.page.getByText('Hugo Marchetti leads now.').waitFor();

  const handset = await browser.person(server, 'Greta Lindqvist', phone);
  await handset.page.goto(server.url + path);
  await handset.page.getByText('Hugo Marchetti leads now. Take it back?').waitFor();
  await handset.checkAccessible();
  await handset.noSidewaysScroll();
  await handset.shot('fac-12-back-phone');
  assert.equal(await handset.page.getByRole('region', { name: 'Facilitator' }).count(), 0);
  await handset.page.getByRole('button', { name: 'Ask for it back' }).click();
  await hugo.page.getByText('Greta Lindqvist is back and would like to lead again.').waitFor();
  await hugo.shot('fac-12-wanted');
  await hugo.page.getByRole('button', { name: 'Hand it back' }).click();
  await handset.page.getByRole('region', { name: 'Facilitator' }).waitFor();
  await maya.page.getByText('Greta Lindqvist leads now.').waitFor();

  await maya.page.goto(`${server.url}${path}/e`);
  await maya.page.getByText("Hugo Marchetti took the facilitator's seat").first().waitFor();
  await maya.page
    .getByText("Hugo Marchetti handed the facilitator's seat to Greta Lindqvist")
    .first()
    .waitFor();
  browser.checkClean();
});

test('FAC-13 the time runs out: keep, move on or either, in seconds, over nobody’s words', async () => {
  const timed = await Server.start(['--script-clock']);
  try {
    const startMs = Date.now();
    await timed.setClock(startMs);
    const { greta, hugo, path } = await room('More time', 'conv_5_20_5_30', timed);
    const maya = await browser.person(timed, 'Maya Iqbal', phone);
    await maya.enter(path);
    await greta.nextStage();
    await hugo.page.getByLabel('Your words').fill('I am in the middle of');
    await hugo.page.getByLabel('Your words').focus();
    const stageMs = 5 * 60_000 + 1000;
    await timed.setClock(startMs + stageMs);
    for (const person of [greta, hugo, maya])
      await person.page.getByRole('heading', { name: 'More time?' }).waitFor();
    assert.equal(await hugo.page.getByLabel('Your words').inputValue(), 'I am in the middle of');
    const sheet = await hugo.page.locator('.more-time').boundingBox();
    const field = await hugo.page.getByLabel('Your words').boundingBox();
    assert.ok(sheet.y + sheet.height <= field.y, 'the sheet covers the words');
    await hugo.page.keyboard.type(' a sentence');
    await hugo.checkAccessible();
    await hugo.shot('fac-13-ask');
    await maya.noSidewaysScroll();
    await maya.shot('fac-13-ask-phone');
    await hugo.page.getByRole('button', { name: 'Keep going' }).click();
    await maya.page.getByRole('button', { name: 'Either' }).click();
    await greta.page.getByText('2 of 3 have answered').waitFor();
    await greta.page.getByRole('button', { name: 'Move on' }).click();
    await maya.page
      .getByText('1 would keep going, 1 would move on, 1 is fine with either.')
      .waitFor();
    assert.equal(
      await hugo.page.getByLabel('Your words').inputValue(),
      'I am in the middle of a sentence',
    );
    await greta.shot('fac-13-result');
    // The facilitator decides; at the new end the room is asked again, and silence counts too.
    await greta.page.getByRole('button', { name: '+2 min' }).click();
    await hugo.page.locator('.room-head .time', { hasText: /[67]:\d\d/ }).waitFor();
    await timed.setClock(startMs + stageMs + 121_000);
    await maya.page.getByRole('button', { name: 'Keep going' }).click();
    await greta.page.getByText('1 of 3 have answered').waitFor();
    await timed.setClock(startMs + stageMs + 137_000);
    await greta.page.getByText('More time? 1 would keep going.').waitFor();
    browser.checkClean();
  } finally {
    await timed.stop();
  }
});

test('the clock and the stages are shared, seen by all, and taken back', async () => {
  const { greta, hugo, path } = await room('Shared', 'conv_5_20_5_30');
  const maya = await browser.person(server, 'Maya Iqbal', phone);
  await maya.enter(path);
  await greta.nextStage();
  const of = (name) => greta.page.getByRole('button', { name: `Part of ${name}` });
  await of('Hugo Marchetti').click();
  await greta.shot('powers-menu');
  await greta.page.getByRole('menuitem', { name: 'Share the clock' }).click();
  const bar = hugo.page.getByRole('region', { name: 'Facilitator' });
  await bar.getByText('You share the clock').waitFor();
  assert.equal(await bar.getByRole('button', { name: /^Next/ }).count(), 0);
  await hugo.lead('Pause the clock');
  await greta.page.locator('.room-head .time', { hasText: 'paused' }).waitFor();
  await maya.tab('Room');
  await maya.page.getByText('shares the clock').waitFor();
  await of('Hugo Marchetti').click();
  await greta.page.getByRole('menuitem', { name: 'Share the stages' }).click();
  await bar.getByText('You share the clock, the stages').waitFor();
  await hugo.checkAccessible();
  await hugo.shot('powers-bar');
  await hugo.nextStage();
  await of('Hugo Marchetti').click();
  await greta.page.getByRole('menuitem', { name: 'Take back the clock' }).click();
  await of('Hugo Marchetti').click();
  await greta.page.getByRole('menuitem', { name: 'Take back the stages' }).click();
  await bar.waitFor({ state: 'detached' });
  browser.checkClean();
});

test('a card is parked for another day, taken back, and listed in the room', async () => {
  const { greta, hugo } = await room('Parking', 'conv_5_20_5_30');
  await greta.nextStage();
  await greta.nextStage();
  await greta.write('The depot contract', 'Idea');
  await hugo.sees('The depot contract');
  await hugo.menu('The depot contract', 'Park for another day');
  await hugo.page.getByText('Parked for another day: “The depot contract”').waitFor();
  await hugo.shot('parked-strip');
  const lot = greta.page.getByRole('region', { name: 'Parking lot' });
  await lot.getByText('The depot contract').waitFor();
  await lot.getByText('parked by Hugo Marchetti').waitFor();
  await greta.shot('parked-list');
  await hugo.page.getByRole('button', { name: 'Undo', exact: true }).click();
  await lot.getByText('The depot contract').waitFor({ state: 'detached' });
  browser.checkClean();
});

// Every meeting template runs in the browser from its start to its end: each stage says what it is
// for, what to write, who sees it and who writes, and the facilitator has a script.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Browser, PHONE } from './support/browser.mjs';
import { Server } from './support/server.mjs';

const templates = [
  'deal_swarm_50',
  'quick_assist_20',
  'deal_premortem_30',
  'competitor_tactics_45',
  'messaging_workshop_60',
  'objection_clinic_45',
  'stuck_clinic_50',
  'how_to_40',
  'win_loss_45',
  'team_retro_60',
  'target_huddle_25',
  'framework_session_45',
  'double_down_45',
  'lifecycle_handover_30',
  'buddy_checkin_20',
  'conv_5_20_5_30',
];

let server;
let browser;
let greta;
let maya;

before(async () => {
  server = await Server.start();
  browser = await Browser.launch();
  greta = await browser.person(server, 'Greta Lindqvist');
  maya = await browser.person(server, 'Maya Iqbal', {
    viewport: PHONE,
    hasTouch: true,
    isMobile: true,
  });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

for (const template of templates) {
  test(`${template} from start to close`, async () => {
    await greta.page.goto(`${server.url}/`);
    const path = await greta.startSession(`Run ${template}`, template);
    await maya.enter(path);
    const steps = await greta.page.locator('.steps li').allInnerTexts();
    assert.ok(steps.length >= 3, 'too few stages');
    for (const name of steps) {
      await greta.nextStage();
      for (const person of [greta, maya]) {
        const card = person.page.getByRole('region', { name: 'The running stage' });
        await card.getByRole('heading', { name, exact: true }).waitFor();
        const words = await card.innerText();
        assert.match(words, /Who sees it[\s\S]*Who writes/);
        assert.ok(words.length > name.length + 60, `${name} has no prompt`);
      }
      const script = greta.page.getByRole('region', { name: 'Your script' });
      assert.match(await script.innerText(), /Say and do\s+\S[\s\S]*Move on when/);
    }
    await maya.noSidewaysScroll();
    await greta.lead('Close the session');
    await greta.page.getByRole('button', { name: 'Close it for everybody' }).click();
    await maya.page.getByRole('heading', { name: 'What came out of it' }).waitFor();
    browser.checkClean();
  });
}

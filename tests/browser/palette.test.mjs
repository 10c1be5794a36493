// The box that finds everything (Ctrl K), and offsets in hexadecimal.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { browserForTests, inChromium } from './support/browser.mjs';
import { sound } from './support/checks.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const go = (app, hash) => app.page.evaluate((to) => { location.hash = to; }, hash);
const focused = (app) => app.page.evaluate(() => document.activeElement.id);

test('one box leads to types, members, functions, views, and actions, by keyboard', inChromium, async () => {
  const app = await chromium.open();
  const { page } = app;
  await app.runSample();
  await go(app, '#/types');
  await page.getByRole('searchbox', { name: 'Search types' }).focus();
  await page.keyboard.press('Control+k');
  const box = page.getByRole('combobox', { name: /^Find/ });
  await box.waitFor();
  assert.equal(await focused(app), 'palette-input');
  await box.fill('task');
  const group = (name) => page.getByRole('group', { name, exact: true });
  await group('Types').getByRole('option').first().waitFor();
  assert.match(await group('Types').getByRole('option').first().innerText(), /struct task/);
  assert.match(await group('Functions').innerText(), /task_get/);
  await sound(page, 'the palette');
  // The arrow keys go over the borders of groups, and the box names the row.
  const count = await group('Types').getByRole('option').count();
  for (let at = 0; at < count; at += 1) await page.keyboard.press('ArrowDown');
  assert.equal(await box.getAttribute('aria-activedescendant'), `found-${count}`);
  assert.equal(await group('Types').getByRole('option', { selected: true }).count(), 0);
  // A member, before its names have come perhaps.
  await box.fill('queue.load');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => location.hash === '#/type/struct/queue?member=load');
  assert.equal(await box.count(), 0);
  await page.getByRole('heading', { level: 1, name: 'struct queue', exact: true }).waitFor();
  // Escape closes it and returns the focus; actions alone behind ">".
  await page.waitForFunction(() => document.activeElement.id === 'title');
  await page.keyboard.press('Control+k');
  await box.fill('>off');
  assert.deepEqual(await page.getByRole('listbox', { name: 'Results' }).getByRole('option').allInnerTexts(), ['>\nOffsets in hex\nh']);
  await page.keyboard.press('Escape');
  await box.waitFor({ state: 'detached' });
  assert.equal(await focused(app), 'title');
  await page.getByRole('button', { name: 'Find anything' }).click();
  await box.fill('sour');
  await page.getByRole('option', { name: 'Sources' }).click();
  await page.waitForFunction(() => location.hash === '#/sources');
  // Without a text it leads back to the types that were shown last.
  await page.keyboard.press('Control+k');
  await group('Recent').getByRole('option', { name: 'struct queue' }).click();
  await page.waitForFunction(() => location.hash === '#/type/struct/queue');
  app.wasQuiet();
});

test('offsets are decimal or hexadecimal, as was chosen last', async () => {
  const app = await chromium.open();
  const { page } = app;
  await app.runSample();
  await go(app, '#/type/struct/queue?member=load');
  const row = page.locator('table.cv tr[aria-current=true]');
  await row.waitFor();
  assert.match(await row.innerText(), /^72\s.*\s128$/s);
  await page.getByRole('button', { name: 'Offset, hexadecimal' }).click();
  await page.waitForFunction(() => document.querySelector('table.cv tr[aria-current=true] td').textContent === '0x48');
  assert.match(await row.innerText(), /^0x48\s.*\s0x80$/s);
  assert.equal(await page.locator('ol.lay li:nth-child(3) u').innerText(), '0x40');
  await page.reload();
  await app.started();
  await app.sample.click();
  await page.getByText('0x48', { exact: true }).first().waitFor();
  await page.keyboard.press('h');
  await page.getByText('72', { exact: true }).first().waitFor();
});

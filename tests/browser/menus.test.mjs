// Menus close with Escape, with a press elsewhere, and once something in them is chosen.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { browserForTests, inChromium, shared } from './support/browser.mjs';
import { btfscope, inWork, run, sample } from './support/env.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const inSample = shared(async () => {
  const app = await chromium.open('', { kept: true, permissions: ['clipboard-read', 'clipboard-write'] });
  await app.runSample();
  return app;
});

const go = (page, hash) => page.evaluate((to) => { location.hash = to; }, hash);
const menu = (page, name) => page.locator('details.pick').filter({ has: page.locator('summary', { hasText: name }) });
const isOpen = (menu, open) => menu.and(menu.page().locator(open ? '[open]' : ':not([open])')).waitFor();
const hasFocus = (menu) => menu.locator('summary').evaluate((summary) => summary === document.activeElement);

/** Opens a menu and closes it in each way; `choose` is the name of something in it. */
async function closes(page, name, choose) {
  const it = menu(page, name);
  await it.locator('summary').focus();
  await page.keyboard.press('Enter');
  await isOpen(it, true);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Escape');
  await isOpen(it, false);
  assert.ok(await hasFocus(it), `${name}: Escape returns the focus`);
  await it.locator('summary').click();
  await isOpen(it, true);
  await page.getByRole('heading', { level: 1 }).click();
  await isOpen(it, false);
  if (!choose) return;
  await it.locator('summary').click();
  await it.getByRole('button', { name: choose }).click();
  await isOpen(it, false);
  assert.ok(await hasFocus(it), `${name}: a choice returns the focus`);
}

test('the menu of copies', inChromium, inSample(async (app) => {
  const { page } = app;
  await go(page, '#/type/struct/task');
  await page.getByRole('heading', { level: 1, name: 'struct task', exact: true }).waitFor();
  await closes(page, 'Copy as', 'Go struct');
  await page.waitForFunction(async () => /^type Task struct \{$/m.test(await navigator.clipboard.readText()));
  // Escape closes the menu alone.
  await page.keyboard.press('?');
  const help = page.getByRole('complementary', { name: 'Reading a type' });
  await help.waitFor();
  await menu(page, 'Copy as').locator('summary').click();
  await page.keyboard.press('Escape');
  await isOpen(menu(page, 'Copy as'), false);
  assert.equal(await help.count(), 1);
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'detached' });
  app.wasQuiet();
}));

test('the menus of kernels, in a history and in a comparison', inSample(async (app) => {
  const { page } = app;
  const other = inWork('menus.btf');
  await run(btfscope(), ['encode', sample(), '-o', other]);
  await go(page, '#/history/struct/task');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await closes(page, 'Add a kernel');
  const add = menu(page, 'Add a kernel');
  await add.locator('summary').click();
  await page.locator('#choose-kernel-column').setInputFiles(other);
  await isOpen(add, false);
  await go(page, '#/compare');
  await page.getByLabel('Choose the second file', { exact: true }).setInputFiles(other);
  const first = page.locator('details.pick').first();
  await first.locator('summary').waitFor();
  await first.locator('summary').click();
  await isOpen(first, true);
  const second = page.locator('details.pick').nth(1);
  await second.locator('summary').click();
  await isOpen(second, true);
  await isOpen(first, false);
  await page.keyboard.press('Escape');
  await isOpen(second, false);
  assert.ok(await hasFocus(second));
  app.wasQuiet();
}));

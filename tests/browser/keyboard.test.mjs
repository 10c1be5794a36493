// The page by the keyboard alone: every control is reached, with a focus that is seen; what opens closes and gives it back.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { go, sampleAt } from './support/addresses.mjs';
import { browserForTests } from './support/browser.mjs';
import { dropFiles } from './support/drag.mjs';
import { copy } from './support/elf.mjs';
import { sample } from './support/env.mjs';
import { walk } from './support/keyboard.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());
const at = sampleAt(chromium);

/** The views, each with what is there when it is drawn. */
const VIEWS = [
  ['#/overview', 'link', 'C header'],
  ['#/types?search=task&in=member&kind=struct', 'group', 'Conditions'],
  ['#/type/struct/queue?member=load', 'tab', 'Layout'],
  ['#/functions', 'listbox', 'Functions'],
  ['#/sources', 'table', 'Parts'],
  ['#/compare', 'heading', 'Compare'],
  ['#/history/struct/task', 'columnheader', 'Member'],
  ['#/learn/lab', 'slider', ''],
];

test('Tab reaches every control of every view, and the focus is seen', async () => {
  const app = await at('#/overview');
  for (const [address, role, name] of VIEWS) {
    await go(app, address);
    await app.page.getByRole(role, { name }).first().waitFor();
    const { stops, faults } = await walk(app.page);
    assert.deepEqual(faults, [], address);
    assert.ok(stops.length > 10, `${address}: ${stops.length} stops`);
  }
  app.wasQuiet();
});

test('a box, the help and a question give the focus back', async () => {
  const app = await at('#/functions');
  const { page } = app;
  const focused = () => page.evaluate(() => document.activeElement.ariaLabel ?? document.activeElement.id);
  const is = (name) => page.waitForFunction((to) => [document.activeElement.ariaLabel, document.activeElement.id].includes(to), name);
  await app.button('Find anything').focus();
  await page.keyboard.press('Enter');
  await is('palette-input');
  // The box is modal: Tab goes through what it found.
  const row = () => page.locator('#palette-input').getAttribute('aria-activedescendant');
  assert.equal(await row(), 'found-0');
  await page.keyboard.press('Tab');
  await page.waitForFunction(() => document.activeElement.getAttribute('aria-activedescendant') === 'found-1');
  await page.keyboard.press('Shift+Tab');
  await page.waitForFunction(() => document.activeElement.getAttribute('aria-activedescendant') === 'found-0');
  await page.keyboard.press('Escape');
  await is('Find anything');
  await app.button('Help for this page').focus();
  await page.keyboard.press('Enter');
  await is('help-close');
  await page.keyboard.press('Escape');
  await is('help-open');
  await dropFiles(page, copy(sample(), 'other.elf'));
  await is('confirm');
  await page.keyboard.press('Escape');
  await is('title');
  assert.equal(await focused(), 'title');
  app.wasQuiet();
});

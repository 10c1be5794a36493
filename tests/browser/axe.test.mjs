// axe, the accessibility checker, on every view: what it calls a violation of WCAG 2.2 AA is a failure.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';
import { copy } from './support/elf.mjs';
import { sample } from './support/env.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds: rule, and where. */
async function violations(page) {
  // As an expression: the page's policy lets no script in from elsewhere.
  await page.evaluate(`${axe}; undefined`);
  return page.evaluate(async (values) => {
    const { violations: all, passes } = await globalThis.axe.run(document, { runOnly: { type: 'tag', values } });
    if (passes.length < 10) throw new Error('axe looked at next to nothing');
    return all.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary.replace(/\s+/g, ' ')}`));
  }, RULES);
}

/** Every view of the sample's result and of the classroom, by address, with what shows that it is there. */
const VIEWS = [
  ['#/overview', (page) => page.getByRole('table', { name: 'Types by kind' })],
  ['#/types', (page) => page.getByRole('heading', { level: 1, name: /types have names$/ })],
  ['#/type/struct/trace_entry', (page) => page.getByRole('heading', { level: 1, name: 'struct trace_entry' })],
  ['#/type/enum/task_flags', (page) => page.getByRole('heading', { level: 1, name: 'enum task_flags' })],
  ['#/functions', (page) => page.getByRole('listbox', { name: 'Functions' }).getByRole('option').first()],
  ['#/functions/left-out', (page) => page.getByRole('listbox', { name: 'Left out' })],
  ['#/sources', (page) => page.getByRole('table', { name: 'Parts' })],
  ['#/sources/main.c', (page) => page.getByRole('table', { name: 'Types of the unit' })],
  ['#/why', (page) => page.getByText('There are two.')],
  ['#/compare', (page) => page.getByRole('heading', { level: 1 })],
  ['#/learn', (page) => page.getByRole('heading', { level: 1 })],
  ['#/learn/graphs', (page) => page.getByRole('heading', { level: 1 })],
  ['#/learn/lab', (page) => page.locator('svg text').first()],
  ['#/learn/glossary', (page) => page.getByRole('heading', { level: 1 })],
];

for (const [colorScheme, width] of [['light', 1280], ['dark', 390]]) {
  test(`axe finds nothing, ${colorScheme}, ${width} pixels wide`, async () => {
    const app = await chromium.open('', { colorScheme, viewport: { width, height: 900 } });
    const { page } = app;
    const all = [];
    const look = async (where) => all.push(...(await violations(page)).map((one) => `${where}: ${one}`));
    await look('start');
    await app.choose(copy(sample(), 'half.elf', (bytes) => bytes.subarray(0, 13_000)));
    await app.error();
    await look('error');
    await page.evaluate(() => { location.hash = '#/'; });
    await app.runSample();
    await app.link('C header').waitFor();
    for (const [address, there] of VIEWS) {
      await page.evaluate((to) => { location.hash = to; }, address);
      await there(page).waitFor();
      await look(address);
    }
    for (const name of [/^Used by/, /^Copies/, /^Raw/]) {
      await page.evaluate(() => { location.hash = '#/type/struct/task'; });
      await page.getByRole('tab', { name }).click();
      await look(`${name}`);
    }
    await page.evaluate(() => { location.hash = '#/types'; });
    await page.getByRole('button', { name: 'Conditions and order' }).click();
    await look('conditions');
    assert.deepEqual(all, []);
    app.wasQuiet();
  });
}

test('what axe should find, it finds', async () => {
  const app = await chromium.open();
  await app.page.evaluate(() => document.querySelector('main').append(document.createElement('button')));
  const found = await violations(app.page);
  assert.ok(found.some((one) => one.startsWith('button-name: ')), `${found}`);
});

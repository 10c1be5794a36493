// axe, the accessibility checker, on the main views and, with `--all`, on all others: what it calls a violation of WCAG 2.2 AA is a failure.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterEach, test } from 'node:test';
import { inAll } from './support/all.mjs';
import { browserForTests } from './support/browser.mjs';
import { programsAndKernels } from './support/core.mjs';
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

const title = (page) => page.getByRole('heading', { level: 1 });

/** Views by address, with what shows that they are drawn: those at which every run looks. */
const MAIN_VIEWS = [
  ['#/overview', (page) => page.getByRole('table', { name: 'Types by kind' })],
  ['#/type/struct/trace_entry', (page) => page.getByRole('heading', { level: 1, name: 'struct trace_entry' })],
  ['#/learn/lab', (page) => page.locator('svg text').first()],
];

/** All others of the sample's result and of the classroom. */
const OTHER_VIEWS = [
  ['#/types', (page) => page.getByRole('heading', { level: 1, name: /named types$/ })],
  ['#/type/enum/task_flags', (page) => page.getByRole('heading', { level: 1, name: 'enum task_flags' })],
  ['#/functions', (page) => page.getByRole('listbox', { name: 'Functions' }).getByRole('option').first()],
  ['#/functions/left-out', (page) => page.getByRole('listbox', { name: 'Left out' })],
  ['#/sources', (page) => page.getByRole('table', { name: 'Parts' })],
  ['#/sources/main.c', (page) => page.getByRole('table', { name: 'Types of the unit' })],
  ['#/why', (page) => page.getByText('Two definitions.')],
  ['#/compare', title],
  ['#/history/struct/task', (page) => page.getByRole('table', { name: 'struct task in 1 kernel' })],
  ['#/programs', title],
  ['#/learn', title],
  ['#/learn/graphs', title],
  ['#/learn/glossary', title],
];

/** What axe finds in a page that a test opens and leads from view to view. */
async function looking(options) {
  const app = await chromium.open('', options);
  const all = [];
  return {
    app,
    page: app.page,
    all,
    async look(where) { all.push(...(await violations(app.page)).map((one) => `${where}: ${one}`)); },
    async go(address) { await app.page.evaluate((to) => { location.hash = to; }, address); },
    async lookAt(views) {
      for (const [address, drawn] of views) {
        await this.go(address);
        await drawn(app.page).waitFor();
        await this.look(address);
      }
    },
  };
}

for (const [colorScheme, width] of [['light', 1280], ['dark', 390]]) {
  const options = { colorScheme, viewport: { width, height: 900 } };
  const seen = `${colorScheme}, ${width} pixels wide`;

  test(`axe finds nothing in the main views, ${seen}`, async () => {
    const to = await looking(options);
    await to.look('start');
    await to.app.choose(copy(sample(), 'half.elf', (bytes) => bytes.subarray(0, 13_000)));
    await to.app.error();
    await to.look('error');
    await to.go('#/');
    await to.app.runSample();
    await to.app.link('C header').waitFor();
    await to.lookAt(MAIN_VIEWS);
    assert.deepEqual(to.all, []);
    to.app.wasQuiet();
  });

  test(`axe finds nothing in a table of programs and kernels, ${seen}`, async () => {
    const { objects, kernels } = await programsAndKernels();
    const to = await looking(options);
    await to.go('#/programs');
    await to.page.getByLabel('Choose files').setInputFiles([...objects, ...kernels]);
    await to.page.getByRole('heading', { level: 1, name: /^\d of 5 objects/ }).waitFor();
    await to.look('table');
    await to.page.getByTitle('reads.bpf.o', { exact: true }).click();
    await to.page.getByTitle('reads.bpf.o on 7.2: fails, 1 reason').click();
    await to.page.getByText('All accesses').click();
    await to.page.getByRole('table', { name: 'Accesses' }).waitFor();
    await to.look('reasons');
    assert.deepEqual(to.all, []);
    to.app.wasQuiet();
  });

  test(`axe finds nothing in a figure for a frame, ${seen}`, async () => {
    const app = await chromium.open('?embed#/learn/lab?scenario=deep&step=12', { ...options, settled: false });
    await app.page.locator('.ladder .node').first().waitFor();
    assert.deepEqual(await violations(app.page), []);
  });

  test(`axe finds nothing in all other views, ${seen}`, inAll, async () => {
    const to = await looking(options);
    await to.app.runSample();
    await to.lookAt(OTHER_VIEWS);
    for (const name of [/^Used by/, /^Copies/, /^Raw/]) {
      await to.go('#/type/struct/task');
      await to.page.getByRole('tab', { name }).click();
      await to.look(`${name}`);
    }
    await to.go('#/types');
    await to.page.getByRole('button', { name: 'Filter and sort' }).click();
    await to.look('conditions');
    await to.page.keyboard.press('Control+k');
    await to.page.getByRole('combobox', { name: /^Find/ }).fill('task');
    await to.page.getByRole('group', { name: 'Types', exact: true }).getByRole('option').first().waitFor();
    await to.look('palette');
    assert.deepEqual(to.all, []);
    to.app.wasQuiet();
  });
}

test('what axe should find, it finds', async () => {
  const app = await chromium.open();
  await app.page.evaluate(() => document.querySelector('main').append(document.createElement('button')));
  const found = await violations(app.page);
  assert.ok(found.some((one) => one.startsWith('button-name: ')), `${found}`);
});

// Functions by type, users by name, kinds and columns: what leads from one list to another.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { afterEach, test } from 'node:test';
import { go, hashIs, sampleAt } from './support/addresses.mjs';
import { browserForTests, inChromium } from './support/browser.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const at = sampleAt(chromium);
const count = (app, words) => app.page.getByText(words, { exact: true }).waitFor();

test('functions are found by what they take and return', async () => {
  const app = await at('#/functions');
  const { page } = app;
  const rows = page.getByRole('listbox', { name: 'Functions' }).getByRole('option');
  await page.getByRole('searchbox', { name: /^Search by name or type/ }).fill('struct task *');
  await count(app, '10 functions');
  for (const row of await rows.all()) assert.match(await row.getAttribute('title'), /struct task /);
  // What is chosen is on the line of what is typed.
  const [typed, chosen] = await Promise.all([page.getByRole('searchbox').first(), page.getByLabel('Search in')].map((one) => one.boundingBox()));
  assert.ok(Math.abs(typed.y + typed.height / 2 - chosen.y - chosen.height / 2) < 3, 'on one line');
  await page.getByLabel('Search in').selectOption({ label: 'types they return' });
  await hashIs(app, '#/functions?search=struct%20task%20*&in=returns');
  await count(app, '3 functions');
  assert.deepEqual(await rows.evaluateAll((all) => all.map((row) => row.title.split('(')[0])),
    ['struct task *pick', 'struct task *queue_pick', 'struct task *task_get']);
  // A search lasts from list to list, and an address brings it back.
  await go(app, '#/functions?search=slot&in=takes');
  await count(app, '2 functions');
  await rows.first().click();
  await page.getByRole('heading', { level: 1, name: 'device_bind()', exact: true }).waitFor();
  await page.goBack();
  await count(app, '2 functions');
  await go(app, '#/functions/kfuncs');
  await page.getByText('No function of this file has the tag bpf_kfunc').waitFor();
  await go(app, '#/functions/left-out?search=setup');
  await page.getByText('What the reasons mean').click();
  await page.getByText('so the arguments are not where the prototype puts them').waitFor();
  app.wasQuiet();
});

test('the users of a type are filtered, and saved as they are filtered', inChromium, async () => {
  const app = await at('#/type/struct/task?tab=users');
  const { page } = app;
  const filter = page.getByRole('searchbox', { name: 'Filter the users' });
  const users = page.locator('ul.uses a');
  await users.first().waitFor();
  const all = await users.count();
  await filter.fill('queue');
  await hashIs(app, '#/type/struct/task?tab=users&filter=queue');
  await page.getByText(new RegExp(`^\\d+ of ${all} uses$`)).waitFor();
  const left = await users.allInnerTexts();
  assert.ok(left.length > 0 && left.length < all && left.every((text) => text.includes('queue')));
  const [download] = await Promise.all([
    page.waitForEvent('download'), page.getByRole('button', { name: 'CSV', exact: true }).last().click(),
  ]);
  assert.equal(download.suggestedFilename(), 'task-users.csv');
  const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n');
  assert.equal(lines[0], 'use,kind,name,member,text,pointer');
  assert.equal(lines.length - 1, left.length);
});

test('a kind leads to its types, and headings sort', async () => {
  const app = await at('#/overview');
  const { page } = app;
  const column = async (at) => app.kinds.locator(`tbody tr > :nth-child(${at})`).allInnerTexts();
  const kinds = async () => (await column(1)).map((text) => text.trim().split(/\s+/).at(-1));
  await app.kinds.getByRole('button', { name: 'Kind' }).click();
  const names = await kinds();
  assert.deepEqual(names, names.toSorted());
  assert.equal(await app.kinds.getByRole('columnheader', { name: 'Kind' }).getAttribute('aria-sort'), 'ascending');
  await app.kinds.getByRole('button', { name: 'Kind' }).click();
  assert.deepEqual(await kinds(), names.toReversed());
  await app.kinds.getByRole('link', { name: 'STRUCT' }).click();
  await hashIs(app, '#/types?kind=struct');
  await page.getByRole('button', { name: 'Remove kind: struct' }).waitFor();
  await go(app, '#/sources');
  const parts = page.getByRole('table', { name: 'Parts' });
  await parts.getByRole('button', { name: 'Part' }).click();
  const titles = await parts.locator('tbody tr > :first-child').allInnerTexts();
  assert.deepEqual(titles.map((text) => text.replace('/', '')), titles.map((text) => text.replace('/', '')).toSorted());
});

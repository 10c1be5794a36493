// Two algorithms on the same units; a question of a link.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const open = (hash, options) => chromium.open(hash, { settled: false, ...options });
const drawn = (page) => page.locator('.ladder .node').first().waitFor();

test('two algorithms begin at their first difference, and keys step both', async () => {
  const app = await open('#/learn/side?scenario=forward&a=keep-forwards&b=today');
  const { page } = app;
  await drawn(page);
  const row = () => page.locator('.rows-slider').inputValue();
  const at = (number) => page.waitForFunction((number) => document.querySelector('.rows-slider')?.value === String(number), number);
  const why = await page.locator('.sbs-why').innerText();
  const [, first] = why.match(/^First difference: row (\d+) of \d+\. .*Where forwards are kept, the two differ/);
  await at(first);
  assert.equal(await page.locator('.sbs-steps tr.first.on').count(), 1);
  const said = (name) => page.getByRole('region', { name, exact: true }).locator('.say').innerText();
  await page.waitForFunction(() => [...document.querySelectorAll('.sbs-cols .say')].every((say) => say.innerText.includes('[6]')));
  assert.notEqual(await said('Forwards kept'), await said('Today'));
  await page.keyboard.press('ArrowLeft');
  await at(first - 1);
  await page.waitForFunction(() => new Set([...document.querySelectorAll('.sbs-cols .say')].map((say) => say.innerText)).size === 1);
  await page.keyboard.press('Shift+ArrowRight');
  await at(first);
  await page.keyboard.press('End');
  assert.ok(Number(await row()) > Number(first));
  assert.match(await page.locator('.sbs-below').innerText(), /Forwards kept: 9 types\. Today: 5 types\./);
  // The address leads back.
  assert.match(page.url(), /scenario=forward&a=keep-forwards&b=today&row=\d+$/);
  await page.getByRole('combobox', { name: 'Left' }).selectOption('today');
  await page.getByText('Both do the same on these units, step by step.').waitFor();
  await page.getByRole('combobox', { name: 'Units' }).selectOption('variables');
  await page.getByRole('combobox', { name: 'Right' }).selectOption('fast-path');
  await page.getByText(/“Fast path” cannot run on these units/).waitFor();
  app.wasQuiet();
});

test('a link asks at its step; what the lab is asked to link comes back', async () => {
  const app = await open('#/learn/lab?scenario=list&step=10', { permissions: ['clipboard-read', 'clipboard-write'] });
  const { page } = app;
  await drawn(page);
  await page.getByText('Ask at this step').click();
  await page.getByLabel('Question', { exact: true }).fill('Where do the pointers lead?');
  await page.getByLabel(/^Answer/).fill('Back to [1] and [4].');
  await page.getByRole('button', { name: 'Copy link that stops here' }).click();
  await page.getByText('Link copied.').waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /&stop=10&ask=1[\w-]+$/);
  await page.goto('about:blank');
  await page.goto(link);
  await drawn(page);
  const note = page.getByRole('region', { name: 'Ask the room' });
  await note.getByText('Where do the pointers lead?').waitFor();
  assert.equal(await note.getByText('Back to').count(), 0);
  await note.getByRole('button', { name: 'Show the answer' }).click();
  await note.getByText('Back to [1] and [4].').waitFor();
  await page.keyboard.press('ArrowRight');
  await note.waitFor({ state: 'detached' });
  app.wasQuiet();
});

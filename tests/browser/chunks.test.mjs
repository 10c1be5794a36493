// Chunks of the page's program: fetched when they are first needed, and again after a failure.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';
import { url } from './support/env.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const go = (app, hash) => app.page.evaluate((to) => { location.hash = to; }, hash);
/** The names of the chunks that the page fetched. */
const fetched = async (app) => [...new Set(app.requests)]
  .map((address) => /\/snippets\/(.*)-[0-9a-f]{16}\.wasm$/.exec(address)?.[1]).filter(Boolean).sort();

/** Waits until a chunk was fetched. */
const arrives = async (app, chunk) => {
  while (!(await fetched(app)).includes(chunk)) await app.page.waitForEvent('requestfinished');
};
// What several need has no name of its own.
const named = (names) => names.filter((name) => !name.startsWith('chunk_'));

test('the page needs no chunk; at rest it fetches the views of a result, and the classroom brings its own', async () => {
  const app = await chromium.open('', { serviceWorkers: 'block' });
  await arrives(app, 'result');
  assert.deepEqual(named(await fetched(app)), ['result']);
  await app.runSample();
  assert.deepEqual(named(await fetched(app)), ['result']);
  await go(app, '#/learn');
  await app.page.getByRole('heading', { level: 1, name: 'How type dedup works' }).waitFor();
  assert.deepEqual(named(await fetched(app)), ['learn', 'result']);
  app.wasQuiet();
});

test('the classroom fetches no views of a result', async () => {
  const app = await chromium.open('#/learn', { settled: false, serviceWorkers: 'block' });
  // A page at rest warms up and starts the workers of a job: what it fetches at rest is on its way by then.
  await app.workersAre(Math.min(await app.page.evaluate(() => navigator.hardwareConcurrency), 8) + 1);
  assert.deepEqual(named(await fetched(app)), ['learn']);
});

test('chunks bring one style sheet, and are not shown without it', async () => {
  const app = await chromium.open('', { address: 'about:blank', settled: false, serviceWorkers: 'block' });
  const sheet = /\/later-[0-9a-f]{16}\.css$/;
  const sheets = () => app.page.evaluate(() => document.adoptedStyleSheets.length);
  await app.page.route(sheet, (route) => route.abort());
  await app.page.goto(`${url()}#/learn`);
  await app.page.getByRole('alert').getByText('This part of the page could not be loaded').waitFor();
  assert.equal(await sheets(), 0);
  await app.page.unroute(sheet);
  await app.button('Try again').click();
  await app.page.getByRole('heading', { level: 1, name: 'How type dedup works' }).waitFor();
  assert.equal(await sheets(), 1);
  await go(app, '#/');
  await app.runSample();
  assert.equal(await sheets(), 1);
});

test('a chunk that did not arrive is said, and asked for again', async () => {
  const app = await chromium.open('', { serviceWorkers: 'block' });
  const learn = /\/snippets\/learn-[^/]*\.wasm$/;
  await app.page.route(learn, (route) => route.abort());
  await go(app, '#/learn');
  await app.page.getByRole('alert').getByText('This part of the page could not be loaded').waitFor();
  await app.page.unroute(learn);
  await app.button('Try again').click();
  await app.page.getByRole('heading', { level: 1, name: 'How type dedup works' }).waitFor();
});

test('the box that finds everything opens before any file', async () => {
  const app = await chromium.open();
  await app.page.keyboard.press('Control+k');
  await app.page.getByRole('combobox', { name: /^Find/ }).fill('>theme');
  await app.page.getByRole('option', { name: 'Light or dark theme' }).waitFor();
  app.wasQuiet();
});

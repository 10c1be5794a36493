// Chunks of the page's program: fetched when they are first needed, and again after a failure.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const go = (app, hash) => app.page.evaluate((to) => { location.hash = to; }, hash);
/** The names of the chunks that the page fetched. */
const fetched = async (app) => [...new Set(app.requests)]
  .map((address) => /\/snippets\/(.*)-[0-9a-f]{16}\.wasm$/.exec(address)?.[1]).filter(Boolean).sort();

test('the first load has no chunk; a job and the classroom bring theirs', async () => {
  const app = await chromium.open('', { serviceWorkers: 'block' });
  assert.deepEqual(await fetched(app), []);
  await app.runSample();
  const ofResult = await fetched(app);
  assert.ok(ofResult.includes('result') && !ofResult.includes('learn'), `${ofResult}`);
  await go(app, '#/learn');
  await app.page.getByRole('heading', { level: 1, name: 'How type dedup works' }).waitFor();
  // What several need has no name of its own.
  const named = (names) => names.filter((name) => !name.startsWith('chunk_'));
  assert.deepEqual(named(await fetched(app)), [...named(ofResult), 'learn'].sort());
  app.wasQuiet();
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

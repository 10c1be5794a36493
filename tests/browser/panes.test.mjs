// The line between two panes moves, by pointer and by keys; the size of the text; the page remembers both.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { browserForTests, shared } from './support/browser.mjs';
import { sound } from './support/checks.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const inSample = shared(async () => {
  const app = await chromium.open('', { kept: true });
  await app.runSample();
  return app;
});

const show = async (app) => {
  await app.page.evaluate(() => { location.hash = '#/type/struct/queue'; });
  await app.page.getByRole('heading', { level: 1, name: 'struct queue', exact: true }).waitFor();
};
const width = (page, pane) => page.locator(pane).evaluate((pane) => Math.round(pane.getBoundingClientRect().width));

test('the line between the list and a type follows the pointer and the keys', inSample(async (app) => {
  const { page } = app;
  await show(app);
  const line = page.getByRole('separator', { name: 'Width of the list' });
  const usual = await width(page, '.finder');
  assert.equal(await line.getAttribute('aria-valuenow'), `${usual}`);
  const box = await line.boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + 200);
  await page.mouse.down();
  await page.mouse.move(400, box.y + 220, { steps: 4 });
  await page.mouse.up();
  assert.equal(await width(page, '.finder'), 400);
  assert.equal(await line.getAttribute('aria-valuenow'), '400');
  await page.mouse.move(600, box.y + 220);
  assert.equal(await width(page, '.finder'), 400, 'it is let go');
  await line.focus();
  await page.keyboard.press('ArrowLeft');
  assert.equal(await width(page, '.finder'), 384);
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  assert.equal(await width(page, '.finder'), 416);
  await page.keyboard.press('Home');
  assert.equal(`${await width(page, '.finder')}`, await line.getAttribute('aria-valuemin'));
  await page.keyboard.press('End');
  assert.equal(`${await width(page, '.finder')}`, await line.getAttribute('aria-valuemax'));
  await sound(page, 'a wide list');
  await line.dblclick();
  assert.equal(await width(page, '.finder'), usual);
  assert.equal(await page.evaluate(() => localStorage.getItem('list-width')), null);
  app.wasQuiet();
}));

test('widths and the size of the text are there again after a reload', async () => {
  const app = await chromium.open();
  const { page } = app;
  await app.runSample();
  await show(app);
  await page.getByRole('separator', { name: 'Width of the definition' }).focus();
  await page.keyboard.press('ArrowRight');
  const wide = await width(page, '.cv-pane');
  const pixels = () => page.evaluate(() => Number.parseFloat(getComputedStyle(document.documentElement).fontSize));
  const usual = await pixels();
  await page.keyboard.press('+');
  await page.keyboard.press('+');
  const large = await pixels();
  assert.ok(large > usual * 1.2, `${large} of ${usual}`);
  await page.evaluate(() => { location.hash = ''; });
  await page.reload();
  await app.started();
  assert.equal(await pixels(), large);
  for (let step = 0; step < 5; step += 1) await page.keyboard.press('-');
  assert.equal(await pixels(), usual);
  await app.runSample();
  await show(app);
  assert.equal(await width(page, '.cv-pane'), wide);
  app.wasQuiet();
});

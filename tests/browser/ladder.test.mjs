// The drawing of the classroom, measured: sizes of type, the pair of a step in view, a presenter's keys.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { browserForTests, shared } from './support/browser.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

/** Lessons whose figure is the drawing. */
const LESSONS = ['why', 'primitives', 'graphs', 'forwards', 'references', 'fast-path', 'split'];

/** Two units of thirty types each. */
const SIXTY = (() => {
  let unit = '';
  for (let at = 0; at < 14; at += 1) {
    unit += `struct s${at} {\n    struct s${(at + 1) % 14} *next;\n    struct s0 *first;\n    long value;\n};\n`;
  }
  return `${unit}struct top {\n    struct s0 *root;\n    long count;\n};\n`;
})();

const open = (hash, options) => chromium.open(hash, { settled: false, ...options });
const home = ({ page }) => page.url().replace(/#.*/, '');
const drawn = (page) => page.locator('.ladder .node').first().waitFor();

/**
 * Goes through all steps by a key, in the page and without waiting for anything but the step itself: sizes of type, and
 * what is wrong with the place of the pair.
 */
async function walk(page, { key = 'ArrowRight', most = 10_000 } = {}) {
  return page.evaluate(async ([key, most]) => {
    const at = () => {
      const bar = document.querySelector('.present-bar .count');
      if (bar) return bar.innerText.match(/Step (\d+) of (\d+)/).slice(1).map(Number);
      const slider = document.querySelector('.timeline');
      return [Number(slider.value), Number(slider.max)];
    };
    const sizes = new Set();
    const wrong = [];
    const look = (step) => {
      const area = document.querySelector('.ladder-area').getBoundingClientRect();
      const rows = [];
      for (const text of document.querySelectorAll('.ladder .node text.name')) {
        const scale = text.getScreenCTM().a;
        sizes.add(Math.round(Number.parseFloat(getComputedStyle(text).fontSize) * scale * 10) / 10);
      }
      // Rows move to their place in a moment; what counts is where they end.
      const group = document.querySelector('.ladder .rows');
      for (const animation of group?.getAnimations() ?? []) animation.finish();
      for (const one of document.querySelectorAll('.ladder .node.cur')) {
        const box = one.querySelector('.box').getBoundingClientRect();
        rows.push(Math.round(box.top));
        if (box.top < area.top - 1 || box.bottom > area.bottom + 1 || box.left < area.left - 1 || box.right > area.right + 1) wrong.push(`step ${step}: [${one.dataset.id}] is out of view`);
      }
      // A type that takes part in two rows stands for its partner.
      if (rows.length === 2 && rows[0] !== rows[1] && !document.querySelector('.ladder .again')) wrong.push(`step ${step}: the pair is not on one row`);
    };
    let [step, steps] = at();
    look(step);
    for (let time = 0; time < most && step < steps; time += 1) {
      const press = () => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
      press();
      // A question to the room takes two keys: one for the answer, one to go on.
      let asked = 0;
      // The drawing follows the number in the next frame.
      const drawn = () => document.querySelector('svg.ladder')?.getAttribute('aria-label').startsWith(`Step ${at()[0]} of`);
      while (at()[0] === step || !drawn()) {
        const stop = document.querySelector('.figure.asking');
        if (stop && at()[0] === step && asked === (stop.querySelector('.room .acts') ? 0 : 1)) {
          asked += 1;
          press();
        }
        await new Promise((resolve) => { setTimeout(resolve); });
      }
      [step] = at();
      look(step);
    }
    return { sizes: [...sizes], wrong, steps: step };
  }, [key, most]);
}

/** Goes to another place of the page. */
async function go(app, hash) {
  await app.page.evaluate((hash) => { location.hash = hash; }, '#/learn');
  await app.page.getByRole('heading', { level: 1, name: 'How type dedup works' }).waitFor();
  await app.page.evaluate((hash) => { location.hash = hash; }, hash);
  await drawn(app.page);
}

const figureOf = async (app, slug) => {
  // The figure is the screen before the question and the answer, which are the last two.
  await app.page.keyboard.press('g');
  const link = app.page.locator(`#screen-list a[href^="#/learn/${slug}/"]`).filter({ hasText: 'Figure' });
  return link.getAttribute('href');
};

for (const [width, height] of [[1280, 720], [1440, 900]]) {
  test(`presenter at ${width} × ${height}: type of 22 pixels and more, and the pair in view at every step of every lesson`, async () => {
    const app = await open('#/learn/graphs/1', { viewport: { width, height } });
    await app.page.locator('.present').waitFor();
    for (const slug of LESSONS) {
      const figure = await figureOf(app, slug);
      await app.page.keyboard.press('Escape');
      await app.page.evaluate((hash) => { location.hash = hash; }, figure);
      await drawn(app.page);
      await app.page.keyboard.press('Home');
      const { sizes, wrong } = await walk(app.page, { key: 'PageDown' });
      assert.ok(Math.min(...sizes) >= 22, `${slug}: ${sizes}`);
      assert.deepEqual(wrong, [], slug);
      const [tall, room] = await app.page.evaluate(() => [document.documentElement.scrollHeight, innerHeight]);
      assert.ok(tall <= room, `${slug}: the screen scrolls`);
    }
    app.wasQuiet();
  });
}

for (const [name, width, least] of [['reading', 1280, 14], ['phone', 390, 12]]) {
  test(`${name}: type of ${least} pixels and more in every lesson, and the pair in view`, async () => {
    const app = await open('#/learn', { viewport: { width, height: 844 } });
    for (const slug of LESSONS) {
      await go(app, `#/learn/${slug}`);
      await app.page.keyboard.press('Home');
      const { sizes, wrong } = await walk(app.page);
      assert.ok(Math.min(...sizes) >= least, `${slug}: ${sizes}`);
      assert.deepEqual(wrong, [], slug);
    }
    app.wasQuiet();
  });
}

test('the lab: the pair is in view at every step of every scenario', async () => {
  const app = await open('#/learn/lab', { viewport: { width: 1280, height: 800 } });
  await drawn(app.page);
  const slugs = await app.page.locator('#scenario option').evaluateAll((all) => all.map((one) => one.value).filter(Boolean));
  assert.ok(slugs.length > 20);
  for (const slug of slugs) {
    await app.page.locator('#scenario').selectOption(slug);
    await app.page.waitForFunction(() => document.querySelector('.timeline')?.value === '0');
    const { sizes, wrong } = await walk(app.page);
    assert.ok(Math.min(...sizes) >= 14, `${slug}: ${sizes}`);
    assert.deepEqual(wrong, [], slug);
  }
  app.wasQuiet();
});

test('sixty types: few rows, both types in view at every step, strips that unfold, a size to choose', async () => {
  const app = await open('#/learn/lab', { viewport: { width: 1280, height: 800 } });
  const { page } = app;
  await drawn(page);
  for (const unit of [1, 2]) await page.getByRole('textbox', { name: `Unit ${unit}`, exact: true }).fill(SIXTY);
  await page.getByText('60 types').first().waitFor().catch(() => {});
  await page.waitForFunction(() => document.querySelectorAll('.all-pairs li').length >= 29);
  await page.keyboard.press('Home');
  const seen = await walk(page);
  assert.ok(seen.steps > 100, String(seen.steps));
  assert.deepEqual(seen.wrong, []);
  assert.ok(Math.min(...seen.sizes) >= 14, String(seen.sizes));
  const rows = () => page.locator('.ladder .rung').count();
  const before = await rows();
  await page.locator('button.strip').first().click();
  await page.waitForFunction((before) => document.querySelectorAll('.ladder .rung').length > before, before);
  await page.getByRole('button', { name: 'Fit', exact: true }).click();
  // Thirty rows do not fit into this window; as many as can be are shown.
  await page.locator('.zoom').getByText('40 %').waitFor();
  await page.getByRole('button', { name: 'Larger', exact: true }).click();
  await page.getByRole('button', { name: 'Fold again' }).click();
  await page.getByRole('button', { name: 'Centre pair' }).click();
  app.wasQuiet();
});

test('a remote goes through all steps and screens with one key, and back with another', async () => {
  const app = await open('#/learn/graphs/1', { viewport: { width: 1280, height: 720 } });
  const { page } = app;
  await page.locator('.present').waitFor();
  const figure = await figureOf(app, 'graphs');
  await page.keyboard.press('Escape');
  await page.evaluate((hash) => { location.hash = hash; }, figure);
  await drawn(page);
  const count = () => page.locator('.present-bar .count').innerText();
  const at = (step) => page.waitForFunction((step) => document.querySelector('.present-bar .count')?.innerText.startsWith(`Step ${step} of`), step);
  const [first, steps] = (await count()).match(/\d+/g).map(Number);
  // Four keys that mean the same.
  for (const [number, key] of ['ArrowRight', 'PageDown', 'Space', 'Enter'].entries()) {
    await page.keyboard.press(key);
    await at(first + number + 1);
  }
  await page.keyboard.press('PageUp');
  await at(first + 3);
  // Left by the list, found as it was.
  await page.keyboard.press('g');
  await page.locator('#screen-list a').first().click();
  await page.locator('.words').waitFor();
  await page.evaluate((hash) => { location.hash = hash; }, figure);
  await at(first + 3);
  // Through all steps and on.
  await walk(page, { key: 'PageDown' });
  await at(steps);
  await page.keyboard.press('PageDown');
  await page.getByText('Predict', { exact: true }).waitFor();
  await page.keyboard.press('PageUp');
  await at(steps);
  await page.keyboard.press('Escape');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForURL(/#\/learn\/graphs$/);
  app.wasQuiet();
});

test('the figure of strings has steps of its own: the same key goes through them and on', async () => {
  const app = await open('#/learn/strings/1', { viewport: { width: 1280, height: 720 } });
  const { page } = app;
  await page.locator('.present').waitFor();
  const figure = await figureOf(app, 'strings');
  await page.keyboard.press('Escape');
  await page.evaluate((hash) => { location.hash = hash; }, figure);
  const count = page.locator('.string-pass .count');
  await count.waitFor();
  const [first, steps] = (await count.innerText()).match(/\d+/g).map(Number);
  assert.equal(first, 0);
  const at = (step) => page.waitForFunction((step) => document.querySelector('.string-pass .count')?.innerText.startsWith(`${step} of`), step);
  for (let step = 1; step <= steps; step += 1) {
    await page.keyboard.press('PageDown');
    await at(step);
  }
  await page.keyboard.press('PageDown');
  await page.getByText('Predict', { exact: true }).waitFor();
  await page.keyboard.press('PageUp');
  await at(steps);
  app.wasQuiet();
});

test('black screen, timer, pointer; the C can be changed; Esc and a button leave the presenter of the lab', async () => {
  const app = await open('#/learn/lab?scenario=list', { viewport: { width: 1280, height: 720 } });
  const { page } = app;
  await drawn(page);
  await page.keyboard.press('p');
  await page.locator('.present-bar').waitFor();
  assert.equal(await page.getByRole('banner').count(), 0, 'nothing around');
  await drawn(page);
  await page.keyboard.press('b');
  await page.locator('#black-screen').waitFor();
  await page.keyboard.press('PageDown');
  await page.locator('#black-screen').waitFor({ state: 'detached' });
  assert.match(await page.locator('.present-bar .count').innerText(), /^Step 0 of/, 'the key only took the black screen away');
  await page.keyboard.press('t');
  await page.getByRole('timer').waitFor();
  await page.keyboard.press('l');
  await page.mouse.move(200, 300);
  await page.locator('.pointer circle[cx="200"]').waitFor();
  // The declarations are there, with the lines of the step, and can be changed.
  await page.keyboard.press('End');
  await page.locator('.declared').nth(1).getByText('int value;').waitFor();
  await page.getByRole('button', { name: 'Edit', exact: true }).last().click();
  const field = page.getByRole('textbox', { name: 'Unit 2', exact: true });
  await field.fill('struct list {\n    struct list *next;\n    long value;\n};\n');
  await field.blur();
  await page.getByRole('button', { name: 'Done', exact: true }).click();
  await page.locator('.declared').nth(1).getByText('long value;').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('banner').waitFor();
  await page.waitForFunction(() => document.documentElement.dataset.scale !== 'presenter');
  await page.keyboard.press('p');
  await page.getByRole('button', { name: 'Leave', exact: true }).click();
  await page.getByRole('banner').waitFor();
  app.wasQuiet();
});

test('the drawing is a table too, in the lab and in lessons', async () => {
  const app = await open('#/learn/graphs');
  for (const hash of ['#/learn/graphs', '#/learn/lab?scenario=contradiction&step=20']) {
    await app.page.goto(home(app) + hash);
    await drawn(app.page);
    await app.page.getByText('Drawing as a table').click();
    const table = app.page.getByRole('table', { name: 'Drawing as a table' });
    await table.waitFor();
    const boxes = await app.page.locator('.ladder .rung, .ladder .node').count();
    assert.ok(boxes > 0);
    const cells = await table.getByRole('row').nth(1).getByRole('cell').allInnerTexts();
    assert.equal(cells.length, 5);
    assert.match(cells.join(' '), /\[\d+\] struct/);
  }
  app.wasQuiet();
});

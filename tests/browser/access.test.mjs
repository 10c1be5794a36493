// Keyboard, screen reader, narrow windows, light and dark.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';
import { drawn, fits, sound } from './support/checks.mjs';
import { copy } from './support/elf.mjs';
import { KERNEL_LIMIT, kernel, sample } from './support/env.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

test('every view: names, references, room and contrast', async () => {
  const app = await chromium.open('?workers=1');
  const seen = [];
  const look = async (where) => {
    seen.push(where);
    await sound(app.page, where);
  };
  await look('start');
  await app.page.keyboard.press('?');
  await app.page.getByRole('complementary').waitFor();
  await look('help');
  await app.page.keyboard.press('Escape');

  await app.choose(copy(sample(), 'half.elf', (bytes) => bytes.subarray(0, 13_000)));
  await app.error();
  await look('error');

  await app.holdJob();
  await app.choose(kernel());
  await app.encoding();
  await look('progress');
  await app.releaseJobs();
  await app.cancel.click();

  await app.runSample();
  await app.link('C header').waitFor();
  await app.page.getByRole('table', { name: 'Functions' }).getByRole('button').first().click();
  await app.page.getByRole('list', { name: 'Functions left out' }).waitFor();
  await look('result');
  await app.choose(copy(sample(), 'other.elf'));
  await app.button('Replace').waitFor();
  await look('result with a question');
  assert.equal(seen.length, 6);
  assert.equal(await app.page.getAttribute('html', 'lang'), 'en');
  app.wasQuiet();
});

for (const width of [360, 768]) {
  test(`a page that opens ${width} pixels wide has the whole table`, async () => {
    const app = await chromium.open('', { viewport: { width, height: 740 } });
    await app.runSample();
    await fits(app.page, `the result at ${width}`);
    const rows = await app.rows();
    assert.ok(rows.size >= 15, 'the table is whole on a small screen');
    for (const [kind, cells] of rows) assert.ok(cells.length >= 3, kind);
  });
}

test('light and dark can be switched, and the choice is remembered', async () => {
  const app = await chromium.open('', { colorScheme: 'light' });
  const background = () => app.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  await app.page.emulateMedia({ colorScheme: 'dark' });
  assert.notEqual(await background(), light, 'the system decides');
  await app.page.emulateMedia({ colorScheme: 'light' });
  await app.button('Switch light or dark').click();
  const dark = await background();
  assert.notEqual(dark, light);
  await app.page.reload();
  await app.started();
  assert.equal(await background(), dark);
  // Browsers drop what is typed into a page of which they have drawn nothing yet.
  await drawn(app.page);
  await app.page.keyboard.press('t');
  await app.page.waitForFunction((light) => getComputedStyle(document.body).backgroundColor === light, light);
});

/** What has the focus: its name as it is heard, and whether it is seen to have it. */
function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    // Forced colours draw no shadows.
    const shadows = !matchMedia('(forced-colors: active)').matches;
    const drawn = [element, ...(element.labels ?? [])].some((each) => {
      const style = getComputedStyle(each);
      const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
      return outlined || (shadows && style.boxShadow !== 'none');
    });
    const name = element.getAttribute('aria-label') ?? element.labels?.[0]?.innerText ?? element.innerText;
    return { name: name.trim(), drawn };
  });
}

test('the focus is seen with forced colours too', async () => {
  const app = await chromium.open('', { forcedColors: 'active' });
  const unseen = [];
  for (let step = 0; step < 6; step += 1) {
    await app.page.keyboard.press('Tab');
    const { name, drawn } = await focused(app.page);
    if (!drawn) unseen.push(name);
  }
  assert.deepEqual(unseen, []);
});

test('the keyboard does it all', async () => {
  const app = await chromium.open();
  const { page } = app;
  await drawn(page);
  const focus = () => focused(page);
  const order = [];
  for (let step = 0; step < 12 && order.at(-1) !== 'Try a sample'; step += 1) {
    await page.keyboard.press('Tab');
    const { name, drawn } = await focus();
    assert.ok(drawn, `the focus is seen on ${name}`);
    order.push(name);
  }
  assert.deepEqual(order, [
    'Skip to content', 'btfscope, start', 'Programs', 'Learn', 'Lab', 'Find anything', 'Help for this page', 'Switch light or dark',
    'Choose a file', 'Try a sample',
  ]);

  await page.keyboard.press('Enter');
  await app.result('sample.elf');
  // The new view is where the focus is, so that it is read and the next Tab goes on from there.
  assert.equal((await focus()).name, 'Overview of sample.elf');
  await page.keyboard.press('Tab');
  assert.equal((await focus()).name, 'Count');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Space');
  assert.equal(await app.button('Bytes').getAttribute('aria-pressed'), 'true');
  await page.keyboard.press('c');
  assert.equal(await app.button('Count').getAttribute('aria-pressed'), 'true');

  const help = page.getByRole('complementary', { name: 'Reading the result' });
  await page.keyboard.press('?');
  await help.waitFor();
  await page.keyboard.press('Escape');
  await help.waitFor({ state: 'hidden' });

  // The browser's own picker, by the key that the help names and by the keyboard on the input. One is
  // answered before the next: the browser shows one at a time.
  // The picker is answered by the test from the first listener on; the browser is told so in good time.
  page.on('filechooser', () => {});
  await page.evaluate(() => true);
  const other = copy(sample(), 'other.elf');
  for (const open of [
    () => page.keyboard.press('o'),
    async () => {
      await app.picker.focus();
      await page.keyboard.press('Enter');
    },
  ]) {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), open()]);
    await chooser.setFiles(other);
    await app.button('Replace').waitFor();
    await page.keyboard.press('Escape');
    await app.button('Replace').waitFor({ state: 'hidden' });
  }
  app.wasQuiet();
});

test('letters typed into the search stay letters', async () => {
  const app = await chromium.open();
  await app.runSample();
  await app.page.getByRole('table', { name: 'Functions' }).getByRole('button').first().click();
  const search = app.page.getByRole('searchbox', { name: 'Search the functions left out' });
  await search.waitFor();
  await app.page.keyboard.press('/');
  await app.page.keyboard.type('tb?o');
  assert.equal(await search.inputValue(), 'tb?o');
  assert.equal(await app.page.getByRole('complementary').count(), 0);
  assert.equal(await app.button('Count').getAttribute('aria-pressed'), 'true');
});

test('a screen reader is told of progress, the end, and a cancel', async () => {
  const app = await chromium.open('?workers=2');
  await app.page.evaluate(() => {
    globalThis.heard = [];
    const region = document.querySelector('[aria-live=polite]');
    new MutationObserver(() => heard.push(region.textContent)).observe(region, { characterData: true, childList: true, subtree: true });
  });
  const heard = () => app.page.evaluate(() => globalThis.heard);
  await app.runSample();
  assert.match((await heard()).at(-1), /^Done: [\d,]+ types, [\d.]+\s[kM]?B$/);
  await app.holdJob(() => globalThis.heard.some((text) => /^Encode types, [1-9]0 percent$/.test(text)));
  await app.choose(kernel());
  await app.button('Replace').click();
  await app.page.waitForFunction(() => globalThis.heard.some((text) => /^Encode types, [1-9]0 percent$/.test(text)), null,
    { timeout: KERNEL_LIMIT });
  await app.page.keyboard.press('Escape');
  await app.page.waitForFunction(() => globalThis.heard.at(-1) === 'Cancelled');
});

test('nothing moves for those who asked for less motion', async () => {
  const moving = async (reducedMotion) => {
    const app = await chromium.open('?workers=1', { reducedMotion });
    await app.holdJob();
    await app.choose(kernel());
    await app.encoding();
    // The clock turns what is beside the figures: a look at as many drawings as change the figures a few times.
    const turns = await app.page.evaluate(async () => {
      const seen = new Set();
      const figures = new Set();
      while (figures.size < 5) {
        figures.add(document.querySelector('dl.now').innerText);
        for (const path of document.querySelectorAll('svg.i.live path')) seen.add(getComputedStyle(path).transform);
        await new Promise(requestAnimationFrame);
      }
      return seen.size;
    });
    await app.page.getByRole('link', { name: 'btfscope, start' }).click();
    await app.sample.waitFor();
    const animations = await app.page.evaluate(() => document.getAnimations().length);
    await chromium.close();
    return { turns: turns > 1, animations: animations > 0 };
  };
  assert.deepEqual(await moving('no-preference'), { turns: true, animations: true }, 'there is something to still');
  assert.deepEqual(await moving('reduce'), { turns: false, animations: false });
});

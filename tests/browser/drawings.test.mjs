// Drawings of the laboratory as files: the command's bytes, PNG of twice the size, several steps as an animation.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { afterEach, test } from 'node:test';
import { browserForTests, inChromium } from './support/browser.mjs';
import { btfscope, inWork, run } from './support/env.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

async function save(app, button) {
  const [download] = await Promise.all([app.page.waitForEvent('download'), app.button(button).click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** What the command draws of the scenario. */
async function drawn(...options) {
  const out = inWork('drawn.svg');
  await run(btfscope(), ['lab', '--scenario', 'deep', '--svg', out, ...options]);
  return readFile(out);
}

test('a step is saved as the command draws it, light and dark, and as PNG', inChromium, async () => {
  const app = await chromium.open('#/learn/lab?scenario=deep&step=12', { settled: false, colorScheme: 'light' });
  await app.page.locator('.ladder .node').first().waitFor();
  await app.page.getByText('Save drawing', { exact: true }).click();
  const light = await save(app, 'SVG');
  assert.equal(light.name, 'btfscope-deep-step-12.svg');
  assert.ok(light.bytes.equals(await drawn('--step', '12')));
  await app.page.getByRole('checkbox', { name: 'Dark' }).check();
  const dark = await save(app, 'SVG');
  assert.ok(dark.bytes.equals(await drawn('--step', '12', '--dark')));
  assert.ok(!dark.bytes.equals(light.bytes));

  const png = await save(app, 'PNG');
  assert.equal(png.name, 'btfscope-deep-step-12.png');
  assert.equal(png.bytes.subarray(1, 4).toString(), 'PNG');
  const [, width, height] = /<svg [^>]*width="(\d+)" height="(\d+)"/.exec(dark.bytes.toString()).map(Number);
  assert.deepEqual([png.bytes.readUInt32BE(16), png.bytes.readUInt32BE(20)], [width * 2, height * 2]);
  // The step that is shown is the one from before.
  assert.equal(await app.page.getByRole('slider', { name: 'Step', exact: true }).inputValue(), '12');
  app.wasQuiet();
});

test('steps are saved as an animation that shows one after the other', inChromium, async () => {
  const app = await chromium.open('#/learn/lab?scenario=deep', { settled: false, colorScheme: 'light' });
  await app.page.locator('.ladder .node').first().waitFor();
  await app.page.getByText('Save drawing', { exact: true }).click();
  await app.page.getByRole('spinbutton', { name: 'First step' }).fill('3');
  await app.page.getByRole('spinbutton', { name: 'Last step' }).fill('7');
  await app.page.getByRole('spinbutton', { name: 'Seconds a step' }).fill('0.5');
  const saved = await save(app, 'Animated SVG');
  assert.equal(saved.name, 'btfscope-deep-steps-3-7.svg');
  assert.ok(saved.bytes.equals(await drawn('--step', '3', '--to', '7', '--seconds', '0.5')));

  await app.page.getByRole('spinbutton', { name: 'Last step' }).fill('2');
  await app.button('Animated SVG').click();
  await app.page.getByRole('alert').getByText('The drawing was not saved: step 2 comes before step 3').waitFor();

  // In a page of its own, with time standing still at the middle of each step.
  const page = await app.page.context().newPage();
  await page.setContent(saved.bytes.toString());
  const shown = await page.evaluate(() => {
    const groups = [...document.querySelectorAll('.btfscope-step')];
    const at = (time) => {
      for (const animation of document.getAnimations()) {
        animation.pause();
        // Each group is late by its own delay.
        animation.currentTime = time;
      }
      return groups.filter((group) => getComputedStyle(group).visibility === 'visible').map((group) => group.dataset.step).join();
    };
    return [250, 750, 1250, 1750, 2250, 2750].map(at);
  });
  assert.deepEqual(shown, ['3', '4', '5', '6', '7', '3']);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const still = await page.evaluate(() => [...document.querySelectorAll('.btfscope-step')]
    .filter((group) => getComputedStyle(group).visibility === 'visible').map((group) => group.dataset.step));
  assert.deepEqual(still, ['7']);
});

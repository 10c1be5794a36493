// Cancel: at once, with all workers of the job, and with nothing else.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';
import { inWork, kernel, sample } from './support/env.mjs';
import { encoded } from './support/native.mjs';

/** Frames from a click to a page that is back. Of time the machine has a say too, of frames only the page. */
const AT_ONCE = 3;

const chromium = browserForTests();
afterEach(() => chromium.close());

/** A job on the kernel that is in the midst of encoding. */
async function midst(app, workers) {
  await app.choose(kernel());
  await app.encoding();
  // Encoders, a coordinator, and what there was.
  await app.workersAre(workers);
}

/** How many frames were still drawn with the job in them, after the click or key that `act` sends. */
async function framesOfJob(app, act) {
  await app.page.evaluate(() => {
    const seen = globalThis.framesOfJob = { sent: false, frames: 0 };
    for (const event of ['click', 'keydown']) addEventListener(event, () => { seen.sent = true; }, { capture: true, once: true });
    const frame = () => {
      if (seen.sent && document.querySelector('[aria-keyshortcuts=Escape]')) seen.frames += 1;
      requestAnimationFrame(frame);
    };
    frame();
  });
  await act();
  await app.cancel.waitFor({ state: 'detached' });
  const { sent, frames } = await app.page.evaluate(() => globalThis.framesOfJob);
  assert.ok(sent);
  return frames;
}

const cancelled = (app) => app.page.getByText(`Encoding ${path.basename(kernel())} was cancelled.`).first();

test('the button ends the job and its workers at once; a job starts again after it', async (t) => {
  const app = await chromium.open('?workers=2');
  await midst(app, 3);
  const frames = await framesOfJob(app, () => app.cancel.click());
  t.diagnostic(`back after ${frames} frames`);
  assert.ok(frames <= AT_ONCE, `back after ${frames} frames`);
  await app.sample.waitFor();
  await cancelled(app).waitFor();
  await app.workersAre(0);
  assert.equal(await app.cancel.count(), 0);
  assert.equal(await app.alert.count(), 0, 'what a person wanted is no error');

  // The next job knows nothing of the one before.
  await app.runSample();
  assert.ok((await app.downloadBytes('Raw .BTF')).equals((await encoded(sample())).btf));
  app.wasQuiet();
});

test('Escape cancels; the result from before is still there', async (t) => {
  const app = await chromium.open('?workers=2');
  await app.runSample();
  await app.workersAre(1);
  await app.choose(kernel());
  await app.button('Replace').click();
  await app.encoding();
  await app.workersAre(4);

  const frames = await framesOfJob(app, () => app.page.keyboard.press('Escape'));
  t.diagnostic(`back after ${frames} frames`);
  assert.ok(frames <= AT_ONCE, `back after ${frames} frames`);
  await app.result('sample.elf');
  await cancelled(app).waitFor();
  await app.workersAre(1);

  // It is whole: its worker answers, its files are what they were.
  assert.ok((await app.downloadBytes('Raw .BTF')).equals((await encoded(sample())).btf));
  const functions = app.page.getByRole('table', { name: 'Functions' });
  await functions.getByRole('button').first().click();
  const names = app.page.getByRole('list', { name: 'Functions left out' });
  await names.getByRole('listitem').first().waitFor();
  app.wasQuiet();
});

test('a job can be left alone and looked at again; another file asks before it ends it', async () => {
  const app = await chromium.open('?workers=1');
  await app.holdJob();
  await midst(app, 2);
  await app.page.getByRole('link', { name: 'btfscope, start' }).click();
  await app.sample.waitFor();
  await app.page.getByText(`Encoding ${path.basename(kernel())}.`).waitFor();
  // Escape is for what is looked at.
  await app.page.keyboard.press('Escape');
  await app.workersAre(2);
  await app.releaseJobs();
  await app.sample.click();
  await app.page.getByText(`Stop encoding ${path.basename(kernel())} and open sample.elf?`).waitFor();
  await app.button('Stop and open sample.elf').click();
  await app.result('sample.elf');
  await app.workersAre(1);
  app.wasQuiet();
});

test('a cancelled job starts again', async () => {
  const app = await chromium.open();
  await app.holdJob('() => true');
  await app.sample.click();
  await app.cancel.click();
  await app.sample.waitFor();
  await app.releaseJobs();
  await app.button('Start again').click();
  await app.result('sample.elf');
  assert.equal(await app.button('Start again').count(), 0, 'there is nothing to start again');
  app.wasQuiet();
});

test('the progress of raw BTF is shown when it takes long, and can be cancelled', async () => {
  const app = await chromium.open();
  const raw = inWork('late.btf');
  await writeFile(raw, (await encoded(sample())).btf);
  await app.holdJob('() => true');
  await app.choose(raw);
  await app.page.waitForURL(/#\/progress/);
  await app.cancel.click();
  await app.sample.waitFor();
  await app.releaseJobs();
  await app.button('Start again').click();
  await app.result('late.btf');
  // Back is where the file was chosen.
  await app.page.goBack();
  await app.sample.waitFor();
  app.wasQuiet();
});

test('who looks at something else while raw BTF begins to be read stays there', async () => {
  const app = await chromium.open();
  const raw = inWork('early.btf');
  await writeFile(raw, (await encoded(sample())).btf);
  // The page asks workers before a file is chosen, too: some warm up.
  await app.page.evaluate(() => addEventListener('change', () => { globalThis.chosen = true; }, { capture: true }));
  await app.holdJob('() => globalThis.chosen && (location.hash = "#/learn/glossary", true)');
  await app.choose(raw);
  await app.page.getByText('Encoding early.btf.').waitFor();
  assert.match(app.page.url(), /#\/learn\/glossary/);
  await app.page.getByRole('link', { name: 'Show progress' }).click();
  await app.cancel.click();
});

test('a job that ends in a hidden tab tells so, if the user allowed it', async () => {
  const app = await chromium.open();
  await app.page.evaluate(() => {
    globalThis.told = [];
    globalThis.Notification = class {
      static permission = 'default';
      static async requestPermission() { this.permission = 'granted'; return this.permission; }
      constructor(title, { body }) { globalThis.told.push([title, body]); }
    };
  });
  await app.holdJob('() => true');
  await app.sample.click();
  await app.button('Notify me when done').click();
  await app.button('Notify me when done').waitFor({ state: 'detached' });
  await app.cancel.click();
  await app.releaseJobs();
  await app.runSample();
  assert.deepEqual(await app.page.evaluate(() => globalThis.told), [], 'the tab is in view');
  await app.page.evaluate(() => { Object.defineProperty(document, 'hidden', { get: () => true }); });
  await app.page.getByRole('link', { name: 'btfscope, start' }).click();
  await app.sample.click();
  await app.button('Replace').click();
  await app.result('sample.elf');
  await app.page.waitForFunction(() => globalThis.told.length > 0);
  const [[title, body]] = await app.page.evaluate(() => globalThis.told);
  assert.equal(title, 'sample.elf is ready');
  assert.match(body, /^\d+ types$/);
});

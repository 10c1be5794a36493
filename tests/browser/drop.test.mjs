// Files dropped on the page as a person drops them.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';
import { drag, dropFiles } from './support/drag.mjs';
import { copy } from './support/elf.mjs';
import { inWork, sample } from './support/env.mjs';
import { kernels, module, moduleFor } from './support/inputs.mjs';
import { encoded } from './support/native.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const overlay = (app) => app.page.getByText('Drop to open', { exact: true });

test('the page says so while a file is over it, and opens it when it is dropped', async () => {
  const app = await chromium.open();
  const going = await drag(app.page, [sample()]);
  assert.equal(await overlay(app).count(), 0);
  await going.enter();
  await overlay(app).waitFor();
  // Anywhere is a good place, the corners too.
  await going.over(2, 2);
  await going.over(1270, 890);
  assert.ok(await overlay(app).isVisible());
  await going.drop(1270, 890);
  await overlay(app).waitFor({ state: 'hidden' });
  await app.result('sample.elf');
  const { btf } = await encoded(sample());
  assert.ok((await app.downloadBytes('Raw .BTF')).equals(btf));
  app.wasQuiet();
});

test('a file that is pasted opens as a drop does', async () => {
  const app = await chromium.open();
  await app.page.evaluate(async () => {
    const carried = new DataTransfer();
    carried.items.add(new File([await (await fetch('sample.elf')).arrayBuffer()], 'pasted.elf'));
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: carried, bubbles: true, cancelable: true }));
  });
  await app.result('pasted.elf');
  app.wasQuiet();
});

test('a drag that goes away leaves the page as it was', async () => {
  const app = await chromium.open();
  const going = await drag(app.page, [sample()]);
  await going.enter();
  await overlay(app).waitFor();
  await going.leave();
  await overlay(app).waitFor({ state: 'hidden' });
  assert.ok(await app.sample.isVisible());
  app.wasQuiet();
});

test('a wrong file is named and refused', async () => {
  const text = inWork('notes.txt');
  writeFileSync(text, 'hello, this is no kernel\n');
  const app = await chromium.open();
  await dropFiles(app.page, text);
  const error = await app.error();
  assert.match(error.text, /notes\.txt is neither an ELF file nor BTF: it starts with 68 65 6c 6c/);
  assert.match(error.text, /Choose a vmlinux/);
  assert.equal(await overlay(app).count(), 0);
  assert.ok(await app.sample.isVisible(), 'nothing was started');
  app.wasQuiet();
});

test('a folder is named and refused', async () => {
  const folder = inWork('boot');
  mkdirSync(folder, { recursive: true });
  const app = await chromium.open();
  await dropFiles(app.page, folder);
  const error = await app.error();
  assert.match(error.text, /boot/);
  assert.match(error.text, /folder/);
  assert.ok(await app.sample.isVisible(), 'nothing was started');
});

test('three files that could each be the kernel: none is opened, and the page says why', async () => {
  const app = await chromium.open();
  await dropFiles(app.page, sample(), copy(sample(), 'other.elf'), copy(sample(), 'third.elf'), await module('a.ko'));
  const error = await app.error();
  assert.match(error.text, /sample\.elf, other\.elf, third\.elf: each of these 3 files could be the kernel, but one is opened at a time/);
  assert.equal(await app.kinds.count(), 0);
  app.wasQuiet();
});

test('two kernels with modules: each module goes to the kernel of its release, and one that fits neither is named', async () => {
  const releases = ['6.1.0-47-cloud-amd64', '6.12.95+deb13-amd64'];
  const [older, newer] = await kernels(...releases);
  const given = [older, newer, await moduleFor(releases[1], 'new.ko'), await moduleFor(releases[0], 'old.ko'), await moduleFor('5.10.0', 'odd.ko')];
  const app = await chromium.open();
  const { page } = app;
  const question = page.getByRole('group', { name: 'Two kernels' });
  await dropFiles(page, ...given);
  await question.getByText('5.10.0-odd.ko (built for 5.10.0) fits neither kernel and is left out.').waitFor();
  await question.getByRole('button', { name: `Open vmlinux ${releases[0]} with 1 module` }).waitFor();
  // The driver drops files into one folder, so the second has a name of its own.
  const second = `vmlinux (1) ${releases[1]}`;
  await question.getByRole('button', { name: `Open ${second} with 1 module` }).click();
  await app.modulesDone();
  assert.deepEqual([...(await app.moduleRows()).keys()], [`${releases[1]}-new.ko`]);
  // Without a result, a comparison opens the first with its own.
  const other = await chromium.open();
  await dropFiles(other.page, ...given);
  await other.button('Compare them').click();
  await other.page.getByRole('heading', { level: 1, name: `From vmlinux ${releases[0]} to ${second}` }).waitFor();
  await other.page.getByRole('link', { name: /^Modules/ }).click();
  await other.modulesDone();
  assert.deepEqual([...(await other.moduleRows()).keys()], [`${releases[0]}-old.ko`]);
  app.wasQuiet();
  other.wasQuiet();
});

test('a file that opens beside one that does not: the one opens, the other is named', async () => {
  const packed = copy(sample(), 'ext4.ko.xz', () => Buffer.from('fd377a585a000000', 'hex'));
  const app = await chromium.open();
  await dropFiles(app.page, packed, sample());
  await app.result('sample.elf');
  await app.page.getByText('Skipped: ext4.ko.xz cannot be unpacked: ').waitFor();
  app.wasQuiet();
});

test('files dropped before the engine is loaded wait for it, and what is left aside stays named', async () => {
  const packed = copy(sample(), 'ext4.ko.xz', () => Buffer.from('fd377a585a000000', 'hex'));
  const app = await chromium.open('', { serviceWorkers: 'block' });
  let load;
  const loaded = new Promise((resolve) => { load = resolve; });
  await app.page.route(/engine-[^/]*\.wasm$/, async (route) => {
    await loaded;
    await route.continue();
  });
  await app.page.reload();
  await app.started();
  await dropFiles(app.page, packed, sample());
  await app.page.getByText('sample.elf opens as soon as the engine is loaded.').waitFor();
  load();
  await app.result('sample.elf');
  await app.page.getByText('Skipped: ext4.ko.xz cannot be unpacked: ').waitFor();
  app.wasQuiet();
});

test('a second file replaces the first after a word', async () => {
  const other = copy(sample(), 'other.elf');
  const app = await chromium.open();
  await app.runSample();
  await dropFiles(app.page, other);
  const ask = app.page.getByRole('group', { name: 'Open another file' });
  await ask.getByText('Replace sample.elf with other.elf?').waitFor();
  await app.button('Cancel').click();
  await ask.waitFor({ state: 'hidden' });
  await app.result('sample.elf');
  await dropFiles(app.page, other);
  await app.button('Replace').click();
  await app.result('other.elf');
  app.wasQuiet();
});

test('files that do not open: each has its own advice behind it', async () => {
  const packed = copy(sample(), 'ext4.ko.xz', () => Buffer.from('fd377a585a000000', 'hex'));
  const picture = copy(sample(), 'picture.png', () => Buffer.from('89504e470d0a1a0a', 'hex'));
  const app = await chromium.open();
  await dropFiles(app.page, packed, picture, sample());
  await app.result('sample.elf');
  const text = await app.page.getByText('Skipped: ').locator('..').innerText();
  assert.match(text, /picture\.png is .* Choose.*\n?.*ext4\.ko\.xz cannot be unpacked: .* get/is);
});

test('a question about a job becomes one about its result', async () => {
  const app = await chromium.open();
  // The first message waits, and with it the job; not the start (0) of the worker that fetches parts of the page.
  await app.page.evaluate(() => {
    const ask = Worker.prototype.postMessage;
    const waiting = [];
    Worker.prototype.postMessage = function (...message) {
      if (message[0] === 0) ask.apply(this, message);
      else waiting.push([this, message]);
    };
    globalThis.goOn = () => {
      Worker.prototype.postMessage = ask;
      for (const [worker, message] of waiting) ask.apply(worker, message);
    };
  });
  await app.sample.click();
  await app.cancel.waitFor();
  await dropFiles(app.page, copy(sample(), 'other.elf'));
  const ask = app.page.getByRole('group', { name: 'Open another file' });
  await ask.getByText('Stop encoding sample.elf and open other.elf?').waitFor();
  await app.page.evaluate(() => globalThis.goOn());
  await ask.getByText('Replace sample.elf with other.elf?').waitFor();
  await app.button('Replace').click();
  await app.result('other.elf');
  app.wasQuiet();
});

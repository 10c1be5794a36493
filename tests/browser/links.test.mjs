// An address opens what it names: in a new tab, before a file is open, and with Back.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';
import { dropFiles } from './support/drag.mjs';
import { sample } from './support/env.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const hash = (app) => app.page.evaluate(() => location.hash);
const banner = (app) => app.page.getByRole('group', { name: 'What the link points to', exact: true });
const heading = (app, name) => app.page.getByRole('heading', { name });

test('a link opened before a file says what it points to, and a file leads there', async () => {
  const app = await chromium.open('#/type/struct/list_head');
  assert.match(await banner(app).innerText(), /This link points to struct list_head\. Open a kernel to see it\./);
  await app.choose(sample());
  await heading(app, 'struct list_head').waitFor();
  assert.equal(await hash(app), '#/type/struct/list_head');
  assert.equal(await banner(app).count(), 0);
  assert.deepEqual(app.complaints, []);
});

test('a link leads to its view by a kept result and by the bundled kernel too', async () => {
  const app = await chromium.open();
  await app.runSample();
  await app.button('Save in this browser').click();
  await app.button('Delete it').waitFor();
  await app.page.evaluate(() => { location.hash = '#/functions'; });
  await app.page.reload();
  await app.button('sample.elf').waitFor();
  assert.match(await banner(app).innerText(), /the view Functions\. Open a kernel, or a saved result,/);
  await app.button('sample.elf').click();
  await heading(app, 'Functions').waitFor();

  const other = await chromium.open('#/type/struct/sk_buff');
  await other.button('Use Linux 6.12').click();
  await heading(other, 'struct sk_buff').waitFor();
  assert.deepEqual([...app.complaints, ...other.complaints], []);
});

test('an address names a file beside the page, which opens, and a type of it', async () => {
  const app = await chromium.open('?btf=sample.elf#/type/struct/list_head', { settled: false });
  await heading(app, 'struct list_head').waitFor();
  assert.equal(await hash(app), '#/type/struct/list_head');
  assert.equal(await app.page.evaluate(() => location.search), '?btf=sample.elf');
  const bundled = await chromium.open('?btf=linux-6.12.btf#/type/struct/sk_buff', { settled: false });
  await heading(bundled, 'struct sk_buff').waitFor();
  // Another file: the address no longer names the first.
  await dropFiles(bundled.page, sample());
  await bundled.button('Replace').click();
  await heading(bundled, 'struct sk_buff').waitFor({ state: 'detached' });
  await bundled.page.waitForFunction(() => location.search === '');

  const elsewhere = await chromium.open(`?btf=${encodeURIComponent('https://example.org/vmlinux')}`);
  assert.match((await elsewhere.error()).text, /https:\/\/example\.org\/vmlinux, which is not beside this page/);
  assert.deepEqual([...app.complaints, ...bundled.complaints, ...elsewhere.complaints], []);
});

test('a link waits through a file that fails, and goes when it is dismissed', async () => {
  const app = await chromium.open('#/type/struct/list_head');
  const whole = await readFile(sample());
  await app.choose({ name: 'cut.elf', mimeType: 'application/octet-stream', buffer: whole.subarray(0, whole.length / 2) });
  await app.alert.first().waitFor();
  await app.choose(sample());
  await heading(app, 'struct list_head').waitFor();
  assert.equal(await hash(app), '#/type/struct/list_head');

  const other = await chromium.open('#/sources/fs');
  assert.match(await banner(other).innerText(), /the types of fs\./);
  await banner(other).getByRole('button', { name: 'Dismiss' }).click();
  await banner(other).waitFor({ state: 'detached' });
  assert.equal(await hash(other), '#/');
});

test('Back from a result leads to the start page, not to the progress of its job', async () => {
  const app = await chromium.open();
  await app.runSample();
  assert.equal(await hash(app), '#/overview');
  await app.page.goBack();
  await app.sample.waitFor();
  assert.ok(['', '#/'].includes(await hash(app)));
  await app.page.goForward();
  await app.result('sample.elf');
});

test('an unknown address says so', async () => {
  const app = await chromium.open('#/nonsense');
  assert.match(await app.alert.innerText(), /This page has no view #\/nonsense\./);
  await app.runSample();
  await app.page.evaluate(() => { location.hash = '#/learn/nonsense'; });
  await app.alert.waitFor();
  assert.match(await app.alert.innerText(), /no view #\/learn\/nonsense\./);
});

test('light or dark is remembered, and not in the address', async () => {
  const app = await chromium.open('', { colorScheme: 'light' });
  const theme = () => app.page.evaluate(() => document.documentElement.dataset.theme);
  const address = app.page.url();
  await app.page.keyboard.press('t');
  assert.equal(await theme(), 'dark');
  assert.equal(app.page.url(), address);
  await app.page.reload();
  await app.started();
  assert.equal(await theme(), 'dark');
});

test('leaving asks first when that loses a result', async () => {
  const app = await chromium.open();
  let questions = 0;
  app.page.on('dialog', async (dialog) => {
    assert.equal(dialog.type(), 'beforeunload');
    questions += 1;
    await dialog.accept();
  });
  await app.runSample();
  await app.page.reload();
  await app.started();
  assert.equal(questions, 1, 'an encoded result was there');
  await app.runSample();
  await app.button('Save in this browser').click();
  await app.button('Delete it').waitFor();
  await app.page.reload();
  await app.started();
  assert.equal(questions, 1, 'a kept result is not lost');
});

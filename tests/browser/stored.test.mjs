// Nothing outlasts the tab unless the user asks; what is kept opens again as it was, and can be forgotten.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';
import { sample } from './support/env.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

/** Saves the result: by key, since what is drawn late may move the button away from the pointer. */
const save = (app) => app.button('Save in this browser').press('Enter');
const databases = (page) => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name));
const storedRows = (app) => app.page.getByRole('table', { name: 'Saved in this browser', exact: true }).getByRole('row');
const names = async (app) => {
  await storedRows(app).first().waitFor();
  const rows = await storedRows(app).all();
  return Promise.all(rows.map(async (row) => row.getByRole('button').first().innerText()));
};

/** What the overview says, and what the explorer answers for a type with its copies. */
async function answers(app) {
  const rows = [...(await app.rows())];
  const raw = await app.downloadBytes('Raw .BTF');
  const header = await app.downloadBytes('C header');
  await app.page.evaluate(() => { location.hash = '#/type/struct/list_head'; });
  await app.page.getByRole('tab', { name: /^Copies/ }).click();
  const copies = app.page.getByText(/^\d+ copies became one/);
  await copies.waitFor();
  return { rows, raw: raw.toString('base64'), header: header.toString(), copies: await copies.innerText() };
}

test('nothing is kept unasked; what is kept outlasts the page and is the same', async () => {
  const app = await chromium.open();
  await app.started();
  await app.choose(sample());
  await app.result();
  assert.deepEqual(await databases(app.page), [], 'a result alone leaves nothing behind');
  const before = await answers(app);
  await app.page.evaluate(() => { location.hash = '#/overview'; });
  await app.button('Save in this browser').click();
  await app.button('Delete it').waitFor();

  await app.page.evaluate(() => { location.hash = ''; });
  await app.page.reload();
  await app.started();
  assert.deepEqual(await names(app), ['sample.elf']);
  await app.button('sample.elf').click();
  await app.result('sample.elf');
  assert.equal(await app.link('Patched ELF').count(), 0, 'the file itself is not kept');
  await app.button('Delete it').waitFor();
  const after = await answers(app);
  assert.deepEqual(after, before);
  assert.deepEqual(app.complaints, []);
});

test('what is forgotten is gone, and so is the store with the last of it', async () => {
  const app = await chromium.open();
  await app.started();
  for (let round = 0; round < 2; round += 1) {
    await app.runSample();
    await save(app);
    await app.button('Delete it').waitFor();
    await app.page.evaluate(() => { location.hash = ''; });
    await app.page.reload();
    await app.started();
  }
  assert.deepEqual(await names(app), ['sample.elf', 'sample.elf']);
  // A name of its own tells one of several from the others, and stays.
  await app.button('Rename sample.elf').first().click();
  await app.page.getByLabel('Name of this result').fill('before the patch');
  await app.page.keyboard.press('Enter');
  await app.button('before the patch').waitFor();
  await app.page.reload();
  await app.started();
  assert.deepEqual(await names(app), ['before the patch', 'sample.elf']);
  await app.button('Rename before the patch').click();
  await app.page.getByLabel('Name of this result').fill('');
  await app.page.keyboard.press('Enter');
  await app.button('Rename before the patch').waitFor({ state: 'detached' });
  assert.deepEqual(await names(app), ['sample.elf', 'sample.elf']);
  await app.page.getByRole('button', { name: /^Delete sample.elf/ }).first().click();
  await app.page.waitForFunction(() => document.querySelectorAll('.stored tr').length === 1);
  assert.deepEqual(await databases(app.page), ['btfscope']);
  // What was deleted can be saved again.
  await app.page.getByText('sample.elf was deleted from this browser.').waitFor();
  await app.button('Undo').click();
  await app.page.waitForFunction(() => document.querySelectorAll('.stored tr').length === 2);
  await app.button('Delete all').click();
  await storedRows(app).first().waitFor({ state: 'detached' });
  await app.page.getByText('2 results were deleted from this browser.').waitFor();
  await app.button('Undo').click();
  await app.page.waitForFunction(() => document.querySelectorAll('.stored tr').length === 2);
  await app.page.getByRole('button', { name: /^Delete sample.elf/ }).first().click();
  await app.page.waitForFunction(() => document.querySelectorAll('.stored tr').length === 1);
  await app.page.getByRole('button', { name: /^Delete sample.elf/ }).click();
  await storedRows(app).first().waitFor({ state: 'detached' });
  await app.page.waitForFunction(async () => (await indexedDB.databases()).length === 0);
  assert.deepEqual(app.complaints, []);
});

test('a browser that keeps nothing says so, and the result stays', async () => {
  const app = await chromium.open();
  await app.started();
  await app.runSample();
  await app.page.evaluate(() => {
    IDBFactory.prototype.open = () => { throw new DOMException('The user denied permission.', 'SecurityError'); };
  });
  await save(app);
  const { text, overResult } = await app.error();
  assert.match(text, /could not save this result: .*denied permission/);
  assert.ok(overResult);
  await app.button('Save in this browser').waitFor();
});

/** Changes the one saved result: `change` gets it and gives what takes its place. */
const changed = (app, change) => app.page.evaluate(`(async () => {
  const done = (request) => new Promise((resolve, reject) => { request.onsuccess = () => resolve(request.result); request.onerror = () => reject(request.error); });
  const database = await done(indexedDB.open('btfscope'));
  const store = () => database.transaction('results', 'readwrite').objectStore('results');
  const [key] = await done(store().getAllKeys());
  const [value] = await done(store().getAll());
  const next = await (${change})(value);
  await done(store().put(next, key));
  database.close();
})()`);

async function saved() {
  const app = await chromium.open();
  await app.runSample();
  await save(app);
  await app.button('Delete it').waitFor();
  return app;
}

async function again(app) {
  await app.page.evaluate(() => { location.hash = ''; });
  await app.page.reload();
  await app.started();
}

for (const [what, change] of [
  ['cut', '(value) => ({ ...value, btf: value.btf.slice(0, 1000) })'],
  ['empty', '(value) => ({ ...value, btf: new Blob([]) })'],
  ['with other bytes', `async (value) => {
    const bytes = new Uint8Array(await value.btf.arrayBuffer());
    for (let at = 24; at < bytes.length; at += 7) bytes[at] ^= 0xff;
    return { ...value, btf: new Blob([bytes]) };
  }`],
]) {
  test(`a saved result that is ${what} is refused, and can be deleted`, async () => {
    const app = await saved();
    await changed(app, change);
    await again(app);
    await app.button('sample.elf').click();
    const { text } = await app.error();
    assert.match(text, /The saved result sample\.elf is damaged\..*Delete it, and encode the file again\./);
    assert.equal(await app.link('Raw .BTF').count(), 0, 'nothing of it is offered');
    await app.page.getByRole('button', { name: /^Delete sample.elf/ }).click();
    await storedRows(app).first().waitFor({ state: 'detached' });
    await app.runSample();
    assert.deepEqual(app.complaints, []);
  });
}

test('what is known of the types may be damaged: the types open without it', async () => {
  const app = await saved();
  await changed(app, `async (value) => {
    const bytes = new Uint8Array(await value.known.arrayBuffer());
    for (let at = bytes.length >> 1; at < bytes.length; at += 3) bytes[at] |= 0x80;
    return { ...value, known: new Blob([bytes]) };
  }`);
  await again(app);
  await app.button('sample.elf').click();
  await app.result('sample.elf');
  await app.download('C header');
  await app.page.evaluate(() => { location.hash = '#/type/struct/list_head'; });
  await app.page.getByRole('heading', { level: 1, name: 'struct list_head' }).waitFor();
  assert.deepEqual(app.complaints, []);
});

test('an entry of another form is passed over, and a store of a newer version is left as it is', async () => {
  const app = await saved();
  await changed(app, '() => ({ nonsense: 1 })');
  await again(app);
  assert.equal(await storedRows(app).count(), 0);
  await app.page.evaluate(() => new Promise((resolve, reject) => {
    const request = indexedDB.open('btfscope', 9);
    request.onsuccess = () => { request.result.close(); resolve(); };
    request.onerror = () => reject(request.error);
  }));
  await again(app);
  const { text } = await app.error();
  assert.match(text, /cannot be listed: a newer version of this page saved them in another form\. They are untouched\. Reload the page/);
  await app.runSample();
  await save(app);
  assert.match((await app.error()).text, /could not save this result: a newer version of this page/);
  const [{ version }] = await app.page.evaluate(() => indexedDB.databases());
  assert.equal(version, 9);
});

for (const [what, full] of [
  ['when it is written', () => { IDBObjectStore.prototype.add = () => { throw new DOMException('Full.', 'QuotaExceededError'); }; }],
  ['when it is committed', () => { IDBTransaction.prototype.commit = function () { this.abort(); }; }],
]) {
  test(`no space ${what}: nothing half of it is saved, and the result stays`, async () => {
    const app = await chromium.open();
    await app.runSample();
    await app.page.evaluate(full);
    await save(app);
    const { text, overResult } = await app.error();
    assert.match(text, /could not save this result: the space that it gives to this page is full\..*download the raw \.BTF instead/);
    assert.ok(overResult);
    await app.download('Raw .BTF');
    await again(app);
    assert.equal(await storedRows(app).count(), 0);
    await app.runSample();
    await save(app);
    await app.button('Delete it').waitFor();
    await again(app);
    assert.deepEqual(await names(app), ['sample.elf'], 'one, and the whole of it');
  });
}

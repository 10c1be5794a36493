// Where types come from, functions and variables, the second sample, and what can be saved. The command is the oracle.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import path from 'node:path';
import { afterEach, test } from 'node:test';
import { inAll } from './support/all.mjs';
import { number } from './support/app.mjs';
import { browserForTests, inChromium, shared } from './support/browser.mjs';
import { sound } from './support/checks.mjs';
import { KERNEL_LIMIT, btfscope, dist, firefox, inWork, kernel, run, sample } from './support/env.mjs';
import { programs } from './support/inputs.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const ask = (...args) => run(btfscope(), args);
const go = (page, hash) => page.evaluate((to) => { location.hash = to; }, hash);

/** The sample's result, for tests that go somewhere in it. */
const inSample = shared(async () => {
  const app = await chromium.open('', { kept: true });
  await app.runSample();
  return app;
});

/** Goes somewhere in it from the overview, where nothing is left of the test before. */
async function restart({ page }, hash) {
  await go(page, '#/overview');
  await page.getByRole('heading', { level: 1, name: /^Overview of/ }).waitFor();
  await go(page, hash);
}

const parts = (page) => page.getByRole('table', { name: 'Parts' });

/** The table of parts: name → [before, after]. */
async function amounts(page) {
  const rows = await parts(page).locator('tbody tr').evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
  return new Map(rows.map(([name, before, after]) => [name.replace(/\/$/, ''), [before, after]]));
}

/** What a button saves. */
async function saved(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}

/** The picture that a button saves as PNG: its size, how many colours it has, and that of its last pixel. */
async function drawn(page, button) {
  const [download] = await Promise.all([page.waitForEvent('download'), button.click()]);
  const bytes = await readFile(await download.path());
  const picture = await page.evaluate(async (base64) => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))]));
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const colours = new Set(new Uint32Array(data.buffer)).size;
    return { width, height, colours, corner: [...data.slice(-4)] };
  }, bytes.toString('base64'));
  return { name: download.suggestedFilename(), ...picture };
}

/** The amounts of folders and units are the command's, and lead into each other: down to `net/core/dev.c`. */
async function folders(file) {
  const all = JSON.parse(await ask('sources', file, '--format', 'json'));
  const app = await chromium.open();
  const { page } = app;
  await app.choose(file);
  await app.result(undefined, { timeout: KERNEL_LIMIT });
  await go(page, '#/sources');
  await parts(page).waitFor();
  await page.getByRole('button', { name: 'Types', exact: true }).click();
  const titles = { shared: 'shared by several of these', file: 'functions and variables' };
  const shown = await amounts(page);
  assert.equal(shown.size, all.parts.length);
  for (const part of all.parts) {
    const title = { Shared: titles.shared, WholeFile: titles.file }[part.kind] ?? part.name;
    const [before, after] = shown.get(title);
    if (part.kind !== 'Shared') assert.equal(number(before), part.before.types, title);
    assert.equal(number(after), part.after.types, title);
  }
  // The picture has a folder as large as it is, and leads into it.
  const tile = page.locator('svg.treemap > svg.outer').filter({ has: page.locator('title', { hasText: /^net: / }) });
  const box = await tile.boundingBox();
  const whole = await page.locator('svg.treemap').boundingBox();
  const share = (box.width * box.height) / (whole.width * whole.height);
  const net = all.parts.find((part) => part.name === 'net');
  assert.ok(Math.abs(share - net.before.types / all.before.types) < 0.01, `${share}`);
  await tile.click({ position: { x: 20, y: 8 } });
  await page.waitForURL(/#\/sources\/net\?measure=types$/);
  await page.getByRole('heading', { level: 1, name: 'net', exact: true }).waitFor();
  await page.getByRole('link', { name: 'core/', exact: true }).click();
  await page.getByRole('link', { name: 'dev.c', exact: true }).click();
  await page.getByRole('table', { name: 'Types of the unit' }).waitFor();
  const unit = JSON.parse(await ask('sources', file, 'net/core/dev.c', '--format', 'json'));
  const names = await page.getByRole('table', { name: 'Types of the unit' }).getByRole('link').allInnerTexts();
  assert.deepEqual(names, unit.types.map((one) => one.name));
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'core', exact: true }).waitFor();
  await go(page, '#/sources/net/nowhere');
  await page.getByText('No folder or unit is called “net/nowhere”.').waitFor();
  app.wasQuiet();
}

test('folders and units of a program have the command’s amounts, and lead into each other', async () => {
  await folders((await programs()).before);
});

test('folders and units of a kernel have the command’s amounts, and lead into each other', inAll, () => folders(kernel()));

test('tables and pictures are saved as the command writes them', inChromium, inSample(async (app) => {
  await restart(app, '#/sources');
  const { page } = app;
  await parts(page).waitFor();
  const csv = await saved(page, page.getByRole('button', { name: 'CSV', exact: true }));
  assert.deepEqual([csv.name, csv.text], ['sources.csv', await ask('sources', sample(), '--format', 'csv')]);
  const svg = await saved(page, page.getByRole('button', { name: 'SVG', exact: true }));
  assert.equal(svg.text, await ask('sources', sample(), '--format', 'svg'));
  const map = await drawn(page, page.getByRole('button', { name: 'PNG', exact: true }));
  assert.deepEqual([map.name, map.width, map.height], ['sources.png', 2400, 1440]);
  await go(page, '#/functions');
  await page.getByRole('listbox', { name: 'Functions' }).getByRole('option').first().waitFor();
  const functions = await saved(page, page.getByRole('button', { name: 'JSON', exact: true }));
  const rows = (text) => JSON.parse(text).map((row) => row.name).toSorted();
  assert.deepEqual(rows(functions.text), rows(await ask('functions', sample(), '--format', 'json')));
  await go(page, '#/type/struct/task');
  await page.getByRole('heading', { level: 1, name: 'struct task', exact: true }).waitFor();
  const header = await saved(page, page.getByRole('button', { name: 'C header', exact: true }));
  const file = inWork('sample-of-header.btf');
  await ask('encode', sample(), '-o', file);
  assert.deepEqual([header.name, header.text], ['task.h', await ask('show', file, 'struct', 'task', '--format', 'header')]);
  const picture = await saved(page, page.getByRole('button', { name: 'SVG', exact: true }));
  assert.equal(picture.text, await ask('show', file, 'struct', 'task', '--format', 'svg'));
  const png = await drawn(page, page.getByRole('button', { name: 'PNG', exact: true }));
  const [, width, height] = /<svg [^>]*width="(\d+)" height="(\d+)"/.exec(picture.text);
  assert.deepEqual([png.name, png.width, png.height], ['task.png', 2 * width, 2 * height]);
  assert.ok(png.colours > 20, `${png.colours} colours`);
  assert.deepEqual(png.corner, [255, 255, 255, 255], 'the background is white');
  await go(page, '#/types');
  await page.getByRole('searchbox', { name: 'Search types' }).fill('queue');
  await page.getByText(/^\d+ types$/).waitFor();
  const list = await saved(page, page.locator('.foot').getByRole('button', { name: 'CSV' }));
  assert.equal(list.text, await ask('types', sample(), 'queue', '--csv'));
  app.wasQuiet();
}));

test('functions are listed as C, searched, and lead to their types', inSample(async (app) => {
  await restart(app, '#/functions');
  const { page } = app;
  const list = page.getByRole('listbox', { name: 'Functions' });
  await list.getByRole('option').first().waitFor();
  const all = JSON.parse(await ask('functions', sample(), '--format', 'json'));
  assert.equal(number(await page.getByRole('link', { name: /^Functions \d/ }).locator('.count').innerText()), all.length);
  await page.keyboard.press('/');
  await page.getByRole('searchbox', { name: 'Search by name' }).fill('queue_add');
  await page.getByText('1 function', { exact: true }).waitFor();
  const text = await list.getByRole('option').first().locator('.n').innerText();
  const [line] = (await ask('functions', sample(), 'queue_add')).split('\n');
  assert.equal(text, line);
  await list.getByRole('option').first().click();
  await page.getByRole('heading', { level: 1, name: /queue_add/ }).waitFor();
  await page.goBack();
  await page.getByRole('searchbox', { name: 'Search by name' }).fill('');
  await page.getByRole('link', { name: /^Left out/ }).click();
  const left = page.getByRole('listbox', { name: 'Left out' });
  const reasons = JSON.parse(await ask('functions', sample(), '--left-out', '--format', 'json'));
  const row = (one) => left.getByTitle(`${one.name}: ${one.reasons.join(', ')}`);
  // Until the answer comes, the rows are those of the list before.
  await row(reasons[0]).waitFor();
  assert.equal(await left.getByRole('option').count(), reasons.length);
  for (const one of reasons) assert.equal(await row(one).count(), 1, one.name);
  app.wasQuiet();
}));

test('a real kernel’s BTF comes with the page', async () => {
  const app = await chromium.open();
  await app.button('Explore the types of Linux 6.12').click();
  await app.page.getByRole('heading', { level: 1, name: /named types$/ }).waitFor();
  await go(app.page, '#/overview');
  await app.result('linux-6.12.btf');
  const file = inWork('linux-6.12.btf');
  writeFileSync(file, gunzipSync(await readFile(path.join(dist(), 'kernel.btf.bin'))));
  if (!firefox()) assert.ok((await app.downloadBytes('Raw .BTF')).equals(await readFile(file)));
  await go(app.page, '#/type/struct/task_struct');
  await app.page.getByRole('heading', { level: 1, name: 'struct task_struct', exact: true }).waitFor();
  await go(app.page, '#/functions/kfuncs');
  const kfuncs = JSON.parse(await ask('functions', file, '--kfuncs', '--format', 'json'));
  assert.ok(kfuncs.length > 100);
  await app.page.getByText(`${kfuncs.length} functions`, { exact: true }).waitFor();
  await go(app.page, '#/sources');
  await app.page.getByText('Source files are known only for files with DWARF.').waitFor();
  app.wasQuiet();
});

test('what was searched for is there again', inSample(async (app) => {
  await restart(app, '#/types');
  const search = app.page.getByRole('searchbox', { name: 'Search types' });
  await search.fill('queue');
  await go(app.page, '#/sources');
  await parts(app.page).waitFor();
  await go(app.page, '#/types');
  assert.equal(await search.inputValue(), 'queue');
}));

test('every view of sources and functions: names, references, room and contrast', inChromium, inSample(async (app) => {
  await restart(app, '#/sources');
  const { page } = app;
  await parts(page).waitFor();
  await sound(page, 'sources');
  await page.getByRole('button', { name: 'After dedup' }).click();
  await sound(page, 'sources after dedup');
  const unit = parts(page).getByRole('link', { name: /\.c$/ });
  while (await unit.count() === 0) await parts(page).getByRole('link').first().click();
  await unit.first().click();
  await page.getByRole('table', { name: 'Types of the unit' }).waitFor();
  await sound(page, 'a unit');
  for (const list of ['', '/per-cpu', '/left-out']) {
    await go(page, `#/functions${list}`);
    await page.getByRole('heading', { level: 1, name: 'Functions and variables' }).waitFor();
    await sound(page, `functions${list}`);
  }
  app.wasQuiet();
}));

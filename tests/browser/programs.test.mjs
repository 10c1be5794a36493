// Programs: BPF objects on kernels. The command is the oracle for states, reasons, and files.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { go, hash, hashIs } from './support/addresses.mjs';
import { browserForTests, inChromium, shared } from './support/browser.mjs';
import { sound } from './support/checks.mjs';
import { muchToCompare, needsASymbol, programsAndKernels } from './support/core.mjs';
import { dropFiles } from './support/drag.mjs';
import { btfscope, inWork, run, sample, start } from './support/env.mjs';
import { FAULTS, faults } from './support/faults.mjs';
import { foldersAre } from './support/packages.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

/** What the command prints. Its exit code tells that something fails. */
async function command(objects, kernels, format) {
  const { stdout } = await start(btfscope(), ['core', ...objects, '--on', ...kernels, '--format', format]);
  return stdout.toString();
}

/** The page at *Programs* with these files. */
async function given(files, options) {
  const app = await chromium.open('', options);
  await go(app, '#/programs');
  await app.page.getByLabel('Choose files').setInputFiles(files);
  return app;
}

const grid = (page) => page.getByRole('grid', { name: 'Objects and kernels' });
const cell = (page, title) => page.getByTitle(title).and(page.getByRole('button'));

const all = shared(async () => {
  const { objects, kernels } = await programsAndKernels();
  const app = await given([...objects, ...kernels], { kept: true });
  await app.page.getByRole('heading', { level: 1, name: /^\d of 5 objects/ }).waitFor();
  return { app, page: app.page, objects, kernels };
});

/** The states in the table, by object. */
const states = (page) => grid(page).locator('tbody tr').evaluateAll((rows) => Object.fromEntries(rows.map((row) => [
  row.querySelector('th').innerText.trim(), [...row.querySelectorAll('.mxc .w')].map((word) => word.textContent),
])));

test('states and reasons are the command’s', all(async ({ app, page, objects, kernels }) => {
  const report = JSON.parse(await command(objects, kernels, 'json'));
  const expected = Object.fromEntries(report.objects.map((row) => [row.object, row.cells.map((one) => one.state)]));
  assert.deepEqual(await states(page), expected);
  // Each state is there.
  assert.deepEqual([...new Set(Object.values(expected).flat())].toSorted(), ['fails', 'guarded', 'ok', 'unknown']);
  await page.getByRole('heading', { level: 1, name: report.heading }).waitFor();
  const [reason] = report.objects.find((row) => row.object === 'reads.bpf.o').cells[2].reasons;
  await cell(page, 'reads.bpf.o on 7.2: fails, 1 reason').click();
  const detail = page.getByRole('region', { name: 'reads.bpf.o on 7.2' });
  const text = await detail.innerText();
  for (const part of [reason.heading, reason.access, reason.built_for, reason.instead[0], reason.effect, reason.source.text]) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
  assert.equal(await detail.locator('pre').innerText(), reason.snippet);
  assert.equal(await page.getByRole('link', { name: 'struct run_queue in Types' }).getAttribute('href'), '#/type/struct/run_queue');
  app.wasQuiet();
}));

test('saved files are the command’s, byte for byte', inChromium, all(async ({ app, page, objects, kernels }) => {
  for (const [name, format] of [['CSV', 'csv'], ['JSON', 'json'], ['Markdown', 'markdown'], ['SVG', 'svg']]) {
    const [download] = await Promise.all([page.waitForEvent('download'), app.button(name).click()]);
    assert.equal(await readFile(await download.path(), 'utf8'), await command(objects, kernels, format), name);
  }
}));

test('the header that is saved is the command’s', inChromium, all(async ({ app, page, objects, kernels }) => {
  const file = inWork('vmlinux.h');
  await start(btfscope(), ['core', ...objects, '--on', ...kernels, '--header', file]);
  const [download] = await Promise.all([page.waitForEvent('download'), app.button('vmlinux.h').click()]);
  assert.equal(await readFile(await download.path(), 'utf8'), await readFile(file, 'utf8'));
}));

test('filters narrow the table, and the address shows the same again', all(async ({ app, page }) => {
  await go(app, '#/programs');
  await app.button('Fails 2').click();
  assert.deepEqual(Object.keys(await states(page)).toSorted(), ['later.bpf.o', 'reads.bpf.o']);
  await page.getByLabel('Filter objects, programs or members').fill('waiting');
  assert.deepEqual(Object.keys(await states(page)), ['reads.bpf.o']);
  await cell(page, 'reads.bpf.o on 6.12: fails, 1 reason').click();
  const address = await hash(app);
  assert.match(address, /^#\/programs\?show=fails&find=waiting&at=\d\.2$/);
  await go(app, '#/learn/glossary');
  await page.getByRole('heading', { level: 1, name: 'Glossary' }).waitFor();
  await go(app, address);
  await page.getByRole('heading', { level: 2, name: 'reads.bpf.o on 6.12' }).waitFor();
  assert.deepEqual(Object.keys(await states(page)), ['reads.bpf.o']);
  await page.getByLabel('Filter objects, programs or members').fill('');
  await app.button('All 5').click();
  await hashIs(app, address.replace('show=fails&find=waiting&', ''));
}));

test('arrow keys move in the table, Enter opens, Escape goes back, f finds failures; programs unfold', all(async ({ app, page }) => {
  await go(app, '#/programs?at=1.1');
  const name = page.getByTitle('reads.bpf.o', { exact: true });
  await name.focus();
  await name.press('Enter');
  assert.equal(await name.getAttribute('aria-expanded'), 'true');
  const focused = () => page.evaluate(() => document.activeElement.title || document.activeElement.innerText);
  await page.getByRole('button', { name: 'place', exact: true }).waitFor();
  await page.locator('[tabindex="0"].mxc, [tabindex="0"].px-name').focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('f');
  await page.waitForFunction(() => /: fails/.test(document.activeElement.title));
  const first = await focused();
  await page.keyboard.press('f');
  await page.waitForFunction((before) => document.activeElement.title !== before, first);
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement.id === 'reasons');
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => /: fails/.test(document.activeElement.title));
  await page.keyboard.press('End');
  await page.keyboard.press('ArrowDown');
  await page.waitForFunction(() => / on 7\.2: /.test(document.activeElement.title));
  await page.keyboard.press('ArrowLeft');
  await page.waitForFunction(() => / on 6\.12: /.test(document.activeElement.title));
  await name.click();
}));

test('all accesses of a cell, each with what it becomes there', all(async ({ app, page }) => {
  await go(app, '#/programs');
  await cell(page, 'stays.bpf.o on 6.12: ok').click();
  await page.getByText('All accesses').click();
  const access = page.getByRole('table', { name: 'Accesses' }).getByRole('row', { name: /struct run_queue\.cpu/ });
  await access.waitFor();
  assert.match(await access.innerText(), /stays\.bpf\.o\.c:\d+\s+✓ 8/);
  app.wasQuiet();
}));

test('in a narrow window, a cell leads to its reasons below the table', all(async ({ page }) => {
  const before = page.viewportSize();
  const top = () => page.evaluate(() => document.querySelector('#reasons').getBoundingClientRect().top);
  await page.setViewportSize({ width: 390, height: 2000 });
  await cell(page, 'stays.bpf.o on 6.12: ok').click();
  // The heading is the last thing that is seen, so the focus alone scrolls to nothing.
  const height = Math.ceil(await top()) + 60;
  await page.setViewportSize({ width: 390, height });
  await page.evaluate(() => scrollTo(0, 0));
  await cell(page, 'reads.bpf.o on 7.2: fails, 1 reason').click();
  await page.waitForFunction(() => document.activeElement.id === 'reasons');
  assert.ok(await top() < height / 2, `${await top()} of ${height}`);
  await page.setViewportSize(before);
}));

test('names, references, room and contrast in three widths, light and dark', all(async ({ page }) => {
  await cell(page, 'reads.bpf.o on 7.2: fails, 1 reason').click();
  await sound(page, 'programs');
}));

test('a damaged object and a file of something else are sentences, and the rest is checked', async () => {
  const { objects: [, , , reads], kernels: [old] } = await programsAndKernels();
  const bytes = await readFile(reads);
  const damaged = inWork('damaged.bpf.o');
  await writeFile(damaged, bytes.subarray(0, bytes.length / 2));
  const notes = inWork('notes.txt');
  await writeFile(notes, 'no object');
  const app = await given([damaged, notes, reads, old]);
  await app.page.getByRole('heading', { level: 1, name: '1 of 1 object passes on the kernel' }).waitFor();
  const alert = await app.alert.innerText();
  assert.match(alert, /damaged\.bpf\.o: it cannot be read as ELF: .*\./);
  assert.match(alert, /Neither a BPF object nor a kernel: notes\.txt\./);
});

test('an object that is dropped beside a loaded kernel is checked on it, and a failure leads to Compare', async () => {
  const { objects: [, , , reads], kernels: [old, , newer] } = await programsAndKernels();
  const app = await chromium.open();
  const { page } = app;
  await app.choose(newer);
  await app.result();
  await dropFiles(page, reads);
  await page.getByRole('heading', { level: 1, name: '0 of 1 object passes on the kernel' }).waitFor();
  await page.getByLabel('Add files').setInputFiles(old);
  await page.getByRole('heading', { level: 1, name: '0 of 1 object passes on both kernels' }).waitFor();
  await cell(page, 'reads.bpf.o on 7.2: fails, 1 reason').click();
  await app.button('Compare with 6.1').click();
  await page.getByRole('heading', { level: 1, name: 'struct run_queue' }).waitFor();
  app.wasQuiet();
});

test('packed kernels are unpacked for the check, and a package without one is told', async () => {
  const { objects, kernels: [first, second] } = await programsAndKernels();
  const compressed = inWork(`${path.basename(first)}.gz`);
  await writeFile(compressed, gzipSync(await readFile(first)));
  const archive = inWork('kernels.tar');
  await run('tar', ['-C', path.dirname(second), '-cf', archive, path.basename(second)]);
  const app = await given([...objects, compressed, archive]);
  const heading = app.page.getByRole('heading', { level: 1, name: /^\d of 5 objects pass(es)? on both kernels/ });
  await heading.waitFor();
  const report = JSON.parse(await command(objects, [first, second], 'json'));
  assert.deepEqual(await states(app.page), Object.fromEntries(report.objects.map((row) => [row.object, row.cells.map((one) => one.state)])));
  // One without a kernel is told, and the table stays.
  const [notes, empty] = [inWork('notes.txt'), inWork('notes.tar')];
  await writeFile(notes, 'nothing but words\n');
  await run('tar', ['-C', path.dirname(notes), '-cf', empty, path.basename(notes)]);
  await app.page.getByLabel('Add files').setInputFiles(empty);
  await app.page.getByRole('heading', { level: 1, name: 'This file cannot be unpacked' }).waitFor();
  await go(app, '#/programs');
  await heading.waitFor();
  app.wasQuiet();
});

test('a worker that is killed in the middle leaves out what it was at, in a sentence, and the page goes on', async () => {
  const { objects, kernels } = await programsAndKernels();
  const app = await given([], { init: FAULTS });
  const { page } = app;
  await faults(app, (message) => {
    if (message.Check === undefined || globalThis.killed) return undefined;
    globalThis.killed = true;
    return { act: 'die', at: 'Working' };
  });
  await page.getByLabel('Choose files').setInputFiles([...objects, ...kernels]);
  await page.getByRole('heading', { level: 1, name: /^\d of 4 objects/ }).waitFor();
  assert.match(await app.alert.innerText(), /^bare\.bpf\.o: the worker that checks stopped: .*\.$/m);
  const rest = objects.filter((path) => !path.endsWith('/bare.bpf.o'));
  const report = JSON.parse(await command(rest, kernels, 'json'));
  assert.deepEqual(await states(page), Object.fromEntries(report.objects.map((row) => [row.object, row.cells.map((one) => one.state)])));
  await app.button('Dismiss').click();
  await cell(page, 'stays.bpf.o on 6.12: ok').click();
  await page.getByText('All accesses').click();
  await page.getByRole('table', { name: 'Accesses' }).waitFor();
  // What was left out can be added again.
  await page.getByLabel('Add files').setInputFiles(objects.find((path) => path.endsWith('/bare.bpf.o')));
  await page.getByRole('heading', { level: 1, name: /^\d of 5 objects/ }).waitFor();
});

test('a check beyond its budget is undecided, and decided once it is allowed more', async () => {
  const { object, kernel } = await muchToCompare();
  const app = await given([object, kernel]);
  await cell(app.page, 'asks.bpf.o on many: unknown, 1 reason').click();
  await app.page.getByText(/members and candidates to compare/).waitFor();
  await app.button('Allow ten times as much').click();
  await cell(app.page, 'asks.bpf.o on many: guarded, 1 reason').waitFor();
  // Objects that come later are read with the same.
  await app.page.getByLabel('Add files').setInputFiles(object);
  await app.page.getByRole('heading', { level: 1, name: '2 of 2 objects pass on the kernel' }).waitFor();
  app.wasQuiet();
});

test('a kernel that is unpacked for the check goes from storage once it is read, and its types and symbols can be read again', async () => {
  const { object, kernel } = await muchToCompare();
  const [noise, large] = [inWork('noise'), inWork('many')];
  await writeFile(noise, randomBytes(2 << 20));
  await run('objcopy', ['--add-section', `.BTF=${kernel}`, '--add-section', `.noise=${noise}`, sample(), large]);
  await run('gzip', ['-1f', large]);
  const app = await given([object, await needsASymbol(), `${large}.gz`]);
  const missing = cell(app.page, 'absent.bpf.o on many: fails, 1 reason');
  await missing.waitFor();
  await cell(app.page, 'asks.bpf.o on many: unknown, 1 reason').click();
  await foldersAre(app.page, 0);
  await app.button('Allow ten times as much').click();
  await cell(app.page, 'asks.bpf.o on many: guarded, 1 reason').waitFor();
  await missing.waitFor();
  app.wasQuiet();
});

test('the second kernel of a name is told apart before its name', async () => {
  const { objects: [, , , reads], kernels: [old, newer] } = await programsAndKernels();
  await mkdir(inWork('again'), { recursive: true });
  const again = inWork('again/6.1.btf');
  await copyFile(newer, again);
  const app = await given([reads, old]);
  await app.page.getByLabel('Add files').setInputFiles(again);
  await cell(app.page, 'reads.bpf.o on 6.1 (2): fails, 1 reason').waitFor();
  const headers = await grid(app.page).getByRole('columnheader').allInnerTexts();
  assert.deepEqual(headers.map((text) => text.split('\n')[0].trim()), ['Object', '6.1', 'no. 2 6.1']);
});

// The doctor: what is wrong with the BTF that a file carries. The command is the oracle; the files are those of tests/doctor.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { browserForTests } from './support/browser.mjs';
import { sound } from './support/checks.mjs';
import { btfscope } from './support/env.mjs';
import { execFile } from 'node:child_process';

const chromium = browserForTests();
afterEach(() => chromium.close());

const input = (name) => fileURLToPath(new URL(`../doctor/${name}`, import.meta.url));

/** The command's report. Its exit code tells how bad the worst finding is, so it is no failure here. */
const report = (...files) => new Promise((resolve, reject) => {
  execFile(btfscope(), ['doctor', ...files, '--json'], (error, out) => (out ? resolve(JSON.parse(out)) : reject(error)));
});

/** Opens a kernel's file and the doctor. */
async function examined(file) {
  const app = await chromium.open();
  await app.choose(input(file));
  await app.result();
  await app.link('Doctor').click();
  await app.page.getByRole('button', { name: 'Check again' }).waitFor();
  return app;
}

/** Heading, cause and fix of the findings that are shown. */
const shown = (page) => page.getByRole('article').evaluateAll((all) => all.map((one) => ({
  heading: one.querySelector('h2').innerText,
  cause: one.querySelectorAll('dd')[0].innerText,
  fix: one.querySelectorAll('dd')[1].innerText,
})));

const plain = (text) => text.replaceAll('`', '');

for (const name of ['core-type-repeated.elf', 'implicit-arguments.elf', 'kfuncs-untagged.elf']) {
  test(`${name}: the findings are the command’s`, async () => {
    const { page } = await examined(name);
    const { findings, passed } = await report(input(name));
    const expected = findings.map(({ heading, cause, fix }) => ({ heading, cause: plain(cause), fix: plain(fix) }));
    assert.deepEqual(await shown(page), expected);
    const checks = await page.getByRole('rowheader').allInnerTexts();
    assert.deepEqual(checks, passed.map((one) => one.check));
  });
}

test('a healthy kernel: no problem, what was checked, and readers that are asked for', async () => {
  const app = await examined('healthy.elf');
  const { page } = app;
  await page.getByRole('heading', { level: 1, name: 'No problems found' }).waitFor();
  await page.getByRole('rowheader', { name: 'Kfuncs' }).waitFor();
  const readers = page.getByLabel('Must be readable by');
  await readers.fill('kernel=5.10');
  await readers.press('Enter');
  await page.getByRole('heading', { level: 2, name: 'Linux 5.10 does not read the kind DECL_TAG' }).waitFor();
  await readers.fill('libfoo=1');
  await readers.press('Enter');
  assert.match(await page.getByRole('alert').innerText(), /no reader that is known/);
  await readers.fill('libbpf=1.5');
  await readers.press('Enter');
  await page.getByRole('rowheader', { name: 'libbpf 1.5' }).waitFor();
  app.wasQuiet();
});

test('findings by severity, their evidence by keyboard, the report as files, and why a type has two definitions', async () => {
  const { page } = await examined('core-type-repeated.elf');
  await page.getByRole('button', { name: 'Warnings 0' }).click();
  assert.equal(await page.getByRole('article').count(), 0);
  await page.getByRole('button', { name: 'Errors 1' }).click();
  await page.getByRole('article').locator('summary').focus();
  await page.keyboard.press('Enter');
  assert.match(await page.getByRole('article').locator('pre').innerText(), /struct task_struct, 8 bytes/);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save findings (JSON)' }).click()]);
  const saved = JSON.parse(await readFile(await download.path(), 'utf8'));
  assert.deepEqual(saved, await report(input('core-type-repeated.elf')));
  assert.equal(path.extname(download.suggestedFilename()), '.json');
  await page.getByRole('link', { name: 'See why' }).click();
  await page.getByRole('heading', { level: 1, name: 'struct task_struct' }).waitFor();
});

test('names, references, room and contrast in three widths, light and dark', async () => {
  const { page } = await examined('implicit-arguments.elf');
  await sound(page, 'doctor');
});

// Files that others refer to: dwz's supplementary file, split units and their packages, with the file they belong to or later.
import assert from 'node:assert/strict';
import path from 'node:path';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';
import { sound } from './support/checks.mjs';
import { dropFiles } from './support/drag.mjs';
import { copy } from './support/elf.mjs';
import { sample } from './support/env.mjs';
import { module, shared, split } from './support/inputs.mjs';
import { encoded, encodedOn, lasting } from './support/native.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

/** The page has of this file what the command makes of it where all its files are. */
async function same(app, file) {
  const { btf, statistics } = await encoded(file);
  await app.result(path.basename(file));
  assert.ok((await app.downloadBytes('Raw .BTF')).equals(btf), `${file}: raw`);
  assert.deepEqual(lasting(JSON.parse(await app.downloadBytes('Statistics (JSON)'))), lasting(statistics));
  assert.equal(await app.page.getByRole('group', { name: 'Files that are missing' }).count(), 0);
}

const missing = (app) => app.page.getByRole('group', { name: 'Files that are missing' });
const add = (app, ...files) => app.page.getByLabel('Add files', { exact: true }).setInputFiles(files);

/** Adds what an error asked for: the error of before must not be taken for an answer to it. */
async function addAsked(app, ...files) {
  await add(app, ...files);
  await app.alert.waitFor({ state: 'detached' });
}

for (const dwarf of [4, 5]) {
  test(`split units beside their program: DWARF ${dwarf}`, async () => {
    const { program, units } = await split(dwarf);
    assert.equal((await encoded(program)).statistics.units.split, 3);
    const app = await chromium.open();
    await dropFiles(app.page, units[2], program, units[0], units[1]);
    await same(app, program);
    app.wasQuiet();
  });
}

test('a package beside its program, also under another name', async () => {
  const { program, dwp } = await split(4);
  const app = await chromium.open();
  await app.choose(program, dwp);
  await same(app, program);
  await app.choose(copy(dwp, 'renamed.dwp'), program);
  await app.button('Replace').click();
  await same(app, program);
  app.wasQuiet();
});

test('without split units the page names them; once they are added, the program is encoded', async () => {
  const { program, units } = await split(5);
  const app = await chromium.open();
  await app.choose(program);
  const error = await app.error();
  assert.match(error.text, /built with -gsplit-dwarf/);
  for (const unit of units) assert.ok(error.text.includes(path.basename(unit)), error.text);
  assert.match(error.text, /the package split5\.elf\.dwp/);
  await addAsked(app, ...units);
  await same(app, program);
  app.wasQuiet();
});

test('one split unit is missing: the result says so, and is made anew with it', async () => {
  const { program, units } = await split(5);
  const app = await chromium.open();
  await app.choose(program, units[0], units[2]);
  await app.result(path.basename(program));
  const name = path.basename(units[1]);
  await missing(app).getByText(`split5.elf refers to a missing file: ${name}.`).waitFor();
  await app.page.getByText('1 of', { exact: false }).first().click();
  await app.failedUnits.getByText(name, { exact: false }).first().waitFor();
  await dropFiles(app.page, units[1]);
  await missing(app).waitFor({ state: 'detached' });
  await same(app, program);
  app.wasQuiet();
});

test('a folder of a build: files of one name in several folders', async () => {
  const { program, folder, units } = await split(5, { tree: true });
  assert.equal(new Set(units.map((unit) => path.basename(unit))).size, 1, 'all of one name');
  const app = await chromium.open();
  await dropFiles(app.page, program, folder);
  await same(app, program);
  app.wasQuiet();
});

test('units of another build are left out as by the command', async () => {
  const { program, units } = await split(5);
  const app = await chromium.open();
  // Three files under each other's names.
  const wrong = units.map((unit, at) => copy(units[(at + 1) % 3], path.basename(unit)));
  await app.choose(program, ...wrong);
  const error = await app.error();
  assert.match(error.text, /of another build/);
  app.wasQuiet();
});

for (const dwarf of [4, 5]) {
  test(`a supplementary file beside the file that refers to it: DWARF ${dwarf}`, async () => {
    const { programs: [one, two], common } = await shared(dwarf);
    const app = await chromium.open();
    await dropFiles(app.page, common, one);
    await same(app, one);
    await dropFiles(app.page, two, common);
    await app.button('Replace').click();
    await same(app, two);
    app.wasQuiet();
  });
}

test('the supplementary file is missing: the page names it, takes it later, and knows one of another build', async () => {
  const { programs: [one], common } = await shared(5);
  const other = await shared(4);
  const app = await chromium.open();
  await app.choose(one);
  const error = await app.error();
  assert.match(error.text, /in common5\.debug, a supplementary file made by dwz, which is missing/);
  await add(app, copy(other.common, path.basename(common)));
  await app.page.getByRole('heading', { level: 1, name: 'A supplementary file of another build' }).waitFor();
  await addAsked(app, common);
  await same(app, one);
  app.wasQuiet();
});

test('files alone wait for what they belong to', async () => {
  const { program, units } = await split(5);
  const app = await chromium.open();
  await dropFiles(app.page, ...units);
  const waiting = app.page.getByRole('group', { name: 'Files without the file they belong to' });
  await waiting.getByText(`${path.basename(units[0])} and 2 other files contain debug information of other files.`).waitFor();
  assert.equal(await app.alert.count(), 0, 'it is no error');
  await app.page.getByLabel('Add the file', { exact: true }).setInputFiles(program);
  await same(app, program);
  assert.equal(await waiting.count(), 0);
  app.wasQuiet();
});

test('a module with its split unit, dropped together or one after the other', async () => {
  const file = await module('apart.ko', { options: ['-gsplit-dwarf'] });
  const unit = path.join(path.dirname(file), 'apart_ko_0.dwo');
  const base = (await encoded(sample())).path;
  const { btf } = await encodedOn(file, base);
  const app = await chromium.open();
  await dropFiles(app.page, sample(), file);
  await app.modulesDone();
  assert.match((await app.moduleRows()).get('apart.ko')[0], /apart_ko_0\.dwo/);
  await missing(app).getByText('apart.ko refers to a missing file: apart_ko_0.dwo.').waitFor();
  await add(app, unit);
  await missing(app).waitFor({ state: 'detached' });
  await app.modulesDone();
  assert.ok((await app.downloadBytes('Split BTF of apart.ko')).equals(btf), 'added later');

  await app.page.reload();
  await app.started();
  await dropFiles(app.page, sample(), file, unit);
  await app.modulesDone();
  assert.ok((await app.downloadBytes('Split BTF of apart.ko')).equals(btf), 'together');
  app.wasQuiet();
});

test('every view of missing files: names, references, room and contrast', async () => {
  const { program, units } = await split(5);
  const app = await chromium.open('', { viewport: { width: 1280, height: 800 } });
  await app.choose(units[0]);
  await app.page.getByRole('group', { name: 'Files without the file they belong to' }).waitFor();
  await sound(app.page, 'waiting for a program');
  await app.button('Discard').click();
  await app.choose(program);
  await app.error();
  await sound(app.page, 'files are missing');
  await addAsked(app, units[0]);
  await app.result(path.basename(program));
  await missing(app).waitFor();
  await sound(app.page, 'some files are missing');
});

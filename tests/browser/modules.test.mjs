// A kernel and modules together: split BTF of each, as the command makes it; and all that may go wrong with one.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, test } from 'node:test';
import { inAll } from './support/all.mjs';
import { number } from './support/app.mjs';
import { browserForTests } from './support/browser.mjs';
import { sound } from './support/checks.mjs';
import { dropFiles } from './support/drag.mjs';
import { copy, sections } from './support/elf.mjs';
import { KERNEL_LIMIT, btfscope, inWork, kernel, kernelModules, run, sample } from './support/env.mjs';
import { FAULTS, faults } from './support/faults.mjs';
import { declaring, module } from './support/inputs.mjs';
import { encoded, encodedOn, lasting } from './support/native.mjs';
import { sameModule } from './support/same.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

/** The sample and modules of it: folder, files and the sample's BTF. */
async function family(names) {
  const files = [];
  for (const [at, name] of names.entries()) files.push(await module(name, { units: at + 1 }));
  return { files, base: (await encoded(sample())).path };
}

test('a vmlinux and modules dropped together', async () => {
  const { files, base } = await family(['one.ko', 'two.ko', 'three.ko']);
  const app = await chromium.open();
  await dropFiles(app.page, files[0], sample(), files[1], files[2]);
  await app.modulesDone();
  assert.deepEqual([...(await app.moduleRows()).keys()], ['one.ko', 'three.ko', 'two.ko']);
  for (const file of files) await sameModule(app, file, base);
  // Only the model's worker is left.
  await app.workersAre(1);

  await app.link('Overview').click();
  await app.result('sample.elf');
  assert.ok((await app.downloadBytes('Raw .BTF')).equals((await encoded(sample())).btf), 'the kernel as ever');
  await app.page.getByText(/^3 modules added: [\d,]+ types the kernel doesn’t have, [\d.]+\s[kM]?B\./).waitFor();
  app.wasQuiet();
});

test('one module: its kinds, its functions with the reasons, its files', async () => {
  const { files: [file], base } = await family(['one.ko']);
  const app = await chromium.open();
  await app.choose(sample(), file);
  await app.modulesDone();
  await app.button('one.ko').click();
  await app.page.getByRole('heading', { level: 1, name: 'one.ko', exact: true }).waitFor();
  const { statistics, btf } = await encodedOn(file, base);
  const rows = await app.rows();
  for (const { kind, before, after } of statistics.kinds) {
    assert.deepEqual([kind, ...rows.get(kind).slice(0, 2).map(number)], [kind, before.types, after.types]);
  }
  assert.ok(statistics.functions.skipped > 0, 'the input has a function that is left out');
  for (const { reason } of statistics.functions.reasons) {
    await app.page.getByRole('table', { name: 'Functions' }).getByRole('button', { name: new RegExp(reason, 'i') }).click();
    const names = app.page.getByRole('list', { name: 'Functions left out' });
    assert.match(await names.innerText(), /one_ko_cut_0/);
  }
  assert.ok((await app.downloadBytes('Split .BTF')).equals(btf));
  assert.deepEqual(lasting(JSON.parse(await app.downloadBytes('Statistics (JSON)'))), lasting(statistics));
  await app.link('All modules').click();
  await app.modules.waitFor();
  app.wasQuiet();
});

test('modules given later stand on the result that is there; one given again takes its place', async () => {
  const { files, base } = await family(['one.ko', 'two.ko', 'three.ko']);
  const app = await chromium.open();
  await app.runSample();
  await dropFiles(app.page, files[0]);
  await app.modulesDone();
  await dropFiles(app.page, files[0], files[1]);
  await app.page.getByRole('table', { name: 'What each adds' }).getByRole('button', { name: 'two.ko' }).waitFor();
  await app.modulesDone();
  assert.deepEqual([...(await app.moduleRows()).keys()], ['one.ko', 'two.ko']);
  await sameModule(app, files[0], base);
  await sameModule(app, files[1], base);
  app.wasQuiet();
});

test('raw BTF is base enough', async () => {
  const { files: [file], base } = await family(['one.ko']);
  const raw = copy(base, 'vmlinux');
  const app = await chromium.open();
  await dropFiles(app.page, raw, file);
  await app.modulesDone();
  await sameModule(app, file, base);
  app.wasQuiet();
});

test('a module without DWARF is taken with its BTF on the kernel’s, and refused on types of our own', async () => {
  const { files: [file], base } = await family(['one.ko']);
  const { btf, patched } = await encodedOn(file, base);
  const bare = inWork('bare/one.ko');
  mkdirSync(path.dirname(bare), { recursive: true });
  writeFileSync(bare, patched);
  await run('objcopy', ['--strip-debug', bare]);
  const { added: [told] } = JSON.parse(await run(btfscope(), ['modules', base, bare, '--format', 'json']));

  const app = await chromium.open();
  await app.choose(base);
  await app.result();
  await app.addModules(bare);
  await app.modulesDone();
  const [types] = (await app.moduleRows()).get('one.ko');
  assert.equal(number(types), told.types);
  assert.ok(told.types > 0);
  await app.button('one.ko').click();
  await app.page.getByText('taken from the module itself').waitFor();
  assert.ok((await app.downloadBytes('Split .BTF')).equals(btf));
  await app.button('Explore its types').click();
  await app.page.getByRole('listbox', { name: 'Types' }).getByRole('option').first().waitFor();
  app.wasQuiet();

  const other = await chromium.open();
  await other.choose(sample());
  await other.result();
  await other.addModules(bare);
  await other.page.getByRole('row', { name: /one\.ko.*open the kernel’s own BTF/ }).waitFor();
});

test('a distilled base: both sections, each as a file too, as the command makes them', async () => {
  const { files, base } = await family(['one.ko', 'two.ko']);
  const app = await chromium.open();
  await app.choose(sample(), files[0]);
  await app.modulesDone();
  await sameModule(app, files[0], base);
  const box = app.page.getByRole('checkbox', { name: 'Distilled base' });
  assert.equal(await box.isChecked(), false);
  await box.check();
  // Those that are there are encoded anew, and those that come are like them.
  await app.link('Distilled base of one.ko').waitFor();
  await app.modulesDone();
  await app.addModules(files[1]);
  await app.link('Distilled base of two.ko').waitFor();
  await app.modulesDone();
  for (const file of files) {
    const name = path.basename(file);
    const expected = await encodedOn(file, base, { distilled: true });
    assert.ok((await app.downloadBytes(`Split BTF of ${name}`)).equals(expected.btf), `${name}: split BTF`);
    const { path: saved, name: as } = await app.download(`Distilled base of ${name}`);
    assert.equal(as, `${name}.btf.base`);
    assert.ok(readFileSync(saved).equals(expected.base), `${name}: base`);
    const patched = await app.download(`Patched ${name}`);
    assert.ok(readFileSync(patched.path).equals(expected.patched), `${name}: patched`);
    assert.ok((await sections(patched.path)).has('.BTF.base'), `${name}: the section`);
  }
  const { path: archive } = await app.download('All split .BTF');
  assert.deepEqual((await run('tar', ['-tf', archive])).trim().split('\n'),
    ['one.ko.btf', 'one.ko.btf.base', 'two.ko.btf', 'two.ko.btf.base']);

  // A module that has a distilled base loses it with the switch off.
  const distilled = copy(await app.download('Patched one.ko').then((file) => file.path), 'distilled.ko');
  await app.button('one.ko').click();
  await app.link('Distilled base').waitFor();
  await app.link('All modules').click();
  await box.uncheck();
  await app.link('Distilled base of one.ko').waitFor({ state: 'detached' });
  await app.modulesDone();
  await sameModule(app, files[0], base);
  await app.addModules(distilled);
  await app.link('Patched distilled.ko').waitFor();
  await sameModule(app, distilled, base);
  app.wasQuiet();
});

test('a module alone is kept until its kernel is there', async () => {
  const { files, base } = await family(['one.ko', 'two.ko']);
  const app = await chromium.open();
  await dropFiles(app.page, ...files);
  await app.kept.getByText('one.ko, two.ko are kernel modules.').waitFor();
  await app.kept.getByText(/Add the vmlinux they were built for/).waitFor();
  assert.equal(await app.alert.count(), 0, 'it is no error');
  await app.page.getByLabel('Add the vmlinux', { exact: true }).setInputFiles(sample());
  await app.modulesDone();
  assert.equal(await app.kept.count(), 0);
  for (const file of files) await sameModule(app, file, base);
  app.wasQuiet();
});

test('an object file is a module beside a kernel and a program alone', async () => {
  const { files: [file], base } = await family(['one.ko']);
  const object = copy(file, 'object.o');
  const app = await chromium.open();
  await app.choose(object);
  await app.result('object.o');
  await app.choose(sample(), object);
  await app.button('Replace').click();
  await app.modulesDone();
  await sameModule(app, object, base);
});

test('a broken module is listed with its error, and the others go on', async () => {
  const { files, base } = await family(['one.ko', 'two.ko']);
  const cut = copy(files[0], 'cut.ko', (bytes) => bytes.subarray(0, bytes.length >> 1));
  const bare = inWork('bare.ko');
  await run('objcopy', ['--strip-debug', files[0], bare]);
  const app = await chromium.open();
  await dropFiles(app.page, cut, bare, sample(), ...files);
  await app.modulesDone();
  const rows = await app.moduleRows();
  assert.match(rows.get('cut.ko')[0], /This file is cut short\. The file ends at [\d,]+ bytes/);
  assert.match(rows.get('bare.ko')[0], /No debug information/);
  assert.match(rows.get('bare.ko')[0], /\/usr\/lib\/debug/);
  for (const file of files) await sameModule(app, file, base);
  app.wasQuiet();
});

test('a module that kills its worker loses that unit alone', async () => {
  const { files, base } = await family(['one.ko', 'two.ko', 'three.ko']);
  const app = await chromium.open('', { init: FAULTS });
  // At first in the midst of the module; then, with care, at its second unit.
  await faults(app, ({ Encode: encode }) => {
    if (!encode?.file || encode.file.name === 'one.ko') return undefined;
    return encode.attempt.careful ? { act: 'die', after: 'Unit 1' } : { act: 'die', at: 'Planned' };
  });
  await app.choose(sample(), ...files);
  await app.modulesDone();
  await sameModule(app, files[0], base);
  for (const [name, units] of [['two.ko', 2], ['three.ko', 3]]) {
    const row = app.modules.getByRole('row', { name: new RegExp(`^${name}`) });
    await row.getByText('1 unit left out').waitFor();
    await app.button(name).click();
    await app.page.getByText(`1 of ${units} units could not be encoded and was left out.`).click();
    const [item] = await app.failedUnits.getByRole('listitem').allInnerTexts();
    assert.match(item, new RegExp(`${name.replace('.', '_')}_1\\.c.*its worker stopped`));
    await app.link('All modules').click();
  }
});

test('a folder, however deep; what was removed meanwhile is an error of its own', async () => {
  const { files, base } = await family(['one.ko', 'two.ko']);
  const folder = inWork('tree');
  mkdirSync(path.join(folder, 'kernel/net/ipv4'), { recursive: true });
  mkdirSync(path.join(folder, 'kernel/fs'));
  copyFileSync(files[0], path.join(folder, 'kernel/net/ipv4/one.ko'));
  copyFileSync(files[1], path.join(folder, 'kernel/fs/two.ko'));
  copyFileSync(sample(), path.join(folder, 'vmlinux'));
  writeFileSync(path.join(folder, 'modules.dep'), 'kernel/fs/two.ko:\n');
  const app = await chromium.open();
  await dropFiles(app.page, folder);
  await app.modulesDone();
  assert.deepEqual([...(await app.moduleRows()).keys()], ['one.ko', 'two.ko']);
  for (const file of files) await sameModule(app, file, base);

  const gone = copy(files[0], 'gone.ko');
  await app.page.evaluate(() => {
    // The file is chosen, then removed before it is read: the browser asks the disk anew.
    globalThis.slow = Blob.prototype.arrayBuffer;
    Blob.prototype.arrayBuffer = async function arrayBuffer() {
      const head = await globalThis.slow.call(this);
      globalThis.seen = true;
      await globalThis.removed;
      return head;
    };
    globalThis.removed = new Promise((resolve) => { globalThis.go = resolve; });
  });
  await app.addModules(gone);
  await app.page.waitForFunction(() => globalThis.seen);
  rmSync(gone);
  await app.page.evaluate(() => globalThis.go());
  await app.modules.getByRole('row', { name: /^gone\.ko.*cannot be read/ }).waitFor();
  assert.equal((await app.moduleRows()).size, 3);
});

test('all modules in one archive, searched and sorted', async () => {
  const folder = inWork('crowd');
  mkdirSync(folder, { recursive: true });
  const two = await module('two.ko', { units: 2 });
  const one = await module('one.ko');
  const count = 300;
  for (let at = 0; at < count; at += 1) {
    copyFileSync(at % 2 ? one : two, path.join(folder, `m${String(at).padStart(3, '0')}.ko`));
  }
  const app = await chromium.open();
  await app.choose(sample(), ...readdirSync(folder).map((name) => path.join(folder, name)));
  await app.modulesDone({ timeout: KERNEL_LIMIT });
  await app.page.getByText('100 more.').waitFor();
  await app.button('Show all').click();
  assert.equal((await app.modules.locator('tbody').getByRole('row').count()), count);

  const base = (await encoded(sample())).path;
  const { path: archive } = await app.download('All split .BTF');
  const out = inWork('unpacked');
  mkdirSync(out, { recursive: true });
  await run('tar', ['-xf', archive, '-C', out]);
  assert.equal(readdirSync(out).length, count);
  for (const [name, file] of [['m000.ko.btf', two], ['m299.ko.btf', one]]) {
    assert.ok(readFileSync(path.join(out, name)).equals((await encodedOn(file, base)).btf), name);
  }
  const { path: patched } = await app.download('All patched');
  const list = await run('tar', ['-tf', patched]);
  assert.equal(list.trim().split('\n').length, count);

  const search = app.page.getByRole('searchbox', { name: 'Search the modules' });
  await search.fill('m12');
  assert.deepEqual([...(await app.moduleRows()).keys()], Array.from({ length: 10 }, (_, at) => `m12${at}.ko`));
  await app.button('Types added').click();
  const sorted = [...(await app.moduleRows()).values()].map(([types]) => number(types));
  assert.deepEqual(sorted, sorted.toSorted((a, b) => b - a));
  assert.ok(sorted[0] > sorted.at(-1));
  const header = app.page.getByRole('columnheader', { name: 'Types added' });
  assert.equal(await header.getAttribute('aria-sort'), 'descending');
  await app.button('Types added').click();
  assert.equal(await header.getAttribute('aria-sort'), 'ascending');
  app.wasQuiet();
});

test('modules of a distribution, given together with its kernel: bytes as the command makes them', inAll, async () => {
  const files = readdirSync(kernelModules()).map((name) => path.join(kernelModules(), name));
  assert.ok(files.length >= 5);
  const app = await chromium.open('?workers=2');
  await app.choose(kernel(), ...files);
  await app.page.getByRole('table', { name: 'Files' }).getByText('waiting').first().waitFor();
  await app.modulesDone({ timeout: KERNEL_LIMIT });
  const { path: base } = await encoded(kernel(), { patch: true });
  for (const file of files) await sameModule(app, file, base);
  app.wasQuiet();
});

test('what modules repeat and why, what several bring, and their types among the kernel’s', async () => {
  const { kernel: file, files } = await declaring();
  const report = JSON.parse(await run(btfscope(), ['modules', file, ...files, '--format', 'json']));
  const app = await chromium.open();
  await app.choose(file, ...files);
  await app.modulesDone();
  const cells = async (name) => {
    const rows = app.page.getByRole('region', { name }).locator('tbody tr');
    await rows.first().waitFor();
    return rows.evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText)));
  };
  const repeats = report.added.flatMap((one) => one.repeats);
  assert.equal(repeats.length, 2);
  const repeated = async () => {
    const rows = app.page.getByRole('region', { name: 'Duplicated, although the kernel has a type of that name' }).getByRole('listitem');
    await rows.first().waitFor();
    return (await rows.allInnerTexts()).map((text) => text.split('\n').map((line) => line.trim()).filter(Boolean));
  };
  assert.deepEqual(await repeated(), repeats.map((one) => [one.module, one.title, one.why.replaceAll('`', '')]));
  const shared = (await cells('In several modules')).map((row) => row.slice(0, 3));
  const expected = report.shared.map((one) => [`${one.word} ${one.name}`, one.modules.join(', '), String(one.definitions)]);
  assert.deepEqual(shared, expected);

  await app.link('struct user').click();
  await app.page.getByRole('heading', { level: 1, name: 'struct user' }).waitFor();
  await app.page.getByText('Not merged: the base only declares struct hidden, which the module defines.').waitFor();
  await app.page.getByText('With module first').waitFor();

  // Going back shows the modules; one of them has its own part of all that.
  await app.page.goBack();
  await app.button('first.ko').click();
  await app.page.getByRole('heading', { level: 1, name: 'first.ko' }).waitFor();
  assert.deepEqual((await repeated()).map((row) => row[0]), ['struct user', 'struct same']);
  await app.button('Explore its types').click();
  const { path: base } = await encoded(file);
  const { path: split } = await encodedOn(files[0], base);
  const { total } = JSON.parse(await run(btfscope(), ['types', split, '--base', base, '--json']));
  await app.page.getByText(`${total} types`, { exact: true }).waitFor();
  // Another worker in the place of this one is told of the modules too.
  await app.killWorker();
  await app.page.getByText('It was restarted; nothing is lost.').waitFor();
  await app.page.getByText(`${total} types`, { exact: true }).waitFor();
  await app.button('Only the kernel').click();
  await app.page.getByText('With module first').waitFor({ state: 'detached' });

  // A module that takes the place of another takes its reasons away too.
  const other = inWork('other/first.ko');
  mkdirSync(path.dirname(other), { recursive: true });
  copyFileSync(files[1], other);
  await app.link(/^Modules/).click();
  await app.addModules(other);
  await app.page.getByText('None: no type they add has a name that the kernel uses.').waitFor();
  assert.equal((await cells('In several modules')).length, 2);
  app.wasQuiet();
});

test('Cancel ends the workers at once; what is done stays, the rest can be given again', async () => {
  const { files } = await family(['one.ko']);
  const large = files.concat(readdirSync(kernelModules()).map((name) => path.join(kernelModules(), name)));
  const app = await chromium.open('?workers=1');
  await app.runSample();
  await app.holdJob(() => [...document.querySelectorAll('table td')].some((cell) => cell.innerText === 'running'));
  await app.choose(...large);
  await app.page.getByRole('table', { name: 'Files' }).getByText('running').waitFor();
  await app.page.keyboard.press('Escape');
  await app.page.getByText(/modules? (was|were) cancelled; \d (is|are) done\./).first().waitFor();
  await app.workersAre(1);
  assert.equal(await app.cancel.count(), 0);
  await app.releaseJobs();
  await app.addModules(files[0]);
  await app.modulesDone();
  assert.ok((await app.moduleRows()).has('one.ko'));
});

test('every view of modules: names, references, room and contrast', async () => {
  const { files } = await family(['one.ko', 'two.ko']);
  const cut = copy(files[0], 'cut.ko', (bytes) => bytes.subarray(0, bytes.length >> 1));
  const app = await chromium.open('', { viewport: { width: 1280, height: 800 } });
  await app.choose(...files);
  await app.kept.waitFor();
  await sound(app.page, 'waiting for a kernel');
  await app.page.getByLabel('Add the vmlinux', { exact: true }).setInputFiles([sample(), cut]);
  await app.modulesDone();
  await sound(app.page, 'modules');
  await app.button('one.ko').click();
  await app.page.getByRole('heading', { level: 1, name: 'one.ko' }).waitFor();
  await sound(app.page, 'a module');
  await app.link('Overview').click();
  await sound(app.page, 'overview');
});

// Packages, archives, compressed files, and boot images: what is in them opens, and nothing of it stays behind. The oracle is the
// command on the kernel itself.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import { App } from './support/app.mjs';
import { browserForTests } from './support/browser.mjs';
import { firefox, inWork, LIMIT, run } from './support/env.mjs';
import { encoded } from './support/native.mjs';
import { foldersAre, image, isFull, NAME, packages, refuses, stands, stored } from './support/packages.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

/** Only Chromium's driver knows workers. */
const workersAre = async (app, count) => firefox() || app.workersAre(count);
const unpacking = (app) => app.page.getByRole('heading', { level: 1, name: /^Unpacking / });
const replace = (app) => app.button('Replace').click();

/** Waits until the worker has written what it writes before it stands still. */
async function midst(app) {
  await unpacking(app).waitFor();
  const late = AbortSignal.timeout(LIMIT);
  while (!Object.values(await stored(app.page)).some((bytes) => bytes >= 2 << 20) && !late.aborted) await app.page.waitForTimeout(50);
}

test('a kernel opens from what it is packed in; results are the command’s, and files go with them', async () => {
  const at = await packages();
  const app = await chromium.open();
  const wanted = await encoded(at(NAME), { patch: true });
  for (const [turn, name] of ['plain.deb', 'xz.deb', 'zst.ddeb', `${NAME}.gz`].entries()) {
    await app.choose(at(name));
    if (turn > 0) await replace(app);
    await app.page.getByText(`from ${name}`).waitFor();
    await app.result(NAME);
    await workersAre(app, 1);
    // What came out of the file before it is gone.
    await foldersAre(app.page, 1);
    if (!firefox()) assert.ok((await app.downloadBytes('Raw .BTF')).equals(wanted.btf), name);
  }
  if (!firefox()) {
    const { path: patched, name } = await app.download('Patched ELF');
    assert.ok(readFileSync(patched).equals(readFileSync(wanted.patched)));
    assert.ok(name.startsWith(NAME), name);
  }
  app.wasQuiet();
});

test('a boot image opens by its BTF, and the package with its debug information is named', async () => {
  const { image: file, btf } = await image();
  const app = await chromium.open();
  await app.choose(file);
  await app.result('vmlinux-6.1.0-47-amd64');
  await app.page.getByText('The debug information of 6.1.0-47-amd64 (Debian) is in the package linux-image-6.1.0-47-amd64-dbg').waitFor();
  if (!firefox()) assert.ok((await app.downloadBytes('Raw .BTF')).equals(btf));
  // Small files need no storage.
  await foldersAre(app.page, 0);
  app.wasQuiet();
});

test('of several kernels one is chosen; packed modules are added to it', async () => {
  const at = await packages();
  const app = await chromium.open();
  await app.choose(at('kernels.tar.gz'));
  const ask = app.page.getByRole('group', { name: 'Several kernels' });
  await ask.getByRole('button', { name: 'kernels/vmlinux-1' }).click();
  await app.result('vmlinux-1');
  await app.choose(at('nf_tables.ko.xz'));
  await app.modulesDone();
  assert.deepEqual([...(await app.moduleRows()).keys()], ['nf_tables.ko']);
  app.wasQuiet();
});

test('modules in a package are listed, searched, and taken out', async () => {
  const at = await packages();
  const app = await chromium.open();
  await app.choose(at('xz.deb'));
  await app.result(NAME);
  await app.button('List its modules').click();
  const list = app.page.getByRole('list', { name: 'Modules in xz.deb' });
  await list.getByRole('checkbox', { name: 'nf_tables' }).waitFor();
  assert.deepEqual(await list.getByRole('listitem').allInnerTexts(), ['ext_4', 'nf_tables']);
  const search = app.page.getByRole('searchbox', { name: 'Search the modules in xz.deb' });
  await search.fill('EXT-');
  assert.deepEqual(await list.getByRole('listitem').allInnerTexts(), ['ext_4']);
  await search.fill('nothing');
  await app.page.getByRole('status').filter({ hasText: 'No module has such a name.' }).waitFor();
  assert.ok(await app.button('Add chosen modules').isDisabled());
  await search.fill('nf');
  await list.getByRole('checkbox', { name: 'nf_tables' }).check();
  await app.button('Add 1 module').click();
  await app.modulesDone();
  assert.deepEqual([...(await app.moduleRows()).keys()], ['nf_tables.ko.debug']);
  // What is there cannot be chosen again.
  await app.link('Overview').click();
  await list.getByRole('checkbox', { name: 'nf_tables' }).waitFor();
  assert.ok(await list.getByRole('checkbox', { name: 'nf_tables' }).isDisabled());
  await app.button('Choose all').click();
  await app.button('Add 2 modules').waitFor();
  app.wasQuiet();
});

test('a package is compared with the result, and becomes a column of its history', async () => {
  const at = await packages();
  const app = await chromium.open();
  await app.runSample();
  await app.page.getByRole('link', { name: 'Compare', exact: true }).click();
  await app.page.getByLabel('Choose the second file').setInputFiles(at('plain.deb'));
  await app.page.getByRole('heading', { level: 1, name: `From sample.elf to ${NAME}` }).waitFor();
  // The types are in memory now.
  await foldersAre(app.page, 0);
  app.wasQuiet();
});

test('Cancel ends unpacking at once; its files go, and the earlier result stays', async () => {
  const at = await packages();
  const app = await chromium.open('', { init: stands });
  await app.runSample();
  await app.choose(at('plain.deb'));
  await replace(app);
  await midst(app);
  await app.cancel.click();
  await app.result('sample.elf');
  await app.page.getByText('Unpacking plain.deb was cancelled. Your previous result is still open.').waitFor();
  await workersAre(app, 1);
  await foldersAre(app.page, 0);
  await app.button('Start again').click();
  await unpacking(app).waitFor();
  app.wasQuiet();
});

test('what a closed tab has left is removed by the next, which leaves the files of others alone', async () => {
  const at = await packages();
  const other = await chromium.open();
  await other.choose(at('xz.deb'));
  await other.result(NAME);
  const before = await foldersAre(other.page, 1);
  const context = other.page.context();
  const open = async (init) => {
    const page = await context.newPage();
    if (init) await page.addInitScript(init);
    const app = new App(page);
    await page.goto(other.page.url().replace(/#.*/, ''));
    await app.started();
    return app;
  };
  const closed = await open(stands);
  await closed.choose(at('plain.deb'));
  await midst(closed);
  await closed.page.close();
  await open();
  assert.deepEqual(await foldersAre(other.page, 1), before);
  if (!firefox()) assert.ok((await other.downloadBytes('Patched ELF')).length > 6 << 20);
  other.wasQuiet();
});

test('without storage, small kernels open and large ones are refused with a sentence', async () => {
  const at = await packages();
  const app = await chromium.open('', { init: refuses });
  await app.choose(at('plain.deb'));
  await app.result(NAME);
  await app.choose(at('large.tar'));
  await replace(app);
  const { text } = await app.error();
  assert.match(text, /large\.tar cannot be unpacked: more than [\d.]+ MB come out, and the browser gives this page no storage: Security error/);
  assert.match(text, /private window/);
  await app.link(`Back to ${NAME}`).click();
  await app.result(NAME);
  const full = await chromium.open('', { init: isFull });
  await full.choose(at('plain.deb'));
  assert.match((await full.error()).text, /6\.\d\d MB come out, and the browser has room for 5\.00 MB \(20\.00 MB in all/);
});

test('a damaged package is told with the place; what is no kernel, with what to choose', async () => {
  const at = await packages();
  const app = await chromium.open();
  await app.choose(at('cut.deb'));
  assert.match((await app.error()).text, /cut\.deb cannot be unpacked: it ends at offset 0x\w+ of .*, inside .* get it again/i);
  writeFileSync(inWork('notes.txt'), 'no kernel at all\n');
  await run('tar', ['-czf', inWork('notes.tgz'), '-C', inWork('.'), 'notes.txt']);
  await app.choose(inWork('notes.tgz'));
  await app.page.getByText('notes.tgz cannot be unpacked: it contains no kernel and no BTF. Choose the package').waitFor();
  app.wasQuiet();
});

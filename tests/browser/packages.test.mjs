// Packages, archives, compressed files, and boot images: what is in them opens, and nothing of it stays behind. The oracle is the
// command on the kernel itself.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, test } from 'node:test';
import { App } from './support/app.mjs';
import { browserForTests } from './support/browser.mjs';
import { btfscope, firefox, inWork, LIMIT, madeOnce, run, sample } from './support/env.mjs';
import { module } from './support/inputs.mjs';
import { encoded } from './support/native.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const NAME = 'vmlinux-6.1.0-test';
const BANNER = 'Linux version 6.1.0-47-amd64 (debian-kernel@lists.debian.org) #1 SMP Debian 6.1';

/** Bytes that no compressor makes smaller. */
function noise(length) {
  const bytes = Buffer.alloc(length);
  let state = 0x2545f491;
  for (let at = 0; at < length; at += 4) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
    bytes.writeInt32LE(state, at);
  }
  return bytes;
}

let made;
/** The sample as a kernel of some megabytes, and packages with it: paths by name. */
function packages() {
  made ??= madeOnce('packages', async (folder) => {
    const at = (name) => path.join(folder, name);
    const shell = (script) => run('bash', ['-ec', script], { cwd: folder });
    writeFileSync(at('noise'), noise(6 << 20));
    writeFileSync(at('debian-binary'), '2.0\n');
    await shell(`mkdir -p usr/lib/debug/boot usr/lib/modules kernels && cp '${await module('nf_tables.ko')}' .
      cp nf_tables.ko usr/lib/modules/nf_tables.ko.debug && cp '${await module('ext-4.ko')}' usr/lib/modules && xz -0 usr/lib/modules/ext-4.ko
      objcopy --add-section .noise=noise '${sample()}' usr/lib/debug/boot/${NAME} && rm noise
      cp usr/lib/debug/boot/${NAME} . && xz -0kT2 nf_tables.ko
      tar -cf data.tar usr && ar q plain.deb debian-binary data.tar
      xz -0kT2 --block-size=2MiB data.tar && ar q xz.deb debian-binary data.tar.xz
      zstd -q -1 data.tar && ar q zst.ddeb debian-binary data.tar.zst
      cp '${sample()}' kernels/vmlinux-1 && cp ${NAME} kernels/vmlinux-2 && tar -czf kernels.tar.gz kernels
      gzip -1 -c ${NAME} > ${NAME}.gz && head -c 3000000 xz.deb > cut.deb && cp ${NAME} vmlinux && truncate -s 70M vmlinux && tar -cf large.tar vmlinux && rm vmlinux`);
  });
  return made.then((folder) => (name) => path.join(folder, name));
}

/** A boot image for x86 with a stripped kernel that says whose it is. */
async function image() {
  const folder = await madeOnce('boot-image', async (folder) => {
    const at = (name) => path.join(folder, name);
    writeFileSync(at('init.c'), `const char linux_banner[] = "${BANNER}"; struct task { int pid; } task;`);
    await run('gcc', ['-g', '-ffreestanding', '-nostdlib', '-static', '-Wl,-e0', at('init.c'), '-o', at('kernel')]);
    await run(btfscope(), ['encode', at('kernel'), '-o', at('btf'), '--patch', at('patched')]);
    await run('objcopy', ['--strip-debug', at('patched'), at('stripped')]);
    const payload = gzipSync(readFileSync(at('stripped')));
    const header = Buffer.alloc(1024);
    header[0x1f1] = 1;
    header.write('HdrS', 0x202);
    header.writeUInt16LE(0x20f, 0x206);
    header.writeUInt32LE(payload.length, 0x24c);
    writeFileSync(at('vmlinuz-6.1.0-47-amd64'), Buffer.concat([header, payload]));
  });
  return { image: path.join(folder, 'vmlinuz-6.1.0-47-amd64'), btf: readFileSync(path.join(folder, 'btf')) };
}

/** Runs in the page before its own code: workers run `source` before theirs. */
function inPage(source) {
  const create = URL.createObjectURL;
  URL.createObjectURL = (blob) => create.call(URL, blob.type === 'text/javascript' ? new Blob([source, blob], { type: blob.type }) : blob);
}

/** For `open`: a page whose workers run this before their own code. */
const before = (act) => `(${inPage})(${JSON.stringify(`(${act})();\n`)});`;

/** A worker that stands still after it has written some of what comes out. */
const stands = before(() => {
  const { write } = FileSystemSyncAccessHandle.prototype;
  FileSystemSyncAccessHandle.prototype.write = function (...given) {
    if (given[1].at >= 2 << 20) for (;;);
    return write.apply(this, given);
  };
});
/** A browser that gives no storage, as in a private window. */
const refuses = before(() => {
  StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException('Security error when calling GetDirectory', 'SecurityError'));
});
/** A browser that has little room. */
const isFull = before(() => {
  StorageManager.prototype.estimate = async () => ({ quota: 20e6, usage: 15e6 });
});

/** What lies in the browser's private storage: folders and how many bytes are in each. */
const stored = (page) => page.evaluate(async () => {
  const root = await navigator.storage.getDirectory();
  const found = {};
  for await (const [name, folders] of root.entries()) {
    if (name !== 'btfscope-unpacked') continue;
    for await (const [folder, files] of folders.entries()) {
      found[folder] = 0;
      for await (const file of files.values()) found[folder] += (await file.getFile()).size;
    }
  }
  return found;
});

/** Waits until storage has so many folders. */
async function foldersAre(page, count) {
  const late = AbortSignal.timeout(LIMIT);
  let found = await stored(page);
  while (Object.keys(found).length !== count && !late.aborted) {
    await page.waitForTimeout(50);
    found = await stored(page);
  }
  assert.equal(Object.keys(found).length, count, JSON.stringify(found));
  return found;
}

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

test('modules in a package are taken out by their names', async () => {
  const at = await packages();
  const app = await chromium.open();
  await app.choose(at('xz.deb'));
  await app.result(NAME);
  await app.page.getByLabel('Names of modules in the package').fill('nf_tables, ext_4 nfs');
  await app.button('Unpack').click();
  await app.modulesDone();
  assert.deepEqual([...(await app.moduleRows()).keys()], ['ext-4.ko', 'nf_tables.ko.debug']);
  await app.page.getByText('Skipped: xz.deb does not contain nfs.').waitFor();
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
  await app.result(NAME).catch(() => {});
  const full = await chromium.open('', { init: isFull });
  await full.choose(at('plain.deb'));
  assert.match((await full.error()).text, /6\.\d\d MB come out, and the browser has room for 5\.00 MB \(20\.00 MB in all/);
  await full.started();
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
  await app.started();
  app.wasQuiet();
});

// How packages are unpacked: by several workers, within a budget, and with what to do where it fails.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';
import { firefox, inWork, LIMIT, run, sample } from './support/env.mjs';
import { module } from './support/inputs.mjs';
import { encoded } from './support/native.mjs';
import { before, foldersAre, keepsFolder, NAME, packages } from './support/packages.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const unpacking = (app) => app.page.getByRole('heading', { level: 1, name: /^Unpacking / });
const heading = (app, name) => app.page.getByRole('heading', { level: 1, name, exact: true });
const workersAre = async (app, count) => firefox() || app.workersAre(count);

/** Workers that have decompressed a block do this instead of answering. */
const answers = (act) => before(`() => {
  const { postMessage } = MessagePort.prototype;
  MessagePort.prototype.postMessage = function (...given) {
    if (typeof given[0].unpacked === 'object') ${act}
    return postMessage.apply(this, given);
  };
}`);

/** A compressed kernel of which far more comes out than files of its size need. */
async function bomb() {
  const [large, packed] = [inWork('vmlinux-large'), inWork('vmlinux-large.gz')];
  writeFileSync(large, Buffer.concat([readFileSync(sample()), Buffer.alloc(100 << 20)]));
  await run('gzip', ['-9kf', large]);
  return packed;
}

test('blocks are decompressed by as many workers as the address says, for the same bytes', async () => {
  const at = await packages();
  const wanted = (await encoded(at(NAME))).btf;
  for (const [workers, name] of [[1, 'xz.deb'], [2, 'xz.deb'], [3, 'xz.deb'], [8, 'xz.deb'], [1, 'frames.deb'], [3, 'frames.deb']]) {
    const app = await chromium.open(`?workers=${workers}`);
    await app.choose(at(name));
    await app.result(NAME);
    if (!firefox()) assert.ok((await app.downloadBytes('Raw .BTF')).equals(wanted), `${name}, ${workers} workers`);
    await workersAre(app, 1);
    await foldersAre(app.page, 1);
    app.wasQuiet();
    await chromium.close();
  }
});

test('a damaged block is told in the same words by one worker and by several', async () => {
  const at = await packages();
  for (const [name, block, part] of [['xz.deb', 'xz block', 'data.tar.xz'], ['frames.deb', 'zstd frame', 'data.tar.zst']]) {
    const bytes = readFileSync(at(name));
    // In the middle of the noise, behind the first blocks.
    bytes[bytes.length >> 1] ^= 0x55;
    writeFileSync(inWork('damaged.deb'), bytes);
    const said = new Set();
    for (const workers of [1, 3]) {
      const app = await chromium.open(`?workers=${workers}`);
      await app.choose(inWork('damaged.deb'));
      await heading(app, 'This file cannot be unpacked').waitFor();
      said.add((await app.error()).text);
      await app.page.getByText('Details for a bug report').click();
      await app.page.getByRole('definition').filter({ hasText: part }).waitFor();
      await app.button('Start again').waitFor();
      await foldersAre(app.page, 0);
      await chromium.close();
    }
    assert.equal(said.size, 1, [...said].join());
    const told = new RegExp(`damaged\\.deb cannot be unpacked: the ${block} at offset 0x\\w+ of ${part} \\(in \\S+\\) is damaged: .*Get the file again\\.`);
    assert.match([...said][0], told);
  }
});

test('workers that die while they decompress do not change what comes out', async () => {
  const at = await packages();
  const app = await chromium.open('?workers=2', { init: answers("throw new Error('this worker is gone');") });
  await app.choose(at('xz.deb'));
  await app.result(NAME);
  if (!firefox()) assert.ok((await app.downloadBytes('Raw .BTF')).equals((await encoded(at(NAME))).btf));
});

test('Cancel ends all workers that decompress', async () => {
  const at = await packages();
  for (const name of ['xz.deb', 'frames.deb']) {
    const app = await chromium.open('?workers=3', { init: answers('for (;;);') });
    await app.runSample();
    await app.choose(at(name));
    await app.button('Replace').click();
    await unpacking(app).waitFor();
    // The explorer of the result, the one that unpacks, and those that help it.
    await workersAre(app, 5);
    await app.cancel.click();
    await app.page.getByText(`Unpacking ${name} was cancelled. Your previous result is still open.`).waitFor();
    await workersAre(app, 1);
    await foldersAre(app.page, 0);
    app.wasQuiet();
    await chromium.close();
  }
});

test('a worker that is ended before it tells of its folder leaves none', async () => {
  const at = await packages();
  const app = await chromium.open('', { init: keepsFolder });
  await app.runSample();
  await app.choose(at('plain.deb'));
  await app.button('Replace').click();
  await unpacking(app).waitFor();
  await foldersAre(app.page, 1);
  await app.cancel.click();
  await foldersAre(app.page, 0);
});

test('a package beyond its budget says so, and opens once it is allowed more', async () => {
  const app = await chromium.open();
  await app.choose(await bomb());
  await heading(app, 'Far more than a file of this size needs').waitFor();
  assert.match((await app.error()).text, /vmlinux-large\.gz cannot be unpacked: unpacking it gives more than [\d,]+ .*btfscope --budget 10\)/);
  await app.button('Allow ten times as much').click();
  await app.result('vmlinux-large');
  app.wasQuiet();
});

test('a package for a comparison or a history that cannot be unpacked is told as any other, and tried again where it was dropped', async () => {
  const packed = await bomb();
  const app = await chromium.open();
  await app.runSample();
  await app.link('Compare').click();
  await app.page.getByLabel('Choose the second file').setInputFiles(packed);
  await heading(app, 'Far more than a file of this size needs').waitFor();
  await app.link('Back to sample.elf').waitFor();
  await app.button('Allow ten times as much').click();
  await heading(app, 'From sample.elf to vmlinux-large').waitFor();
  await chromium.close();
  const other = await chromium.open();
  await other.runSample();
  await other.link('History').click();
  await other.page.getByText('Add a kernel').click();
  await other.page.getByLabel('A file', { exact: true }).setInputFiles(packed);
  await heading(other, 'Far more than a file of this size needs').waitFor();
  await other.button('Allow ten times as much').click();
  await other.button('Remove vmlinux-large').waitFor({ timeout: LIMIT });
  other.wasQuiet();
});

test('a module that cannot be unpacked keeps what is open', async () => {
  const app = await chromium.open();
  await app.runSample();
  const packed = `${await module('broken.ko')}.xz`;
  await run('xz', ['-0kf', packed.slice(0, -3)]);
  writeFileSync(packed, readFileSync(packed).subarray(0, 1000));
  await app.choose(packed);
  assert.match((await app.error()).text, /broken\.ko\.xz cannot be unpacked: it ends at offset 0x3e8 of the input, in broken\.ko\.xz, inside the xz stream/);
  await app.link('Back to sample.elf').click();
  await app.result('sample.elf');
  app.wasQuiet();
});

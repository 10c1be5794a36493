// The sample that ships with the page, against the command and other tools.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { afterEach, test } from 'node:test';
import { inAll } from './support/all.mjs';
import { DOWNLOADS, number } from './support/app.mjs';
import { browserForTests, inChromium } from './support/browser.mjs';
import { bpftool, sections, segments } from './support/elf.mjs';
import { KERNEL_LIMIT, run, sample } from './support/env.mjs';
import { many } from './support/inputs.mjs';
import { encoded, lasting } from './support/native.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

test('the start page has what it promises by name', async () => {
  const app = await chromium.open();
  assert.equal(await app.page.title(), 'btfscope');
  await app.button('Help for this page').waitFor();
  await app.button('Switch light or dark').waitFor();
  // The visible text is the accessible name.
  const label = app.page.locator('label', { hasText: /^Choose a file$/ });
  assert.ok(await label.isVisible());
  assert.equal(await app.picker.count(), 1);
  assert.equal((await app.sample.innerText()).trim(), 'Try a sample');
  assert.equal(await app.cancel.count(), 0, 'there is nothing to cancel');
  assert.equal(await app.kinds.count(), 0, 'there is no result');
  app.wasQuiet();
});

test('the table has one row a kind, with the numbers of the command', async () => {
  const { statistics } = await encoded(sample());
  const app = await chromium.open();
  await app.runSample();
  const rows = await app.rows();
  const expected = statistics.kinds.map((row) => [row.kind, row.before.types, row.after.types]);
  const shown = [...rows].map(([kind, cells]) => [kind, number(cells[0]), number(cells[1])]);
  const byName = ([a], [b]) => a < b ? -1 : 1;
  assert.ok(expected.length >= 15, 'the sample has most kinds');
  assert.deepEqual(shown.toSorted(byName), expected.toSorted(byName));
  assert.deepEqual(shown.map(([, before]) => before), expected.map(([, before]) => before).toSorted((a, b) => b - a),
    'the largest kind is first');

  await app.button('Bytes').click();
  const bytes = await app.rows();
  for (const { kind, after } of statistics.kinds.filter((row) => row.after.bytes < 1000)) {
    assert.equal(bytes.get(kind)[1].replace('\u00a0', ' '), `${after.bytes} B`, kind);
  }
  app.wasQuiet();
});

test('the downloads are what the command writes, and other tools read them', inChromium, async () => {
  const { btf, statistics } = await encoded(sample());
  const app = await chromium.open();
  await app.runSample();
  for (const name of DOWNLOADS) await app.link(name).waitFor();

  const raw = await app.download('Raw .BTF');
  assert.equal(raw.name, 'sample.elf.btf');
  assert.deepEqual(await readFile(raw.path), btf);

  const told = JSON.parse(await app.downloadBytes('Statistics (JSON)'));
  assert.deepEqual(lasting(told), lasting(statistics));
  assert.ok(told.peak_memory > 1 << 16, 'memory of the workers');
  assert.ok(told.workers >= 1);
  assert.ok(told.stages.length >= 5 && told.stages.every((stage) => stage.seconds >= 0));

  const header = await app.download('C header');
  assert.match(header.name, /\.h$/);
  assert.match(await readFile(header.path, 'utf8'), /struct \w+ \{/);
  await run('clang', ['-x', 'c', '-std=gnu11', '-Wno-everything', '-fsyntax-only', header.path]);

  const patched = await app.download('Patched ELF');
  const [before, after] = [await sections(sample()), await sections(patched.path)];
  assert.ok(!before.has('.BTF'));
  assert.equal(after.get('.BTF').type, 'PROGBITS');
  assert.equal(after.get('.BTF').size, btf.length);
  assert.ok(!after.get('.BTF').flags.includes('A'), 'not loaded');
  assert.equal(await segments(patched.path), await segments(sample()));
  const [old, now] = [await readFile(sample()), await readFile(patched.path)];
  for (const [name, section] of before) {
    if (name === '.shstrtab' || section.type === 'NOBITS' || section.size === 0) continue;
    const at = after.get(name);
    assert.equal(at.offset, section.offset, name);
    assert.ok(old.subarray(section.offset, section.offset + section.size)
      .equals(now.subarray(at.offset, at.offset + at.size)), `${name} kept its bytes`);
  }
  assert.equal(await bpftool(patched.path), await bpftool(raw.path));
  app.wasQuiet();
});

/** The sample is one shard; the file of this job has many, and no two that are alike. */
async function sameWith(workers) {
  const file = await many();
  const { btf, statistics } = await encoded(file);
  const app = await chromium.open(`?workers=${workers}`);
  await app.choose(file);
  await app.result('many.elf', { timeout: KERNEL_LIMIT });
  const told = JSON.parse(await app.downloadBytes('Statistics (JSON)'));
  assert.equal(told.workers, workers);
  assert.deepEqual(lasting(told), lasting(statistics));
  assert.ok((await app.downloadBytes('Raw .BTF')).equals(btf), `with ${workers} workers`);
  app.wasQuiet();
}

for (const [workers, when] of [[1, {}], [2, inAll], [3, inAll], [8, {}]]) {
  const skip = inChromium.skip || when.skip;
  test(`the bytes do not depend on how many workers there are: ${workers}`, { skip }, () => sameWith(workers));
}

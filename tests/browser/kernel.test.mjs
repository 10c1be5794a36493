// A distribution's kernel, dropped on the page: progress, a page that answers, files that hold, and modules on it.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { inAll } from './support/all.mjs';
import { STAGES, number, sha256 } from './support/app.mjs';
import { browserForTests } from './support/browser.mjs';
import { dropFiles } from './support/drag.mjs';
import { bpftool, sections, segments } from './support/elf.mjs';
import { KERNEL_LIMIT, kernel, kernelModules, run } from './support/env.mjs';
import { encoded, lasting } from './support/native.mjs';
import { sameModule } from './support/same.mjs';
import { stalls, watchStalls } from './support/stalls.mjs';

/** Milliseconds of processor time in one turn of the main thread that a person does not yet call a stall. */
const STALL = 250;

/** Turns of its timer that a page gets on the busiest machine while a kernel is encoded: without them nothing was measured. */
const TURNS = 5;

/** Size of the example on the start page, Debian's vmlinux-6.1.0-47-cloud-amd64; the tests' own kernel. */
const EXAMPLE_BYTES = 587_352_384;

const chromium = browserForTests();
// One job feeds all tests of this file.
let app;
let during;

const native = () => encoded(kernel(), { patch: true });

before(async () => { app = await chromium.open(); });
after(() => chromium.close());

/** Notes every value that the bar of the whole job shows. */
function watchWhole(page) {
  return page.evaluate(() => {
    const seen = globalThis.watchedWhole = [];
    const look = () => {
      const bar = document.querySelector('[role=progressbar][aria-label="Whole job"]');
      const value = Number(bar?.getAttribute('aria-valuenow') ?? NaN);
      if (!Number.isNaN(value) && value !== seen.at(-1)) seen.push(value);
      requestAnimationFrame(look);
    };
    look();
  });
}

test('progress shows every stage by name, and the page never stalls', async (t) => {
  const name = path.basename(kernel());
  await watchStalls(app.page);
  await watchWhole(app.page);
  const began = performance.now();
  await dropFiles(app.page, kernel());
  await app.cancel.waitFor();
  await app.bar('Whole job').waitFor();
  assert.match(await app.page.title(), /Encoding/);

  // Encoding has begun when a worker says which unit it reads. All is read at one moment: it goes on.
  const moment = await app.page.waitForFunction(() => {
    const reading = [...document.querySelectorAll('table.workers td')].some((cell) => /\.[cS]$/.test(cell.innerText));
    const named = (bar) => [bar.getAttribute('aria-label'), bar.getAttribute('aria-valuetext')];
    return reading && {
      states: Object.fromEntries([...document.querySelectorAll('table [role=progressbar]')].map(named)),
      figures: document.querySelector('dl.now').innerText.replace(/\s+/g, ' '),
    };
  }, null, { timeout: KERNEL_LIMIT });
  const { states, figures } = await moment.jsonValue();
  during = figures;
  assert.deepEqual(Object.keys(states), STAGES);
  assert.equal(states['Read the file'], 'done');
  assert.equal(states['Encode types'], 'running');
  assert.equal(states['Patch the ELF'], 'waiting');

  await app.result(name, { timeout: KERNEL_LIMIT });
  const seconds = (performance.now() - began) / 1000;
  const whole = await app.page.evaluate(() => globalThis.watchedWhole);
  assert.ok(whole.length >= 4, `the whole moves on by itself: ${whole}`);
  assert.deepEqual(whole, whole.toSorted((a, b) => a - b), 'and never back');

  const measured = await stalls(app.page);
  t.diagnostic(`kernel in the page: ${seconds.toFixed(1)} s; ${JSON.stringify(measured)}`);
  assert.ok(measured.ticks > TURNS, `the page had its turns: ${measured.ticks}`);
  assert.ok(measured.turns > measured.ticks, `each tick is a turn that was traced: ${measured.turns} of ${measured.ticks}`);
  assert.ok(measured.work < STALL, `the page worked for ${measured.work} ms in one turn`);
  app.wasQuiet();
});

test('units, types, speed, time and memory were shown on the way', () => {
  assert.match(during, /Units [\d,]+ \/ [\d,]+/);
  assert.match(during, /Types so far [\d,]+/);
  assert.match(during, /BTF so far [\d.]+ [kMG]?B/);
  assert.match(during, /DWARF speed [\d.]+ [kMG]?B\/s/);
  assert.match(during, /Elapsed \d+:\d\d\.\d/);
  assert.match(during, /Peak memory [\d.]+ MB/);
  const [, done, all] = /Units ([\d,]+) \/ ([\d,]+)/.exec(during);
  assert.ok(number(done) < number(all));
});

test('table, statistics and raw BTF are what the command makes', async (t) => {
  const { btf, statistics } = await native();
  const rows = await app.rows();
  for (const { kind, before, after } of statistics.kinds) {
    const cells = rows.get(kind);
    assert.deepEqual([kind, number(cells[0]), number(cells[1])], [kind, before.types, after.types]);
  }
  assert.equal(rows.size, statistics.kinds.length);

  const told = JSON.parse(await app.downloadBytes('Statistics (JSON)'));
  assert.deepEqual(lasting(told), lasting(statistics));
  const stages = told.stages.map(({ stage, seconds }) => `${stage} ${seconds.toFixed(2)}`).join(', ');
  t.diagnostic(`${told.workers} workers, ${(told.peak_memory / 1e6).toFixed(0)} MB of wasm memory at most; ${stages}`);
  assert.match(await app.page.getByRole('main').innerText(), /at most [\d.]+\s[MG]B of memory/);

  assert.ok((await app.downloadBytes('Raw .BTF')).equals(btf), 'byte for byte');
});

test('the example on the start page is what this kernel gives', async (t) => {
  const { input, before, after } = (await native()).statistics;
  if (input.file_bytes !== EXAMPLE_BYTES) {
    t.skip('BTFSCOPE_KERNEL is another kernel than the example');
    return;
  }
  const start = await chromium.open();
  const example = (await start.page.locator('dl.example').innerText()).replace(/\s+/g, ' ');
  assert.match(example, /Debian’s Linux 6\.1/);
  const megabytes = (bytes) => `${(bytes / 1e6).toPrecision(bytes < 99.995e6 ? 3 : 4)} MB`;
  for (const figure of [
    `${before.types.toLocaleString('en')} types before`, `${after.types.toLocaleString('en')} types after`,
    `${megabytes(before.bytes)} of BTF before`, `${megabytes(after.bytes)} of BTF after`,
  ]) {
    assert.ok(example.includes(figure), `${figure} in: ${example}`);
  }
});

test('the patched kernel is sound', async (t) => {
  const { btf, patched: expected } = await native();
  const began = performance.now();
  const { path: patched, name } = await app.download('Patched ELF', { timeout: KERNEL_LIMIT });
  t.diagnostic(`${((await stat(patched)).size / 1e6).toFixed(0)} MB saved in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  assert.equal(name, `${path.basename(kernel())}.patched`);
  assert.equal(await sha256(patched), await sha256(expected), 'what the command writes');

  const [was, now] = [await sections(kernel()), await sections(patched)];
  // readelf names the sections of each segment, and one of them has another name now.
  assert.equal((await segments(patched)).replaceAll('.BTF.loaded ', '.BTF '), await segments(kernel()));
  assert.ok(!now.get('.BTF').flags.includes('A'));
  assert.equal(now.get('.BTF').size, btf.length);
  if (was.get('.BTF')?.flags.includes('A')) {
    assert.deepEqual(now.get('.BTF.loaded'), was.get('.BTF'));
    assert.match(await app.page.getByRole('main').innerText(), /renamed \.BTF\.loaded/);
  }
  const raw = await app.download('Raw .BTF');
  assert.equal(await bpftool(patched, 1 << 20), await bpftool(raw.path, 1 << 20));
});

test('the C header compiles', async () => {
  const header = await app.download('C header');
  assert.ok((await readFile(header.path, 'utf8')).includes('struct task_struct {'));
  await run('clang', ['-x', 'c', '-std=gnu11', '-Wno-everything', '-fsyntax-only', header.path]);
  app.wasQuiet();
});

test('modules of the distribution are added to it: bytes as the command makes them', async () => {
  const files = readdirSync(kernelModules()).map((name) => path.join(kernelModules(), name));
  assert.ok(files.length >= 5);
  await dropFiles(app.page, ...files);
  await app.modulesDone({ timeout: KERNEL_LIMIT });
  const { path: base } = await native();
  for (const file of files) await sameModule(app, file, base);
  app.wasQuiet();
  await app.page.context().close();
});

test('its bytes do not depend on how many workers there are', inAll, async (t) => {
  const { btf, statistics } = await native();
  for (const workers of [1, 2, 3, 8]) {
    const own = await chromium.open(`?workers=${workers}`);
    await own.choose(kernel());
    await own.result(path.basename(kernel()), { timeout: KERNEL_LIMIT });
    const told = JSON.parse(await own.downloadBytes('Statistics (JSON)'));
    assert.equal(told.workers, workers);
    assert.deepEqual(lasting(told), lasting(statistics), `with ${workers} workers`);
    assert.ok((await own.downloadBytes('Raw .BTF')).equals(btf), `with ${workers} workers`);
    own.wasQuiet();
    t.diagnostic(`${workers} workers: ${(told.peak_memory / 1e6).toFixed(0)} MB of wasm memory at most`);
    await own.page.context().close();
  }
});

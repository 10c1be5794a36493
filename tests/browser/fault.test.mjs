// A worker that dies: it is replaced, the unit that killed it is left out and named, and the job goes on.
import assert from 'node:assert/strict';
import path from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';
import { units } from './support/elf.mjs';
import { KERNEL_LIMIT, inWork, kernel, run, sample } from './support/env.mjs';
import { FAULTS, faults, withUnit } from './support/faults.mjs';
import { encoded, lasting } from './support/native.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

/** The sample without one of its units: what is left when it is left out. */
async function without(unit) {
  const { info, starts } = await units(sample());
  const bytes = readFileSync(sample()).subarray(info.offset, info.offset + info.size);
  const section = inWork(`without-${unit}.debug_info`);
  const end = starts[unit + 1] ?? bytes.length;
  writeFileSync(section, Buffer.concat([bytes.subarray(0, starts[unit]), bytes.subarray(end)]));
  const file = inWork(`without-${unit}.elf`);
  await run('objcopy', ['--update-section', `.debug_info=${section}`, sample(), file]);
  return { file, offset: starts[unit] };
}

for (const [unit, name] of [[0, 'main.c'], [3, 'sched.c'], [6, 'tags.c']]) {
  test(`unit ${unit} of the sample kills its worker: all others are in the result`, async () => {
    const { file, offset } = await without(unit);
    const expected = await encoded(file);
    const app = await chromium.open('', { init: FAULTS });
    await faults(app, withUnit, unit, 'die');
    await app.runSample();
    const told = JSON.parse(await app.downloadBytes('Statistics (JSON)'));
    assert.equal(told.units.failed.length, 1);
    const [failed] = told.units.failed;
    assert.equal(failed.offset, offset);
    assert.ok(failed.name?.endsWith(name), `the unit by its name: ${failed.name}`);
    assert.match(failed.cause, /worker stopped/);
    assert.deepEqual([told.units.total, told.units.encoded], [7, 6]);
    assert.deepEqual(lasting(told).kinds, lasting(expected.statistics).kinds);
    assert.ok((await app.downloadBytes('Raw .BTF')).equals(expected.btf));

    await app.page.getByText('1 of 7 units could not be encoded and was left out.').click();
    const items = await app.failedUnits.getByRole('listitem').allInnerTexts();
    assert.equal(items.length, 1);
    assert.ok(items[0].includes(failed.name) && items[0].includes(`0x${offset.toString(16)}`), items[0]);
    // The model's and no other.
    await app.workersAre(1);
  });
}

test('no address makes a worker die: what is shipped has no switch for it', async () => {
  const app = await chromium.open('?fault=unit:3');
  await app.runSample();
  const { units } = JSON.parse(await app.downloadBytes('Statistics (JSON)'));
  assert.deepEqual([units.total, units.encoded, units.failed.length], [7, 7, 0]);
});

test('on a kernel the replaced worker is told, and nothing else is lost', async () => {
  const { statistics } = await encoded(kernel(), { patch: true });
  const app = await chromium.open('?workers=2', { init: FAULTS });
  await faults(app, withUnit, 700, 'die');
  // The table of workers may be gone before a test looks at it.
  await app.page.evaluate(() => {
    globalThis.told = '';
    const look = () => {
      const [said] = document.querySelector('table.workers')?.innerText.match(/replaced \d times?/) ?? [];
      if (said) globalThis.told = said;
    };
    new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await app.choose(kernel());
  await app.result(path.basename(kernel()), { timeout: KERNEL_LIMIT });
  // The shard kills one worker and the unit, tried alone, another; both may be the same one's place.
  assert.match(await app.page.evaluate(() => globalThis.told), /^replaced [12] times?$/);
  const told = JSON.parse(await app.downloadBytes('Statistics (JSON)'));
  assert.equal(told.units.failed.length, 1, JSON.stringify(told.units.failed));
  assert.match(told.units.failed[0].cause, /worker stopped/);
  assert.equal(told.units.encoded, statistics.units.encoded - 1);
});

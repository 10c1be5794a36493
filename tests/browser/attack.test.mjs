// Damaged files, one after the other, in one page: each ends in a result or a sentence. `attack.mjs` does it with thousands.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import { attack, explore } from './support/attack.mjs';
import { browserForTests, inChromium } from './support/browser.mjs';
import { sample } from './support/env.mjs';
import { encoded } from './support/native.mjs';
import { mutant, seeds } from './support/mutants.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

test('forty damaged files: each ends in a result or a sentence, and the page is as before', inChromium, async (t) => {
  const app = await chromium.open('?workers=1');
  const all = seeds();
  const counts = { result: 0, sentence: 0 };
  for (let number = 0; number < 40; number += 1) {
    const made = mutant(all, 22, number);
    const { what, said } = await attack(app, made);
    assert.ok(what in counts, `${made.name} (${made.ways}): ${what}: ${said}`);
    counts[what] += 1;
    if (what === 'result' && counts.result % 5 === 1) assert.equal(await explore(app), undefined, made.name);
  }
  t.diagnostic(JSON.stringify(counts));
  assert.ok(counts.result > 3 && counts.sentence > 3, JSON.stringify(counts));
  await attack(app, { name: 'sample.elf', bytes: readFileSync(sample()) });
  await app.result('sample.elf');
  assert.ok((await app.downloadBytes('Raw .BTF')).equals((await encoded(sample())).btf));
  app.wasQuiet();
});

// Throws damaged files at the real page, for hours if need be: `node tests/browser/attack.mjs [--files 10000] [--seed 1]`.
// With `--kernel` they are made of the kernel instead, without a copy on the disk.
// Not a test, and never part of a run of tests; `attack.test.mjs` is its short form. The variables of
// `support/env.mjs` are needed. Each file must end in a result or a sentence, the tab must live, and memory must go back.
//
// Files that end otherwise are kept in `target/attack`. Lines on standard output: what became of each batch.
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { App } from './support/app.mjs';
import { attack, explore, holdGood } from './support/attack.mjs';
import { launch } from './support/browser.mjs';
import { KERNEL_LIMIT, LIMIT, kernel, sample, url } from './support/env.mjs';
import { attacked, largeMutant, mutant, seeds } from './support/mutants.mjs';

const { values: options } = parseArgs({
  options: {
    files: { type: 'string', default: '10000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    batch: { type: 'string', default: '100' },
    kernel: { type: 'boolean', default: false },
  },
});
const [files, from, seed, batch] = [options.files, options.from, options.seed, options.batch].map(Number);
const kept = path.resolve('target/attack');
mkdirSync(kept, { recursive: true });

/** Megabytes that the browser's processes have in memory: those that descend from this one. */
function megabytes() {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).flatMap((pid) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, 'utf8');
      const field = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);
      return [{ pid: Number(pid), parent: field('PPid'), own: field('RssAnon') }];
    } catch {
      return [];
    }
  });
  const family = new Set([process.pid]);
  for (let before = 0; before !== family.size;) {
    before = family.size;
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  }
  const own = processes.filter(({ pid }) => family.has(pid) && pid !== process.pid);
  return Math.round(own.reduce((sum, { own }) => sum + own, 0) / 1024);
}

const all = seeds();
const large = options.kernel && attacked(kernel());
const made = (number) => (large ? largeMutant(large.sections, large.length, seed, number) : mutant(all, seed, number));
console.log(`${files} files from number ${from} of seed ${seed}, made from ${large ? path.basename(kernel()) : `${all.length} good ones`}`);
const totals = { result: 0, sentence: 0, defect: 0, hung: 0, complaints: 0, explored: 0 };
let least = Infinity;
let most = 0;
let browser;
for (let first = from; first < from + files; first += batch) {
  browser ??= await launch();
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  context.setDefaultTimeout(LIMIT);
  const app = new App(await context.newPage());
  await app.page.goto(`${url()}?workers=${large ? 2 : 1}`);
  await app.started();
  if (large) {
    await holdGood(app, kernel());
    await attack(app, { name: 'sample.elf', bytes: readFileSync(sample()) });
    console.log(`before: ${megabytes()} MB`);
  }
  let alive = true;
  for (let number = first; alive && number < Math.min(first + batch, from + files); number += 1) {
    const thrown = made(number);
    const began = Date.now();
    let { what, said } = await attack(app, thrown);
    if (large) console.log(`${thrown.name}, ${thrown.ways}: ${what} after ${((Date.now() - began) / 1000).toFixed(1)} s, ${megabytes()} MB: ${said.slice(0, 160)}`);
    if (what === 'result' && (large || number % 5 === 0)) {
      totals.explored += 1;
      const wrong = await explore(app, { timeout: large ? KERNEL_LIMIT : LIMIT }).catch((error) => ({ said: error.message }));
      if (wrong) [what, said] = ['defect', `${wrong.hash}: ${wrong.said}`];
    }
    if (app.complaints.length > 0) {
      totals.complaints += 1;
      [what, said] = ['defect', app.complaints.splice(0).join('; ')];
    }
    totals[what] += 1;
    if (what === 'defect' || what === 'hung') {
      writeFileSync(path.join(kept, thrown.name), thrown.bytes ?? JSON.stringify(thrown));
      console.log(`${what}: ${thrown.name} (${thrown.ways}): ${said}`);
    }
    // A tab that hangs is of no use to the next file.
    alive = what !== 'hung';
  }
  if (alive) {
    // The sample takes the place of what was there: what is in memory now is what the page itself takes.
    await attack(app, { name: 'sample.elf', bytes: readFileSync(sample()) });
    await app.page.requestGC?.().catch(() => {});
    const now = megabytes();
    [least, most] = [Math.min(least, now), Math.max(most, now)];
    console.log(`${Math.min(first + batch, from + files) - from} files: ${JSON.stringify(totals)}, ${now} MB (${least} to ${most})`);
  } else {
    await browser.close();
    browser = undefined;
    continue;
  }
  await context.close();
}
await browser?.close();
process.exitCode = totals.hung + totals.defect > 0 ? 1 : 0;

// While the user chooses, the page warms up, and starts the workers of a job: no job depends on either.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { afterEach, test } from 'node:test';
import { kill } from './support/app.mjs';
import { browserForTests } from './support/browser.mjs';
import { inWork, sample, url } from './support/env.mjs';
import { encoded } from './support/native.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

/** Runs the sample, given as a file; its result must be the command's. */
async function runsAJob(app) {
  await app.choose(sample());
  await app.result('sample.elf');
  assert.ok((await app.downloadBytes('Raw .BTF')).equals((await encoded(sample())).btf));
  // The model's and no other.
  await app.workersAre(1);
}

/** The page before it is loaded. */
const blank = () => chromium.open('', { address: 'about:blank', settled: false });

/** Loads the page; the first worker that it starts. */
async function warming(app) {
  const [worker] = await Promise.all([app.page.waitForEvent('worker', (worker) => !worker.url().endsWith('#files')), app.page.goto(`${url()}?workers=2`)]);
  return worker;
}

/** More messages to a worker than any warm-up takes that time ends. */
const MANY_ROUNDS = 100;

/** With `?workers=2`: two that encode, one that merges. */
const STANDBY = 3;

test('a page at rest warms up in one worker, which ends by itself; those of a job then stand by', async () => {
  const app = await blank();
  const worker = await warming(app);
  assert.equal(app.workers().length, 1);
  await worker.waitForEvent('close');
  await app.workersAre(STANDBY);
  assert.equal(await app.page.title(), 'btfscope', 'nothing of it is to be seen');
  await runsAJob(app);
  app.wasQuiet();
});

test('workers that died while they stood by are replaced', async () => {
  const app = await blank();
  const worker = await warming(app);
  await worker.waitForEvent('close');
  await app.workersAre(STANDBY);
  // An error in a worker's own script is how the page sees one die.
  await Promise.all(app.workers().map((standing) => kill(standing, 'killed')));
  await app.workersAre(0);
  await runsAJob(app);
  assert.equal(await app.alert.count(), 0);
});

test('raw BTF takes one of them; all end, and an explorer holds the types', async () => {
  const app = await blank();
  const worker = await warming(app);
  await worker.waitForEvent('close');
  await app.workersAre(STANDBY);
  const raw = inWork('standby.btf');
  await writeFile(raw, (await encoded(sample())).btf);
  const standing = new Set(app.workers());
  const started = [];
  app.page.on('worker', (one) => started.push(one));
  await app.choose(raw);
  await app.result('standby.btf');
  await app.workersAre(1);
  const [explorer] = app.workers();
  assert.deepEqual(started, [explorer], 'the file was opened by one that stood by');
  assert.ok(!standing.has(explorer));
  app.wasQuiet();
});

test('a file that is given ends it', async () => {
  const app = await blank();
  await app.page.addInitScript(() => {
    // It never ends by itself where time stands still.
    performance.now = () => 0;
    // How many rounds it was asked for.
    globalThis.rounds = 0;
    const ask = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function postMessage(...message) {
      globalThis.rounds += 1;
      return ask.apply(this, message);
    };
  });
  const worker = await warming(app);
  await app.page.waitForFunction((rounds) => globalThis.rounds > rounds, MANY_ROUNDS);
  assert.deepEqual(app.workers(), [worker], 'it goes on');
  await runsAJob(app);
  app.wasQuiet();
});

for (const [what, answer] of [
  ['missing', (route) => route.fulfill({ status: 404 })],
  ['no ELF file', (route) => route.fulfill({ body: 'not a sample' })],
  ['cut short', (route) => route.fulfill({ body: readFileSync(sample()).subarray(0, 20_000) })],
]) {
  test(`a job does not need it: the sample beside the page is ${what}`, async () => {
    const app = await blank();
    const asked = app.page.waitForRequest(/sample\.elf$/);
    await app.page.route(/sample\.elf$/, answer);
    await app.page.goto(`${url()}?workers=2`);
    await asked;
    await app.workersAre(STANDBY);
    await runsAJob(app);
    assert.equal(await app.alert.count(), 0);
    const others = app.complaints.filter((said) => !said.includes('404'));
    assert.deepEqual(others, []);
  });
}

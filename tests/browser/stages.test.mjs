// At each stage a worker dies, runs out of memory, or hangs: the result before stays, nothing half done is offered, and a
// sentence says what happened and what to do. The page's clock is turned, so that nobody waits for a watchdog.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { browserForTests, inChromium, shared } from './support/browser.mjs';
import { copy } from './support/elf.mjs';
import { sample } from './support/env.mjs';
import { FAULTS, faults, noFaults, withUnit } from './support/faults.mjs';
import { kernels, module } from './support/inputs.mjs';
import { encoded } from './support/native.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

/** What is said of each way to end. */
const SAID = {
  die: /it stopped: Uncaught Error: killed by a test/,
  full: /usually because memory ran out/,
  hang: /it gave no sign for \d+ seconds/,
};
const ACTS = Object.keys(SAID);

/** Seconds after which every watchdog has barked. */
const PATIENCE = 155;

const other = () => copy(sample(), 'other.elf');
const go = (app, hash) => app.page.evaluate((to) => { location.hash = to; }, hash);

/** Waits until a fault has happened more than `before` times; where a worker hangs, until its watchdog has noticed. */
async function happened(app, act, before = 0) {
  await app.page.waitForFunction((before) => globalThis.faults.happened > before, before);
  if (act === 'hang') {
    // The last message before may be on its way yet.
    await app.page.waitForFunction(() => new Promise((resolve) => { const { port1, port2 } = new MessageChannel(); port2.onmessage = () => resolve(true); port1.postMessage(0); }));
    await app.page.clock.runFor(PATIENCE * 1000);
  }
}

/** Waits until something is there: what hangs is tried again, and may hang again, until its watchdog has noticed that too. */
async function until(app, act, there) {
  const came = there.waitFor().then(() => true);
  came.catch(() => {});
  for (let tries = 1; act === 'hang' && tries < 6; tries += 1) {
    const again = happened(app, act, tries).then(() => false);
    // Whichever comes second is waited for by nobody.
    again.catch(() => {});
    if (await Promise.race([came, again])) return;
  }
  await came;
}

async function opened() {
  const app = await chromium.open('?workers=2', { kept: true, init: FAULTS, clock: true });
  await app.runSample();
  return app;
}
const withAResult = shared(opened);

/** Has the coordinator or an encoder fail once from a message on, at once or when it is about to tell `at`. */
const once = (app, name, act, at) => faults(app, (message, name, act, at) => {
  const has = (one) => typeof one === 'object' && one && name in one;
  const there = message === name || has(message) || has(message?.types);
  return there && globalThis.faults.happened === 0 ? { act, at } : undefined;
}, name, act, at);

/** Opens a kernel that carries BTF, which the doctor examines. */
async function openKernel(app) {
  await app.choose(fileURLToPath(new URL('../doctor/healthy.elf', import.meta.url)));
  await app.button('Replace').click();
  await app.page.getByRole('heading', { level: 1, name: /^Overview of healthy/ }).waitFor();
  await app.result();
}

/** The result with which each test begins. */
async function backToSample(app) {
  await go(app, '#/overview');
  await app.choose(sample());
  await app.button('Replace').click();
  await app.result('sample.elf');
}

async function whole(app) {
  await noFaults(app);
  assert.ok((await app.downloadBytes('Raw .BTF')).equals((await encoded(sample())).btf), 'the result from before');
}

const STAGES = [
  ['Read the file', 'Plan', undefined, ACTS],
  ['Encode types', 'Add', undefined, ['die', 'full']],
  ['Dedup', 'Finish', 'Stage write', ACTS],
  ['Write .BTF', 'Finish', 'Stage patch', ['die', 'full']],
  ['Patch the ELF', 'Finish', 'Finished', ['die']],
];
for (const [stage, message, at, acts] of STAGES) {
  for (const act of acts) {
    test(`the worker that merges: ${act} at “${at ?? message}”`, inChromium, withAResult(async (app) => {
      await app.page.evaluate(() => { globalThis.faults.happened = 0; });
      await once(app, message, act, at);
      await app.choose(other());
      await app.button('Replace').click();
      await happened(app, act);
      const { text } = await app.error();
      assert.match(text, SAID[act]);
      assert.match(text, /The worker that merges stopped in stage “/);
      // Without memory it tells the next stage yet.
      if (at && act !== 'full') assert.ok(text.includes(`“${stage}”`), text);
      assert.match(text, /[Tt]ry again/);
      assert.equal(await app.link('Raw .BTF').count(), 0, 'nothing of it is offered');
      await app.link('Back to sample.elf').click();
      await app.result('sample.elf');
      await whole(app);
      // Nothing is left of the job.
      await app.workersAre(1);
    }));
  }
}

test('the same file, started again, is encoded', inChromium, withAResult(async (app) => {
  await app.page.evaluate(() => { globalThis.faults.happened = 0; });
  await once(app, 'Plan', 'die');
  await app.choose(other());
  await app.button('Replace').click();
  await app.error();
  await app.button('Start again').click();
  await app.result('other.elf');
  assert.ok((await app.downloadBytes('Raw .BTF')).equals((await encoded(sample())).btf));
  await app.choose(sample());
  await app.button('Replace').click();
  await app.result('sample.elf');
}));

for (const act of ACTS) {
  test(`an encoder: ${act} at a unit, which is left out and named`, inChromium, withAResult(async (app) => {
    await app.page.evaluate(() => { globalThis.faults.happened = 0; });
    await faults(app, withUnit, 3, act);
    await app.choose(other());
    await app.button('Replace').click();
    await happened(app, act);
    // Tried alone, the unit hangs again.
    await until(app, act, app.page.getByRole('heading', { level: 1, name: 'Overview of other.elf' }));
    await app.result('other.elf');
    const { units } = JSON.parse(await app.downloadBytes('Statistics (JSON)'));
    assert.deepEqual([units.total, units.encoded], [7, 6]);
    assert.match(units.failed[0].cause, SAID[act]);
    assert.ok(units.failed[0].name.endsWith('sched.c'));
    await noFaults(app);
    await app.choose(sample());
    await app.button('Replace').click();
    await app.result('sample.elf');
  }));

  test(`the explorer: ${act} when the types come; another takes its place`, inChromium, withAResult(async (app) => {
    await app.page.evaluate(() => { globalThis.faults.happened = 0; });
    await once(app, 'Result', act);
    await app.choose(other());
    await app.button('Replace').click();
    await app.result('other.elf');
    await happened(app, act);
    await app.page.getByText('The worker that holds the result of other.elf stopped').waitFor();
    await app.page.getByText('It was restarted; nothing is lost.').waitFor();
    await noFaults(app);
    await app.download('C header');
    await app.choose(sample());
    await app.button('Replace').click();
    await app.result('sample.elf');
  }));

  test(`the doctor: ${act} at an examination, which is made once more, or refused where it hung`, inChromium, withAResult(async (app) => {
    await openKernel(app);
    await app.page.evaluate(() => { globalThis.faults.happened = 0; });
    await faults(app, (message, act) => (message.Examine && globalThis.faults.happened === 0 ? { act } : undefined), act);
    await go(app, '#/doctor');
    await happened(app, act);
    await app.page.getByText(/The worker that holds the result of .* stopped at the examination of these files/).waitFor();
    const refused = app.page.getByText(/^The examination of these files has no answer: the worker that was at it stopped \(it gave no sign for 60 seconds\)/);
    await (act === 'hang' ? refused : app.page.getByRole('button', { name: 'Check again' })).waitFor();
    assert.equal(await app.page.evaluate(() => globalThis.faults.happened), 1);
    await noFaults(app);
    await backToSample(app);
  }));

  test(`modules: ${act}; the module says so, and the kernel stays`, inChromium, withAResult(async (app) => {
    const file = await module('one.ko');
    const fails = (message, act) => (message.Encode?.file ? { act, at: 'Planned' } : undefined);
    await app.page.evaluate(() => { globalThis.faults.happened = 0; });
    await faults(app, fails, act);
    await app.choose(file);
    await happened(app, act);
    // Tried again with care, it hangs again.
    await until(app, act, app.modules);
    await app.modulesDone();
    const text = (await app.page.locator('main').innerText()).replace(/\s+/g, ' ');
    assert.match(text, SAID[act]);
    assert.match(text, /Add it again/);
    await go(app, '#/overview');
    await whole(app);
  }));

  test(`a second file: ${act} while it is read; the first stays`, inChromium, withAResult(async (app) => {
    const [file] = await kernels('6.1.0');
    await app.page.evaluate(() => { globalThis.faults.happened = 0; });
    await faults(app, (message, act) => (message.encode === undefined ? undefined : { act }), act);
    await go(app, '#/compare');
    await app.page.getByLabel('Choose the second file').setInputFiles(file);
    await happened(app, act);
    await app.alert.first().waitFor();
    const text = (await app.alert.first().innerText()).replace(/\s+/g, ' ');
    assert.match(text, SAID[act]);
    assert.match(text, /Choose the file again; the open result is untouched/);
    await noFaults(app);
    await go(app, '#/overview');
    await whole(app);
  }));

  test(`the laboratory: ${act}; the text stays, and the next change starts another`, inChromium, withAResult(async (app) => {
    await go(app, '#/learn/lab?scenario=list');
    const drawing = app.page.getByRole('group', { name: 'Drawing', exact: true });
    await drawing.waitFor();
    await app.page.evaluate(() => { globalThis.faults.happened = 0; });
    await once(app, 'Ask', act);
    await app.page.getByRole('textbox', { name: 'Unit 2', exact: true }).fill('struct list { long value; };');
    await app.page.clock.runFor(1000);
    await happened(app, act);
    const alert = app.page.getByRole('alert');
    await alert.waitFor();
    const text = (await alert.innerText()).replace(/\s+/g, ' ');
    assert.match(text, SAID[act]);
    assert.match(text, /Your text is still here/);
    await noFaults(app);
    await app.page.getByRole('button', { name: 'Step', exact: true }).click();
    await app.page.clock.runFor(1000);
    await alert.waitFor({ state: 'detached' });
    await go(app, '#/overview');
    await whole(app);
  }));
}

/** The explorer's list of types. */
const search = (app) => app.page.getByRole('searchbox', { name: 'Search types' });
const listed = (app, text) => app.page.getByRole('status').filter({ hasText: text });

test('a question at which the explorer hangs is named and not asked again; all others are answered', inChromium, withAResult(async (app) => {
  await go(app, '#/types');
  await listed(app, /^\d+ types$/).waitFor();
  const all = await listed(app, /^\d+ types$/).innerText();
  await app.page.evaluate(() => { globalThis.faults.happened = 0; });
  await faults(app, (message) => (message.Ask && globalThis.faults.happened === 0 ? { act: 'hang' } : undefined));
  await search(app).fill('(x+x+)+y');
  await app.page.clock.runFor(1000);
  await happened(app, 'hang');
  await app.page.getByText('The worker that holds the result of sample.elf stopped at this list of types: it gave no sign for 60 seconds.').waitFor();
  await app.page.getByText('It was restarted; nothing is lost. Ask for less, such as a narrower search.').waitFor();
  const refused = app.page.getByText(/[Tt]his list of types has no answer: the worker that was at it stopped \(it gave no sign for 60 seconds\); ask for less/).first();
  await refused.waitFor();
  for (let round = 0; round < 2; round += 1) {
    await search(app).fill('');
    await app.page.clock.runFor(1000);
    await listed(app, all).waitFor();
    // It is refused without being asked again.
    await search(app).fill('(x+x+)+y');
    await app.page.clock.runFor(1000);
    await refused.waitFor();
  }
  assert.equal(await app.page.evaluate(() => globalThis.faults.happened), 1);
  await search(app).fill('');
  await noFaults(app);
  await go(app, '#/overview');
  await whole(app);
}));

test('an examination that ends each worker is given up, and all else is answered', inChromium, withAResult(async (app) => {
  await openKernel(app);
  await app.page.evaluate(() => { globalThis.faults.happened = 0; });
  await faults(app, (message) => (message.Examine ? { act: 'die' } : undefined));
  await go(app, '#/doctor');
  await app.page.getByText(/^The examination of these files has no answer: the worker that was at it stopped/).waitFor();
  assert.equal(await app.page.evaluate(() => globalThis.faults.happened), 2);
  await noFaults(app);
  await go(app, '#/types');
  await listed(app, /^\d+ types$/).waitFor();
  await backToSample(app);
}));

test('the explorer that compares hangs: another reads both files again', inChromium, async () => {
  const app = await chromium.open('', { init: FAULTS, clock: true });
  const [before, after] = await kernels('6.1.0', '6.12.0');
  await app.choose(before);
  await app.result();
  await app.link('Compare').click();
  await app.page.getByLabel('Choose the second file').setInputFiles(after);
  const changes = app.page.getByRole('status').filter({ hasText: /^\d+ changes?$/ });
  await changes.waitFor();
  await faults(app, (message) => (message.Ask && globalThis.faults.happened === 0 ? { act: 'hang' } : undefined));
  await app.page.getByRole('button', { name: 'Removed', exact: true }).click();
  await app.page.clock.runFor(1000);
  await happened(app, 'hang');
  await app.page.getByText(/The worker that holds the comparison stopped at the list of changes: it gave no sign for 60 seconds\./).waitFor();
  await changes.waitFor();
});

test('a worker that works on, and one whose page’s clock stands still, is not ended', inChromium, withAResult(async (app) => {
  await app.page.evaluate(() => { globalThis.faults.happened = 0; });
  // For some seconds less than a watchdog waits, nothing comes.
  await once(app, 'Finish', 'hang', 'Stage dedup');
  await app.choose(other());
  await app.button('Replace').click();
  await app.page.waitForFunction(() => globalThis.faults.happened > 0);
  await app.page.clock.runFor(140_000);
  // The computer slept for a day: the clock goes on where it stood.
  await app.page.clock.fastForward('24:00:00');
  assert.equal(await app.alert.count(), 0);
  await app.cancel.click();
  await noFaults(app);
  await app.result('sample.elf');
}));

// The laboratory: what is typed runs at once, steps go forth and back, links and files carry it.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';
import { btfscope, inWork, run, sample } from './support/env.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

class Lab {
  constructor(app) { this.app = app; this.page = app.page; }
  static async open(query = '', options = {}) {
    const lab = new Lab(await chromium.open(`#/learn/lab${query}`, { settled: false, ...options }));
    await lab.page.getByRole('group', { name: 'Graph', exact: true }).waitFor();
    return lab;
  }
  unit(number) { return this.page.getByRole('textbox', { name: `Unit ${number}`, exact: true }); }
  get slider() { return this.page.getByRole('slider', { name: 'Step', exact: true }); }
  get sentence() { return this.page.locator('.say'); }
  async step() { return Number(await this.slider.inputValue()); }
  async steps() { return Number(await this.slider.getAttribute('max')); }
  async at(step) { await this.page.waitForFunction((step) => document.querySelector('.timeline')?.value === String(step), step); }
  /** Types before and after. */
  async counts() {
    const cells = this.page.getByRole('table', { name: 'Before and after' }).getByRole('row', { name: /^Types/ }).getByRole('cell');
    return (await cells.allInnerTexts()).map(Number);
  }
  async countsAre(before, after) {
    await this.page.waitForFunction(([before, after]) => {
      const cells = document.querySelectorAll('.saved tbody tr:first-child td');
      return cells.length === 2 && cells[0].innerText === before && cells[1].innerText === after;
    }, [String(before), String(after)]);
  }
  /** All that is drawn and said of a step. */
  async shown() {
    return this.page.evaluate(() => [
      ...['.say', '.graph', '.side-panel'].map((part) => document.querySelector(part).innerHTML),
      document.querySelector('.timeline').value,
    ]);
  }
  async key(key) { await this.page.keyboard.press(key); }
}

test('what is typed is what the command makes of it', async () => {
  const lab = await Lab.open();
  const texts = [
    'struct inner { unsigned a : 3; long b; };\nstruct outer { struct inner in[4]; struct outer *next; };\nint call(const struct outer *o);\n',
    'struct inner { unsigned a : 3; long b; };\nstruct outer;\nint call(const struct outer *o);\n',
  ];
  const files = [];
  for (const [at, text] of texts.entries()) {
    files.push(inWork(`unit-${at + 1}.c`));
    await writeFile(files[at], text);
  }
  for (const [flags, label] of [[[], null], [['--m32'], '32-bit']]) {
    if (label) await lab.page.getByLabel(label).check();
    for (const [at, text] of texts.entries()) await lab.unit(at + 1).fill(text);
    const stdout = await run(btfscope(), ['lab', ...files, ...flags]);
    const [, before, after] = stdout.match(/^(\d+) types are (\d+) now/m);
    await lab.countsAre(before, after);
    await lab.page.getByText(`All ${before} types as a table`).click();
    const printed = stdout.slice(stdout.indexOf('After dedup\n') + 12, stdout.indexOf('\n\nWhat became of each'));
    assert.equal(await lab.page.locator('pre.raw').innerText(), printed);
    await lab.page.getByText(`All ${before} types as a table`).click();
  }
  lab.app.wasQuiet();
});

test('an error is told with its place, and the text stays', async () => {
  const lab = await Lab.open();
  const text = 'struct node {\n    struct node *next;\n    nonsense x;\n};\n';
  await lab.unit(2).fill(text);
  const alert = lab.page.getByRole('alert');
  await alert.waitFor();
  assert.match(await alert.innerText(), /^Line 3, column 5: /);
  assert.equal(await lab.unit(2).getAttribute('aria-invalid'), 'true');
  await lab.page.getByRole('button', { name: 'Show', exact: true }).click();
  const selected = await lab.unit(2).evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
  assert.equal(selected, 'nonsense x;');
  assert.equal(await lab.unit(2).inputValue(), text);
  await lab.unit(2).fill(text.replace('nonsense', 'int'));
  await alert.waitFor({ state: 'detached' });
  await lab.page.getByRole('group', { name: 'Graph', exact: true }).waitFor();
  lab.app.wasQuiet();
});

test('text of any kind leaves the page alive', async () => {
  const lab = await Lab.open();
  for (const text of ['', '{'.repeat(500), 'struct a { struct a a; };', '[1] PTR \'(anon)\' type_id=1', '[1] CONST \'(anon)\' type_id=1', '\u0000é"\'/*', '#include <linux/types.h>', `struct a { int x[${'9'.repeat(40)}]; };`, 'int '.repeat(9000), '_Alignas(8) int x;']) {
    await lab.unit(1).fill(text);
  }
  await lab.unit(1).fill('struct a { int x; };');
  await lab.unit(2).fill('struct a { int x; };');
  await lab.countsAre(4, 2);
  lab.app.wasQuiet();
});

for (const scenario of ['forward', 'deep', 'contradiction']) {
  test(`${scenario}: steps forth and back show the same`, async () => {
    const lab = await Lab.open(`?scenario=${scenario}`);
    const steps = await lab.steps();
    assert.ok(steps > 20);
    const forth = [];
    for (let step = 0; step <= steps; step += 1) {
      await lab.at(step);
      forth.push(await lab.shown());
      assert.ok((await lab.sentence.innerText()).length > 10, `step ${step} has its sentence`);
      if (step < steps) await lab.key('ArrowRight');
    }
    for (let step = steps; step >= 0; step -= 1) {
      await lab.at(step);
      assert.deepEqual(await lab.shown(), forth[step], `step ${step}`);
      await lab.key('ArrowLeft');
    }
    lab.app.wasQuiet();
  });
}

test('the map fills and rolls back, and the sentence says so', async () => {
  const lab = await Lab.open('?scenario=deep');
  const rows = lab.page.getByRole('table', { name: 'Hypothetical map' }).locator('tbody tr');
  let most = 0;
  let dropped = 0;
  const steps = await lab.steps();
  for (let step = 0; step < steps; step += 1) {
    await lab.at(step);
    const count = await rows.count();
    most = Math.max(most, count);
    if (await lab.page.locator('.hypotheses .dropped').count() > 0) {
      dropped += 1;
      assert.match(await lab.sentence.innerText(), /is not .*all that was assumed is dropped/);
    }
    await lab.key('ArrowRight');
  }
  assert.equal(most, 5, 'outer, middle, inner and the pointers between them');
  assert.equal(dropped, 2, 'outer and middle; the sizes of inner differ, so it is in another bucket');
});

test('keys, passes, decisions, play and pause', async () => {
  const lab = await Lab.open('?scenario=forward');
  const steps = await lab.steps();
  const current = () => lab.page.getByRole('list', { name: 'Passes' }).locator('[aria-current]').innerText();
  for (const pass of ['strings', 'primitives', 'structs']) {
    await lab.key(']');
    await lab.page.waitForFunction((pass) => document.querySelector('.passes [aria-current]')?.innerText === pass, pass);
  }
  await lab.key('[');
  await lab.page.waitForFunction(() => document.querySelector('.passes [aria-current]')?.innerText === 'primitives');
  await lab.key('Shift+ArrowRight');
  await lab.page.waitForFunction(() => /given up|walk ends|definition/.test(document.querySelector('.say').innerText));
  await lab.key('End');
  await lab.at(steps);
  assert.equal(await current(), 'remap');
  await lab.page.locator('svg.done').waitFor();
  assert.equal(await lab.page.locator('.graph .type:not(.gone)').count(), (await lab.counts())[1], 'as many boxes as types are left');
  await lab.key('Home');
  await lab.at(0);
  await lab.page.getByRole('button', { name: 'references', exact: true }).click();
  await lab.page.waitForFunction(() => document.querySelector('.passes [aria-current]')?.innerText === 'references');
  const from = await lab.step();
  await lab.page.getByRole('button', { name: 'Play', exact: true }).click();
  await lab.at(from + 2);
  await lab.page.getByRole('button', { name: 'Pause', exact: true }).click();
  const paused = await lab.step();
  await lab.page.waitForTimeout(1_200);
  assert.equal(await lab.step(), paused);
  // In a text the keys are letters.
  await lab.unit(1).focus();
  await lab.key('End');
  await lab.key('ArrowLeft');
  assert.equal(await lab.step(), paused);
  lab.app.wasQuiet();
});

test('the link holds units, switches and step', async () => {
  const lab = await Lab.open('?scenario=list');
  await lab.unit(2).fill('struct list { struct list *next; long value; };\n');
  await lab.page.getByLabel('Every hash equal').check();
  await lab.page.getByText('(usually').first().waitFor();
  await lab.slider.fill('12');
  await lab.at(12);
  await lab.page.waitForFunction(() => location.hash.endsWith('&step=12'));
  const hash = await lab.page.evaluate(() => location.hash);
  assert.match(hash, /^#\/learn\/lab\?s=1[\w-]+&step=12$/);
  const other = await Lab.open(hash.replace('#/learn/lab', ''));
  await other.at(12);
  assert.deepEqual(await other.shown(), await lab.shown());
  assert.equal(await other.unit(2).inputValue(), await lab.unit(2).inputValue());
  assert.ok(await other.page.getByLabel('Every hash equal').isChecked());
  // A link that was cut is refused, with a lab to go on with.
  const broken = await Lab.open(hash.replace('#/learn/lab', '').replace(/&.*/, '').slice(0, -9));
  assert.match(await broken.page.getByRole('alert').innerText(), /damaged/);
  for (const one of [lab, other, broken]) one.app.wasQuiet();
});

test('a file carries the laboratory', async () => {
  const lab = await Lab.open('?scenario=deep');
  await lab.page.getByLabel('32-bit').check();
  const [download] = await Promise.all([lab.page.waitForEvent('download'), lab.page.getByRole('button', { name: 'Save as file' }).click()]);
  const file = await download.path();
  assert.equal(download.suggestedFilename(), 'btfscope-lab.json');
  assert.equal(JSON.parse(await readFile(file, 'utf8')).units.length, 2);
  const text = await lab.unit(1).inputValue();
  const other = await Lab.open('?scenario=list');
  await other.page.getByLabel('Open file').setInputFiles(file);
  await other.page.waitForFunction((text) => document.querySelector('#unit-0').value === text, text);
  assert.ok(await other.page.getByLabel('32-bit').isChecked());
  const bad = inWork('bad.json');
  await writeFile(bad, '{"units": 3}');
  await other.page.getByLabel('Open file').setInputFiles(bad);
  assert.match(await other.page.getByRole('alert').innerText(), /no file of the laboratory/);
  assert.equal(await other.unit(1).inputValue(), text, 'what was there stays');
  other.app.wasQuiet();
});

test('switches have their price and change nothing else', async () => {
  const lab = await Lab.open('?scenario=forward');
  const held = () => lab.page.locator('.took dd').first().innerText().then((text) => Number.parseInt(text, 10));
  const usual = await held();
  await lab.page.getByLabel('Every hash equal').check();
  await lab.page.getByText('(usually').first().waitFor();
  assert.ok(await held() > usual);
  await lab.countsAre(9, 5);
  await lab.page.getByLabel('Every hash equal').uncheck();
  await lab.page.getByLabel('A shard a unit').check();
  await lab.page.getByText('Nodes of the 2 shards').waitFor();
  assert.ok(await lab.page.getByText('The result is the same, type by type.').isVisible());
  await lab.countsAre(9, 5);
  await lab.page.getByLabel('Keep forwards').check();
  await lab.countsAre(9, 9);
  assert.ok(await lab.page.getByText('825,203 types instead of 94,339').isVisible());
  lab.app.wasQuiet();
});

test('units come and go', async () => {
  const lab = await Lab.open('?scenario=list');
  await lab.page.getByRole('button', { name: 'Add a unit' }).click();
  await lab.unit(3).fill('struct list;\n');
  await lab.countsAre(7, 3);
  await lab.page.getByRole('button', { name: 'Add a unit' }).click();
  assert.equal(await lab.page.getByRole('button', { name: 'Add a unit' }).count(), 0, 'four are the most');
  await lab.page.getByRole('button', { name: 'Remove unit 4' }).click();
  await lab.page.getByRole('button', { name: 'Remove unit 1' }).click();
  await lab.countsAre(4, 3);
  assert.equal(await lab.unit(2).inputValue(), 'struct list;\n');
});

test('all scenarios open, each with its story', async () => {
  const lab = await Lab.open();
  const options = lab.page.locator('#scenario option');
  const slugs = (await options.evaluateAll((all) => all.map((one) => one.value))).filter(Boolean);
  assert.deepEqual(await lab.page.locator('#scenario optgroup').evaluateAll((all) => all.map((one) => one.label)), ['Step by step', 'Rule by rule']);
  assert.equal(slugs.length, 35);
  for (const slug of slugs) {
    await lab.page.getByLabel('Scenario').selectOption(slug);
    const title = await lab.page.locator(`#scenario option[value="${slug}"]`).innerText();
    await lab.page.waitForFunction((title) => document.querySelector('#scenario').selectedOptions[0].innerText === title, title);
    await lab.page.locator('.story').waitFor();
    assert.ok((await lab.page.locator('.story').innerText()).length > 20, slug);
    await lab.key('Escape');
  }
  lab.app.wasQuiet();
});

test('the laboratory is loaded when it is opened, and not before', async () => {
  const app = await chromium.open('', { serviceWorkers: 'block' });
  const loaded = () => app.page.evaluate(() => performance.getEntriesByType('resource').filter((entry) => /\/lab-[^/]*wasm$/.test(entry.name)).length);
  await app.page.waitForTimeout(500);
  assert.equal(await loaded(), 0);
  await app.link('Lab').click();
  await app.page.getByRole('group', { name: 'Graph', exact: true }).waitFor();
  assert.equal(await loaded(), 1);
  await app.link('Start').click();
  await app.started();
});

test('a laboratory that dies is started anew, and nothing that was typed is lost', async () => {
  const lab = await Lab.open('?scenario=list');
  const text = 'struct list { struct list *next; long value; };';
  await lab.unit(2).fill(text);
  await lab.countsAre(6, 6);
  for (const worker of lab.page.workers()) {
    await worker.evaluate(() => { setTimeout(() => { throw new Error('gone'); }); });
  }
  const alert = lab.page.getByRole('alert');
  assert.match(await alert.innerText(), /laboratory stopped: .*gone.* Your text is still here/);
  await lab.page.getByRole('button', { name: 'Step', exact: true }).click();
  await alert.waitFor({ state: 'detached' });
  assert.equal(await lab.unit(2).inputValue(), text);
  await lab.countsAre(6, 6);
  await lab.page.getByRole('button', { name: 'Last step' }).click();
  await lab.at(await lab.steps());
});

test('a laboratory that cannot be loaded says so', async () => {
  const app = await chromium.open('', { serviceWorkers: 'block' });
  await app.page.route(/\/lab-[^/]*\.js$/, (route) => route.abort());
  await app.link('Lab').click();
  assert.match(await app.page.getByRole('alert').innerText(), /laboratory stopped: lab\.js.*could not be loaded/);
});

test('a type of the loaded file opens in the laboratory, as two units said it', async () => {
  const app = await chromium.open();
  await app.runSample();
  const { page } = app;
  const field = page.getByRole('textbox', { name: 'Name of a type' });
  await field.fill('no_such_type');
  await field.press('Enter');
  assert.match(await page.getByRole('alert').innerText(), /no struct, union, enumeration or typedef called “no_such_type”/);

  // A struct that several units of the sample have.
  await run(btfscope(), ['encode', sample(), '-o', inWork('sample.btf')]);
  const raw = await run(btfscope(), ['dump', inWork('sample.btf')]);
  const name = raw.match(/STRUCT '(\w+)' size=\d+ vlen=[3-9]/)[1];
  await field.fill(`struct ${name}`);
  await field.press('Enter');
  const lab = new Lab(app);
  await page.getByRole('group', { name: 'Graph', exact: true }).waitFor();
  assert.match(await lab.unit(1).inputValue(), new RegExp(`^\\[1\\] STRUCT '${name}' `));
  assert.match(await page.locator('.lab-note').innerText(), /unit 1 is \S+\.[cS]/);
  const [before, after] = await lab.counts();
  assert.ok(before > after || await lab.page.getByRole('textbox', { name: /^Unit/ }).count() === 1);
  await page.waitForFunction(() => location.hash.includes('?s=1'));
  await app.link('Overview').click();
  await app.kinds.waitFor();
  app.wasQuiet();
});

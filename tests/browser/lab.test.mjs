// The laboratory: what is typed runs at once, steps go back and forth, links and files carry it.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, test } from 'node:test';
import { inAll } from './support/all.mjs';
import { kill } from './support/app.mjs';
import { browserForTests, shared } from './support/browser.mjs';
import { btfscope, inWork, run, sample, url } from './support/env.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

class Lab {
  constructor(app) { this.app = app; this.page = app.page; }
  static async open(query = '', options = {}) {
    const lab = new Lab(await chromium.open(`#/learn/lab${query}`, { settled: false, ...options }));
    await lab.drawn();
    return lab;
  }
  /** Opens another laboratory in the same page: nothing is left of the one before. */
  async restart(query = '') {
    const go = (to) => this.page.evaluate((to) => { location.hash = to; }, to);
    await go('#/');
    await this.app.started();
    await go(`#/learn/lab${query}`);
    await this.drawn();
  }
  async drawn() { await this.page.getByRole('group', { name: 'Drawing', exact: true }).waitFor(); }
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
  async shown() { return (await this.walk(0))[0].shown; }
  /**
   * Presses a key so often, each time when the step before is shown: what is shown then and now. All in the page, which
   * takes a key of ours as one of the keyboard.
   */
  async walk(times, key) {
    return this.page.evaluate(async ([times, key]) => {
      const number = () => Number(document.querySelector('.timeline').value);
      const look = () => ({
        step: number(),
        shown: ['.say', '.side-panel'].map((part) => document.querySelector(part).innerHTML)
          .concat([...document.querySelectorAll('.ladder .node, .ladder .rung, .ladder .arrow, .ladder .label')].map((one) => `${one.getAttribute('class')} ${one.textContent}`).join('\n'), String(number())),
        sentence: document.querySelector('.say').innerText,
        assumed: document.querySelectorAll('.hypotheses tbody tr').length,
        dropped: document.querySelector('.hypotheses .dropped') !== null,
      });
      const seen = [look()];
      for (let time = 0; time < times; time += 1) {
        const before = number();
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
        // The drawing follows the number in the next frame.
        const drawn = () => document.querySelector('svg.ladder')?.getAttribute('aria-label').startsWith(`Step ${number()} of`);
        while (number() === before || !drawn()) await new Promise((resolve) => { setTimeout(resolve); });
        seen.push(look());
      }
      return seen;
    }, [times, key]);
  }
  async key(key) { await this.page.keyboard.press(key); }
}

const inLab = shared(() => Lab.open('', { kept: true }));

test('what is typed is what the command makes of it', inLab(async (lab) => {
  await lab.restart();
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
    // The counts may be those of the setup before, so the text is waited for.
    await lab.page.locator('pre.raw').filter({ hasText: printed.split('\n', 1)[0] }).waitFor();
    assert.equal(await lab.page.locator('pre.raw').innerText(), printed);
    await lab.page.getByText(`All ${before} types as a table`).click();
  }
  lab.app.wasQuiet();
}));

test('an error is told with its place, and the text stays', inLab(async (lab) => {
  await lab.restart();
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
  await lab.page.getByRole('group', { name: 'Drawing', exact: true }).waitFor();
  lab.app.wasQuiet();
}));

test('text of any kind leaves the page alive', inLab(async (lab) => {
  await lab.restart();
  for (const text of ['', '{'.repeat(500), 'struct a { struct a a; };', '[1] PTR \'(anon)\' type_id=1', '[1] CONST \'(anon)\' type_id=1', '\u0000é"\'/*', '#include <linux/types.h>', `struct a { int x[${'9'.repeat(40)}]; };`, 'int '.repeat(9000), '_Alignas(8) int x;']) {
    await lab.unit(1).fill(text);
  }
  await lab.unit(1).fill('struct a { int x; };');
  await lab.unit(2).fill('struct a { int x; };');
  await lab.countsAre(4, 2);
  lab.app.wasQuiet();
}));

for (const scenario of ['forward', 'deep', 'contradiction']) {
  test(`${scenario}: steps forth and back show the same`, inLab(async (lab) => {
    await lab.restart(`?scenario=${scenario}`);
    const steps = await lab.steps();
    assert.ok(steps > 20);
    const forth = await lab.walk(steps, 'ArrowRight');
    assert.deepEqual(forth.map(({ step }) => step), Array.from({ length: steps + 1 }, (_, step) => step));
    for (const { step, sentence } of forth) assert.ok(sentence.length > 10, `step ${step} has its sentence`);
    const back = await lab.walk(steps, 'ArrowLeft');
    for (const { step, shown } of back) assert.deepEqual(shown, forth[step].shown, `step ${step}`);
    assert.equal(back.at(-1).step, 0);
    lab.app.wasQuiet();
  }));
}

test('the map fills and rolls back, and the sentence says so', inLab(async (lab) => {
  await lab.restart('?scenario=deep');
  const steps = await lab.walk(await lab.steps() - 1, 'ArrowRight');
  const dropped = steps.filter((step) => step.dropped);
  for (const { sentence } of dropped) assert.match(sentence, /difference was found: all \d assumptions are dropped/);
  assert.equal(Math.max(...steps.map(({ assumed }) => assumed)), 5, 'outer, middle, inner and the pointers between them');
  assert.equal(dropped.length, 2, 'outer and middle; the sizes of inner differ, so it is in another bucket');
  lab.app.wasQuiet();
}));

test('keys, passes, decisions, play and pause', async () => {
  const app = await chromium.open('', { address: 'about:blank', settled: false });
  // The steps are played by the page's clock, which the test turns.
  await app.page.clock.install();
  await app.page.goto(`${url()}#/learn/lab?scenario=forward`);
  const lab = new Lab(app);
  await lab.drawn();
  const steps = await lab.steps();
  const current = () => lab.page.locator('.track-name.now text').textContent();
  for (const pass of ['strings', 'primitives', 'structs']) {
    await lab.key(']');
    await lab.page.waitForFunction((pass) => document.querySelector('.track-name.now text')?.textContent === pass, pass);
  }
  await lab.key('[');
  await lab.page.waitForFunction(() => document.querySelector('.track-name.now text')?.textContent === 'primitives');
  await lab.key('Shift+ArrowRight');
  await lab.page.waitForFunction(() => /becomes canonical|replaced/.test(document.querySelector('.say').innerText));
  await lab.key('End');
  await lab.at(steps);
  assert.equal(await current(), 'remap');
  await lab.page.waitForFunction((left) => document.querySelectorAll('.ladder .node:not(.replaced)').length === left, (await lab.counts())[1]);
  await lab.key('Home');
  await lab.at(0);
  await lab.key('ArrowRight');
  await lab.at(1);
  await lab.key('ArrowLeft');
  await lab.at(0);
  await lab.page.locator('.track-name text', { hasText: 'references' }).click();
  await lab.page.waitForFunction(() => document.querySelector('.track-name.now text')?.textContent === 'references');
  const from = await lab.step();
  await lab.page.clock.pauseAt(Date.now() + 3_600_000);
  await lab.page.getByRole('button', { name: 'Play', exact: true }).click();
  for (const step of [1, 2]) {
    await lab.page.clock.runFor(1_000);
    await lab.at(from + step);
  }
  await lab.page.getByRole('button', { name: 'Pause', exact: true }).click();
  const paused = await lab.step();
  assert.equal(paused, from + 2);
  await lab.page.clock.runFor(60_000);
  await lab.page.clock.resume();
  // In a text the keys are letters.
  await lab.unit(1).focus();
  await lab.key('End');
  await lab.key('ArrowLeft');
  assert.equal(await lab.step(), paused);
  // Had the keys been steps, this would be one from another place.
  await lab.page.getByRole('button', { name: 'Step', exact: true }).click();
  await lab.at(paused + 1);
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
  for (const one of [lab, other]) one.app.wasQuiet();
  // A link that was cut shows the default example, and stays in the address until something is changed.
  const cut = hash.replace('#/learn/lab', '').replace(/&.*/, '').slice(0, -9);
  const broken = await Lab.open(cut);
  const address = () => broken.page.evaluate(() => location.hash);
  assert.equal(
    await broken.page.getByRole('alert').innerText(),
    'This link is incomplete, so the default example is shown. Copy the link again.',
  );
  assert.equal(await broken.page.locator('#scenario').evaluate((list) => list.selectedOptions[0].innerText), 'A forward declaration');
  await broken.key('ArrowRight');
  await broken.at(1);
  assert.equal(await address(), `#/learn/lab${cut}`);
  await broken.unit(2).fill('struct item;\n');
  await broken.page.waitForFunction(() => /\?s=1[\w-]+&step=1$/.test(location.hash));
  broken.app.wasQuiet();
});

test('a scenario stays in the address until its units change', async () => {
  const lab = await Lab.open('?scenario=deep');
  const address = () => lab.page.evaluate(() => location.hash);
  assert.equal(await address(), '#/learn/lab?scenario=deep');
  await lab.slider.fill('12');
  await lab.at(12);
  await lab.page.waitForFunction(() => location.hash === '#/learn/lab?scenario=deep&step=12');
  await lab.page.getByLabel('Scenario').selectOption('module');
  await lab.page.waitForFunction(() => location.hash === '#/learn/lab?scenario=module');
  await lab.page.getByLabel('Every hash equal').check();
  await lab.page.waitForFunction(() => /\?s=3[\w-]+$/.test(location.hash));
  lab.app.wasQuiet();
  const step = await Lab.open('?scenario=deep&step=12');
  await step.at(12);
  assert.equal(await step.page.evaluate(() => location.hash), '#/learn/lab?scenario=deep&step=12');
  const none = await Lab.open('?scenario=nothing');
  assert.match(await none.page.getByRole('alert').innerText(), /^This address names no scenario of this version/);
});

test('units become a module on a base', async () => {
  const lab = await Lab.open('?scenario=two-units');
  const { page } = lab;
  const field = (name) => page.getByRole('textbox', { name, exact: true });
  const units = await Promise.all([1, 2].map((number) => lab.unit(number).inputValue()));
  await page.getByRole('button', { name: 'Add a base' }).click();
  await field('Base').fill(units[0]);
  assert.equal(await field('Module unit 1').inputValue(), units[0]);
  await page.getByRole('button', { name: 'Remove module unit 1' }).click();
  await lab.countsAre(4, 0);
  assert.equal(await field('Module').inputValue(), units[1]);
  assert.equal(await page.getByRole('button', { name: 'Remove module' }).count(), 0, 'a module has a unit at least');
  const hash = await page.evaluate(() => location.hash);
  await lab.key('End');
  await page.getByText('each of the module’s 4 types is replaced by one of the base', { exact: false }).first().waitFor();
  const other = await Lab.open(hash.replace('#/learn/lab', ''));
  assert.equal(await other.page.getByRole('textbox', { name: 'Base', exact: true }).inputValue(), units[0]);
  await field('Base').fill('struct point { nothing x; };');
  await page.getByText('Base has an error in line 1.', { exact: false }).waitFor();
  await page.getByRole('button', { name: 'Remove base' }).click();
  await lab.countsAre(4, 4);
  await page.getByRole('button', { name: 'Undo' }).click();
  await field('Base').waitFor();
  for (const one of [lab, other]) one.app.wasQuiet();
});

test('a module: base, distilled base, another build, and what is saved', async () => {
  const lab = await Lab.open('?scenario=distilled');
  const { page } = lab;
  await lab.countsAre(12, 2);
  assert.equal(await page.getByRole('textbox', { name: 'Base', exact: true }).count(), 1);
  // Every drawing has the base to the left.
  await lab.key('ArrowRight');
  await lab.key('ArrowRight');
  await page.locator('.say').filter({ hasText: 'All 10 types of the base are canonical from the start' }).waitFor();
  assert.match(await page.locator('svg.ladder').textContent(), /Canonical base.*Candidate module/);
  const types = page.getByText('All 22 types as a table');
  await types.click();
  assert.match(await page.getByRole('table', { name: 'Types' }).innerText(), /\[1\]\s+base\s+struct list/);
  await types.click();
  await page.getByText('Distilled base: 3 types of 10').click();
  const distilled = await page.getByRole('table', { name: 'Distilled base' }).innerText();
  for (const line of [/\[5\] struct inode\s+\[2\] struct inode, size=16/, /\[4\] typedef access\s+\[6\] in the module/, /\[1\] struct list\s+not needed/]) assert.match(distilled, line);
  await page.getByText('Put the module onto another build').click();
  const build = page.getByLabel('Another build of the base: change it');
  const own = await build.inputValue();
  await build.fill(`struct added { int x; };\n${own}`);
  await page.getByRole('table', { name: 'The module on another build' }).getByRole('row', { name: /\[2\] struct inode \[7\] struct inode/ }).waitFor();
  await build.fill(own.replace('access access;', 'access access, more[4];'));
  await page.getByRole('alert').filter({ hasText: 'Does not fit: the base has no' }).waitFor();
  await page.getByText('Bytes of base and module').click();
  await page.getByRole('button', { name: 'Distilled base', exact: true }).click();
  await page.getByRole('table', { name: 'What the bytes mean' }).getByText('STRUCT', { exact: false }).first().waitFor();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save module.btf', exact: true }).click()]);
  assert.equal(download.suggestedFilename(), 'module.btf');
  const [base] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save base.btf' }).click()]);
  const dumped = await run(btfscope(), ['dump', await download.path(), '--base', await base.path()]);
  assert.match(dumped, /\[11\] STRUCT 'journal'/);
  lab.app.wasQuiet();
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
  assert.match(await other.page.getByRole('alert').innerText(), /this is not a file of the lab \(.*\): choose one that “Save as file” wrote/);
  assert.equal(await other.unit(1).inputValue(), text, 'what was there stays');
  other.app.wasQuiet();
});

test('switches have their price and change nothing else', inLab(async (lab) => {
  await lab.restart('?scenario=forward');
  const held = () => lab.page.locator('.took dd').first().innerText().then((text) => Number.parseInt(text, 10));
  const usual = await held();
  await lab.page.getByLabel('Every hash equal').check();
  await lab.page.getByText('(usually').first().waitFor();
  assert.ok(await held() > usual);
  await lab.countsAre(9, 5);
  await lab.page.getByLabel('Every hash equal').uncheck();
  await lab.page.getByLabel('One shard per unit').check();
  await lab.page.getByText('Nodes of the 2 shards').waitFor();
  assert.ok(await lab.page.getByText('The result is the same, type by type.').isVisible());
  await lab.countsAre(9, 5);
  await lab.page.getByLabel('Keep forwards').check();
  await lab.countsAre(9, 9);
  assert.ok(await lab.page.getByText('825,203 types instead of 94,339').isVisible());
  lab.app.wasQuiet();
}));

test('units come and go', inLab(async (lab) => {
  await lab.restart('?scenario=list');
  await lab.page.getByRole('button', { name: 'Add a unit' }).click();
  await lab.unit(3).fill('struct list;\n');
  await lab.countsAre(7, 3);
  await lab.page.getByRole('button', { name: 'Add a unit' }).click();
  assert.equal(await lab.page.getByRole('button', { name: 'Add a unit' }).count(), 0, 'four are the most');
  await lab.page.getByRole('button', { name: 'Remove unit 4' }).click();
  await lab.page.getByRole('button', { name: 'Remove unit 1' }).click();
  await lab.countsAre(4, 3);
  assert.equal(await lab.unit(2).inputValue(), 'struct list;\n');
}));

test('all scenarios open, each with its story', inAll, inLab(async (lab) => {
  await lab.restart();
  const options = lab.page.locator('#scenario option');
  const slugs = (await options.evaluateAll((all) => all.map((one) => one.value))).filter(Boolean);
  assert.deepEqual(await lab.page.locator('#scenario optgroup').evaluateAll((all) => all.map((one) => one.label)), ['Step by step', 'Rule by rule', 'A module on a base']);
  assert.equal(slugs.length, 44);
  for (const slug of slugs) {
    await lab.page.getByLabel('Scenario').selectOption(slug);
    const title = await lab.page.locator(`#scenario option[value="${slug}"]`).innerText();
    await lab.page.waitForFunction((title) => document.querySelector('#scenario').selectedOptions[0].innerText === title, title);
    await lab.page.locator('.story').waitFor();
    assert.ok((await lab.page.locator('.story').innerText()).length > 20, slug);
    await lab.key('Escape');
  }
  lab.app.wasQuiet();
}));

test('the laboratory is loaded when it is opened, and not before', async () => {
  const app = await chromium.open('?workers=1', { serviceWorkers: 'block' });
  const loaded = async () => app.requests.filter((address) => /\/lab-[^/]*wasm$/.test(address)).length;
  // All that the page does by itself is done: workers stand by.
  await app.workersAre(2);
  assert.equal(await loaded(), 0);
  await app.link('Lab').click();
  await app.page.getByRole('group', { name: 'Drawing', exact: true }).waitFor();
  assert.equal(await loaded(), 1);
  await app.link('Start').click();
  await app.started();
});

test('a laboratory that dies is started anew, and nothing that was typed is lost', async () => {
  const lab = await Lab.open('?scenario=list');
  const text = 'struct list { struct list *next; long value; };';
  await lab.unit(2).fill(text);
  await lab.countsAre(6, 6);
  for (const worker of lab.app.workers()) await kill(worker, 'gone');
  const alert = lab.page.getByRole('alert');
  assert.match(await alert.innerText(), /lab stopped: .*gone.* Your text is still here/);
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
  assert.match(await app.page.getByRole('alert').innerText(), /lab stopped: lab\.js.*could not be loaded/);
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
  await page.getByRole('group', { name: 'Drawing', exact: true }).waitFor();
  assert.match(await lab.unit(1).inputValue(), new RegExp(`^\\[1\\] STRUCT '${name}' `));
  assert.match(await page.locator('.lab-note').innerText(), /unit 1 is \S+\.[cS]/);
  const [before, after] = await lab.counts();
  assert.ok(before > after || await lab.page.getByRole('textbox', { name: /^Unit/ }).count() === 1);
  await page.waitForFunction(() => location.hash.includes('?s=1'));
  await app.link('Overview').click();
  await app.kinds.waitFor();
  app.wasQuiet();
});

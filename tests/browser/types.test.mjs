// The explorer: the list of types, one type, and why names were not merged. The command is the oracle.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { number } from './support/app.mjs';
import { browserForTests, inChromium, shared } from './support/browser.mjs';
import { fits, sound } from './support/checks.mjs';
import { btfscope, inWork, run, sample } from './support/env.mjs';
import { encoded } from './support/native.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

/** What the command lists. */
const types = async (...args) => JSON.parse(await run(btfscope(), ['types', sample(), '--json', ...args])).rows;

/** The explorer of the sample. */
class Explorer {
  static async open(hash = '#/types', options) {
    const app = await chromium.open('', options);
    await app.runSample();
    const explorer = new Explorer();
    explorer.app = app;
    explorer.page = app.page;
    await explorer.go(hash);
    return explorer;
  }

  /** Starts anew at an address, in a page that other tests used. */
  async restart(hash) {
    await this.go('#/overview');
    await this.app.result('sample.elf');
    await this.go(hash);
  }

  async go(hash) { await this.page.evaluate((to) => { location.hash = to; }, hash); }
  get search() { return this.page.getByRole('searchbox', { name: 'Search types' }); }
  get list() { return this.page.getByRole('listbox', { name: 'Types' }); }
  get options() { return this.list.getByRole('option'); }
  heading(name) { return this.page.getByRole('heading', { level: 1, name, exact: true }); }
  tab(name) { return this.page.getByRole('tab', { name }); }

  /** Waits until the list has so many types in all. */
  async found(total) {
    const words = total === 1 ? '1 type' : `${total} types`;
    await this.page.getByRole('status').filter({ hasText: new RegExp(`^${words}$`) }).waitFor();
  }

  /** Names in the list, as they stand there. */
  async names() { return this.options.evaluateAll((rows) => rows.map((row) => row.title)); }

  /** The definition: [offset, text, size] of each line. */
  async definition() {
    return this.page.locator('table.cv tbody tr').evaluateAll((rows) => rows.map((row) => {
      const cells = [...row.cells].map((cell) => cell.innerText.trim());
      return cells.length === 3 ? cells : ['', cells[0], ''];
    }));
  }
}

const inExplorer = shared(() => Explorer.open('#/overview', { kept: true }));

test('the list has all types, and narrows as one types', inExplorer(async (explorer) => {
  const all = await types();
  await explorer.restart('#/types');
  await explorer.found(all.length);
  await explorer.search.fill('queue');
  const some = await types('queue');
  assert.ok(some.length > 3 && some.length < all.length);
  await explorer.found(some.length);
  assert.deepEqual(await explorer.names(), some.map((row) => row.name));
  assert.equal(await explorer.options.first().locator('mark').innerText(), 'queue');
  await explorer.search.fill('no such name');
  await explorer.page.getByRole('status').filter({ hasText: /^0 types: no type fits “no such name”/ }).waitFor();
  await explorer.search.fill('');
  await explorer.found(all.length);
  explorer.app.wasQuiet();
}));

test('kinds, conditions and orders are the command’s', async () => {
  const explorer = await Explorer.open();
  const { page } = explorer;
  await page.getByRole('button', { name: 'Structs', exact: true }).click();
  await explorer.found((await types('--kind', 'struct')).length);
  await page.getByRole('button', { name: 'Filter and sort' }).click();
  await page.getByLabel('has holes').check();
  const holes = await types('--kind', 'struct', '--holes');
  assert.ok(holes.length > 0);
  await explorer.found(holes.length);
  await page.getByLabel('Sort by').selectOption({ label: 'bytes in holes' });
  const sorted = await types('--kind', 'struct', '--holes', '--sort', 'holes');
  await page.waitForFunction((name) => document.querySelector('[role=option]')?.title === name, sorted[0].name);
  assert.deepEqual(await explorer.names(), sorted.map((row) => row.name));
  await page.getByLabel('has holes').uncheck();
  await page.getByLabel('Search in').selectOption({ label: 'members' });
  await page.getByRole('combobox', { name: /^Match/ }).selectOption({ label: 'regular expression' });
  await explorer.search.fill('^(next|prev)$');
  const members = await types('--kind', 'struct', '--in', 'member', '--regex', '^(next|prev)$');
  assert.ok(members.length > 0);
  await explorer.found(members.length);
  await explorer.search.fill('(');
  await page.getByText('nvalid regular expression “(”').waitFor();
});

test('a list longer than the window has only rows in view, and all by scrolling', async () => {
  const all = await types('--sort', 'name');
  const explorer = await Explorer.open('#/types', { viewport: { width: 1280, height: 420 } });
  await explorer.found(all.length);
  await explorer.page.getByRole('button', { name: 'Filter and sort' }).click();
  await explorer.page.getByLabel('Sort by').selectOption({ label: 'name', exact: true });
  await explorer.page.getByRole('button', { name: 'Filter and sort' }).click();
  await explorer.list.focus();
  await explorer.page.keyboard.press('End');
  const last = explorer.options.filter({ has: explorer.page.locator(`:scope[aria-posinset="${all.length}"]`) });
  await explorer.page.waitForFunction((count) => document.querySelector(`[aria-posinset="${count}"]`), all.length);
  assert.equal(await explorer.page.locator(`[aria-posinset="${all.length}"]`).getAttribute('title'), all.at(-1).name);
  await last.count();
  await explorer.page.keyboard.press('Enter');
  const { address } = all.at(-1);
  await explorer.page.waitForURL((url) => decodeURIComponent(url.hash).startsWith(`#/type/${address.word}/${address.name}`));
});

test('the page stays as high as the window, and the wheel moves the list', async () => {
  const all = await types('--sort', 'name');
  const explorer = await Explorer.open('#/types', { viewport: { width: 1280, height: 420 } });
  await explorer.found(all.length);
  const { page } = explorer;
  assert.ok(await page.evaluate(() => document.documentElement.scrollHeight <= innerHeight), 'the page does not scroll');
  const drawn = await explorer.options.count();
  assert.ok(drawn <= all.length);
  assert.ok(await explorer.list.evaluate((list) => list.scrollHeight > 2 * list.clientHeight), 'the list does');
  await explorer.list.hover();
  await page.mouse.wheel(0, 100_000);
  await page.waitForFunction((count) => document.querySelector(`[aria-posinset="${count}"]`), all.length);
  const box = await page.locator(`[aria-posinset="${all.length}"]`).boundingBox();
  assert.ok(box.y > 0 && box.y < 420, 'the last row is seen');
});

test('a type is opened by keyboard, has an address, and back leads back', async () => {
  const explorer = await Explorer.open('#/overview');
  const { page } = explorer;
  await page.getByRole('heading', { level: 1, name: /^Overview of/ }).waitFor();
  await page.keyboard.press('/');
  await explorer.search.waitFor();
  await page.waitForFunction(() => document.activeElement?.id === 'type-search');
  await page.keyboard.type('task');
  await explorer.found((await types('task')).length);
  await page.keyboard.press('Enter');
  await explorer.heading('struct task').waitFor();
  assert.match(page.url(), /#\/type\/struct\/task\?search=task$/);
  await page.waitForFunction(() => document.activeElement?.id === 'title');
  assert.equal(await page.title(), 'struct task · btfscope');
  await page.getByRole('link', { name: 'list_head', exact: true }).first().click();
  await explorer.heading('struct list_head').waitFor();
  await page.goBack();
  await explorer.heading('struct task').waitFor();
  explorer.app.wasQuiet();
});

test('offsets and sizes of every struct are those that the command shows', inExplorer(async (explorer) => {
  await explorer.restart('#/types');
  const { path } = await encoded(sample());
  const structs = (await types('--kind', 'struct,union')).filter((row) => row.address.nth === 1);
  assert.ok(structs.length > 10);
  for (const { address, id } of structs) {
    await explorer.go(`#/type/${address.word}/${address.name}`);
    await explorer.heading(`${address.word} ${address.name}`).waitFor();
    const shown = await run(btfscope(), ['show', path, `[${id}]`]);
    const members = [...shown.matchAll(/^.*[;}].*\/\* +(\d+)(?::(?: *)(\d+))? +(\d+) \*\/$/gm)]
      .map(([line, offset, bit, size]) => [bit === undefined ? offset : `${offset}:${bit}`, size]).sort();
    const own = (await explorer.definition()).filter(([, text, size]) => size && !text.startsWith('}'))
      .map(([offset, , size]) => [offset, size.replaceAll(',', '')]);
    // The command gives anonymous types a place behind their closing brace; the page at their opening one.
    const closings = [...shown.matchAll(/^\s*\}.*\/\*/gm)].length;
    assert.equal(own.length + closings, members.length, address.name);
    for (const place of own) assert.ok(members.some((there) => `${there}` === `${place}`), `${address.name}: ${place}`);
  }
}));

test('a member is chosen with the arrow keys, in the table and in the picture', inExplorer(async (explorer) => {
  await explorer.restart('#/type/struct/queue');
  await explorer.heading('struct queue').waitFor();
  const { page } = explorer;
  await page.getByRole('group', { name: /^Definition/ }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.getByRole('status').filter({ hasText: 'u32 load[4][8]; at byte 72, 128 bytes' }).waitFor({ state: 'attached' });
  assert.match(await page.locator('tr.on').innerText(), /load/);
  assert.ok(await page.locator('svg.lg svg.on').count() >= 1);
  await page.keyboard.press('ArrowUp');
  assert.match(await page.locator('tr.on').innerText(), /classes/);
  // The Tab key passes over the types of members; Enter opens that of the chosen one.
  assert.equal(await page.locator('.cv a:not([tabindex="-1"])').count(), 0);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await explorer.heading('u32').waitFor();
}));

test('users, copies and the raw line', inExplorer(async (explorer) => {
  await explorer.restart('#/type/struct/list_head');
  await explorer.heading('struct list_head').waitFor();
  await explorer.tab(/^Used by/).click();
  await explorer.page.getByRole('link', { name: 'struct list_head.next', exact: true }).waitFor();
  const [{ value }] = await types('list_head', '--sort', 'copies');
  await explorer.tab(/^Copies/).click();
  assert.equal(number((await explorer.tab(/^Copies/).innerText()).split(/\s+/).at(-1)), value);
  await explorer.page.getByText(new RegExp(`^${value} copies became one`)).waitFor();
  await explorer.page.getByText('src', { exact: true }).first().waitFor();
  await explorer.tab(/^Raw/).click();
  const { path } = await encoded(sample());
  const raw = await explorer.page.locator('pre.raw').innerText();
  assert.ok((await run(btfscope(), ['dump', path])).includes(`${raw.split('\n')[0]}\n`), raw);
  // Ids of types are links.
  const link = explorer.page.locator('pre.raw a').first();
  const id = await link.innerText();
  await link.click();
  await explorer.page.getByText(`BTF id ${id}`, { exact: true }).waitFor();
}));

test('names with spaces, second definitions and ids have addresses too', inExplorer(async (explorer) => {
  await explorer.restart('#/type/int/unsigned%20int');
  await explorer.heading('unsigned int').waitFor();
  await explorer.go('#/type/struct/slot/2');
  await explorer.heading('struct slot').waitFor();
  await explorer.page.getByText('2 definitions have this name.').waitFor();
  assert.ok((await explorer.definition()).some(([, text]) => text === 'u16 number;'));
  await explorer.go('#/type/type/1');
  await explorer.page.getByText('BTF id 1', { exact: true }).waitFor();
  await explorer.go('#/type/struct/taks');
  await explorer.page.getByText('No struct taks exists; did you mean task?').waitFor();
}));

test('why two types of a name were not merged is what the command says', inExplorer(async (explorer) => {
  await explorer.restart('#/why');
  await explorer.heading('struct slot').waitFor();
  const said = await run(btfscope(), ['why', sample(), 'struct', 'slot']);
  const verdict = said.trim().split('\n').at(-1).trim().replaceAll('`', '');
  await explorer.page.getByText(`Two definitions. ${verdict}`).waitFor();
  const sides = explorer.page.locator('.step.bad .d');
  assert.deepEqual(await sides.allInnerTexts(), ['      0   struct task *task;', '      0   u16 number;']);
  for (const unit of ['sched.c', 'device.c']) await explorer.page.getByText(unit, { exact: true }).waitFor();
  await explorer.go('#/why/struct/task');
  await explorer.page.getByText('Struct task has one definition: dedup merged all its copies.').waitFor();
  await explorer.go('#/why/struct/slot');
  await explorer.page.getByRole('button', { name: 'Open in the lab' }).click();
  await explorer.page.waitForURL(/#\/learn\/lab/);
  explorer.app.wasQuiet();
}));

test('BTF without DWARF has all but what there was before dedup', async () => {
  const file = inWork('sample.btf');
  await run(btfscope(), ['encode', sample(), '-o', file]);
  const app = await chromium.open();
  await app.choose(file);
  await app.result();
  await app.page.getByRole('link', { name: 'Types', exact: true }).click();
  await app.page.getByText('Figures from before dedup need a file with DWARF.').waitFor();
  await app.page.evaluate(() => { location.hash = '#/type/struct/task'; });
  await app.page.getByRole('heading', { level: 1, name: 'struct task', exact: true }).waitFor();
  assert.equal(await app.page.getByRole('tab', { name: /^Copies/ }).count(), 0);
  await app.page.evaluate(() => { location.hash = '#/why'; });
  await app.page.getByText('Two definitions. They differ:').waitFor();
});

test('every view of the explorer: names, references, room and contrast', inChromium, inExplorer(async (explorer) => {
  await explorer.restart('#/types');
  const { page } = explorer;
  await page.getByRole('heading', { level: 1, name: /named types$/ }).waitFor();
  await page.getByRole('button', { name: 'Filter and sort' }).click();
  await sound(page, 'the list');
  for (const address of ['struct/trace_entry', 'enum/task_flags', 'func/queue_add', 'struct/slot/2']) {
    await explorer.go(`#/type/${address}`);
    await page.getByRole('heading', { level: 1, name: new RegExp(address.split('/')[1]) }).waitFor();
    await sound(page, address);
  }
  for (const name of [/^Used by/, /^Copies/, /^Raw/]) {
    await explorer.tab(name).click();
    await sound(page, `${name}`);
  }
  await explorer.go('#/why');
  await page.getByText('Two definitions.').waitFor();
  await sound(page, 'not merged');
  explorer.app.wasQuiet();
}));

test('a type fits a phone on which it is opened', inChromium, async () => {
  const explorer = await Explorer.open('#/type/struct/trace_entry', { viewport: { width: 360, height: 800 }, colorScheme: 'dark' });
  await explorer.heading('struct trace_entry').waitFor();
  await fits(explorer.page, 'struct trace_entry');
});

test('the worker that holds the types dies: another takes its place, until too many have died', inChromium, async () => {
  const explorer = await Explorer.open();
  const { app, page } = explorer;
  const some = await types('queue');
  await explorer.search.fill('queue');
  await explorer.found(some.length);
  await app.killWorker();
  await page.getByText('The worker that holds the result of sample.elf stopped: it stopped: Uncaught Error: killed by a test.').waitFor();
  await page.getByText('It was restarted; nothing is lost.').waitFor();
  await explorer.found(some.length);
  assert.equal(await explorer.search.inputValue(), 'queue', 'what was looked for is kept');
  await app.workersAre(1);
  const { address } = some[0];
  await explorer.go(`#/type/${address.word}/${address.name}`);
  await explorer.heading(`${address.word} ${address.name}`).waitFor();
  await page.getByText(/before dedup/).first().waitFor();

  await app.killWorker();
  await explorer.heading(`${address.word} ${address.name}`).waitFor();
  await app.killWorker();
  await explorer.heading(`${address.word} ${address.name}`).waitFor();
  await app.killWorker();
  await page.getByText('open the file again to explore further').waitFor();
  await explorer.go('#/overview');
  await app.result('sample.elf');
  assert.ok((await app.downloadBytes('Raw .BTF')).equals((await encoded(sample())).btf), 'the files are still there');
});

test('the search reads declarations and paths, and says where else a text stands', async () => {
  const explorer = await Explorer.open();
  const { page } = explorer;
  await explorer.search.fill('struct list_head *');
  await page.waitForFunction(() => document.querySelector('[role=option]')?.title === 'list_head');
  await explorer.search.fill('LIST_HEAD.next');
  await page.waitForFunction(() => document.querySelector('[role=option] .by')?.innerText === '.next');
  await explorer.search.fill('lsit_head');
  await page.getByRole('status').filter({ hasText: /^0 types: no type fits “.+”\. Similar:/ }).waitFor();
  await page.getByRole('link', { name: 'struct list_head', exact: true }).first().click();
  await explorer.heading('struct list_head').waitFor();
  explorer.app.wasQuiet();
});

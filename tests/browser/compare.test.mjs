// A second file: what became of the types. The command is the oracle.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, test } from 'node:test';
import { number } from './support/app.mjs';
import { browserForTests, inChromium, shared } from './support/browser.mjs';
import { sound } from './support/checks.mjs';
import { dropFiles } from './support/drag.mjs';
import { btfscope, inWork, run, start } from './support/env.mjs';
import { programs } from './support/inputs.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const SOURCES = {
  old: `
    enum state { IDLE, BUSY, GONE = 9 };
    struct kept { int a; };
    struct dropped { int a; };
    struct entity { long load; unsigned int on; struct kept *kept; short low, high; unsigned flag:1; };
    struct all { enum state state; struct kept kept; struct dropped dropped; struct entity entity; } all;
    int work(struct kept *kept) { return kept->a; }`,
  new: `
    enum state { IDLE, BUSY = 2, READY };
    struct kept { int a; };
    struct fresh { int a; };
    struct entity { long load; long deadline; unsigned char on; struct kept *kept; short low; unsigned flag:1; };
    struct all { enum state state; struct kept kept; struct fresh fresh; struct entity entity; } all;
    int work(struct kept *kept, int flags) { return kept->a + flags; }`,
};

let made;
/** The two as objects with DWARF and as BTF, and what the command says of them. */
function files() {
  made ??= (async () => {
    const found = {};
    for (const [name, text] of Object.entries(SOURCES)) {
      const [source, object, btf] = ['c', 'o', 'btf'].map((kind) => inWork(`${name}.${kind}`));
      writeFileSync(source, text);
      await run('gcc', ['-g', '-O0', '-c', source, '-o', object]);
      await run(btfscope(), ['encode', object, '-o', btf]);
      found[name] = { object, btf };
    }
    const changes = (form) => start(btfscope(), ['diff', '--changes', '--format', form, found.old.btf, found.new.btf]);
    // The page has encoded both, and knows folders.
    const report = () => start(btfscope(), ['diff', '--changes', '--folders', '--format', 'markdown', found.old.object, found.new.object]);
    const { stdout } = await changes('json');
    return { ...found, changes: JSON.parse(stdout), markdown: (await report()).stdout.toString() };
  })();
  return made;
}

/** The page with both files in it. */
async function compared(second = 'object', options) {
  const given = await files();
  const app = await chromium.open('', options);
  await app.choose(given.old.object);
  await app.result();
  await app.page.getByRole('link', { name: 'Compare', exact: true }).click();
  await app.page.getByRole('heading', { level: 1, name: 'Compare old.o with…' }).waitFor();
  await app.page.getByLabel('Choose the second file').setInputFiles(given.new[second]);
  await app.page.getByRole('heading', { level: 1, name: /^From old.o to new/ }).waitFor();
  return { app, page: app.page, ...given };
}

const go = (page, hash) => page.evaluate((to) => { location.hash = to; }, hash);

/** Goes to the comparison from elsewhere, where nothing is left of the test before. */
async function restart({ page, kinds }) {
  await go(page, '#/overview');
  await kinds.waitFor();
  await go(page, '#/compare');
  await page.getByRole('heading', { level: 1, name: /^From old.o to new/ }).waitFor();
}

const inComparison = {
  object: shared(() => compared('object', { kept: true })),
  btf: shared(() => compared('btf', { kept: true })),
};

for (const second of ['object', 'btf']) {
  test(`what is new, gone and changed is what the command says, with a second file that is ${second}`, inComparison[second](async ({ app, page, changes }) => {
    const total = changes.changed.length + changes.added.length + changes.removed.length;
    await page.getByRole('status').filter({ hasText: `${total} changes` }).waitFor();
    const names = await page.getByRole('listbox', { name: 'Changes' }).getByRole('option').evaluateAll((rows) => rows.map((row) => row.title));
    assert.deepEqual(names, [...changes.changed, ...changes.added, ...changes.removed].map((one) => one.name));
    const table = page.getByRole('table').filter({ hasText: 'Identical' });
    for (const of of changes.groups.filter((of) => of.group === 'Struct')) {
      const cells = await table.getByRole('row').filter({ hasText: 'Structs' }).getByRole('cell').allInnerTexts();
      assert.deepEqual(cells.map(number), [of.equal, of.changed, of.added, of.removed]);
    }
    await page.getByRole('button', { name: 'Removed', exact: true }).click();
    await page.getByRole('status').filter({ hasText: `${changes.removed.length} change` }).waitFor();
    app.wasQuiet();
  }));
}

test('changes are told by folder, and a folder narrows the list', async () => {
  const { before, after } = await programs();
  const said = async (...more) => {
    const { stdout } = await start(btfscope(), ['diff', '--changes', '--folders', ...more, '--format', 'json', before, after]);
    return JSON.parse(stdout);
  };
  const app = await chromium.open('');
  const { page } = app;
  await app.choose(before);
  await app.result();
  await page.getByRole('link', { name: 'Compare', exact: true }).click();
  await page.getByLabel('Choose the second file').setInputFiles(after);
  const table = page.getByRole('table', { name: 'By folder' });
  const shown = async () => {
    const rows = await table.locator('tbody tr').evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText)));
    return rows.map(([, ...counts]) => counts.map(number));
  };
  const counts = (json) => json.folders.map((of) => [of.changed, of.added, of.removed]);
  await table.waitFor();
  const all = await said();
  assert.deepEqual(await shown(), counts(all));
  assert.ok(all.folders.some(({ path: folder }) => folder === 'net'));
  await table.getByRole('button', { name: 'net', exact: true }).click();
  await table.getByRole('button', { name: 'net/core', exact: true }).waitFor();
  const within = await said('--within', 'net');
  assert.deepEqual(await shown(), counts(within));
  const total = within.changed.length + within.added.length + within.removed.length;
  await page.getByRole('status').filter({ hasText: new RegExp(`^${total} changes$`) }).waitFor();
  await page.getByRole('button', { name: 'Show all folders' }).click();
  await table.getByRole('button', { name: 'fs', exact: true }).waitFor();
  assert.deepEqual(await shown(), counts(all));
  assert.deepEqual(app.complaints, []);
});

test('members, values and declarations stand side by side', inComparison.object(async ({ app, page }) => {
  await restart(app);
  await page.getByRole('searchbox', { name: 'Search changes' }).fill('entity');
  await page.getByRole('option', { name: /entity/ }).click();
  await page.getByRole('heading', { level: 1, name: 'struct entity' }).waitFor();
  assert.match(page.url(), /#\/compare\/struct\/entity$/);
  // Changes only, unless asked; the count of each is the first that is said.
  await page.getByText('1 new, 1 removed, 3 moved, 1 type changed; 1 of 7 members are the same. Size: 32 → 40 bytes.').waitFor();
  const table = page.getByRole('table', { name: 'Members in both files' });
  await table.getByText('1 member unchanged: load').waitFor();
  const at = () => table.locator('tr[aria-current=true]').innerText();
  const told = (number) => page.getByRole('status').filter({ hasText: `Change ${number} of 6` }).waitFor();
  assert.match(await at(), /deadline/);
  await page.keyboard.press('n');
  await told(2);
  assert.match(await at(), /on/);
  await page.keyboard.press('p');
  await page.getByRole('button', { name: 'Previous change' }).click();
  await told(6);
  assert.match(await at(), /flag/);
  // Each change has a pattern of its own in the pictures.
  const bands = await page.locator('.lay .band').evaluateAll((all) => [...new Set(all.map((band) => getComputedStyle(band).strokeDasharray))]);
  assert.equal(bands.length, 4);
  await page.getByLabel('Show unchanged members').check();
  await page.getByText('load').nth(1).waitFor();
  const rows = await table.locator('tbody tr')
    .evaluateAll((all) => all.map((row) => [row.className.split(' ')[0], ...[...row.cells].map((cell) => cell.firstChild?.textContent ?? '')]));
  assert.deepEqual(rows, [
    ['same', '0', 'long int load', '', '0', 'long int load'],
    ['new', '', '', '+', '8', 'long int deadline'],
    ['chg', '8', 'unsigned int on', '≠', '16', 'unsigned char on'],
    ['moved', '16', 'struct kept *kept', '↓', '24', 'struct kept *kept'],
    ['moved', '24', 'short int low', '↓', '32', 'short int low'],
    ['gone', '26', 'short int high', '−', '', ''],
    ['moved', '28:0', 'unsigned int flag:1', '↓', '32:16', 'unsigned int flag:1'],
  ]);
  await go(page, '#/compare/enum/state');
  const values = page.getByRole('table', { name: 'Values in both files' });
  await values.waitFor();
  assert.deepEqual(await values.locator('tbody tr').evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText))),
    [['≠', 'BUSY', '1', '2'], ['+', 'READY', '', '3'], ['−', 'GONE', '9', '']]);
  await go(page, '#/compare/func/work');
  await page.getByText('int work(struct kept *kept, int flags);').waitFor();
  await go(page, '#/compare/struct/fresh');
  await page.getByText('New: not in old.o.').waitFor();
  await go(page, '#/compare/struct/kept');
  await page.getByText('Identical in both.').waitFor();
  await go(page, '#/compare/struct/nothing');
  await page.getByText('Neither file has struct nothing.').waitFor();
  app.wasQuiet();
}));

test('the report is the command’s, and what was compared stays while one looks elsewhere', inChromium, inComparison.object(async ({ app, page, markdown }) => {
  await restart(app);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as Markdown' }).click()]);
  assert.equal(download.suggestedFilename(), 'changes.md');
  assert.equal(readFileSync(await download.path(), 'utf8'), markdown);
  await page.getByRole('link', { name: 'Overview', exact: true }).click();
  await app.kinds.waitFor();
  await page.getByRole('link', { name: 'Compare', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: /^From old.o to new/ }).waitFor();
}));

test('a second file that is none is refused as on the start page, and the result stays', async () => {
  const given = await files();
  const app = await chromium.open();
  await app.choose(given.old.object);
  await app.result();
  await go(app.page, '#/compare');
  const bad = inWork('bad.txt');
  writeFileSync(bad, 'no types here\n');
  await app.page.getByLabel('Choose the second file').setInputFiles(bad);
  const alert = app.page.getByRole('alert');
  await alert.waitFor();
  assert.match(await alert.innerText(), /bad\.txt is neither an ELF file nor BTF/);
  // What looks like BTF and is none is refused by what reads it.
  const torn = inWork('torn.btf');
  writeFileSync(torn, Buffer.from([0x9f, 0xeb, 1, 0, 24, 0]));
  await app.page.getByLabel('Choose the second file').setInputFiles(torn);
  await app.page.getByRole('alert').filter({ hasText: 'torn.btf could not be compared.' }).waitFor();
  await app.page.getByLabel('Choose the second file').setInputFiles(given.new.btf);
  await app.page.getByRole('heading', { level: 1, name: /^From old.o to new/ }).waitFor();
});

test('sides can be swapped and replaced, and a third file asks which side it takes', inChromium, async () => {
  const { app, page, old } = await compared('btf');
  const title = (from, to) => page.getByRole('heading', { level: 1, name: `From ${from} to ${to}`, exact: true }).waitFor();
  await title('old.o', 'new.btf');
  await page.getByRole('button', { name: 'Swap' }).click();
  await title('new.btf', 'old.o');
  await page.keyboard.press('x');
  await title('old.o', 'new.btf');
  await page.getByText('new.btf', { exact: true }).first().click();
  await page.getByLabel('Another file').last().setInputFiles(old.btf);
  await title('old.o', 'old.btf');
  const sums = page.locator('.sums');
  await sums.getByText('0 changed').waitFor();
  await dropFiles(page, inWork('new.btf'));
  const question = page.getByRole('group', { name: 'A third file' });
  await question.getByText('Where does new.btf go?').waitFor();
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'detached' });
  await dropFiles(page, inWork('new.btf'));
  await question.getByRole('button', { name: 'Instead of old.o', exact: true }).click();
  await title('new.btf', 'old.btf');
  app.wasQuiet();
});

test('two kernels at once offer their comparison, and a kept result is a side', inChromium, async () => {
  const given = await files();
  const app = await chromium.open();
  const { page } = app;
  await dropFiles(page, given.old.btf, given.new.btf);
  const question = page.getByRole('group', { name: 'Two kernels' });
  await question.getByText('old.btf and new.btf could both be the kernel. Compare them?').waitFor();
  await question.getByRole('button', { name: 'Compare them' }).click();
  await page.getByRole('heading', { level: 1, name: 'From old.btf to new.btf' }).waitFor();
  // A file that is dropped on a result may be compared instead of opened.
  await page.getByRole('link', { name: 'Overview', exact: true }).click();
  await page.getByRole('button', { name: 'Save in this browser' }).click();
  await page.getByText('Saved. Reopen it').waitFor();
  await dropFiles(page, given.new.btf);
  await page.getByRole('group', { name: 'Open another file' }).getByRole('button', { name: 'Replace' }).click();
  await app.result('new.btf');
  await page.getByRole('link', { name: 'Compare', exact: true }).click();
  await page.getByRole('button', { name: /^old\.btf, saved/ }).click();
  await page.getByRole('heading', { level: 1, name: 'From new.btf to old.btf' }).waitFor();
  app.wasQuiet();
});

test('reading the second file tells how far it is, and ends with Esc', inChromium, async () => {
  const given = await files();
  const app = await chromium.open();
  const { page } = app;
  await app.choose(given.old.object);
  await app.result();
  await page.getByRole('link', { name: 'Compare', exact: true }).click();
  await app.holdJob(() => true);
  await page.getByLabel('Choose the second file').setInputFiles(given.new.object);
  await page.getByText('Reading new.o…').waitFor();
  await page.getByRole('progressbar', { name: 'Reading the file' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByLabel('Choose the second file').waitFor({ state: 'attached' });
  await page.getByText('Reading new.o…').waitFor({ state: 'detached' });
});

test('every view of a comparison: names, references, room and contrast', inChromium, inComparison.btf(async ({ app, page }) => {
  await restart(app);
  await sound(page, 'all changes');
  for (const address of ['struct/entity', 'enum/state', 'func/work', 'struct/fresh']) {
    await go(page, `#/compare/${address}`);
    await page.getByRole('heading', { level: 1, name: new RegExp(address.split('/')[1]) }).waitFor();
    await sound(page, address);
  }
  app.wasQuiet();
}));

test('the worker that compares dies: another takes its place', inChromium, async () => {
  const { app, page, changes } = await compared();
  const total = changes.changed.length + changes.added.length + changes.removed.length;
  const told = page.getByRole('status').filter({ hasText: `${total} changes` });
  await told.waitFor();
  await app.killWorker();
  await page.getByText('The worker that holds the comparison stopped').waitFor();
  await told.waitFor();
  await app.workersAre(2);
});

test('a type’s history is the command’s, over the result and kernels that are added or dropped', inChromium, async () => {
  const given = await files();
  const app = await chromium.open();
  const { page } = app;
  await app.choose(given.old.btf);
  await app.result();
  await page.getByRole('link', { name: 'History', exact: true }).click();
  await page.getByLabel('Type or function').fill('struct entity');
  await page.getByLabel('Type or function').press('Enter');
  const table = page.getByRole('table', { name: 'struct entity in 1 kernel' });
  await table.waitFor();
  // The address names the type, and another address shows another type.
  await page.waitForFunction(() => location.hash === '#/history/struct/entity');
  await go(page, '#/history/enum/state');
  await page.getByRole('table', { name: 'enum state in 1 kernel' }).waitFor();
  await go(page, '#/history/struct/entity');
  await table.waitFor();
  await dropFiles(page, given.new.btf);
  await page.getByRole('table', { name: 'struct entity in 2 kernels' }).waitFor();
  const row = (name) => page.getByRole('row', { name: new RegExp(`^${name} `) }).getByRole('cell').allInnerTexts();
  await page.getByRole('cell', { name: /^\+ 8 long int deadline/ }).waitFor();
  assert.deepEqual(await row('on'), ['8 unsigned int on', '≠ 16 unsigned char on']);
  assert.deepEqual(await row('high'), ['26 short int high', '–\nabsent']);
  const said = await start(btfscope(), ['history', 'struct entity', given.old.btf, given.new.btf, '--format', 'json']);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'JSON' }).click()]);
  assert.deepEqual(JSON.parse(readFileSync(await download.path(), 'utf8')), JSON.parse(said.stdout));
  await page.getByLabel('Type or function').fill('func work');
  await page.getByLabel('Type or function').press('Enter');
  await page.getByRole('cell', { name: /^\+ 2 int/ }).waitFor();
  await page.getByRole('button', { name: 'Remove new.btf' }).click();
  await page.getByRole('table', { name: 'func work in 1 kernel' }).waitFor();
  await sound(page, 'history');
  app.wasQuiet();
});

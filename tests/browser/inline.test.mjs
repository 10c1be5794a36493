// Where functions were inlined: read from DWARF, from a section, and from a file beside its BTF. The command is the oracle.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, test } from 'node:test';
import { browserForTests, inChromium } from './support/browser.mjs';
import { fits, sound } from './support/checks.mjs';
import { btfscope, inWork, madeOnce, run, sample } from './support/env.mjs';
import { kernelOf } from './support/inputs.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

/** What the command makes of the sample: `sample`, `sample.inline`, `patched`, and `plain`, which has no DWARF. */
const made = () => madeOnce('inline', async (folder) => {
  const file = (name) => path.join(folder, name);
  await run(btfscope(), ['encode', sample(), '--features', '+inline', '-o', file('sample'), '--patch', file('patched')]);
  await run('objcopy', ['--strip-debug', file('patched'), file('plain')]);
});

/** The command's list of inlined functions, most sites first. */
const inlined = async () => JSON.parse(await run(btfscope(), ['functions', sample(), '--inlined', '--sites', '--format', 'json']));

const go = (app, hash) => app.page.evaluate((to) => { location.hash = to; }, hash);
const hashIs = (app, expected) => app.page.waitForFunction((to) => location.hash === to, expected);
const list = (app, name) => app.page.getByRole('listbox', { name, exact: true }).getByRole('option');
const lists = (app) => app.page.getByRole('navigation', { name: 'Lists' });
const waiting = (app) => app.page.getByRole('group', { name: 'Inline sites without the BTF they are based on' });

/** Names in a list, as soon as the first is this one. */
async function names(app, title, first) {
  await list(app, title).first().and(app.page.getByTitle(new RegExp(`\\b${first}\\(`))).waitFor();
  return list(app, title).evaluateAll((rows) => rows.map((row) => /(\w+)\(/.exec(row.title)[1]));
}

/** The page lists the functions that the command lists. */
async function sameFunctions(app) {
  const expected = (await inlined()).map((one) => one.name);
  await go(app, '#/functions/inlined');
  assert.deepEqual(await names(app, 'Inlined', expected[0]), expected);
}

test('the sample, encoded with inline sites: lists, sorting, and the arguments at each site', inChromium, async () => {
  const functions = await inlined();
  assert.ok(functions.length > 2 && functions[0].sites > functions.at(-1).sites, 'functions of various numbers of sites');
  const app = await chromium.open();
  await app.runSample();
  await go(app, '#/functions');
  await list(app, 'Functions').first().waitFor();
  assert.equal(await lists(app).getByRole('link', { name: /^Inlined/ }).count(), 0);
  await app.button('Read inline sites').click();
  await app.page.waitForURL(/#\/functions$/);
  await lists(app).getByRole('link', { name: `Inlined ${functions.length}`, exact: true }).waitFor();
  assert.equal(await app.button('Read inline sites').count(), 0);
  await sound(app.page, 'functions with their inline sites');

  // The column sorts, and the address keeps the order.
  await app.page.getByRole('group', { name: 'Sort by' }).getByRole('button', { name: /^Inlined at/ }).click();
  await hashIs(app, '#/functions?sort=sites');
  await sameFunctions(app);
  await app.page.getByRole('group', { name: 'Sort by' }).getByRole('button', { name: /^Function/ }).click();
  await hashIs(app, '#/functions/inlined?sort=name');
  const byName = functions.map((one) => one.name).sort();
  assert.deepEqual(await names(app, 'Inlined', byName[0]), byName);
  await go(app, '#/functions/inlined?sort=name&reverse');
  assert.deepEqual(await names(app, 'Inlined', byName.at(-1)), byName.toReversed());

  // A function's sites are the command's.
  const [most] = functions;
  await list(app, 'Inlined').and(app.page.getByTitle(new RegExp(`\\b${most.name}\\(`))).click();
  await app.page.getByRole('heading', { level: 1, name: `${most.name}()`, exact: true }).waitFor();
  await hashIs(app, `#/type/func/${most.name}?tab=sites`);
  const rows = app.page.getByRole('group', { name: 'Sites', exact: true }).locator('tbody tr');
  await rows.first().waitFor();
  assert.deepEqual(
    await rows.evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText.trim()))),
    most.places.map(({ section, offset, arguments: places }) => [
      `${section}+0x${offset.toString(16)}`, ...places.map((place) => place ?? 'unknown'),
    ]),
  );
  await app.page.getByText('.BTF has no FUNC for this function').waitFor();
  await sound(app.page, 'the inline sites of a function');
  await app.page.setViewportSize({ width: 360, height: 800 });
  await fits(app.page, 'the inline sites of a function, 360 pixels wide');
  await go(app, '#/functions/inlined');
  await list(app, 'Inlined').first().waitFor();
  await fits(app.page, 'inlined functions, 360 pixels wide');
  await app.page.setViewportSize({ width: 1280, height: 800 });

  // What is saved has the command's bytes.
  const folder = await made();
  await go(app, '#/overview');
  for (const [name, file] of [['Raw .BTF', 'sample'], ['Inline sites', 'sample.inline'], ['Patched ELF', 'patched']]) {
    assert.ok((await app.downloadBytes(name)).equals(await readFile(path.join(folder, file))), name);
  }
  app.wasQuiet();
});

test('a file with inline sites waits for its BTF, and is refused on other types', async () => {
  const folder = await made();
  const [types, sites] = ['sample', 'sample.inline'].map((name) => path.join(folder, name));
  const app = await chromium.open();
  await app.choose(sites);
  await waiting(app).getByText('sample.inline contains inline sites.').waitFor();
  await app.page.getByLabel('Add the BTF', { exact: true }).setInputFiles([types]);
  await app.result('sample');
  assert.equal(await waiting(app).count(), 0);
  await sameFunctions(app);
  await go(app, '#/overview');

  // On types that they are not based on, the sites are refused.
  const other = inWork('other.btf');
  await run(btfscope(), ['encode', await kernelOf('6.19.3'), '-o', other]);
  const pair = await chromium.open();
  await pair.choose(types, other, sites);
  await pair.page.getByText('Skipped: sample.inline contains the inline sites of one kernel').waitFor();
  pair.wasQuiet();
  await app.choose(other, sites);
  await app.button('Replace').click();
  await app.alert.getByText('sample.inline could not be read on the types of other.btf').waitFor();
  await go(app, '#/functions');
  await list(app, 'Functions').first().waitFor();
  assert.equal(await lists(app).getByRole('link', { name: /^Inlined/ }).count(), 0);

  // Types that were encoded have other ids than those that the sites are based on.
  await go(app, '#/overview');
  await app.choose(sample());
  await app.button('Replace').click();
  await app.page.getByRole('heading', { level: 1, name: 'Overview of sample.elf' }).waitFor({ state: 'attached' });
  await app.choose(sites);
  await app.alert.getByText('were encoded from DWARF and have other ids').waitFor();
  app.wasQuiet();
});

test('an ELF file without DWARF shows the inline sites beside its BTF', async () => {
  const app = await chromium.open();
  await app.choose(path.join(await made(), 'plain'));
  await app.result('plain');
  await sameFunctions(app);
  app.wasQuiet();
});

// Members of struct type, unfolded in place, and where cache lines begin. The command is the oracle.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { browserForTests, inChromium, shared } from './support/browser.mjs';
import { sound } from './support/checks.mjs';
import { btfscope, run, sample } from './support/env.mjs';
import { encoded } from './support/native.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

/** The page of a type of the sample. */
class TypePage {
  static async open() {
    const app = await chromium.open('', { kept: true });
    await app.runSample();
    const opened = new TypePage();
    Object.assign(opened, { app, page: app.page });
    return opened;
  }

  async go(hash, title) {
    await this.page.evaluate((to) => { location.hash = to; }, hash);
    await this.page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
  }

  get lines() { return this.page.locator('table.cv tbody tr'); }
  get definition() { return this.page.getByRole('group', { name: /^Definition/ }); }
  triangle(member) { return this.page.getByRole('button', { name: `Members of ${member}`, exact: true }); }

  /** Waits until a member has been unfolded, or folded. */
  async is(member, unfolded) {
    await this.page.locator(`.unfold[aria-label="Members of ${member}"][aria-expanded="${unfolded}"]`).waitFor();
  }

  /** Offset, text, and size of each line. */
  async rows() {
    return this.lines.evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
  }
}

const inPage = shared(() => TypePage.open());

/** The members that the command shows of a type: name and offset. */
const members = async (name) => {
  const { path } = await encoded(sample());
  const shown = await run(btfscope(), ['show', path, 'struct', name]);
  return [...shown.matchAll(/(\w+)(?:\[\d+\])*; +\/\* +(\d+) +\d+ \*\/$/gm)].map(([, member, offset]) => [member, Number(offset)]);
};

test('a member unfolds with the offsets of the struct around it, and the address has it', inPage(async (type) => {
  const { page } = type;
  await type.go('#/type/struct/queue', 'struct queue');
  const folded = await type.rows();
  const base = Number(folded.find(([, text]) => text.includes('classes[4];'))[0]);
  await type.triangle('classes').click();
  await type.is('classes', true);
  assert.match(page.url(), /#\/type\/struct\/queue\?unfold=classes$/);
  const rows = await type.rows();
  for (const [member, offset] of await members('list_head')) {
    const row = rows.find(([, text]) => text.endsWith(`*${member};`));
    assert.equal(Number(row?.[0]), base + offset, member);
  }
  assert.ok(rows.some(([, text]) => text === '} classes[4];'));
  // A member of it has an address too, from which it unfolds.
  await type.lines.filter({ hasText: '*prev;' }).first().click();
  await page.waitForURL(/member=classes\.prev&unfold=classes$/);
}));

test('what an address unfolds is unfolded when it opens', inPage(async (type) => {
  await type.go('#/type/struct/queue?unfold=classes', 'struct queue');
  await type.is('classes', true);
  assert.equal(await type.lines.filter({ hasText: '*next;' }).count(), 1);
  await type.go('#/type/struct/task', 'struct task');
  await type.go('#/type/struct/queue', 'struct queue');
  await type.is('classes', false);
  // A member in one that is folded is found.
  await type.go('#/type/struct/queue?member=by_name.first', 'struct queue');
  await type.is('by_name', true);
  assert.match(await type.page.locator('tr[aria-current]').innerText(), /first;/);
  assert.match(type.page.url(), /member=by_name\.first&unfold=by_name$/);
}));

test('all members unfold at once, and single ones fold again', inPage(async (type) => {
  const { page } = type;
  await type.go('#/type/struct/queue', 'struct queue');
  await page.getByRole('button', { name: 'Unfold all' }).click();
  await type.is('length', true);
  assert.match(page.url(), /queue\?unfold$/);
  const unfolded = await page.locator('.unfold[aria-expanded="true"]').count();
  assert.ok(unfolded >= 3);
  await type.triangle('classes').click();
  await type.is('classes', false);
  assert.match(page.url(), /queue\?unfold&fold=classes$/);
  assert.equal(await page.locator('.unfold[aria-expanded="true"]').count(), unfolded - 1);
  await page.getByRole('button', { name: 'Fold all' }).click();
  await type.is('length', false);
  assert.match(page.url(), /struct\/queue$/);
}));

test('the arrow keys unfold and fold, and lead to the member around one', inPage(async (type) => {
  const { page } = type;
  await type.go('#/type/struct/queue', 'struct queue');
  await type.definition.focus();
  const chosen = (text) => page.locator('tr.on').filter({ hasText: text }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await chosen('classes');
  await page.keyboard.press('ArrowRight');
  await type.is('classes', true);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await chosen('prev;');
  // The block of the picture is that of the member around it.
  assert.match(await page.locator('svg.lg svg.on title').first().innerHTML(), /^classes,/);
  await page.keyboard.press('ArrowLeft');
  await chosen('list_head {');
  await page.keyboard.press('ArrowLeft');
  await type.is('classes', false);
  await chosen('classes');
  assert.ok(await type.definition.evaluate((pane) => pane === document.activeElement), 'the focus stays');
}));

test('cache lines begin where the command says', inPage(async (type) => {
  await type.go('#/type/struct/queue', 'struct queue');
  const { path } = await encoded(sample());
  const shown = await run(btfscope(), ['show', path, 'struct', 'queue']);
  const said = [...shown.matchAll(/cacheline (\d+) boundary \((\d+) bytes\)(?: was (\d+) bytes? ago)?/g)];
  assert.ok(said.length > 2);
  const expected = said.map(([, line, start, ago]) => [start, `cache line ${line} (${start} bytes)${ago ? `, began ${ago} bytes ago` : ''}`]);
  const rows = (await type.rows()).filter(([, text]) => text?.startsWith('cache line'));
  assert.deepEqual(rows, expected);
  // They are no lines of C.
  await type.app.button('Copy C').click();
  await type.app.button('Copied').waitFor();
}));

test('an unfolded struct: names, references, room and contrast', inChromium, inPage(async (type) => {
  await type.go('#/type/struct/queue?unfold', 'struct queue');
  await type.is('length', true);
  await sound(type.page, 'an unfolded struct');
  type.app.wasQuiet();
}));

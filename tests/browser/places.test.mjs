// Addresses of the explorer: what is shown is in the address, and the address shows it again.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { go, hash, hashIs, sampleAt } from './support/addresses.mjs';
import { browserForTests } from './support/browser.mjs';
import { url } from './support/env.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const at = sampleAt(chromium);
const heading = (app, name) => app.page.getByRole('heading', { level: 1, name, exact: true });
const selected = (app) => app.page.locator('table.cv tr[aria-current=true]');
const searchIs = (app, text) => app.page.waitForFunction((to) => document.querySelector('#type-search')?.value === to, text);
const found = (app, words) => app.page.getByRole('status').filter({ hasText: words }).waitFor();

test('the search is in the address, typing adds no entry to the history, and back restores it', async () => {
  const app = await at('#/types');
  const { page } = app;
  const entries = () => page.evaluate(() => history.length);
  await page.getByRole('searchbox', { name: 'Search types' }).waitFor();
  const before = await entries();
  await page.getByRole('searchbox', { name: 'Search types' }).pressSequentially('queue');
  await hashIs(app, '#/types?search=queue');
  await page.getByRole('button', { name: 'Structs', exact: true }).click();
  await hashIs(app, '#/types?search=queue&kind=struct');
  assert.equal(await entries(), before);
  await page.getByRole('option').first().click();
  await page.waitForURL(/#\/type\/struct\//);
  // Beside a type, the search is in its address too.
  await searchIs(app, 'queue');
  assert.match(await hash(app), /^#\/type\/struct\/.*\?search=queue&kind=struct$/);
  await page.getByRole('searchbox', { name: 'Search types' }).fill('');
  await page.waitForFunction(() => location.hash.endsWith('?kind=struct'));
  await page.goBack();
  await hashIs(app, '#/types?search=queue&kind=struct');
  await searchIs(app, 'queue');
  // A link to a search, with something in it that means nothing.
  await go(app, '#/types?search=next&in=member&sort=size&kind=klass');
  await found(app, /The address contains kind=klass, which means nothing here/);
  await page.getByRole('option').first().waitFor();
  await searchIs(app, 'next');
});

test('what is typed during a step back does not replace the search of the entry that the step leads to', async () => {
  const app = await at('#/types?search=queue');
  const { page } = app;
  await searchIs(app, 'queue');
  await go(app, '#/type/struct/task');
  await heading(app, 'struct task').waitFor();
  // A key arrives when the address has changed and the page has not heard of it: before any `hashchange`.
  await page.evaluate(() => {
    addEventListener('popstate', () => {
      const box = document.querySelector('#type-search');
      box.value = 'load';
      box.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }, { once: true });
    history.back();
  });
  await page.getByRole('heading', { level: 1, name: /match/ }).waitFor();
  await hashIs(app, '#/types?search=queue');
  await searchIs(app, 'queue');
});

test('the search beside a type survives a reload', async () => {
  const app = await at('#/types?search=task&kind=struct');
  const { page } = app;
  await searchIs(app, 'task');
  await go(app, '#/type/struct/task');
  await hashIs(app, '#/type/struct/task?search=task&kind=struct');
  await page.reload();
  await page.getByText('This link points to struct task.').waitFor();
  await app.sample.click();
  await heading(app, 'struct task').waitFor();
  await searchIs(app, 'task');
  await page.getByRole('button', { name: 'Remove kind: struct' }).waitFor();
});

test('measures and orders of tables are in the address', async () => {
  const app = await at('#/overview');
  const { page } = app;
  await app.button('Bytes').click();
  await hashIs(app, '#/overview?measure=bytes');
  await app.kinds.getByRole('button', { name: 'Kind' }).click();
  await app.kinds.getByRole('button', { name: 'Kind' }).click();
  await hashIs(app, '#/overview?measure=bytes&sort=kind&reverse');
  await go(app, '#/overview?sort=after');
  await app.kinds.getByRole('columnheader', { name: 'After', exact: false }).and(page.locator('[aria-sort=descending]')).waitFor();
  assert.equal(await app.button('Count').getAttribute('aria-pressed'), 'true');
  await go(app, '#/sources?after&measure=types&sort=part');
  await app.button('After dedup').and(page.locator('[aria-pressed=true]')).waitFor();
  assert.equal(await app.button('Types').getAttribute('aria-pressed'), 'true');
  await page.getByRole('table', { name: 'Parts' }).getByRole('columnheader', { name: 'Part' }).and(page.locator('[aria-sort=ascending]')).waitFor();
  await app.page.getByRole('group', { name: 'Before or after dedup' }).getByRole('button', { name: 'Before' }).click();
  await hashIs(app, '#/sources?measure=types&sort=part');
  // What means nothing is named, and the rest is shown.
  await go(app, '#/sources?sort=beauty&measure=types');
  await found(app, /The address contains sort=beauty, which means nothing here/);
  await go(app, '#/overview?measure=weight');
  await app.alert.filter({ hasText: 'The address contains measure=weight, which means nothing here.' }).waitFor();
  await go(app, '#/functions?in=nowhere&flag=KF_ODD&search=queue');
  await found(app, /functions\. The address contains in=nowhere, flag=KF_ODD, which means nothing here/);
});

test('a search in vain says what was looked for, and what to try', async () => {
  const app = await at('#/types?search=qqqzzz');
  const { page } = app;
  await found(app, '0 types: no type fits “qqqzzz”. Try a part of the name');
  await go(app, '#/types?search=task&kind=fwd');
  await found(app, /^0 types: no type fits “task” under these conditions/);
  await page.getByRole('button', { name: /^\d+ types without the conditions$/ }).click();
  await hashIs(app, '#/types?search=task');
  await page.getByRole('option').first().waitFor();
});

test('a type leads to its history, which is called after what its rows are', async () => {
  const app = await at('#/type/func/queue_add');
  const { page } = app;
  await page.getByRole('link', { name: 'History of this type' }).click();
  await hashIs(app, '#/history/func/queue_add');
  const table = page.getByRole('table', { name: /^func queue_add in/ });
  await table.getByRole('columnheader', { name: 'Parameter' }).waitFor();
  await go(app, '#/history/struct/task');
  await page.getByRole('columnheader', { name: 'Member' }).waitFor();
});

test('a member and a tab are in the address, and an address selects them', async () => {
  const app = await at('#/type/struct/queue?member=load');
  const { page } = app;
  await heading(app, 'struct queue').waitFor();
  assert.match(await selected(app).innerText(), /load\[4\]\[8\]/);
  // Another one by a click; the pointer that leaves takes its light along.
  await page.locator('table.cv tr').filter({ hasText: 'classes' }).first().locator('td').first().click();
  await hashIs(app, '#/type/struct/queue?member=classes');
  await page.getByRole('searchbox', { name: 'Search types' }).hover();
  assert.match(await page.locator('table.cv tr.on').innerText(), /classes/);
  await page.getByRole('tab', { name: 'Raw' }).click();
  await hashIs(app, '#/type/struct/queue?member=classes&tab=raw');
  await page.locator('pre.raw').waitFor();
  await page.keyboard.press('[');
  await page.getByRole('tab', { name: /^Copies/, selected: true }).waitFor();
  await page.goBack();
  await page.locator('pre.raw').waitFor();
  await page.goBack();
  await page.getByRole('tab', { name: 'Layout', selected: true }).waitFor();
  assert.match(await selected(app).innerText(), /classes/);
  await page.keyboard.press('?');
  await page.getByText('previous or next tab').waitFor();
  await go(app, '#/type/struct/queue?member=nothing&tab=colour');
  await page.getByText('struct queue has no tab “colour”. struct queue has no member “nothing”.').waitFor();
  app.wasQuiet();
});

test('a row that a member was found by leads to that member', async () => {
  const app = await at('#/types?in=member');
  const { page } = app;
  await page.getByRole('searchbox', { name: 'Search types' }).fill('next');
  await page.getByRole('option').filter({ hasText: 'list_head' }).first().click();
  await hashIs(app, '#/type/struct/list_head?member=next&search=next&in=member');
  await heading(app, 'struct list_head').waitFor();
  assert.match(await selected(app).innerText(), /next/);
  // The list is at the type that is shown.
  await go(app, '#/types?sort=name');
  await go(app, '#/type/func/queue_add');
  await page.locator('.finder .row.open').waitFor();
  const row = await page.locator('.finder .row.open').boundingBox();
  const list = await page.locator('.finder .rows').boundingBox();
  assert.ok(row.y >= list.y && row.y + row.height <= list.y + list.height, 'the open row is in view');
});

test('a link to a member survives opening a file in a new tab', async () => {
  const app = await chromium.open('#/type/struct/queue?member=load');
  await app.page.getByText('This link points to load of struct queue.').waitFor();
  await app.sample.click();
  await heading(app, 'struct queue').waitFor();
  assert.equal(await hash(app), '#/type/struct/queue?member=load');
  await selected(app).waitFor();
  assert.match(await selected(app).innerText(), /load/);
});

test('“Copy link” copies the address of the type, or of the list beside it', async () => {
  const app = await at('#/type/struct/queue?member=load&search=task');
  const { page } = app;
  await app.page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(url()).origin });
  await app.button('Copy link to this type').click();
  await app.button('Link copied').waitFor();
  const text = await app.page.evaluate(() => navigator.clipboard.readText());
  assert.equal(text, `${url()}#/type/struct/queue?member=load`);
  await app.button('Copy link to this list').click();
  await page.waitForFunction(async () => (await navigator.clipboard.readText()).endsWith('#/types?search=task'));
});

test('“Copy as” copies a type, the selected member, and a function in the forms of other programs', async () => {
  const app = await at('#/type/struct/queue?member=load');
  const { page } = app;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(url()).origin });
  const copied = async (entry, says) => {
    await page.evaluate(() => navigator.clipboard.writeText(''));
    await page.locator('summary', { hasText: 'Copy as' }).click();
    await page.getByRole('button', { name: entry }).click();
    await page.waitForFunction(async () => (await navigator.clipboard.readText()) !== '');
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), says);
    // A choice closes the menu, and its button has the focus.
    assert.equal(await page.getByRole('button', { name: entry }).count(), 0);
    assert.match(await page.evaluate(() => document.activeElement.textContent), /^Copy as/);
  };
  await copied('BPF_CORE_READ of load', /^u32 load\[4\]\[8\];\nBPF_CORE_READ_INTO\(&load, queue, load\);\n$/);
  await copied('Rust struct', /#\[repr\(C\)\]\n#\[derive\(Clone, Copy\)\]\npub struct queue \{/);
  await copied('Markdown table', /^### `struct queue`, \d+ bytes\n/);
  await copied('pahole’s form', /\/\* size: \d+, cachelines: \d+, members: \d+ \*\//);
});

test('every condition of a list is a chip, until it is removed', async () => {
  const app = await at('#/types?search=task&in=member&match=regex&kind=struct&sort=size&holes');
  const { page } = app;
  const chips = page.getByRole('group', { name: 'Conditions' });
  const said = () => chips.locator('.fchip > span').allInnerTexts();
  const searchBox = page.getByRole('searchbox', { name: 'Search types' });
  await chips.waitFor();
  assert.deepEqual(await said(), ['in: members', 'match: regular expression', 'kind: struct', 'has: holes', 'sort: size']);
  await page.getByRole('button', { name: 'Remove match: regular expression' }).click();
  await hashIs(app, '#/types?search=task&in=member&kind=struct&holes&sort=size');
  // The next one has the focus; the last goes by Backspace in an empty box.
  assert.equal(await page.evaluate(() => document.activeElement.ariaLabel), 'Remove kind: struct');
  await searchBox.fill('');
  await searchBox.press('Backspace');
  await hashIs(app, '#/types?in=member&kind=struct&holes');
  await page.getByRole('button', { name: 'Clear all' }).click();
  await hashIs(app, '#/types');
  assert.equal(await chips.count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'type-search');
  // Without a text, "members" lists what has members.
  await go(app, '#/types?in=member');
  const kinds = page.getByRole('option').locator('.vh');
  await page.waitForFunction(() => {
    const words = [...document.querySelectorAll('.finder .row .vh')].map((word) => word.textContent);
    return words.length > 0 && words.every((word) => ['struct', 'union'].includes(word));
  });
  assert.ok(await kinds.count() > 5);
});

// The laboratory's texts while they are typed: what is drawn stays, errors stand at their place, undo brings units back.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

async function open(query = '') {
  const app = await chromium.open(`#/learn/lab${query}`, { settled: false });
  const { page } = app;
  await page.getByRole('group', { name: 'Drawing', exact: true }).waitFor();
  return {
    app,
    page,
    unit: (number) => page.getByRole('textbox', { name: `Unit ${number}`, exact: true }),
    graph: page.getByRole('group', { name: 'Drawing', exact: true }),
    alert: page.locator('.editor-error'),
    types: (number) => page.waitForFunction((number) => document.querySelector('.saved tbody tr:first-child td')?.innerText === number, String(number)),
  };
}

test('the drawing stays while a text has an error, and the step with it', async () => {
  const { app, page, unit, graph, alert, types } = await open('?scenario=list');
  await page.getByRole('slider', { name: 'Step', exact: true }).fill('5');
  await page.waitForFunction(() => document.querySelector('.timeline')?.value === '5');
  const drawn = await graph.innerHTML();
  // Whatever stands there in between, something is drawn.
  await page.evaluate(() => {
    window.gone = 0;
    new MutationObserver(() => { window.gone += document.querySelector('svg.ladder') ? 0 : 1; })
      .observe(document.querySelector('.lab'), { childList: true, subtree: true });
  });
  await unit(2).fill('');
  await unit(2).pressSequentially('struct list { struct list *next; u32 value; };\n', { delay: 5 });
  await types(7);
  assert.equal(await page.evaluate(() => window.gone), 0);
  assert.equal(await page.getByRole('slider', { name: 'Step', exact: true }).inputValue(), '5');
  await unit(2).fill('struct list { struct list *next; nosuch value; };\n');
  await alert.waitFor();
  await page.locator('.steps.stale').waitFor();
  assert.equal(await page.locator('.stage .note').innerText(), 'Unit 2 has an error in line 1. The drawing shows the last units without one.');
  assert.ok(await page.getByRole('button', { name: 'Step', exact: true }).isDisabled());
  // Keys do not step into what does not exist.
  await graph.focus();
  await page.keyboard.press('ArrowRight');
  assert.equal(await page.getByRole('slider', { name: 'Step', exact: true }).inputValue(), '5');
  await page.getByRole('slider', { name: 'Step', exact: true }).waitFor();
  await unit(2).fill('struct list { struct list *next; int value; };\n');
  await alert.waitFor({ state: 'detached' });
  await page.waitForFunction(() => !document.querySelector('.stale'));
  assert.equal(await page.getByRole('slider', { name: 'Step', exact: true }).inputValue(), '5');
  assert.ok(drawn.length > 0);
  app.wasQuiet();
});

test('an error has its line with a mark, and a button that stays in one line', async () => {
  const { app, page, unit, alert } = await open();
  await unit(1).fill('struct a {\n    int x\n    int y;\n};\n');
  await alert.waitFor();
  assert.match(await alert.innerText(), /^Line 2, column 10: ; is missing after x\.\s+Show$/);
  assert.equal(await page.locator('.excerpt').innerText(), 'int x\n     ^');
  await unit(1).fill('struct a { int x; };\nstruct a { int y; };\n');
  await page.getByText('struct a is already defined in line 1').waitFor();
  const show = page.getByRole('button', { name: 'Show', exact: true });
  const { width, height } = await show.boundingBox();
  assert.ok(width > height, `${width} × ${height}`);
  // Nothing is said of tags, of which the text has none.
  assert.equal(await page.getByText('Units with tags').count(), 0);
  app.wasQuiet();
});

test('the prelude is a switch, part of the link, and adds only what is used', async () => {
  const { app, page, unit, alert, types } = await open('?scenario=list');
  await unit(1).fill('struct job { u32 id; };\n');
  await unit(2).fill('struct job { u32 id; } __packed;\n');
  await types(6);
  const prelude = page.getByRole('checkbox', { name: /^Prelude/ });
  assert.ok(await prelude.isChecked());
  await prelude.uncheck();
  await alert.first().waitFor();
  assert.match((await alert.allInnerTexts()).join('\n'), /unknown type u32: switch the prelude on, or add typedef unsigned int u32;[^]*__packed looks like a macro/);
  await page.waitForFunction(() => location.hash.includes('?s=2'));
  const hash = await page.evaluate(() => location.hash);
  await page.goto('about:blank');
  const other = await chromium.open(hash, { settled: false });
  await other.page.locator('.editor-error').first().waitFor();
  assert.ok(!await other.page.getByRole('checkbox', { name: /^Prelude/ }).isChecked());
  await other.page.getByRole('checkbox', { name: /^Prelude/ }).check();
  await other.page.getByRole('group', { name: 'Drawing', exact: true }).waitFor();
  await other.page.waitForFunction(() => location.hash.includes('?s=1'));
  app.wasQuiet();
});

test('what is accepted and changes no type is noted', async () => {
  const { unit, page, app } = await open();
  await unit(1).fill('struct a { int x; };\nint first __attribute__((section("x")));\n');
  await page.locator('.editor-notes').waitFor();
  assert.equal(await page.locator('.editor-notes').first().innerText(),
    'Line 2: variables are left out; only their types count.\nLine 2: attribute section is ignored: it changes no type.');
  app.wasQuiet();
});

test('undo brings typed units back after a scenario and after a removal', async () => {
  const { app, page, unit } = await open('?scenario=list');
  const own = 'struct mine { long value; };\n';
  const is = (text) => page.waitForFunction((text) => document.querySelector('#unit-0').value === text, text);
  await unit(1).fill(own);
  await page.getByLabel('Scenario').selectOption('deep');
  await page.waitForFunction((own) => document.querySelector('#unit-0').value !== own, own);
  const deep = await unit(1).inputValue();
  await page.getByRole('button', { name: 'Undo', exact: true }).waitFor();
  // What was typed since is undone first, by the browser.
  await unit(1).focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('x');
  await page.waitForFunction(() => !document.querySelector('.undo'));
  await page.keyboard.press('Control+z');
  await is(deep);
  await page.getByRole('button', { name: 'Undo', exact: true }).waitFor();
  await page.keyboard.press('Control+z');
  await is(own);
  assert.equal(await page.locator('.undo').count(), 0);
  await page.getByRole('button', { name: 'Remove unit 1' }).click();
  await page.waitForFunction(() => !document.querySelector('#unit-1'));
  await page.getByRole('button', { name: 'Undo', exact: true }).click();
  await is(own);
  app.wasQuiet();
});

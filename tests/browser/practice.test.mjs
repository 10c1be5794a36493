// Practice questions from a seed, a set of them, and results: as a code, of a class, kept on the device and deleted.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, test } from 'node:test';
import { browserForTests, inChromium } from './support/browser.mjs';
import { sound } from './support/checks.mjs';
import { inWork } from './support/env.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const open = (hash, options) => chromium.open(hash, { settled: false, ...options });

/** Goes to another view of the same page. */
const go = (page, hash) => page.evaluate((to) => { location.hash = to; }, hash);

/** Waits for the question of this seed. */
const asked = (page, seed) => page.locator('.asked .eye', { hasText: seed }).waitFor();

/** What is said after a check. */
async function check(page) {
  await page.getByRole('button', { name: 'Check answer' }).click();
  return page.locator('#practice-said .answer').innerText();
}

const codeOf = (page) => page.locator('#code').innerText();

test('a question with choices: wrong, right, why, and the step in the lab', async () => {
  const app = await open('#/learn/practice?seed=1-0005');
  const { page } = app;
  await asked(page, '1-0005');
  // Unit 2 defines what unit 1 only declares, and no walk leads there.
  const group = page.getByRole('group', { name: /^Which pass replaces the declaration struct item of unit 1/ });
  assert.equal(await check(page), 'Choose an answer first.');
  await group.getByRole('radio', { name: 'Pass 3, structs' }).check();
  assert.match(await check(page), /^Not quite\./);
  assert.equal(await page.locator('.choice.is-right').count(), 0);
  await group.getByRole('radio', { name: 'Pass 4, forwards' }).check();
  assert.equal(await check(page), 'Correct.');
  assert.match(await page.locator('.reasons').innerText(), /is the only definition of its name/);
  await page.getByText('What becomes of each type').click();
  assert.equal(await page.locator('.fates tbody tr').count(), 5);
  await page.getByRole('link', { name: 'Watch it in the lab' }).click();
  await page.locator('.say', { hasText: 'is the only definition of its name' }).first().waitFor();
  await page.goBack();
  await asked(page, '1-0005');
  app.wasQuiet();
});

test('a question for a number, and one with several choices; the next one is another', async () => {
  const app = await open('#/learn/practice?seed=1-0000');
  const { page } = app;
  await asked(page, '1-0000');
  const field = page.getByRole('textbox', { name: /^The units contain 5 types/ });
  await field.fill('x');
  assert.equal(await check(page), 'Type a number first.');
  await field.fill('5');
  assert.match(await check(page), /^Not 5\./);
  await field.fill('4');
  await field.press('Enter');
  await page.getByText('Correct.').waitFor();

  await go(page, '#/learn/practice?seed=1-0003');
  await asked(page, '1-0003');
  await page.getByRole('checkbox', { name: /^struct node of units/ }).check();
  assert.equal(await check(page), 'Not quite: 1 of your choices stays apart; 1 more become one.');
  await page.getByRole('checkbox', { name: /^struct node of units/ }).uncheck();
  await page.getByRole('checkbox', { name: /^int of units/ }).check();
  assert.equal(await check(page), 'Correct.');
  await page.getByRole('checkbox', { name: 'Cycles', exact: true }).check();
  await page.getByRole('button', { name: 'Medium' }).click();
  await page.locator('.asked').getByRole('button', { name: 'Next question' }).click();
  await page.waitForURL((url) => url.hash.includes('families=cycles') && !url.hash.includes('1-0003'));
  await page.locator('.asked .eye', { hasText: /^Cycles/ }).waitFor();
  // The address alone shows the same question.
  const text = await page.locator('.asked .editors').innerText();
  await page.reload();
  await page.locator('.asked .eye').waitFor();
  assert.equal(await page.locator('.asked .editors').innerText(), text);
  app.wasQuiet();
});

test('a link that is no seed says so', async () => {
  const app = await open('#/learn/practice?seed=nonsense');
  await app.page.getByRole('alert').getByText('a seed looks like 1-7f3a').waitFor();
  await app.button('Another question').click();
  await app.page.locator('.asked .eye').waitFor();
});

test('a set ends in a code, and thirty codes become a table', async () => {
  const app = await open('#/learn/practice?seeds=1-0005,1-0000,1-0003');
  const { page } = app;
  await asked(page, '1-0005');
  await page.getByRole('radio', { name: 'Pass 4, forwards' }).check();
  await check(page);
  await page.getByRole('button', { name: 'Next question' }).click();
  await asked(page, '1-0000');
  await page.getByRole('textbox', { name: /^The units contain/ }).fill('3');
  await check(page);
  await page.getByRole('button', { name: 'Skip' }).click();
  await asked(page, '1-0003');
  await page.getByRole('button', { name: 'Show the answer' }).click();
  await page.getByRole('button', { name: 'Results of the set' }).click();
  await page.getByRole('heading', { name: '1 of 3 right, 1 at the first try' }).waitFor();
  await page.getByRole('link', { name: 'Results as a code', exact: true }).click();

  const name = page.getByLabel('Name or nickname');
  const codes = [];
  for (let number = 0; number < 30; number += 1) {
    await name.fill(`Student ${String.fromCharCode(65 + number % 26)}${number > 25 ? ' Second' : ''}`);
    codes.push(await codeOf(page));
  }
  assert.equal(new Set(codes).size, 30);
  assert.ok(codes.every((code) => /^BTFS(-[0-9A-HJKMNP-TV-Z]{1,5})+$/.test(code) && code.length < 45), codes[0]);
  assert.ok(await page.getByRole('img', { name: 'The code as a QR code' }).isVisible());

  await go(page, '#/learn/results');
  await page.getByRole('heading', { level: 1, name: 'Results of a class' }).waitFor();
  const damaged = codes[3].replace(/.$/, (last) => (last === '7' ? '8' : '7'));
  const chat = [...codes.map((code, at) => (at % 2 ? `10:${at} Sam: ${code.toLowerCase()} :-)` : code)), damaged, codes[0]].join('\n');
  await page.getByLabel('Codes').fill(chat);
  const table = page.getByRole('region', { name: 'Results of the class' }).getByRole('table');
  await table.waitFor();
  assert.equal(await table.locator('tbody tr').count(), 30);
  assert.equal(await table.locator('tfoot').innerText(), 'Right of those who tried\t\t\t30/30\t0/30\t0/30');
  assert.match(await page.locator('.damaged').first().innerText(), /^Line 31: its letters do not match its checksum.*ask the student\./);
  assert.match(await page.getByRole('region', { name: 'Twice' }).innerText(), /Student A: line 32 repeats line 1, and counts once\./);
  await page.getByRole('button', { name: /^Name/ }).click();
  await page.getByRole('button', { name: /^Name/ }).click();
  assert.match(await table.locator('tbody tr').first().innerText(), /^Student Z/);
  app.wasQuiet();
});

test('a file of answers is saved, opened with others, and the table saved as CSV', inChromium, async () => {
  const app = await open('#/learn/practice?seeds=1-0005');
  const { page } = app;
  await asked(page, '1-0005');
  await page.getByRole('button', { name: 'Show the answer' }).click();
  await go(page, '#/learn/answers');
  await page.getByLabel('Name or nickname').fill('Ada');
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save answers.json' }).click();
  const file = inWork('answers.json');
  await (await saving).saveAs(file);
  const own = await codeOf(page);
  assert.equal(JSON.parse(await readFile(file, 'utf8')).code, own);
  const chat = inWork('chat.txt');
  await writeFile(chat, `hello\n${own}\n`);
  const other = inWork('other.json');
  await writeFile(other, '{"format": "something"}');
  await go(page, '#/learn/results');
  await page.getByLabel('Files of answers').setInputFiles([file, chat, other]);
  await page.getByText('other.json: ').waitFor();
  await page.getByText(/Ada: .* repeats .*, and counts once\./).waitFor();
  const csv = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save as CSV' }).click();
  const lines = (await readFile(await (await csv).path(), 'utf8')).split('\n');
  assert.match(lines[1], /^Ada,.*,0,answer shown$/);
  assert.equal(path.basename((await csv).suggestedFilename()), 'class.csv');
  app.wasQuiet();
});

test('answers are kept over a reload if that is wanted, and deleted', async () => {
  const app = await open('#/learn/graphs');
  const { page } = app;
  const answer = async () => {
    await page.getByRole('radio').first().waitFor();
    await page.getByRole('button', { name: 'Show the answer' }).first().click();
    await page.getByRole('textbox', { name: 'Unit 2', exact: true }).fill('struct mine { int x; };');
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.locator('.verdict').waitFor();
  };
  const isKept = async () => {
    await page.getByRole('textbox', { name: 'Unit 2', exact: true }).waitFor();
    await page.waitForFunction(() => [...document.querySelectorAll('textarea')].some((area) => area.value.includes('struct mine')));
    assert.equal(await page.locator('.choice.is-right').count() > 0, true);
  };
  await answer();
  // A word of the glossary takes nothing away.
  await go(page, '#/learn/glossary?word=unit');
  await page.getByRole('heading', { level: 1, name: 'Glossary' }).waitFor();
  await go(page, '#/learn/graphs');
  await isKept();
  assert.equal(await page.evaluate(() => localStorage.getItem('answers')), null);
  await go(page, '#/learn');
  await page.getByLabel('Keep my answers on this device').check();
  await page.getByText('Kept on this device, in this browser.').waitFor();
  await go(page, '#/learn/graphs');
  await page.reload();
  await isKept();
  await go(page, '#/learn');
  await page.getByRole('button', { name: 'Delete my answers' }).click();
  await page.getByText('Your answers are deleted.').waitFor();
  assert.ok(!(await page.evaluate(() => localStorage.getItem('answers'))).includes('struct mine'));
  await page.getByLabel('Keep my answers on this device').uncheck();
  assert.equal(await page.evaluate(() => localStorage.getItem('answers')), null);
  await go(page, '#/learn/graphs');
  await page.getByRole('radio').first().waitFor();
  assert.equal(await page.locator('.choice.is-right').count(), 0);
  app.wasQuiet();
});

test('practice, answers, and results are sound: names, headings, contrast, any width', inChromium, async () => {
  const app = await open('#/learn/practice?seeds=1-0009,1-0044');
  const { page } = app;
  await asked(page, '1-0009');
  await sound(page, 'practice');
  await page.getByRole('button', { name: 'Show the answer' }).click();
  await sound(page, 'practice, answered');
  await go(page, '#/learn/answers');
  await page.locator('#code').waitFor();
  await sound(page, 'answers');
  const code = await codeOf(page);
  await go(page, '#/learn/results');
  await page.getByLabel('Codes').fill(`${code}\nBTFS-12345-12345`);
  await page.getByRole('region', { name: 'Results of the class' }).waitFor();
  await sound(page, 'results of a class');
});

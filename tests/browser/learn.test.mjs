// The course: every lesson with its figure, question and task; the presenter's screens; what is printed.
import assert from 'node:assert/strict';
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { afterEach, test } from 'node:test';
import { browserForTests, shared } from './support/browser.mjs';
import { fits, sound } from './support/checks.mjs';
import { dist } from './support/env.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const LIST = 'struct list {\n    struct list *next;\n    int value;\n};\n';
const A = 'struct a {\n    struct b *b;\n};\nstruct b {\n    struct a *a;\n    int x;\n};\n';
const PAGES = 'struct page {\n    unsigned long flags;\n};\nstruct folio {\n    struct page *page;\n};\nstruct file {\n    struct folio *folio;\n};\n';

/** Each lesson's address, the right choice of its question, what does its task (units by number, or a number), and what is said then. */
const LESSONS = [
  { slug: 'why', right: 1, units: { 2: LIST }, done: 'Each of the 3 types of unit 2 is replaced by one of unit 1.' },
  { slug: 'bytes', right: 2, units: { 1: 'struct shape { int a, b, c, d; };' }, done: 'A record with vlen 4 and size 16' },
  { slug: 'strings', right: 0, units: { 2: 'struct x { int y; };' }, done: 'A new struct, and no new string' },
  { slug: 'primitives', right: 1, units: { 2: 'enum state { IDLE, BUSY, DONE = 4, };' }, done: 'One token, and each name has one definition.' },
  { slug: 'graphs', right: 0, units: { 2: A }, done: 'One token, and each name has one definition.' },
  { slug: 'forwards', right: 2, units: { 1: 'union item {};', 2: 'struct item {};', 3: 'struct item;' }, wrong: { 2: 'union item *first;' }, done: 'Ambiguous, with three types' },
  { slug: 'references', right: 0, number: '10', wrong: '9', done: '10 types remain: [1] struct file, ' },
  { slug: 'fast-path', right: 1, units: { 2: PAGES.replace('flags', 'marks') }, done: 'struct page has two definitions. 11 types go to the exact engine now instead of 6' },
  { slug: 'split', right: 1, number: '9', wrong: '3', done: 'their records differ' },
];

/** The page's address without what is in it. */
const home = ({ page }) => page.url().replace(/#.*/, '');

const open = (hash, options) => chromium.open(hash, { settled: false, ...options });

/** A page of the course, for tests that go to a lesson from its start, where nothing is left of the test before. */
const inCourse = shared(() => open('#/learn', { kept: true }));

async function restart(app, hash) {
  const go = (to) => app.page.evaluate((to) => { location.hash = to; }, to);
  await go('#/learn');
  await app.page.getByRole('heading', { level: 1, name: 'How type dedup works' }).waitFor();
  // Answers last as long as the page.
  await app.button('Delete my answers').click();
  await go(hash);
}

/** Waits for a lesson's figure. */
async function figure(page) {
  await page.getByRole('figure').getByRole('group', { name: /^(Drawing|Bytes of the section|Strings)$/ }).first().waitFor();
}

/** The verdict on the task, after a check. What is typed takes the one before away. */
async function check(page) {
  await page.waitForFunction(() => !document.querySelector('.verdict'));
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  const verdict = page.locator('.verdict');
  await verdict.waitFor();
  return verdict.innerText();
}

async function solve(page, units) {
  for (const [unit, text] of Object.entries(units)) {
    if (Number(unit) > 2) await page.getByRole('button', { name: 'Add a unit' }).click();
    const area = page.getByRole('textbox', { name: `Unit ${unit}`, exact: true });
    await area.fill(text);
    assert.equal(await area.inputValue(), text);
  }
}

test('the course leads through nine lessons and back', async () => {
  const app = await open('#/learn');
  const links = app.page.getByRole('main').getByRole('listitem').getByRole('link');
  await app.page.getByRole('heading', { level: 1, name: 'How type dedup works' }).waitFor();
  const titles = (await links.allInnerTexts()).slice(0, 9).map((text) => text.split('\n')[1]);
  assert.equal(new Set(titles).size, 9);
  await links.first().click();
  for (const [at, title] of titles.entries()) {
    await app.page.getByRole('heading', { level: 1, name: title }).waitFor();
    assert.equal(await app.page.evaluate(() => location.hash), `#/learn/${LESSONS[at].slug}`);
    if (at < 8) await app.page.getByRole('link', { name: `${titles[at + 1]} →`, exact: true }).click();
  }
  await app.link('All lessons').click();
  await app.page.getByRole('heading', { level: 1, name: 'How type dedup works' }).waitFor();
  app.wasQuiet();
});

for (const { slug, right, units, number, wrong, done } of LESSONS) {
  test(`lesson ${slug}: figure, question, and the task wrong and right`, inCourse(async (app) => {
    await restart(app, `#/learn/${slug}`);
    const { page } = app;
    await figure(page);

    // A question to the room can stand before it.
    const asked = page.locator('.lesson-tasks .question').first();
    const choices = asked.getByRole('radio');
    await choices.nth((right + 1) % await choices.count()).check();
    await asked.getByRole('button', { name: 'Check answer' }).click();
    assert.match(await asked.locator('.answer').innerText(), /^Not quite\. \S/);
    // The right one is not given away, and can still be found.
    assert.equal(await asked.locator('.choice.is-right').count(), 0);
    await choices.nth(right).check();
    assert.equal(await asked.locator('.answer').count(), 0);
    await asked.getByRole('button', { name: 'Check answer' }).click();
    assert.match(await asked.locator('.answer').innerText(), /^Correct\. /);
    assert.ok(await asked.locator('.choice').nth(right).evaluate((label) => label.classList.contains('is-right')));

    // Nothing done, then something wrong, then hints, then the answer.
    assert.match(await check(page), /^Not yet\. /);
    if (number) await page.getByRole('textbox').last().fill(wrong);
    else await solve(page, wrong ?? { [Math.max(...Object.keys(units))]: 'struct beside { short x; };' });
    assert.match(await check(page), /^Not yet\. /);
    await page.getByRole('button', { name: 'Hint', exact: true }).click();
    await page.getByRole('button', { name: 'Another hint', exact: true }).click();
    assert.ok(await page.locator('.hints li').count() >= 2);
    if (number) await page.getByRole('textbox').last().fill(number);
    else await solve(page, units);
    const verdict = await check(page);
    assert.ok(verdict.startsWith('Done. ') && verdict.includes(done), verdict);

    await page.getByRole('button', { name: 'Start over', exact: true }).click();
    await page.locator('.hints').waitFor({ state: 'detached' });
    assert.match(await check(page), /^Not yet\. /);
    app.wasQuiet();
  }));
}

test('the answer can be shown without a guess', inCourse(async (app) => {
  await restart(app, '#/learn/why');
  assert.ok(await app.button('Check answer').isDisabled());
  await app.button('Show the answer').click();
  assert.match(await app.page.locator('.answer').innerText(), /^1,734\./);
}));

test('every term is a word of the glossary', inCourse(async (app) => {
  await restart(app, '#/learn/glossary');
  await app.page.getByRole('heading', { level: 1, name: 'Glossary' }).waitFor();
  const anchors = await app.page.locator('.glossary dl > div').evaluateAll((all) => all.map((one) => one.id));
  for (const { slug } of LESSONS) {
    await app.page.goto(app.page.url().replace(/#.*/, `#/learn/${slug}`));
    await figure(app.page);
    const terms = await app.page.locator('a.term').evaluateAll((all) => all.map((one) => [one.hash, one.title]));
    assert.ok(terms.length >= 1, slug);
    for (const [hash, title] of terms) {
      assert.ok(anchors.includes(hash.replace('#/learn/glossary?word=', 'word-')), hash);
      assert.ok(title.length > 20, hash);
    }
  }
  // A term is explained below its paragraph; what was chosen and typed stays.
  await app.page.getByRole('radio').first().check();
  await app.page.locator('a.term').first().click();
  assert.match(await app.page.locator('.gloss').innerText(), /^\S.{20}/);
  assert.ok(await app.page.getByRole('radio').first().isChecked());
  await app.page.locator('a.term').first().click();
  await app.page.locator('.gloss').waitFor({ state: 'detached' });
  // An address of the glossary leads to the word.
  await app.page.goto(`${home(app)}#/learn/glossary?word=vmlinux`);
  await app.page.locator('.named').waitFor();
  await app.page.waitForFunction(() => {
    const { top, bottom } = document.querySelector('.named').getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });
  app.wasQuiet();
}));

test('bytes and their meaning point at each other', inCourse(async (app) => {
  await restart(app, '#/learn/bytes');
  const { page } = app;
  await figure(page);
  const bytes = page.getByRole('group', { name: 'Bytes of the section' }).getByRole('button');
  const rows = page.getByRole('table', { name: 'What the bytes mean' }).locator('tbody tr');
  assert.equal(await bytes.count(), await rows.count());
  // All bytes are there, in order: header, types, strings.
  const hex = (await bytes.allInnerTexts()).join(' ').split(' ');
  assert.deepEqual(hex.slice(0, 4), ['9f', 'eb', '01', '00']);
  assert.equal(hex.length, 24 + 64 + 21);
  await bytes.nth(8).focus();
  assert.match(await page.locator('.say').first().innerText(), /\[1\] STRUCT, name_off: “list”/);
  assert.ok(await rows.nth(8).evaluate((row) => row.classList.contains('on')));
  await rows.nth(9).hover();
  assert.ok(await bytes.nth(9).evaluate((byte) => byte.classList.contains('on')));
  app.wasQuiet();
}));

test('the presenter goes through all screens by the keys', async () => {
  const app = await open('#/learn/graphs');
  const { page } = app;
  await figure(page);
  await page.keyboard.press('p');
  await page.waitForURL(/graphs\/1$/);
  assert.equal(await page.getByRole('banner').count(), 0, 'nothing around');
  assert.equal(await page.getAttribute('html', 'data-scale'), 'presenter');
  for (const screen of [2, 3, 4, 5, 6]) {
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(new RegExp(`graphs/${screen}$`));
  }
  // On the figure the keys are the steps'.
  await page.getByRole('group', { name: 'Drawing' }).waitFor();
  const at = (step) => page.waitForFunction((step) => document.querySelector('.present-bar .count')?.innerText.startsWith(`Step ${step} of`), step);
  const before = Number((await page.locator('.present-bar .count').innerText()).match(/\d+/)[0]);
  await page.keyboard.press('ArrowRight');
  await at(before + 1);
  await page.keyboard.press('ArrowLeft');
  await at(before);
  await page.keyboard.press('ArrowDown');
  await page.waitForURL(/graphs\/7$/);
  for (const url of [/graphs\/8$/, /forwards\/1$/, /forwards\/2$/]) {
    await page.keyboard.press('ArrowDown');
    await page.waitForURL(url);
  }
  for (const url of [/forwards\/1$/, /graphs\/8$/]) {
    await page.keyboard.press('ArrowUp');
    await page.waitForURL(url);
  }
  await page.keyboard.press('Escape');
  await page.waitForURL(/graphs$/);
  await page.waitForFunction(() => document.documentElement.dataset.scale !== 'presenter');
  app.wasQuiet();
});

test('the handout is two pages, the slides one idea each', async () => {
  const app = await open('#/learn/handout');
  await app.button('Print').waitFor();
  // Width and height of each page, in points.
  const printed = async () => {
    const pdf = (await app.page.pdf({ preferCSSPageSize: true })).toString('latin1');
    return [...pdf.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)].map(([, width, height]) => [Math.round(width), Math.round(height)].join(' × '));
  };
  const handout = await printed();
  assert.equal(handout.length, 2);
  assert.ok(handout.every((size) => /^59[56] × 84[12]$/.test(size)), handout.join());
  assert.ok(await app.page.locator('.handout .qr').isVisible());
  await app.page.goto(app.page.url().replace('handout', 'slides'));
  const slides = app.page.locator('.slide');
  await slides.first().waitFor();
  assert.ok(await slides.count() > 50);
  // Each lesson's figure is on a slide, with its step.
  const drawn = app.page.locator('.slide.drawn');
  assert.ok(await drawn.count() >= 9);
  await app.page.waitForFunction(() => [...document.querySelectorAll('.slide.drawn')].every((slide) => slide.querySelector('.ladder .node, table')));
  const sizes = await printed();
  assert.deepEqual([...new Set(sizes)], ['960 × 540'], 'a slide is 16:9');
  assert.equal(sizes.length, await slides.count());
  // An answer repeats its question.
  const answers = app.page.locator('.slide.answered');
  assert.equal(await answers.count(), 9);
  assert.equal(await answers.first().locator('h2').innerText(), await app.page.locator('.slide:not(.answered):not(.drawn):has(ol) h2').first().innerText());
});

test('opened as a plain file, the page says what to do', async () => {
  const app = await chromium.open('', { settled: false, address: pathToFileURL(path.join(dist(), 'index.html')).href });
  assert.match(await app.page.locator('body').innerText(), /btfscope serve/);
});

test('every view of the classroom: names, references, room and contrast', async () => {
  const app = await open('#/learn', { viewport: { width: 1280, height: 800 } });
  const views = [
    ['#/learn', 'h1'], ['#/learn/why', '.ladder'], ['#/learn/bytes', '.hex'], ['#/learn/fast-path', '.fast'],
    ['#/learn/glossary?word=unit', '.named'], ['#/learn/lab?scenario=deep&step=20', '.ladder'], ['#/learn/handout', '.handout'],
    ['#/learn/graphs/3', '.present'],
  ];
  for (const [hash, wanted] of views) {
    await app.page.goto(home(app) + hash);
    await app.page.locator(wanted).first().waitFor();
    // The presenter's screens have nothing around them.
    await sound(app.page, hash, { landmarks: wanted !== '.present' });
  }
  app.wasQuiet();
});

test('drawing and bytes fit a phone on which they are opened', async () => {
  const app = await open('#/learn/why', { viewport: { width: 360, height: 800 } });
  for (const [hash, wanted] of [['#/learn/why', '.ladder'], ['#/learn/bytes', '.hex']]) {
    await app.page.goto(home(app) + hash);
    await app.page.locator(wanted).first().waitFor();
    await fits(app.page, hash);
  }
});

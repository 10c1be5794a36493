// Lessons that teachers write: from a file, from beside the page, from a link; with errors; and one in another language.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';
import { sound } from './support/checks.mjs';
import { dropFiles } from './support/drag.mjs';
import { dist, inWork } from './support/env.mjs';
import { host } from './support/site.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const open = (hash, options) => chromium.open(hash, { settled: false, ...options });
const heading = (app, name) => app.page.getByRole('heading', { level: 1, name, exact: true });

/** The example of the documentation. */
const document = readFileSync(path.join(import.meta.dirname, '../../docs/lesson-format.md'), 'utf8');
const EXAMPLE = document.split('````markdown\n')[1].split('````\n')[0];
const TITLE = 'A forward declaration hides a difference';

/** A file of this name and text; where it is. */
function file(name, text) {
  const at = inWork(name);
  writeFileSync(at, text);
  return at;
}

/** Waits for the first figure at a step. */
const drawn = (page) => page.getByRole('figure').first().getByRole('group', { name: 'Drawing' }).waitFor();

test('a file is a lesson with figures, questions, exercises, notes, and screens', async () => {
  const app = await open('#/');
  await app.started();
  await dropFiles(app.page, file('example.lesson.md', EXAMPLE));
  await heading(app, TITLE).waitFor();
  const { page } = app;
  await drawn(page);
  assert.equal(await page.evaluate(() => location.hash), '#/learn/opened');
  assert.equal(await page.locator('.lesson-problems').count(), 0);
  assert.match(await page.locator('.lesson .eye').first().innerText(), /CC-BY-4\.0.*12 minutes/);
  assert.equal(await page.locator('.mark.assumed').innerText(), '[3] ≡ [6]');
  // A word of the glossary, explained in place.
  await app.link('hypothetical map').click();
  assert.match(await page.locator('.gloss').filter({ hasText: /^Hypothetical map\./ }).innerText(), /pairs/);

  // A wrong answer gets its own feedback, and another try.
  const question = page.getByRole('region', { name: 'Predict' }).last();
  await question.getByRole('radio', { name: 'Yes, the name is the same.' }).check();
  await question.getByRole('button', { name: 'Check answer' }).click();
  assert.match(await question.locator('.answer').innerText(), /^Not quite\. The name is, the kind is not\./);
  await question.getByRole('radio', { name: 'No.' }).check();
  await question.getByRole('button', { name: 'Check answer' }).click();
  assert.match(await question.locator('.answer').innerText(), /^Correct\. A union cannot stand/);

  // The exercise: the lesson's own sentence, then the solution.
  const task = page.getByRole('region', { name: 'Task' });
  await task.getByRole('button', { name: 'Check', exact: true }).click();
  assert.match(await task.locator('.verdict').innerText(), /^Not yet\. The declaration is gone\./);
  await task.getByRole('button', { name: 'Hint', exact: true }).click();
  assert.match(await task.locator('.hints').innerText(), /pass 4/);
  await task.getByRole('textbox', { name: 'Unit 2' }).fill('struct item { long id; };');
  await page.waitForFunction(() => !document.querySelector('.verdict'));
  await task.getByRole('button', { name: 'Check', exact: true }).click();
  assert.match(await task.locator('.verdict').innerText(), /^Done\. Two definitions/);
  await sound(page, 'a lesson from a file');

  // Screens: title, idea, figure with its notes.
  await page.keyboard.press('p');
  await page.locator('.present').waitFor();
  for (const screen of [2, 3]) {
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction((screen) => location.hash === `#/learn/opened/${screen}`, screen);
  }
  await page.locator('.present-bar').waitFor();
  assert.equal(await page.locator('.speaker-notes').count(), 0);
  await page.keyboard.press('s');
  assert.match(await page.locator('.speaker-notes').innerText(), /Two minutes/);
  app.wasQuiet();
});

test('an error takes the place of its block, with its line and what to write', async () => {
  const broken = EXAMPLE.replace('      > The name is, the kind is not. Look at the second condition in the text.\n', '')
    .replace('(term:forward)', '(term:forwrd)');
  const line = broken.split('\n').findIndex((text) => text.startsWith('- [ ] Yes, the name')) + 1;
  const app = await open('#/learn');
  await app.page.getByLabel('Open a lesson file').setInputFiles(file('broken.lesson.md', broken));
  await heading(app, TITLE).waitFor();
  await drawn(app.page);
  const all = await app.page.getByRole('region', { name: '2 problems in broken.lesson.md' }).innerText();
  assert.match(all, new RegExp(`Line ${line}: this choice is wrong but has no feedback\\.`));
  assert.match(all, /Warning: no entry explains the word "forwrd"\.[^]*Did you mean forward\?/);
  const place = app.page.locator('.lesson-problem');
  assert.match(await place.innerText(), new RegExp(`Line ${line}: [^]*- \\[ \\] Yes, the name is the same\\.[^]*begins with >`));
  // What is not broken works.
  assert.equal(await app.page.getByRole('region', { name: 'Task' }).count(), 1);
  // A file that is none.
  await dropFiles(app.page, file('long.lesson.md', 'a'.repeat(70_000)));
  await heading(app, 'The lesson cannot be opened').waitFor();
  assert.match(await app.alert.innerText(), /long\.lesson\.md: the file has more than|has 65537 bytes/);
  app.wasQuiet();
});

test('a lesson beside the page, as a link, and back', async () => {
  const folder = inWork('beside');
  mkdirSync(folder, { recursive: true });
  cpSync(dist(), folder, { recursive: true });
  writeFileSync(path.join(folder, 'my.lesson.md'), EXAMPLE);
  const site = await host(folder, '/');
  const app = await open('#/learn?lesson=my.lesson.md', { address: site.address, permissions: ['clipboard-read', 'clipboard-write'] });
  await heading(app, TITLE).waitFor();
  await drawn(app.page);
  assert.ok(site.requests.some((url) => url.endsWith('/my.lesson.md')));
  const [saved] = await Promise.all([app.page.waitForEvent('download'), app.button('Save').click()]);
  assert.equal(saved.suggestedFilename(), 'my.lesson.md');
  assert.equal(readFileSync(await saved.path(), 'utf8'), EXAMPLE);

  // From a file, the link contains it.
  await dropFiles(app.page, file('packed.lesson.md', EXAMPLE.replace(TITLE, 'Packed')));
  await heading(app, 'Packed').waitFor();
  await app.button('Copy link').click();
  await app.page.getByText('Link copied. It opens this lesson.').waitFor();
  const link = await app.page.evaluate(() => navigator.clipboard.readText());
  assert.match(link, /#\/learn\?text=1[\w-]+$/);
  await app.page.goto('about:blank');
  await app.page.goto(link);
  await heading(app, 'Packed').waitFor();
  await drawn(app.page);

  // Elsewhere is refused, and so is what does not exist.
  const away = async (hash) => {
    await app.page.evaluate((hash) => { location.hash = hash; }, hash);
    await heading(app, 'The lesson cannot be opened').waitFor();
    return app.alert.innerText();
  };
  assert.match(await away(`#/learn?lesson=${encodeURIComponent('https://example.org/a.lesson.md')}`), /not beside this page/);
  assert.match(await away('#/learn?text=1AAAA'), /the link is damaged/);
});

test('a lesson of the course in German', async () => {
  const app = await open('#/learn/forwards');
  const { page } = app;
  await drawn(page);
  await app.link('Deutsch').click();
  await heading(app, 'Forward-Deklarationen, und wann sie bleiben').waitFor();
  assert.equal(await page.locator('article').getAttribute('lang'), 'de');
  assert.equal(await page.evaluate(() => location.hash), '#/learn/forwards?lang=de');
  await page.getByRole('radio', { name: 'Sie bleibt' }).check();
  await app.button('Antwort prüfen').click();
  assert.match(await page.locator('.answer').innerText(), /^Richtig\. Sie bleibt\./);
  await sound(page, 'a lesson in German');
  await page.keyboard.press('p');
  await page.locator('.present h1').filter({ hasText: 'Forward-Deklarationen' }).waitFor();
  assert.equal(await page.evaluate(() => location.hash), '#/learn/forwards/1?lang=de');
  await page.keyboard.press('Escape');
  await app.link('English').click();
  await heading(app, 'Forward declarations, and when they stay').waitFor();
  app.wasQuiet();
});

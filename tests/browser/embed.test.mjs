// A figure of the classroom in a frame of another page: what is shown, what is fetched, and what the page around it learns.
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';
import { dist, inWork, mdbook, run, url } from './support/env.mjs';
import { host } from './support/site.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

let books = 0;

/** A page of another origin with a line of HTML in it; it notes every message that it gets. */
async function pageAround(line, options) {
  books += 1;
  const folder = inWork(`around-${books}`);
  await mkdir(folder);
  await writeFile(`${folder}/index.html`, `<!doctype html><title>around</title><input id="own" autofocus>
    <script>const messages = []; addEventListener('message', (event) => messages.push([event.origin, event.data]));</script>
    <div style="height: 200px"></div>${line}<div style="height: 2000px"></div>`);
  const site = await host(folder, '/');
  const app = await chromium.open('', { address: site.address, settled: false, ...options });
  return { app, page: app.page, frame: app.page.frameLocator('iframe') };
}

const iframe = (hash, { width = 720, height = 420, parameters = '' } = {}) =>
  `<iframe src="${url()}?embed${parameters}${hash}" width="${width}" height="${height}" title="figure"></iframe>`;

/** Goes through all steps by the frame's button: how many there are, and what is wrong with the place of a step's pair. */
const walk = (frame) => frame.locator('.embed').evaluate(async (embed) => {
  const wrong = [];
  const count = () => embed.querySelector('.embed-bar .count').innerText.match(/Step (\d+) of (\d+)/).slice(1).map(Number);
  const drawn = (step) => embed.querySelector('.ladder').getAttribute('aria-label').startsWith(`Step ${step} of`);
  const look = (step) => {
    const area = embed.querySelector('.ladder-area').getBoundingClientRect();
    for (const animation of embed.querySelector('.ladder .rows').getAnimations()) animation.finish();
    for (const node of embed.querySelectorAll('.ladder .node.cur')) {
      const box = node.querySelector('.box').getBoundingClientRect();
      const ofWindow = box.top >= 0 && box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
      const ofArea = box.top >= area.top - 1 && box.bottom <= area.bottom + 1;
      if (!ofWindow || !ofArea) wrong.push(`step ${step}: [${node.dataset.id}] at ${Math.round(box.top)} to ${Math.round(box.bottom)}`);
    }
    if (document.documentElement.scrollWidth > innerWidth) wrong.push(`step ${step}: scrolls sideways`);
    if (document.documentElement.scrollHeight > innerHeight) wrong.push(`step ${step}: scrolls`);
  };
  let [step, steps] = count();
  look(step);
  while (step < steps) {
    embed.querySelector('.embed-bar [aria-label=Step]').click();
    while (!drawn(step + 1)) await new Promise((resolve) => { setTimeout(resolve); });
    [step, steps] = count();
    look(step);
  }
  return { steps, wrong };
});

const step = (frame) => frame.locator('.embed-bar .count').innerText();
const stepIs = (frame, text) => frame.locator('.embed-bar .count').getByText(text, { exact: true }).waitFor();

test('a frame shows a scenario at its step, and steps by its buttons and keys', async () => {
  const { page, frame } = await pageAround(iframe('#/learn/lab?scenario=deep&step=3'));
  await frame.locator('.ladder .node').first().waitFor();
  assert.match(await step(frame), /^Step 3 of \d+$/);
  assert.equal(await frame.locator('header, .tabs, footer.bottom, textarea').count(), 0);
  // Nothing took the focus from the page around it, whose keys are its own.
  assert.equal(await page.evaluate(() => document.activeElement.id), 'own');
  await page.keyboard.press('ArrowRight');
  assert.match(await step(frame), /^Step 3 of/);
  const history = await page.evaluate(() => history.length);
  const steps = (await step(frame)).replace(/^Step \d+/, '');
  await frame.getByRole('button', { name: 'Step', exact: true }).click();
  await stepIs(frame, `Step 4${steps}`);
  await page.keyboard.press('ArrowRight');
  await stepIs(frame, `Step 5${steps}`);
  await frame.getByRole('button', { name: 'Step back', exact: true }).click();
  await stepIs(frame, `Step 4${steps}`);
  assert.equal(await page.evaluate(() => history.length), history);
  const open = frame.getByRole('link', { name: 'Open in btfscope' });
  assert.equal(await open.getAttribute('href'), `${url()}#/learn/lab?scenario=deep&step=4`);
  assert.equal(await open.getAttribute('target'), '_blank');
});

test('the pair is in view at every step, wide and narrow, and of the type that is drawn', async () => {
  for (const [width, height] of [[720, 420], [390, 420], [960, 560]]) {
    const { frame } = await pageAround(iframe('#/learn/lab?scenario=deep', { width, height }));
    await frame.locator('.ladder .node').first().waitFor();
    const { steps, wrong } = await walk(frame);
    assert.ok(steps > 10);
    assert.deepEqual(wrong, [], `${width} × ${height}`);
    const sizes = await frame.locator('.ladder').evaluate((ladder) => Number(ladder.getAttribute('font-size')));
    assert.equal(sizes, width < 600 ? 13 : 15);
    assert.equal(await frame.locator('.declarations').isVisible(), width >= 900);
    const line = await frame.getByRole('slider', { name: 'Step' }).evaluateAll((all) => all.filter((one) => getComputedStyle(one).opacity === '1').length);
    assert.equal(line, width < 600 ? 0 : 1);
    await chromium.close();
  }
});

test('the page around a frame is told heights and nothing else', async () => {
  const { page, frame } = await pageAround(iframe('#/learn/lab?scenario=deep'));
  await frame.locator('.ladder .node').first().waitFor();
  await page.waitForFunction(() => messages.length > 0);
  for (let times = 0; times < 4; times += 1) await frame.getByRole('button', { name: 'Step', exact: true }).click();
  await stepIs(frame, (await step(frame)).replace(/^Step \d+/, 'Step 4'));
  const messages = await page.evaluate(() => messages);
  for (const [origin, data] of messages) {
    assert.equal(origin, new URL(url()).origin);
    assert.deepEqual(Object.keys(data), ['btfscope']);
    assert.deepEqual(Object.keys(data.btfscope), ['height']);
    assert.ok(Number.isInteger(data.btfscope.height) && data.btfscope.height > 200, JSON.stringify(data));
  }
  const wanted = messages.at(-1)[1].btfscope.height;
  // With that height all rows are in view, and no other height is wanted.
  await page.evaluate((height) => { document.querySelector('iframe').height = height; }, wanted);
  await frame.locator('.ladder').evaluate((ladder, height) => new Promise((done) => {
    const look = () => (innerHeight === height ? requestAnimationFrame(() => requestAnimationFrame(done)) : setTimeout(look, 20));
    look();
  }), wanted);
  assert.equal(await frame.locator('.ladder .more').count(), 0);
  assert.equal((await page.evaluate(() => messages)).at(-1)[1].btfscope.height, wanted);
});

test('lessons, bytes, and strings can be embedded, light and dark', async () => {
  const lesson = await pageAround(iframe('#/learn/graphs?step=7', { parameters: '&theme=dark' }));
  await lesson.frame.locator('.ladder .node').first().waitFor();
  assert.match(await step(lesson.frame), /^Step 7 of/);
  assert.equal(await lesson.frame.locator('html').getAttribute('data-theme'), 'dark');
  assert.match(await lesson.frame.getByRole('link', { name: 'Open in btfscope' }).getAttribute('href'), /#\/learn\/graphs$/);

  const bytes = await pageAround(iframe('#/learn/bytes', { parameters: '&theme=light' }));
  await bytes.frame.locator('.hex').waitFor();
  assert.equal(await bytes.frame.locator('html').getAttribute('data-theme'), 'light');
  await bytes.page.waitForFunction(() => messages.length > 0);

  const strings = await pageAround(iframe('#/learn/lab?scenario=list&show=strings&step=2'));
  const count = strings.frame.locator('.string-pass .count');
  await count.waitFor();
  assert.match(await count.innerText(), /^2 of/);
  await strings.frame.getByRole('button', { name: 'Step', exact: true }).click();
  await count.getByText(/^3 of/).waitFor();

  const none = await pageAround(iframe('#/types'));
  await none.frame.getByRole('alert').getByText('This address has no figure to embed').waitFor();
});

test('a frame fetches the page, the classroom, and the laboratory, and keeps nothing', async () => {
  const site = await host(dist(), '/figures/');
  const app = await chromium.open('?embed#/learn/lab?scenario=deep', { address: site.address, settled: false });
  await app.page.locator('.ladder .node').first().waitFor();
  const names = site.requests.map((request) => request.replace(/^\/figures\//, '').replace(/[?].*/, '').replace(/-[0-9a-f]{16}/, ''));
  const programs = names.filter((name) => /\.(wasm|js)$/.test(name));
  assert.ok(programs.includes('lab_bg.wasm'), `${programs}`);
  assert.deepEqual(programs.filter((name) => /engine|explorer|offline|snippets\/(result|learn)/.test(name)), []);
  const kept = await app.page.evaluate(async () => ({
    stored: localStorage.length, caches: (await caches.keys()).length, databases: (await indexedDB.databases()).length,
    workers: (await navigator.serviceWorker.getRegistrations()).length,
  }));
  assert.deepEqual(kept, { stored: 0, caches: 0, databases: 0, workers: 0 });
});

test('Copy embed gives the line of HTML for what is shown', async () => {
  const app = await chromium.open('#/learn/lab?scenario=deep&step=5', { settled: false, permissions: ['clipboard-read', 'clipboard-write'] });
  await app.page.locator('.ladder .node').first().waitFor();
  await app.button('Copy embed').click();
  await app.page.getByRole('status').getByText('HTML copied').waitFor();
  const line = await app.page.evaluate(() => navigator.clipboard.readText());
  assert.match(line, /^<iframe src="[^"]+\?embed#\/learn\/lab\?s=[\w-]+&amp;step=5" width="720" height="420" title="btfscope: [^"]+" loading="lazy"><\/iframe>$/);
  const { frame } = await pageAround(line.replace(' loading="lazy"', ''));
  await frame.locator('.ladder .node').first().waitFor();
  assert.match(await step(frame), /^Step 5 of/);

  // Below a lesson's figure; strings are at their own step.
  await app.page.evaluate(() => { location.hash = '#/learn/strings'; });
  await app.page.locator('.lesson-figure .string-pass').waitFor();
  const figure = app.page.locator('.lesson-figure').first();
  await figure.getByRole('button', { name: 'Step', exact: true }).click();
  await figure.getByRole('button', { name: 'Copy embed' }).click();
  await app.page.getByRole('status').getByText('HTML copied').waitFor();
  const strings = await app.page.evaluate(() => navigator.clipboard.readText());
  assert.match(strings, /s=[\w-]+&amp;step=1&amp;show=strings"/);
});

test('a chapter of a real mdBook shows a figure, which steps, and takes its height', async () => {
  // What the guide tells authors to put into their script is what is tested.
  const guide = await readFile(new URL('../../docs/embedding.md', import.meta.url), 'utf8');
  const scripts = [...guide.matchAll(/^```js\n(.*?)^```$/gms)].map(([, script]) => script);
  assert.equal(scripts.length, 2);
  const book = inWork('book');
  await mkdir(`${book}/src`, { recursive: true });
  await writeFile(`${book}/book.toml`, '[book]\ntitle = "Kernel types"\n[output.html]\nadditional-js = ["btfscope.js"]\n');
  await writeFile(`${book}/btfscope.js`, scripts.join('\n'));
  await writeFile(`${book}/src/SUMMARY.md`, '# Summary\n\n- [Types](types.md)\n- [Cycles](cycles.md)\n');
  await writeFile(`${book}/src/types.md`, '# Types\n');
  const line = iframe('#/learn/lab?scenario=list&step=5').replace('></iframe>', ' loading="lazy"></iframe>');
  await writeFile(`${book}/src/cycles.md`, `# Cycles\n\nA list points to itself.\n\n${line}\n\nBoth structs are already paired.\n`);
  await run(mdbook(), ['build', book]);
  const site = await host(`${book}/book`, '/book/');
  const app = await chromium.open('cycles.html', { address: site.address, settled: false });
  const { page } = app;
  await page.getByRole('heading', { name: 'Cycles' }).waitFor();
  const outer = page.locator('iframe[title="figure"]');
  await outer.scrollIntoViewIfNeeded();
  const frame = page.frameLocator('iframe[title="figure"]');
  await frame.locator('.ladder .node').first().waitFor();
  assert.match(await step(frame), /^Step 5 of/);
  // The reader's theme of the book is light, and so is the figure.
  assert.equal(await frame.locator('html').getAttribute('data-theme'), 'light');
  await page.waitForFunction(() => document.querySelector('iframe[title="figure"]').height !== '420');
  await frame.getByRole('button', { name: 'Step', exact: true }).click();
  await stepIs(frame, (await step(frame)).replace(/^Step \d+/, 'Step 6'));
  // All of it is in view in the book's column.
  const { wrong } = await walk(frame);
  assert.deepEqual(wrong, []);
});

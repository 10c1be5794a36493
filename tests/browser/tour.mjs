// The pictures of docs/tour.md: the views of a real kernel, light and dark; not a test.
//
//   BTFSCOPE_URL=http://127.0.0.1:8080/ node tests/browser/tour.mjs FOLDER SECOND
//
// with the other variables that `support/env.mjs` names; SECOND is a vmlinux that the kernel of the tests is compared
// with.
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { App } from './support/app.mjs';
import { launch } from './support/browser.mjs';
import { kernel, kernelModules, url } from './support/env.mjs';

const [folder, second] = process.argv.slice(2);
if (!second) {
  console.error('usage: node tour.mjs FOLDER SECOND');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

/** Name, address, and what is done there before the picture is taken. */
const VIEWS = [
  ['overview', '#/overview'],
  ['types', '#/types'],
  ['type', '#/type/struct/sk_buff'],
  ['copies', '#/type/struct/sk_buff', (page) => page.getByRole('tab', { name: /^Copies/ }).click()],
  ['why', '#/why/struct/elf_note_info'],
  ['sources', '#/sources'],
  ['functions', '#/functions', (page) => page.getByRole('searchbox').first().fill('tcp_v4')],
];

const browser = await launch();
for (const theme of ['light', 'dark']) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme: theme });
  const page = await context.newPage();
  const app = new App(page);
  const shoot = async (view) => {
    // Long tables are drawn in parts, one a frame.
    await page.waitForTimeout(1500);
    await page.screenshot({ path: path.join(folder, `${view}-${theme}.png`) });
  };
  const go = (hash) => page.evaluate((to) => { location.hash = to; }, hash);
  await page.goto(url());
  await app.started();
  await app.choose(kernel());
  await app.result(undefined, { timeout: 600_000 });
  await app.link('C header').waitFor({ timeout: 600_000 });
  for (const [view, hash, act] of VIEWS) {
    await go(hash);
    await page.waitForTimeout(1000);
    await act?.(page);
    await shoot(view);
  }
  await go('#/compare');
  await page.getByLabel('Choose the second file').setInputFiles(second);
  await page.getByRole('table', { name: 'By folder' }).waitFor({ timeout: 600_000 });
  await shoot('compare');
  await go('#/compare/struct/sched_entity');
  await page.getByRole('heading', { level: 1, name: /sched_entity/ }).waitFor();
  await shoot('change');
  await go('#/overview');
  await app.result();
  await app.addModules(...readdirSync(kernelModules()).map((name) => path.join(kernelModules(), name)));
  await app.modulesDone({ timeout: 600_000 });
  await page.getByText('In several modules').waitFor();
  await shoot('modules');
  await context.close();
}
await browser.close();

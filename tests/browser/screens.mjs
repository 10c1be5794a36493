// Pictures of every view, for looking at and for the README; not a test.
//
//   BTFSCOPE_URL=http://127.0.0.1:8080/ node tests/browser/screens.mjs FOLDER
//
// with the other variables that `support/env.mjs` names. The kernel gives progress and result, half of the
// sample the error; the kernel's modules, the sample's and half of one give the rest.
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { App } from './support/app.mjs';
import { launch } from './support/browser.mjs';
import { copy } from './support/elf.mjs';
import { kernel, kernelModules, sample, url } from './support/env.mjs';
import { module } from './support/inputs.mjs';

const SIZES = [
  { name: 'wide', width: 1440, height: 900 },
  { name: 'tablet', width: 768, height: 1024 },
  { name: 'phone', width: 390, height: 844 },
  // As far away as the last row.
  { name: 'projector', width: 1920, height: 1080, query: { scale: 'presenter' } },
];

const folder = process.argv[2];
if (!folder) {
  console.error('usage: node screens.mjs FOLDER');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

const browser = await launch();
const modules = readdirSync(kernelModules()).map((name) => path.join(kernelModules(), name));
const halfModule = copy(await module('half.ko'), 'cut_short.ko', (bytes) => bytes.subarray(0, bytes.length >> 1));
const half = copy(sample(), 'vmlinux-cut-short', (bytes) => bytes.subarray(0, 13_000));
for (const theme of ['light', 'dark']) {
  for (const { name, width, height, query } of SIZES) {
    const context = await browser.newContext({
      viewport: { width, height }, colorScheme: theme, deviceScaleFactor: name === 'phone' ? 2 : 1,
    });
    const page = await context.newPage();
    const app = new App(page);
    const shoot = async (view) => {
      const file = path.join(folder, `${view}-${name}-${theme}.png`);
      // A phone scrolls; the others show what fits at once.
      await page.screenshot({ path: file, fullPage: name === 'phone' || name === 'tablet' });
      console.log(file);
    };
    await page.goto(`${url()}?${new URLSearchParams(query)}`);
    await app.started();
    await shoot('start');

    await app.choose(half);
    await app.error();
    await shoot('error');

    await app.choose(modules[0], modules[1]);
    await app.kept.waitFor();
    await shoot('kept');

    await app.choose(kernel(), ...modules, halfModule);
    await app.encoding();
    // Far enough for figures that say something.
    await page.waitForFunction(() => {
      const bar = document.querySelector('[role=progressbar][aria-label="Whole job"]');
      return !bar || Number(bar.getAttribute('aria-valuenow')) >= 40;
    });
    await shoot('progress');
    await page.getByRole('heading', { level: 1, name: /^Encoding modules/ }).waitFor({ timeout: 600_000 });
    await shoot('running');
    await app.modulesDone({ timeout: 600_000 });
    await shoot('modules');
    await app.button('xfs.ko').click();
    await page.getByRole('heading', { level: 1, name: 'xfs.ko' }).waitFor();
    await shoot('module');
    await app.link('Overview').click();
    await app.result(path.basename(kernel()), { timeout: 600_000 });
    await app.link('C header').waitFor();
    await shoot('result');
    await context.close();
  }
}
await browser.close();

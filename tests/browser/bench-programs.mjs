// How long the view Programs takes for many objects on many kernels, and what its worker has in memory; not a test.
//
//   BTFSCOPE_URL=http://127.0.0.1:8080/ node tests/browser/bench-programs.mjs OBJECTS KERNELS [COUNT [OF_KERNELS]]
//
// with the other variables that `support/env.mjs` names. OBJECTS and KERNELS are folders. COUNT objects (20) are spread over the folder;
// the kernels are given again and again under other names until OF_KERNELS (20) are there. Chromium alone.
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { App } from './support/app.mjs';
import { rendererMegabytes } from './support/bench.mjs';
import { launch } from './support/browser.mjs';
import { inWork, url } from './support/env.mjs';

const [objects, kernels, count = '20', many = count] = process.argv.slice(2);

async function filesOf(folder, ends) {
  const names = (await readdir(folder)).filter((name) => name.endsWith(ends)).toSorted();
  return names.map((name) => path.join(folder, name));
}

const browser = await launch();
const page = await (await browser.newContext()).newPage();
const app = new App(page);
await page.goto(url());
await app.started();
await page.evaluate(() => { location.hash = '#/programs'; });

const copies = inWork('bench-programs');
await mkdir(copies, { recursive: true });
const given = await filesOf(kernels, '.btf');
const columns = [];
for (let at = 0; at < Number(many); at += 1) {
  const to = path.join(copies, `kernel-${String(at).padStart(2, '0')}.btf`);
  await copyFile(given[at % given.length], to);
  columns.push(to);
}
const all = await filesOf(objects, '.o');
const rows = Array.from({ length: Number(count) }, (_, at) => all[Math.floor((at * all.length) / Number(count))]);

const idle = () => !document.querySelector('[role=status]')?.textContent;
const empty = Math.round(await rendererMegabytes(browser));
let began = performance.now();
await page.locator('#choose-objects').setInputFiles(columns);
await page.waitForFunction((last) => document.body.textContent.includes(last), `kernel-${String(Number(many) - 1).padStart(2, '0')}`, { timeout: 600000 });
await page.waitForFunction(idle, null, { timeout: 600000, polling: 20 });
const megabytes = Math.round(await rendererMegabytes(browser));
console.log(`${columns.length} kernels read in ${((performance.now() - began) / 1000).toFixed(2)} s, ${megabytes} MB instead of ${empty}`);

began = performance.now();
await page.locator('#choose-objects').setInputFiles(rows);
await page.waitForFunction(
  (wanted) => document.querySelectorAll('table.mx tbody td').length >= wanted && !document.querySelector('[role=status]')?.textContent,
  rows.length * columns.length,
  { timeout: 600000, polling: 20 },
);
await page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
console.log(`${rows.length} objects on ${columns.length} kernels in ${((performance.now() - began) / 1000).toFixed(2)} s`);
console.log(`${Math.round(await rendererMegabytes(browser))} MB in the process of the page and its workers`);
await browser.close();

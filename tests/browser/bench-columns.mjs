// What memory a column of a history takes, on the kernel of the tests; not a test.
//
//   BTFSCOPE_URL=http://127.0.0.1:8080/ node tests/browser/bench-columns.mjs [COLUMNS]
//
// with the other variables that `support/env.mjs` names. Adds the kernel that comes with the page again and again, and
// prints after each column the memory of the browser's process that runs the page and its workers (Pss), in MB, and
// what the last column added.
import process from 'node:process';
import { openKernel, rendererMegabytes } from './support/bench.mjs';

const COLUMNS = Number(process.argv[2] ?? 4);

const { browser, page } = await openKernel();

await page.evaluate(() => { location.hash = '#/history/struct/sk_buff'; });
const table = (columns) => page.getByRole('table', { name: new RegExp(`in ${columns} kernels?$`) });
await table(1).waitFor();
const settle = () => page.waitForTimeout(3000);
await settle();
let before = await rendererMegabytes(browser);
console.log(`1 column: ${before.toFixed(1)} MB`);
for (let columns = 2; columns <= COLUMNS + 1; columns += 1) {
  await page.getByText('Add a kernel').click();
  await page.getByRole('button', { name: /included in this page/ }).click();
  await table(columns).waitFor({ timeout: 600_000 });
  await settle();
  const now = await rendererMegabytes(browser);
  console.log(`${columns} columns: ${now.toFixed(1)} MB, ${(now - before).toFixed(1)} MB more`);
  before = now;
}
await browser.close();

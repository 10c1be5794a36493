// One job in a fresh browser, measured; not a test. `cargo xtask bench --only tab` runs it.
//
// Prints one line, its fields parted by tabs: seconds from choosing the file to the result, bytes of all
// wasm memories at once, workers, and `stage=seconds` for every stage, these as the page states them.
import { setTimeout as pause } from 'node:timers/promises';
import { App } from './support/app.mjs';
import { launch } from './support/browser.mjs';
import { kernel, url } from './support/env.mjs';

/** What a person takes, at the least, from the page's appearance to the choice of a file; in milliseconds. */
const CHOOSING = 1_000;

const browser = await launch();
try {
  const app = new App(await browser.newPage());
  await app.page.goto(url());
  await app.started();
  await pause(CHOOSING);
  const began = performance.now();
  await app.choose(kernel());
  await app.result(undefined, { timeout: 600_000 });
  const seconds = (performance.now() - began) / 1000;
  const told = JSON.parse(await app.downloadBytes('Statistics (JSON)'));
  const stages = told.stages.map((one) => `${one.stage}=${one.seconds}`);
  app.wasQuiet();
  console.log([seconds.toFixed(3), told.peak_memory, told.workers, ...stages].join('\t'));
} finally {
  await browser.close();
}

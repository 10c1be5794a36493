// One job in a fresh browser, measured; not a test. `cargo xtask bench --only tab` runs it.
//
// The file is chosen a second after the page can be used, in which it warms up; with `--at-once` as soon as it can be.
// Prints one line, its fields parted by tabs: seconds from choosing the file to the result, bytes of all
// wasm memories at once, workers, and `stage=seconds` for every stage, these as the page states them.
import { setTimeout as pause } from 'node:timers/promises';
import { App } from './support/app.mjs';
import { launch } from './support/browser.mjs';
import { kernel, url } from './support/env.mjs';

/** What a person takes, at the least, from the page's appearance to the choice of a file; in milliseconds. */
const CHOOSING = process.argv.includes('--at-once') ? 0 : 1_000;

/** Waits for a heading of a result, or an alert, without a look at every frame: frames cost the page time. */
const ended = (page) => page.evaluate(() => new Promise((done) => {
  const look = () => {
    const title = document.querySelector('h1')?.textContent ?? '';
    if (title.startsWith('Overview of ') || document.querySelector('[role=alert]')) done();
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
}));

const browser = await launch();
try {
  const app = new App(await browser.newPage());
  await app.page.goto(url());
  await app.started();
  await pause(CHOOSING);
  const end = ended(app.page);
  const began = performance.now();
  await app.choose(kernel());
  await end;
  const seconds = (performance.now() - began) / 1000;
  await app.result();
  const told = JSON.parse(await app.downloadBytes('Statistics (JSON)'));
  const stages = told.stages.map((one) => `${one.stage}=${one.seconds}`);
  app.wasQuiet();
  console.log([seconds.toFixed(3), told.peak_memory, told.workers, ...stages].join('\t'));
} finally {
  await browser.close();
}

// Raw BTF in fresh pages, measured; not a test. `bench-raw.mjs FILE ROUNDS` prints a line for each round and the medians: milliseconds
// from choosing the file to its types in the page, to its view, and to the first frame that shows it; and of CPU of the page's main thread,
// which other work on the machine hardly changes.
import { setTimeout as pause } from 'node:timers/promises';
import { App } from './support/app.mjs';
import { launch } from './support/browser.mjs';
import { url } from './support/env.mjs';

const [file, rounds] = process.argv.slice(2);
/** After it the page has fetched and compiled what it will while it is idle. */
const IDLE = 3_000;

/** In the page: notes when a file is chosen, when its types are there, and when they are on screen. */
function watch() {
  const seen = globalThis.watched = {};
  globalThis.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      // Before the page's own listener.
      this.addEventListener('message', ({ data }) => {
        if (data.Response?.response?.Finished) seen.types = performance.now();
      });
    }
  };
  addEventListener('change', () => { seen.chosen = performance.now(); }, { capture: true });
  new MutationObserver(() => {
    const there = document.querySelector('h1')?.textContent.startsWith('Overview of ');
    if (!there || seen.view) return;
    seen.view = performance.now();
    // A frame is on the screen when the next task after it runs.
    requestAnimationFrame(() => setTimeout(() => { seen.frame = performance.now(); }));
  }).observe(document, { childList: true, subtree: true, characterData: true });
}

async function round(browser) {
  const app = new App(await browser.newPage());
  await app.page.addInitScript(watch);
  await app.page.goto(url());
  await app.started();
  await pause(IDLE);
  const session = await app.page.context().newCDPSession(app.page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const cpu = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return metrics.find(({ name }) => name === 'TaskDuration').value * 1000;
  };
  const before = await cpu();
  await app.choose(file);
  const seen = await (await app.page.waitForFunction(() => globalThis.watched.frame && globalThis.watched, null, { polling: 50 })).jsonValue();
  const told = { types: seen.types - seen.chosen, view: seen.view - seen.chosen, frame: seen.frame - seen.chosen, cpu: await cpu() - before };
  await app.page.close();
  return told;
}

const line = (values) => Object.entries(values).map(([name, value]) => `${name} ${value.toFixed(0)}`).join('\t');
const browser = await launch();
try {
  const all = [];
  for (let at = 0; at < Number(rounds); at += 1) {
    all.push(await round(browser));
    console.log(line(all.at(-1)));
  }
  const median = (name) => all.map((one) => one[name]).sort((a, b) => a - b)[all.length >> 1];
  console.log(`median\t${line(Object.fromEntries(Object.keys(all[0]).map((name) => [name, median(name)])))}`);
} finally {
  await browser.close();
}

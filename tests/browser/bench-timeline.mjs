// One kernel in a fresh page, as a timeline; not a test. `bench-timeline.mjs FILE FLAGS` prints a line for each message between the page and its
// workers: milliseconds since the file was chosen, the worker, and what was said; and when the result was on the screen. Flags go to the
// browser: `--js-flags=--perf-basic-prof` lets perf name the functions of WebAssembly.
import { setTimeout as pause } from 'node:timers/promises';
import { App } from './support/app.mjs';
import { launch } from './support/browser.mjs';
import { url } from './support/env.mjs';

const [file, ...flags] = process.argv.slice(2);
/** After it the page has fetched and compiled what it will while it is idle. */
const IDLE = 3_000;

/** In the page: notes messages, the choice, and the first frame with the result. */
function watch() {
  const seen = globalThis.watched = { messages: [] };
  const note = (worker, text) => seen.messages.push([performance.now(), worker, text]);
  const brief = (value) => {
    if (typeof value !== 'object' || value === null) return String(value);
    const [name] = Object.keys(value);
    const inner = value[name];
    if (['Response', 'response', 'Request', 'request', 'Stage'].includes(name)) return brief(inner);
    return `${name}${inner?.task ? ` task ${inner.task?.id ?? inner.task}` : ''}`;
  };
  let workers = 0;
  globalThis.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      const number = workers++;
      this.number = number;
      this.addEventListener('message', ({ data }) => note(number, `-> ${brief(data)}`));
    }
    postMessage(data, ...rest) {
      note(this.number, `<- ${brief(data)}`);
      super.postMessage(data, ...rest);
    }
  };
  addEventListener('change', () => { seen.chosen = performance.now(); }, { capture: true });
  new MutationObserver(() => {
    const there = document.querySelector('h1')?.textContent.startsWith('Overview of ');
    if (!there || seen.view) return;
    seen.view = performance.now();
    requestAnimationFrame(() => setTimeout(() => { seen.frame = performance.now(); }));
  }).observe(document, { childList: true, subtree: true, characterData: true });
}

const browser = await launch(flags);
try {
  const app = new App(await browser.newPage());
  await app.page.addInitScript(watch);
  await app.page.goto(url());
  await app.started();
  await pause(IDLE);
  await app.choose(file);
  const seen = await (await app.page.waitForFunction(() => globalThis.watched.frame && globalThis.watched, null, { polling: 250 })).jsonValue();
  for (const [at, worker, text] of seen.messages.filter(([at]) => at >= seen.chosen && at <= seen.frame)) {
    console.log(`${(at - seen.chosen).toFixed(0).padStart(6)}  ${worker}  ${text}`);
  }
  console.log(`${(seen.view - seen.chosen).toFixed(0).padStart(6)}  view\n${(seen.frame - seen.chosen).toFixed(0).padStart(6)}  frame`);
} finally {
  await browser.close();
}

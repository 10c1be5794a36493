// A page that has been used, and raw BTF in fresh ones, measured; not a test. `cargo xtask bench --only tab` runs it.
//
// `bench-warm.mjs ROUNDS` prints a line for each value: what it is, a tab, and a number.
import { setTimeout as pause } from 'node:timers/promises';
import { stat } from 'node:fs/promises';
import { App } from './support/app.mjs';
import { launch } from './support/browser.mjs';
import { btfscope, inWork, kernel, run, url } from './support/env.mjs';

const rounds = Number(process.argv[2]);
/** What a person takes, at the least, from the page's appearance to the choice of a file; in milliseconds. */
const CHOOSING = 1_000;

/** In the page: notes when a file is chosen, what workers say, what is put into blobs, and when a result is on screen. */
function watch() {
  const seen = globalThis.watched = {};
  globalThis.Worker = class extends Worker {
    constructor(...given) {
      super(...given);
      // Before the page's own listener, which takes buffers out of the message.
      this.addEventListener('message', ({ data: { Response: received } }) => {
        if (!received) return;
        const { memory, response } = received;
        const { Stage: stage, Finished: model } = Object(response);
        if (stage === 'patch') seen.patching = { at: performance.now(), memory };
        // What the explorer is told comes with the result, and is no part of the patched file.
        if (model) {
          seen.finished = { at: performance.now(), memory, btf: model.btf.byteLength };
          seen.copied -= model.known?.byteLength ?? 0;
        }
      });
    }
  };
  globalThis.Blob = class extends Blob {
    constructor(parts, options) {
      super(parts, options);
      for (const part of parts) seen.copied += part.byteLength ?? 0;
    }
  };
  const chosen = () => {
    Object.assign(seen, { chosen: performance.now(), copied: 0, finished: undefined, shown: undefined });
  };
  // A click says that what is there may be replaced.
  for (const event of ['change', 'click']) addEventListener(event, chosen, { capture: true });
  new MutationObserver(() => {
    const there = document.querySelector('h1')?.textContent.startsWith('Overview of ');
    if (!there || !seen.finished || seen.shown) return;
    seen.ready = performance.now();
    seen.shown = Infinity;
    // A frame is on the screen when the next task after it runs.
    requestAnimationFrame(() => setTimeout(() => { seen.shown = performance.now(); }));
  }).observe(document, { childList: true, subtree: true, characterData: true });
}

async function fresh(browser) {
  const app = new App(await browser.newPage());
  await app.page.addInitScript(watch);
  await app.page.goto(url());
  await app.started();
  await pause(CHOOSING);
  return app;
}

/** Chooses a file; what the page noted, in milliseconds and bytes. */
async function opened(app, file, { replacing = false } = {}) {
  await app.choose(file);
  if (replacing) await app.button('Replace').click();
  const seen = await app.page.waitForFunction(() => globalThis.watched.shown < Infinity && globalThis.watched, null,
    { timeout: 120_000, polling: 50 });
  return seen.jsonValue();
}

const say = (what, value) => console.log(`${what}\t${value}`);
const seconds = (from, to) => (to - from) / 1000;
const raw = inWork('raw.btf');
const browser = await launch();
try {
  const app = await fresh(browser);
  await opened(app, kernel());
  const { workers } = JSON.parse(await app.downloadBytes('Statistics (JSON)'));
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    await run(btfscope(), ['encode', `-j${workers}`, kernel(), '-o', raw]);
    const native = seconds(began, performance.now());
    const seen = await opened(app, kernel(), { replacing: true });
    const page = seconds(seen.chosen, seen.ready);
    const told = JSON.parse(await app.downloadBytes('Statistics (JSON)'));
    const plan = told.stages.find(({ stage }) => stage === 'plan').seconds;
    say(`native, ${workers} threads: s`, native);
    say('a page that has done it before, choosing to the result: s', page);
    say('the same ÷ native', page / native);
    say('from the first unit to the result ÷ native', (page - plan) / native);
    say('patched ELF, ready to save: s', seconds(seen.patching.at, seen.ready));
    const { finished, patching } = seen;
    // The section as it comes from the worker, and the copy that the browser keeps of it.
    const extra = finished.memory - patching.memory + finished.btf + seen.copied;
    say('patched ELF, extra memory ÷ .BTF', extra / finished.btf);
  }
  await app.page.close();
  for (let round = 0; round < rounds; round += 1) {
    const other = await fresh(browser);
    const seen = await opened(other, raw);
    say(`raw BTF of ${((await stat(raw)).size / 1e6).toFixed(1)} MB, choosing to its types in the page: s`, seconds(seen.chosen, seen.finished.at));
    say('raw BTF, choosing to its view: s', seconds(seen.chosen, seen.ready));
    say('raw BTF, choosing to the first screen: s', seconds(seen.chosen, seen.shown));
    other.wasQuiet();
    await other.page.close();
  }
} finally {
  await browser.close();
}

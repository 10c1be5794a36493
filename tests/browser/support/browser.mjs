// A browser with the page in it.
import { after, afterEach, beforeEach } from 'node:test';
import { KERNEL_LIMIT, LIMIT, chromium, firefox, inWork, playwright, url } from './env.mjs';
import { App } from './app.mjs';

// What would connect to the network on its own is off: nothing but the page's requests is to be seen.
const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

/** Milliseconds after which a test counts as hung, more than any of its waits: some ask a page for what never comes, without a limit of their own. */
const HUNG = KERNEL_LIMIT + 60_000;

/** The options of a test that needs what only Chromium's driver has: downloads, the accessibility tree, drags from outside. */
export const inChromium = { skip: firefox() ? 'only Chromium’s driver does that' : false };

/** Starts the browser: Chromium, or the Firefox that is named, over WebDriver BiDi. */
export function launch(flags = []) {
  if (firefox()) {
    return playwright().firefox.launch({ channel: 'moz-firefox', executablePath: firefox(), downloadsPath: inWork('downloads') });
  }
  return playwright().chromium.launch({
    executablePath: chromium(),
    args: [...FLAGS, ...flags],
    downloadsPath: inWork('downloads'),
  });
}

/** In the page: what may explain that a test waited in vain. */
const look = () => new Promise((then) => {
  const seen = {
    address: location.href,
    visible: document.visibilityState,
    focus: document.hasFocus(),
    active: document.activeElement?.outerHTML.slice(0, 200),
    fields: [...document.querySelectorAll('input, textarea')].map((field) => field.value).filter(Boolean).slice(0, 20),
    alerts: [...document.querySelectorAll('[role=alert]')].map((alert) => alert.innerText),
    heading: document.querySelector('h1')?.innerText,
    frames: 'none in 5 seconds',
  };
  setTimeout(() => then(seen), 5_000);
  requestAnimationFrame(() => { then({ ...seen, frames: 'drawn' }); });
});

/** What a page is at after a failure, in a line. */
async function state(page) {
  const late = new Promise((then) => { setTimeout(() => then('the page does not answer'), 20_000).unref(); });
  return `the page: ${JSON.stringify(await Promise.race([page.evaluate(look).catch(String), late]))}`;
}

/**
 * A browser for the tests of a file. `open(query, options)` gives a fresh page, alone in its context; what a test opened
 * is closed by `close()`, but what is `kept`, and all at the end. `init` is a script that runs before the page's own, and
 * with `clock` the test turns the page's clock.
 */
export function browserForTests({ flags } = {}) {
  let launched;
  const contexts = [];
  let hung;
  after(async () => { await (await launched)?.close(); });
  beforeEach(() => {
    hung = setTimeout(async () => {
      const ended = launched;
      launched = undefined;
      contexts.length = 0;
      // Whatever the test waits for fails then.
      await (await ended)?.close();
    }, HUNG);
  });
  afterEach(() => { clearTimeout(hung); });
  // Before the test's own hook closes the pages.
  afterEach(async (t) => {
    if (t.passed !== false) return;
    for (const page of contexts.flatMap((context) => context.pages())) t.diagnostic(await state(page));
  });
  return {
    browser() {
      launched ??= launch(flags);
      return launched;
    },
    async open(query = '', { address = url(), settled = true, kept = false, init, clock = false, ...options } = {}) {
      const browser = await this.browser();
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      if (!kept) contexts.push(context);
      context.setDefaultTimeout(LIMIT);
      const page = await context.newPage();
      if (init) await page.addInitScript(init);
      if (clock) await page.clock.install();
      const app = new App(page);
      await page.goto(address + query);
      if (settled) await app.started();
      return app;
    },
    async close() {
      await Promise.all(contexts.splice(0).map((context) => context.close()));
    },
  };
}

/**
 * For tests that only look: `shared(prepare)` gives a function that makes a test of `act(prepared, t)`. What `prepare`
 * opens as `kept` serves one test after the other; after a failure it is made anew, so that no other test suffers.
 */
export function shared(prepare) {
  let made;
  return (act) => async (t) => {
    made ??= prepare();
    try {
      await act(await made, t);
    } catch (error) {
      made = undefined;
      throw error;
    }
  };
}

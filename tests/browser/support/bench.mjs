// For what measures the page: the kernel of the tests, opened.
import { readFileSync } from 'node:fs';
import { App } from './app.mjs';
import { launch } from './browser.mjs';
import { kernel, url } from './env.mjs';

/** A browser with the result of the kernel, and a session of its debugger: what the driver's `evaluate` may not do under the page's policy, that does. */
export async function openKernel() {
  const browser = await launch();
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  const app = new App(page);
  await page.goto(url());
  await app.started();
  await app.choose(kernel());
  await app.result(undefined, { timeout: 600_000 });
  await app.link('C header').waitFor({ timeout: 600_000 });
  return { browser, page, session: await page.context().newCDPSession(page) };
}

/** Megabytes of the largest process of this browser that renders a page, with its workers (Pss). */
export async function rendererMegabytes(browser) {
  const system = await browser.newBrowserCDPSession();
  const { processInfo } = await system.send('SystemInfo.getProcessInfo');
  await system.detach();
  const sizes = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => {
    const rollup = readFileSync(`/proc/${id}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+)/m.exec(rollup)[1]) / 1000;
  });
  return Math.max(...sizes);
}

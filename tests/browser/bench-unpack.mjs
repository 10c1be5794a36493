// What memory it takes to unpack a package in the page; not a test.
//
//   BTFSCOPE_URL=http://127.0.0.1:8080/ node tests/browser/bench-unpack.mjs PACKAGE [WORKERS...]
//
// with the other variables that `support/env.mjs` names. Opens the package with 1, 2, 4, and 8 workers, or those named, and prints
// the seconds until its kernel is out, the WebAssembly memory of the worker that unpacks and of those that help it, at most, and
// the most that the browser's process with the page and all its workers has in memory meanwhile (Pss), in MB.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { launch } from './support/browser.mjs';
import { App } from './support/app.mjs';
import { url } from './support/env.mjs';
import { before } from './support/packages.mjs';

const [, , packed, ...numbers] = process.argv;

/** Workers that unpack tell of their memory with all that they say. */
const telling = before(`() => {
  const told = new BroadcastChannel('memory');
  const { Instance } = WebAssembly;
  let role, memory;
  WebAssembly.Instance = function (...given) {
    const instance = new Instance(...given);
    ({ memory } = instance.exports);
    return instance;
  };
  self.addEventListener('message', ({ data }) => {
    if (data?.Prepare) role = 'unpacks';
    if (data?.Help) role = 'helps ' + Math.random();
  });
  for (const sender of [self, MessagePort.prototype]) {
    const { postMessage } = sender;
    sender.postMessage = function (...given) {
      if (role && memory) told.postMessage([role, memory.buffer.byteLength]);
      return postMessage.apply(this, given);
    };
  }
}`);

const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

for (const workers of numbers.length ? numbers : [1, 2, 4, 8]) {
  const browser = await launch();
  const system = await browser.newBrowserCDPSession();
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(600_000);
  await page.addInitScript(telling);
  await page.addInitScript(() => {
    window.memories = {};
    new BroadcastChannel('memory').onmessage = ({ data: [role, bytes] }) => {
      window.memories[role] = Math.max(window.memories[role] ?? 0, bytes);
    };
  });
  const app = new App(page);
  await page.goto(`${url()}?workers=${workers}`);
  await app.started();
  let most = 0;
  const { processInfo } = await system.send('SystemInfo.getProcessInfo');
  const pages = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => `/proc/${id}/smaps_rollup`);
  const sampling = setInterval(() => {
    const sizes = pages.map((path) => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(path, 'utf8'))[1]) * 1024);
    most = Math.max(most, ...sizes);
  }, 200);
  const since = performance.now();
  await app.choose(packed);
  await page.getByRole('heading', { level: 1, name: /^Unpacking / }).waitFor();
  await page.getByRole('heading', { level: 1, name: /^Unpacking / }).waitFor({ state: 'detached' });
  const seconds = (performance.now() - since) / 1000;
  clearInterval(sampling);
  const { unpacks, ...helpers } = await page.evaluate(() => window.memories);
  const sizes = Object.values(helpers);
  const all = sizes.reduce((sum, size) => sum + size, unpacks);
  console.log(`${workers} workers: ${seconds.toFixed(1)} s, ${megabytes(all)} MB of WebAssembly memory (${megabytes(unpacks)} and ${sizes.length} times up to ${megabytes(Math.max(0, ...sizes))}), the process ${megabytes(most)} MB`);
  await browser.close();
}

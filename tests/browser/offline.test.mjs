// Once loaded, the page starts without its host; and a new version takes the place of an old one as a whole.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';
import { build } from './support/builds.mjs';
import { KERNEL_LIMIT, dist, sample } from './support/env.mjs';
import { many } from './support/inputs.mjs';
import { encoded } from './support/native.mjs';
import { host } from './support/site.mjs';

const chromium = browserForTests({ flags: ['--host-resolver-rules=MAP untrusted.example 127.0.0.1'] });
afterEach(() => chromium.close());

/** Waits until the page's files are kept, all of them. */
const kept = (page) => page.evaluate(async () => {
  const own = new URL('.', location).href;
  const done = (registration) => registration?.scope === own && registration.active?.state === 'activated';
  while (!done(await navigator.serviceWorker.getRegistration())) await new Promise((resolve) => setTimeout(resolve, 20));
});

/** What is kept: the caches' names, and SHA-256 by address of all that is in them. */
const contents = (page) => page.evaluate(async () => {
  const names = await caches.keys();
  const files = {};
  for (const name of names) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const bytes = await (await cache.match(request)).arrayBuffer();
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      files[request.url] = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    }
  }
  return { names, files };
});

/** The same of a folder that is served. */
function served(folder, address) {
  const files = {};
  const isFile = (name) => statSync(path.join(folder, name)).isFile();
  for (const name of readdirSync(folder, { recursive: true }).filter((name) => name !== 'offline.js' && isFile(name))) {
    const hash = createHash('sha256').update(readFileSync(path.join(folder, name))).digest('hex');
    files[address + (name === 'index.html' ? '' : name)] = hash;
  }
  return files;
}

/** Which build of page and engine runs. */
async function running(app) {
  await app.started();
  return app.page.evaluate(() => [
    ...performance.getEntriesByType('resource').map((entry) => entry.name.split('/').at(-1)).filter((name) => name.startsWith('page-')),
    document.querySelector('meta[name=engine]').content,
  ].toSorted());
}

/** The sample's result is right, which it is not when page and engine are of two versions. */
async function works(app) {
  await app.runSample();
  assert.ok((await app.downloadBytes('Raw .BTF')).equals((await encoded(sample())).btf));
}

test('the second load needs no host', async () => {
  const site = await host(dist(), '/some/sub-path/');
  const app = await chromium.open('', { address: site.address });
  await kept(app.page);
  await site.close();
  for (const address of [site.address, `${site.address}index.html`, `${site.address}?workers=1`]) {
    await app.page.goto(address);
    await works(app);
  }
  const other = await app.page.context().newPage();
  await assert.rejects(other.goto(`${site.address}elsewhere`), /ERR_CONNECTION_REFUSED/, 'the host is gone');
  assert.deepEqual(app.complaints.filter((one) => one.startsWith('exception')), []);
});

test('a host that never answers counts as gone', async () => {
  const site = await host(dist(), '/');
  const app = await chromium.open('', { address: site.address });
  await kept(app.page);
  site.mute = true;
  await app.page.reload();
  await works(app);
});

test('the files of the page are kept, and nothing else', async () => {
  const site = await host(dist(), '/here/');
  const app = await chromium.open('', { address: site.address });
  await kept(app.page);
  await works(app);
  await app.choose(await many());
  await app.button('Replace').click();
  await app.result('many.elf', { timeout: KERNEL_LIMIT });
  await app.download('Patched ELF');
  const { names, files } = await contents(app.page);
  assert.equal(names.length, 1);
  assert.deepEqual(files, served(dist(), site.address));
  assert.deepEqual(site.methods, new Set(['GET']));
});

test('a new version takes the place of the old one', async () => {
  const site = await host(dist(), '/');
  const app = await chromium.open('', { address: site.address });
  await kept(app.page);
  const old = await running(app);
  const before = await contents(app.page);
  const open = await app.page.context().newPage();
  await open.goto(site.address);

  site.folder = await build('9.9.9');
  // At once, though the old one is what is kept, and another page of it is open.
  await app.page.reload();
  const now = await running(app);
  assert.equal(now.length, 3);
  for (const file of now) assert.ok(!old.includes(file), `${file} is of the new build`);
  await works(app);
  await app.page.evaluate(async (old) => {
    while ((await caches.keys()).includes(old)) await new Promise((resolve) => setTimeout(resolve, 20));
  }, before.names[0]);
  const after = await contents(app.page);
  assert.equal(after.names.length, 1);
  assert.deepEqual(after.files, served(site.folder, site.address));

  await site.close();
  await app.page.reload();
  assert.deepEqual(await running(app), now);
  await works(app);
  app.wasQuiet();
  // The page of the old version is told, the new one is not; and it goes on with its own engine.
  await open.getByText('A new version of this page is ready.').waitFor();
  assert.equal(await app.page.getByText('A new version of this page is ready.').count(), 0);
  await open.getByRole('button', { name: 'Try a sample', exact: true }).click();
  await open.getByRole('table', { name: 'Types by kind', exact: true }).waitFor();
});

test('a new version that does not come whole is not kept', async () => {
  const site = await host(dist(), '/');
  const app = await chromium.open('', { address: site.address });
  await kept(app.page);
  const old = await running(app);
  site.folder = await build('8.8.8');
  const [lost] = readdirSync(site.folder).filter((name) => name.startsWith('styles-'));
  rmSync(path.join(site.folder, lost));
  const refused = app.page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const found = new Promise((resolve) => registration.addEventListener('updatefound', resolve));
    await registration.update();
    await found;
    const worker = registration.installing;
    while (worker.state === 'installing') await new Promise((resolve) => setTimeout(resolve, 20));
    return worker.state;
  });
  assert.equal(await refused, 'redundant');
  await site.close();
  await app.page.reload();
  assert.deepEqual(await running(app), old);
  await works(app);
  assert.deepEqual((await contents(app.page)).files, served(dist(), site.address));
});

test('two copies on one origin keep apart', async () => {
  const one = await host(dist(), '/one/');
  const app = await chromium.open('', { address: one.address });
  await kept(app.page);
  one.prefix = '/one/two/';
  await app.page.goto(`${one.address}two/`);
  await kept(app.page);
  assert.equal((await contents(app.page)).names.length, 2);
  await one.close();
  for (const address of [one.address, `${one.address}two/`]) {
    await app.page.goto(address);
    await works(app);
  }
});

test('where the browser has no service workers, the page works as ever', async () => {
  const site = await host(dist(), '/');
  const app = await chromium.open('', { address: site.address.replace('127.0.0.1', 'untrusted.example') });
  assert.equal(await app.page.evaluate(() => 'serviceWorker' in navigator), false);
  await works(app);
  assert.ok(!site.requests.includes('/offline.js'));
  app.wasQuiet();
});

test('it can be installed', async () => {
  const app = await chromium.open();
  await kept(app.page);
  const session = await app.page.context().newCDPSession(app.page);
  const { url, errors } = await session.send('Page.getAppManifest');
  assert.ok(url.endsWith('/manifest.webmanifest'), url);
  assert.deepEqual(errors, []);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  assert.deepEqual(installabilityErrors.map((error) => error.errorId).filter((id) => id !== 'in-incognito'), []);
});

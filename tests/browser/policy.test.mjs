// Nothing leaves the machine: enforced by the browser, in the page and in every worker.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { browserForTests, inChromium } from './support/browser.mjs';
import { dist, kernel, sample, url } from './support/env.mjs';
import { encoded } from './support/native.mjs';
import { host, stranger } from './support/site.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

/** Runs in a page or a worker: every way out that it has, and what came of each. */
async function escape(address) {
  const outcome = {};
  const attempt = async (name, act) => {
    // An answer is refused at once; the limit ends what hangs.
    const outOfTime = new Promise((resolve) => setTimeout(() => resolve('no answer'), 120_000));
    outcome[name] = await Promise.race([outOfTime, (async () => act())().then(() => 'got through', () => 'refused')]);
  };
  const event = (target, good, bad) => new Promise((resolve, reject) => {
    target[`on${good}`] = resolve;
    target[`on${bad}`] = reject;
  });
  await attempt('fetch', () => fetch(`${address}/fetch`));
  await attempt('fetch, opaque', () => fetch(`${address}/opaque`, { mode: 'no-cors' }));
  await attempt('post', () => fetch(`${address}/post`, { method: 'POST', body: 'types', mode: 'no-cors', keepalive: true }));
  await attempt('request', () => {
    const request = new XMLHttpRequest();
    request.open('GET', `${address}/request`);
    request.send();
    return event(request, 'load', 'error');
  });
  await attempt('socket', () => event(new WebSocket(`${address.replace('http', 'ws')}/socket`), 'open', 'error'));
  await attempt('events', () => event(new EventSource(`${address}/events`), 'open', 'error'));
  if (globalThis.WebTransport) await attempt('transport', () => new WebTransport(`${address.replace('http:', 'https:')}/transport`).ready);
  await attempt('module', () => import(`${address}/script-module`));
  if (globalThis.importScripts) {
    await attempt('script', () => importScripts(`${address}/script`));
  }
  if (globalThis.document) {
    await attempt('image', () => {
      const image = new Image();
      image.src = `${address}/image`;
      return event(image, 'load', 'error');
    });
    for (const [tag, name, extra] of [
      ['script', 'src', {}], ['link', 'href', { rel: 'stylesheet' }], ['iframe', 'src', {}],
    ]) {
      await attempt(tag, () => {
        const element = Object.assign(document.createElement(tag), extra);
        element[name] = `${address}/${tag === 'script' ? 'script-tag' : tag}`;
        const seen = event(element, 'load', 'error');
        document.body.append(element);
        // A frame that is refused loads an error page instead: only the other side can tell.
        return tag === 'iframe' ? seen.then(() => Promise.reject()) : seen;
      });
    }
    for (const rel of ['prefetch', 'modulepreload', 'preload', 'icon']) {
      await attempt(rel, () => {
        const link = Object.assign(document.createElement('link'), { rel, href: `${address}/${rel}`, as: 'image' });
        document.head.append(link);
        // Of some of these the browser tells nothing: only the other side can tell.
        return Promise.race([event(link, 'load', 'error'), new Promise((_, reject) => { setTimeout(reject, 300); })]);
      });
    }
    await attempt('WebRTC', () => new RTCPeerConnection().createDataChannel('types'));
    await attempt('style', () => {
      document.body.style.backgroundImage = `url(${address}/background)`;
      return new Promise((_, reject) => { setTimeout(reject, 300); });
    });
    await attempt('beacon', () => {
      navigator.sendBeacon(`${address}/beacon`, 'types');
      return Promise.reject();
    });
    await attempt('form', () => {
      const form = Object.assign(document.createElement('form'), { action: `${address}/form`, method: 'post' });
      document.body.append(form);
      form.submit();
      return Promise.reject();
    });
  }
  return outcome;
}

const allRefused = (outcome, where) => {
  assert.ok(Object.keys(outcome).length >= 8, where);
  for (const [way, what] of Object.entries(outcome)) assert.equal(what, 'refused', `${way} in ${where}`);
};

test('the other origin would take what is sent: without the policy it gets through', async () => {
  const other = await stranger();
  const page = await (await (await chromium.browser()).newContext()).newPage();
  await page.goto(`${other.address.replace('127.0.0.1', 'localhost')}/home`);
  const outcome = await page.evaluate(async (address) => {
    const got = async (promise) => promise.then(() => true, () => false);
    return [await got(fetch(`${address}/fetch`)), await got(import(`${address}/script-module`))];
  }, other.address);
  assert.deepEqual(outcome, [true, true]);
  assert.deepEqual(other.hits.filter((hit) => /fetch|module/.test(hit)), ['GET /fetch', 'GET /script-module']);
  await page.context().close();
});

test('the policy is in the page, and names nothing but the page itself', async () => {
  const app = await chromium.open();
  const policy = await app.page.locator('head > meta[http-equiv="Content-Security-Policy"]').first().getAttribute('content');
  const directives = new Map(policy.split(';').map((part) => {
    const [name, ...sources] = part.trim().split(/\s+/);
    return [name, sources];
  }));
  assert.deepEqual(directives.get('default-src'), ["'none'"]);
  assert.deepEqual(directives.get('connect-src'), ["'self'"]);
  assert.deepEqual(directives.get('style-src'), ["'self'"]);
  assert.deepEqual(directives.get('form-action'), ["'none'"]);
  const scripts = directives.get('script-src');
  assert.ok(scripts.includes("'self'") && scripts.includes("'wasm-unsafe-eval'"), policy);
  // What code makes of texts is no script.
  assert.deepEqual(directives.get('require-trusted-types-for'), ["'script'"]);
  assert.deepEqual(directives.get('trusted-types'), ['default']);
  for (const name of ['require-trusted-types-for', 'trusted-types']) directives.delete(name);
  for (const source of [...directives.values()].flat()) {
    assert.match(source, /^('(self|none|wasm-unsafe-eval|sha(256|384|512)-[A-Za-z0-9+/=]+)'|blob:|data:)$/, policy);
  }
  for (const source of scripts) assert.doesNotMatch(source, /blob:|data:/, 'scripts come from the page alone');
  const first = await app.page.evaluate(() => {
    const meta = document.querySelector('meta[http-equiv=Content-Security-Policy]');
    return !document.head.querySelector('script, link')
      || Boolean(meta.compareDocumentPosition(document.head.querySelector('script, link')) & Node.DOCUMENT_POSITION_FOLLOWING);
  });
  assert.ok(first, 'it binds what comes after it');
});

test('nothing gets out of the page', async () => {
  const other = await stranger();
  const app = await chromium.open();
  await app.runSample();
  allRefused(await app.page.evaluate(escape, other.address), 'the page');
  assert.deepEqual(other.hits, []);
  assert.equal(new URL(app.page.url()).origin, new URL(url()).origin, 'the form went nowhere');
});

test('what was asked for before the page’s code is there arrives all the same', async () => {
  // The request for the sample leaves the page late, as on a busy machine.
  const app = await chromium.open('', {
    init: () => {
      const own = self.fetch;
      self.held = new Set();
      self.fetch = async (...request) => {
        const file = String(request[0].url ?? request[0]).split('/').at(-1);
        if (file === 'sample.elf' || /^engine.*wasm$/.test(file)) {
          await new Promise((go) => { self.held.add(file); self[`go ${file.split(/[-_.]/)[0]}`] = go; });
        }
        return own(...request);
      };
    },
  });
  await app.sample.click();
  await app.page.waitForFunction(() => self.held.size === 2);
  // The code arrives while the sample is waited for.
  await app.page.evaluate(() => self['go engine']());
  await app.page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => /engine.*wasm$/.test(name)));
  await app.page.evaluate(() => new Promise((go) => { setTimeout(go, 500); }));
  await app.page.evaluate(() => self['go sample']());
  await app.result();
  assert.equal(await app.page.locator('head > meta[http-equiv="Content-Security-Policy"]').count(), 2);
});

test('not to the page’s own host either, once the page’s code is there', async () => {
  const site = await host(dist(), '/here/');
  const app = await chromium.open('', { address: site.address, serviceWorkers: 'block' });
  await app.runSample();
  const second = await app.page.locator('head > meta[http-equiv="Content-Security-Policy"]').nth(1).getAttribute('content');
  assert.match(second, /^default-src 'none'; script-src 'wasm-unsafe-eval'; img-src data:/);
  // Three files that the browser itself reads when it likes.
  const named = ['icon.svg', 'manifest.webmanifest', 'offline.js'].map((name) => site.address + name);
  assert.deepEqual(second.match(/http[^ ;]*/g), named);
  assert.doesNotMatch(second, /connect-src|'self'/);
  await app.workersAre(1);
  const leak = `${site.address}leak?types`;
  allRefused(await app.page.evaluate(escape, leak), 'the page');
  allRefused(await app.workers()[0].evaluate(escape, leak), 'the explorer’s worker');
  assert.deepEqual(site.requests.filter((request) => request.includes('leak')), []);
  assert.deepEqual(site.methods, new Set(['GET']));
  // What the one worker that fetches is asked for is a file beside the page, and nothing else.
  const asked = await app.page.evaluate(async (address) => {
    const said = [];
    for (const name of ['sample.elf', 'sample.elf?types', 'sample.elf#types', '../up', 'http://127.0.0.1:9/else', `${'x'.repeat(300)}`]) {
      said.push(await fetch(new URL(name, address).href, { method: 'POST', body: 'types' }).then(({ status }) => status, () => 'refused'));
    }
    return said;
  }, site.address);
  assert.deepEqual(asked, [200, ...Array(5).fill('refused')]);
  assert.deepEqual(site.methods, new Set(['GET']));
});

/** Ways in which the code of a page can lead to another address, or to its host. What each sends is an address, and no more. */
const LEAD_AWAY = {
  'the page itself': (address) => { location.href = address; },
  'a new window': (address) => { window.open(address); },
  'a link': (address) => {
    const link = Object.assign(document.createElement('a'), { href: address, target: '_blank', rel: 'noopener' });
    document.body.append(link);
    link.click();
  },
  'a refresh': (address) => {
    const meta = Object.assign(document.createElement('meta'), { httpEquiv: 'refresh', content: `0;url=${address}` });
    document.head.append(meta);
  },
};

for (const [way, lead] of Object.entries(LEAD_AWAY)) {
  test(`no policy keeps ${way} from another address: what arrives is the address alone`, inChromium, async () => {
    const other = await stranger();
    const app = await chromium.open();
    await app.runSample();
    await app.page.evaluate(lead, `${other.address}/away`);
    await other.hit('GET /away');
    assert.deepEqual(new Set(other.hits.filter((hit) => !hit.endsWith('/favicon.ico'))), new Set(['GET /away']));
    assert.deepEqual(other.referrers, []);
    await app.page.context().close();
  });
}

// Whether it looks the name up, or connects, only the browser decides: one that a driver controls does neither.
test('a connection ahead of a request brings no request', async () => {
  const other = await stranger();
  const app = await chromium.open();
  await app.runSample();
  await app.page.evaluate((address) => {
    for (const rel of ['dns-prefetch', 'preconnect']) {
      document.head.append(Object.assign(document.createElement('link'), { rel, href: address }));
    }
    return new Promise((go) => { setTimeout(go, 1000); });
  }, other.address);
  assert.deepEqual(other.hits, []);
});

test('what would send more with a link, or read another page ahead, is refused', async () => {
  const other = await stranger();
  const app = await chromium.open();
  await app.runSample();
  await app.page.evaluate((address) => {
    const link = Object.assign(document.createElement('a'), { href: '#/overview', ping: `${address}/ping` });
    document.body.append(link);
    link.click();
    for (const rel of ['prerender', 'next', 'manifest', 'import']) {
      document.head.append(Object.assign(document.createElement('link'), { rel, href: `${address}/${rel}` }));
    }
    const rules = Object.assign(document.createElement('script'), { type: 'speculationrules' });
    try {
      rules.textContent = JSON.stringify({ prefetch: [{ source: 'list', urls: [`${address}/speculation`] }] });
      document.head.append(rules);
    } catch { /* Trusted Types refuse the text */ }
    for (const [tag, name] of [['object', 'data'], ['embed', 'src'], ['video', 'src'], ['video', 'poster'], ['audio', 'src'], ['track', 'src']]) {
      try {
        const element = document.createElement(tag);
        element[name] = `${address}/${tag}-${name}`;
        document.body.append(element);
      } catch { /* the same */ }
    }
    return new Promise((go) => { setTimeout(go, 1000); });
  }, other.address);
  assert.deepEqual(other.hits, []);
});

test('the page says what is enforced, and what remains', async () => {
  const app = await chromium.open();
  const second = await app.page.locator('head > meta[http-equiv="Content-Security-Policy"]').nth(1).getAttribute('content');
  await app.page.getByText('Why your files can’t leave this computer').click();
  for (const text of [second, 'neither the page nor a worker with your data connects to anything', 'What no page can rule out is up to your browser']) {
    await app.page.getByText(text).first().waitFor();
  }
});

test('nothing gets out of any worker, while it works and after', async () => {
  const other = await stranger();
  const app = await chromium.open('?workers=2');
  await app.holdJob();
  await app.choose(kernel());
  await app.encoding();
  // Two that encode, one that merges.
  await app.workersAre(3);
  const workers = app.workers();
  const quick = await Promise.all(workers.map((worker) => worker.evaluate(async (address) => {
    try {
      importScripts(`${address}/script`);
      return 'script got through';
    } catch { /* as it should be */ }
    return fetch(`${address}/fetch`, { mode: 'no-cors' }).then(() => 'fetch got through', () => 'refused');
  }, other.address)));
  assert.deepEqual(quick, ['refused', 'refused', 'refused']);
  await app.releaseJobs();
  await app.cancel.click();

  await app.runSample();
  await app.workersAre(1);
  allRefused(await app.workers()[0].evaluate(escape, other.address), 'the model’s worker');
  assert.deepEqual(other.hits, []);
});

test('a whole run asks nothing of any other origin', async () => {
  const origins = new Set();
  const asked = [];
  const app = await chromium.open('', { settled: false, address: 'about:blank' });
  app.page.context().on('request', (request) => {
    const address = new URL(request.url());
    asked.push(request.url());
    if (!['blob:', 'data:', 'about:'].includes(address.protocol)) origins.add(address.origin);
  });
  await app.page.goto(url());
  await app.started();
  await app.runSample();
  const before = asked.length;
  for (const name of ['Raw .BTF', 'C header', 'Statistics (JSON)', 'Patched ELF']) await app.download(name);
  assert.deepEqual([...origins], [new URL(url()).origin]);
  assert.ok(asked.some((address) => address.endsWith('sample.elf')), 'requests are seen at all');
  assert.deepEqual(asked.slice(before).filter((address) => !address.startsWith('blob:')), [], 'downloads ask no one');
  app.wasQuiet();
});

test('once the page is there, a job needs no network', async () => {
  const app = await chromium.open();
  // The engine is loaded while a person still chooses; the model's worker shows that it came.
  await app.runSample();
  await app.page.context().setOffline(true);
  await app.choose(sample());
  await app.button('Replace').click();
  await app.page.waitForFunction(() => !document.querySelector('[aria-label="Open another file"]'));
  await app.result('sample.elf');
  assert.ok((await app.downloadBytes('Raw .BTF')).equals((await encoded(sample())).btf));
});

for (const [what, types] of [
  ['under a sub-path', undefined],
  ['from a host that knows no wasm', { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }],
]) {
  test(`the folder works ${what}`, async () => {
    const site = await host(dist(), '/some/sub-path/', { types });
    const app = await chromium.open('', { address: site.address });
    await app.runSample();
    assert.ok((await app.downloadBytes('Raw .BTF')).equals((await encoded(sample())).btf));
    assert.ok(site.requests.length >= 5);
    for (const request of site.requests) assert.ok(request.startsWith('/some/sub-path/'), request);
    app.wasQuiet();
  });
}

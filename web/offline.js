// The page without a network. `cargo xtask dist` writes the two lines below and puts this beside the page.
const VERSION = '';
/** Every file of the page, with its SHA-256 in base64. */
const FILES = {};

// It answers for the files in the list and nothing else, takes no message and asks nobody but its own host. The
// page's policy keeps what a user opens out of its reach.

/** Several copies of the page may live on one origin, each in a folder of its own. */
const OWN = `btfscope ${self.registration.scope} `;
const CACHE = OWN + VERSION;
/** Milliseconds after which a host that does not answer counts as gone. */
const PATIENCE = 3000;

const address = (file) => new URL(file, self.registration.scope).href;
const ADDRESSES = new Set(Object.keys(FILES).map(address));

async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return btoa(String.fromCharCode(...hash));
}

/** A file with the very bytes of this version. The browser may have an older one, the host a newer one. */
async function load(file) {
  for (const cache of ['default', 'reload']) {
    const response = await fetch(address(file), { cache });
    const bytes = await response.arrayBuffer();
    if (response.ok && await digest(bytes) === FILES[file]) {
      // A response of our own: one that was redirected may not answer a navigation.
      return new Response(bytes, { headers: { 'content-type': response.headers.get('content-type') ?? '' } });
    }
  }
  throw new Error(`${file} is not of this version`);
}

/** All files or none: when one fails, the version before stays whole. */
async function install() {
  const cache = await caches.open(CACHE);
  try {
    await Promise.all(Object.keys(FILES).map(async (file) => cache.put(address(file), await load(file))));
  } catch (error) {
    await caches.delete(CACHE);
    throw error;
  }
  await self.skipWaiting();
}

/** Versions before this one go. Pages that run on them have all they need, or find it by name at the host. */
async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith(OWN) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** A kept file. To open the cache would make it anew when a next version has removed it. */
const kept = (where) => caches.match(where, { cacheName: CACHE });

/** The page as the host has it now; as it was kept, when the host is not there. */
async function page(request) {
  const own = await kept(address('./'));
  // The browser may have thrown away what was kept.
  if (!own) return fetch(request);
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, own));
  const host = fetch(request).then((response) => response.status < 500 ? response : own, () => own);
  return Promise.race([host, late]);
}

/**
 * Names change with content, so what was kept under a name is what the page means. Only samples, icon, manifest and
 * notices keep theirs, and any version can do with any of them.
 */
async function file(request) {
  return await kept(request.url) ?? fetch(request);
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  if (method !== 'GET') return;
  const bare = url.replace(/[?#].*/, '');
  if (mode === 'navigate' && [address('./'), address('index.html')].includes(bare)) {
    event.respondWith(page(event.request));
  } else if (ADDRESSES.has(url)) {
    event.respondWith(file(event.request));
  }
});

// The plainest web host: files of a folder under some path, types by extension, nothing special.
import http from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after } from 'node:test';
import { LIMIT } from './env.mjs';

const TYPES = {
  '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

async function listening(handler) {
  const server = http.createServer(handler);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

/**
 * Serves `folder` under `prefix`; without `types`, every file but HTML is said to be just bytes. Both may be
 * changed while it serves; when it is `mute`, no request is answered.
 */
export async function host(folder, prefix, { types = TYPES } = {}) {
  const site = { folder, prefix, mute: false, requests: [], methods: new Set() };
  const server = await listening(async (request, response) => {
    site.requests.push(request.url);
    site.methods.add(request.method);
    if (site.mute) return;
    const { folder, prefix } = site;
    const file = decodeURIComponent(new URL(request.url, 'http://x').pathname);
    const inside = file.startsWith(prefix) && path.posix.normalize(file) === file;
    const name = inside && (file.slice(prefix.length) || 'index.html');
    try {
      if (!inside) throw new Error('outside');
      const bytes = await readFile(path.join(folder, name));
      response.writeHead(200, { 'content-type': types[path.extname(name)] ?? 'application/octet-stream' });
      response.end(bytes);
    } catch {
      response.writeHead(404).end('not here');
    }
  });
  site.address = `http://127.0.0.1:${server.address().port}${prefix}`;
  site.close = () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); });
  after(() => site.close());
  return site;
}

/** Another origin that would welcome anything the page sent: it counts what arrives. */
export async function stranger() {
  const hits = [];
  const referrers = [];
  const arrivals = new EventTarget();
  const server = await listening((request, response) => {
    hits.push(`${request.method} ${request.url}`);
    if (request.headers.referer) referrers.push(request.headers.referer);
    arrivals.dispatchEvent(new Event('hit'));
    const script = request.url.startsWith('/script');
    response.writeHead(200, {
      'access-control-allow-origin': '*',
      'access-control-allow-headers': '*',
      'content-type': script ? 'text/javascript' : 'text/html',
    });
    response.end(script ? 'self.taken = true;' : '<p>welcome');
  });
  // A WebSocket begins with an upgrade, which is a hit too.
  server.on('upgrade', (request, socket) => {
    hits.push(`UPGRADE ${request.url}`);
    socket.destroy();
  });
  const address = `http://127.0.0.1:${server.address().port}`;
  /** Waits until this has arrived. */
  const hit = async (wanted) => {
    const late = AbortSignal.timeout(LIMIT);
    while (!hits.includes(wanted)) {
      await new Promise((resolve, reject) => {
        arrivals.addEventListener('hit', resolve, { once: true });
        late.addEventListener('abort', () => reject(new Error(`no ${wanted}, only ${hits}`)), { once: true });
      });
    }
  };
  const other = { address, hits, referrers, hit, close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(resolve); }) };
  after(() => other.close());
  return other;
}

// Packages, archives, and images that tests make of the sample, and what a page's private storage holds of them.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { btfscope, LIMIT, madeOnce, run, sample } from './env.mjs';
import { module } from './inputs.mjs';

export const NAME = 'vmlinux-6.1.0-test';
export const BANNER = 'Linux version 6.1.0-47-amd64 (debian-kernel@lists.debian.org) #1 SMP Debian 6.1';

/** Bytes that no compressor makes smaller. */
function noise(length) {
  const bytes = Buffer.alloc(length);
  let state = 0x2545f491;
  for (let at = 0; at < length; at += 4) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9 | 0;
    bytes.writeInt32LE(state, at);
  }
  return bytes;
}

let made;
/** The sample as a kernel of some megabytes, and packages with it: paths by name. */
export function packages() {
  made ??= madeOnce('packages', async (folder) => {
    const at = (name) => path.join(folder, name);
    const shell = (script) => run('bash', ['-ec', script], { cwd: folder });
    writeFileSync(at('noise'), noise(6 << 20));
    writeFileSync(at('debian-binary'), '2.0\n');
    await shell(`mkdir -p usr/lib/debug/boot usr/lib/modules kernels && cp '${await module('nf_tables.ko')}' .
      cp nf_tables.ko usr/lib/modules/nf_tables.ko.debug && cp '${await module('ext-4.ko')}' usr/lib/modules && xz -0 usr/lib/modules/ext-4.ko
      objcopy --add-section .noise=noise '${sample()}' usr/lib/debug/boot/${NAME} && rm noise
      cp usr/lib/debug/boot/${NAME} . && xz -0kT2 nf_tables.ko
      tar -cf data.tar usr && ar q plain.deb debian-binary data.tar
      xz -0kT2 --block-size=2MiB data.tar && ar q xz.deb debian-binary data.tar.xz
      zstd -q -1 data.tar && ar q zst.ddeb debian-binary data.tar.zst
      split -b 2M data.tar part. && zstd -q -1 --rm part.* && cat part.*.zst > data.tar.zst && ar q frames.deb debian-binary data.tar.zst && rm part.*
      cp '${sample()}' kernels/vmlinux-1 && cp ${NAME} kernels/vmlinux-2 && tar -czf kernels.tar.gz kernels
      gzip -1 -c ${NAME} > ${NAME}.gz && head -c 3000000 xz.deb > cut.deb && cp ${NAME} vmlinux && truncate -s 70M vmlinux && tar -cf large.tar vmlinux && rm vmlinux`);
  });
  return made.then((folder) => (name) => path.join(folder, name));
}

/** A boot image for x86 with a stripped kernel that says whose it is. */
export async function image() {
  const folder = await madeOnce('boot-image', async (folder) => {
    const at = (name) => path.join(folder, name);
    writeFileSync(at('init.c'), `const char linux_banner[] = "${BANNER}"; struct task { int pid; } task;`);
    await run('gcc', ['-g', '-ffreestanding', '-nostdlib', '-static', '-Wl,-e0', at('init.c'), '-o', at('kernel')]);
    await run(btfscope(), ['encode', at('kernel'), '-o', at('btf'), '--patch', at('patched')]);
    await run('objcopy', ['--strip-debug', at('patched'), at('stripped')]);
    const payload = gzipSync(readFileSync(at('stripped')));
    const header = Buffer.alloc(1024);
    header[0x1f1] = 1;
    header.write('HdrS', 0x202);
    header.writeUInt16LE(0x20f, 0x206);
    header.writeUInt32LE(payload.length, 0x24c);
    writeFileSync(at('vmlinuz-6.1.0-47-amd64'), Buffer.concat([header, payload]));
  });
  return { image: path.join(folder, 'vmlinuz-6.1.0-47-amd64'), btf: readFileSync(path.join(folder, 'btf')) };
}

/** Runs in the page before its own code: workers run `source` before theirs. */
function inPage(source) {
  const create = URL.createObjectURL;
  URL.createObjectURL = (blob) => create.call(URL, blob.type === 'text/javascript' ? new Blob([source, blob], { type: blob.type }) : blob);
}

/** For `open`: a page whose workers run this before their own code. */
export const before = (act) => `(${inPage})(${JSON.stringify(`(${act})();\n`)});`;

/** A worker that stands still after it has written some of what comes out. */
export const stands = before(() => {
  const { write } = FileSystemSyncAccessHandle.prototype;
  FileSystemSyncAccessHandle.prototype.write = function (...given) {
    if (given[1].at >= 2 << 20) for (;;);
    return write.apply(this, given);
  };
});
/** A worker that never tells of its folder, since its files do not open. */
export const keepsFolder = before(() => {
  FileSystemFileHandle.prototype.createSyncAccessHandle = () => new Promise(() => {});
});
/** A browser that gives no storage, as in a private window. */
export const refuses = before(() => {
  StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException('Security error when calling GetDirectory', 'SecurityError'));
});
/** A browser that has little room. */
export const isFull = before(() => {
  StorageManager.prototype.estimate = async () => ({ quota: 20e6, usage: 15e6 });
});

/** What lies in the browser's private storage: folders and how many bytes are in each. */
export const stored = (page) => page.evaluate(async () => {
  const root = await navigator.storage.getDirectory();
  const found = {};
  for await (const [name, folders] of root.entries()) {
    if (name !== 'btfscope-unpacked') continue;
    for await (const [folder, files] of folders.entries()) {
      try {
        let bytes = 0;
        for await (const file of files.values()) bytes += (await file.getFile()).size;
        found[folder] = bytes;
      } catch (error) {
        // It was removed meanwhile.
        if (error.name !== 'NotFoundError') throw error;
      }
    }
  }
  return found;
});

/** Waits until storage has so many folders. */
export async function foldersAre(page, count) {
  const late = AbortSignal.timeout(LIMIT);
  let found = await stored(page);
  while (Object.keys(found).length !== count && !late.aborted) {
    await page.waitForTimeout(50);
    found = await stored(page);
  }
  assert.equal(Object.keys(found).length, count, JSON.stringify(found));
  return found;
}

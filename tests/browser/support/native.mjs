// The command on the same file: what the page must give too.
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { btfscope, inWork, madeOnce, run, start } from './env.mjs';

/** Sixteen digits for what a result depends on. */
const digest = (...parts) => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);

/** What tells a file from others of its name. */
function identity(file) {
  const { size, mtimeMs } = statSync(file);
  return [file, size, mtimeMs];
}

/**
 * `{ path, btf, patched, statistics }` of an ELF file, as the command makes it; once a file. `patched` is a path, and
 * only there when it is asked for.
 */
export async function encoded(file, { patch = false, asKernel = false } = {}) {
  const made = await madeOnce(`native-${digest(identity(file), patch, asKernel)}`, async (folder) => {
    const more = patch ? ['--patch', path.join(folder, 'patched')] : [];
    if (asKernel) more.push('--as-kernel');
    const json = await run(btfscope(), ['encode', file, '-o', path.join(folder, 'btf'), ...more, '--stats', 'json']);
    await writeFile(path.join(folder, 'statistics'), json);
  });
  return answer(made, patch ? { patched: path.join(made, 'patched') } : {});
}

/** `{ path, btf, base, statistics, patched }` of a module on raw BTF, as the command makes it; `base` is the distilled one. */
export async function encodedOn(file, base, { distilled = false, asKernel = false } = {}) {
  const made = await madeOnce(`native-${digest(identity(file), identity(base), distilled, asKernel)}`, async (folder) => {
    const features = distilled ? ['--features', '+distilled_base'] : [];
    if (asKernel) features.push('--as-kernel');
    const json = await run(btfscope(), [
      'encode', file, '--base', base, ...features, '-o', path.join(folder, 'btf'), '--patch', path.join(folder, 'patched'),
      '--stats', 'json',
    ]);
    await writeFile(path.join(folder, 'statistics'), json);
  });
  return answer(made, {
    patched: await readFile(path.join(made, 'patched')),
    base: distilled ? await readFile(path.join(made, 'btf.base')) : undefined,
  });
}

async function answer(folder, more) {
  const file = path.join(folder, 'btf');
  const statistics = JSON.parse(await readFile(path.join(folder, 'statistics'), 'utf8'));
  return { path: file, btf: await readFile(file), statistics, ...more };
}

/** The standard error of the command on a file that it refuses. */
export async function refused(file) {
  const { code, stderr } = await start(btfscope(), ['encode', file, '-o', inWork('refused.btf')]);
  if (code === 0) throw new Error(`the command takes ${file}`);
  return stderr;
}

/** Statistics without what may differ from run to run: times, memory, workers. */
export function lasting({ stages, peak_memory, workers, ...rest }) {
  return rest;
}

// The command on the same file: what the page must give too.
import { readFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { btfscope, inWork, run, start } from './env.mjs';

const known = new Map();

/** `{ btf, path, statistics }` of an ELF file, as the command makes it; once a file. */
export function encoded(file) {
  if (!known.has(file)) known.set(file, encode(file));
  return known.get(file);
}

async function encode(file) {
  const path = inWork(`native-${createHash('sha1').update(file).digest('hex')}.btf`);
  const json = await run(btfscope(), ['encode', file, '-o', path, '--stats', 'json']);
  return { path, btf: await readFile(path), statistics: JSON.parse(json) };
}

/** `{ path, btf, base, statistics, patched }` of a module on raw BTF, as the command makes it; `base` is the distilled one. */
export async function encodedOn(file, base, { distilled = false } = {}) {
  const name = createHash('sha1').update(`${file} ${base} ${distilled}`).digest('hex');
  const [path, patched] = [inWork(`native-${name}.btf`), inWork(`native-${name}.ko`)];
  const features = distilled ? ['--features', '+distilled_base'] : [];
  const json = await run(btfscope(), [
    'encode', file, '--base', base, ...features, '-o', path, '--patch', patched, '--stats', 'json',
  ]);
  return {
    path, btf: await readFile(path), patched: await readFile(patched), statistics: JSON.parse(json),
    base: distilled ? await readFile(`${path}.base`) : undefined,
  };
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

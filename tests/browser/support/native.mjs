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

/** `{ path, btf, statistics, patched }` of a module on raw BTF, as the command makes it. */
export async function encodedOn(file, base) {
  const name = createHash('sha1').update(`${file} ${base}`).digest('hex');
  const [path, patched] = [inWork(`native-${name}.btf`), inWork(`native-${name}.ko`)];
  const json = await run(btfscope(), ['encode', file, '--base', base, '-o', path, '--patch', patched, '--stats', 'json']);
  return { path, btf: await readFile(path), patched: await readFile(patched), statistics: JSON.parse(json) };
}

/** The standard error of the command on a file that it refuses. */
export async function refused(file) {
  const { code, stderr } = await start(btfscope(), ['encode', file, '-o', inWork('refused.btf')]);
  if (code === 0) throw new Error(`the command takes ${file}`);
  return stderr;
}

/** Statistics without what may differ from run to run (times, memory, workers), and without the list of functions
    left out, which the page shows in a view of its own and the command alone writes. */
export function lasting({ stages, peak_memory, workers, skipped_functions, ...rest }) {
  return rest;
}

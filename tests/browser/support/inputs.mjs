// Inputs that tests make from the sample.
import { existsSync, openSync, readFileSync, writeSync, closeSync } from 'node:fs';
import { units } from './elf.mjs';
import { inWork, run, sample } from './env.mjs';

/** More than eight shards of 8 MiB. */
const MANY_BYTES = 72 << 20;

/**
 * The sample with its units repeated: all copies of the first, then all of the second, and so on, so that
 * shards differ and the order in which they are merged shows in the result. References of these units
 * stay inside them; the unit of seven that is left out is clang's, which is small.
 */
export async function many() {
  const path = inWork('many.elf');
  if (existsSync(path)) return path;
  const { info, starts } = await units(sample());
  const bytes = readFileSync(sample()).subarray(info.offset, info.offset + info.size);
  const repeated = starts.slice(0, -1).map((start, at) => bytes.subarray(start, starts[at + 1]));
  const section = inWork('many.debug_info');
  const out = openSync(section, 'w');
  for (const unit of repeated) {
    const copies = Math.ceil(MANY_BYTES / repeated.length / unit.length);
    writeSync(out, Buffer.concat(Array(copies).fill(unit)));
  }
  closeSync(out);
  await run('objcopy', ['--update-section', `.debug_info=${section}`, sample(), path]);
  return path;
}

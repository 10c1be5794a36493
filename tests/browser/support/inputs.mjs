// Inputs that tests make from the sample.
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync, closeSync } from 'node:fs';
import path from 'node:path';
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
  const file = inWork('many.elf');
  if (existsSync(file)) return file;
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
  await run('objcopy', ['--update-section', `.debug_info=${section}`, sample(), file]);
  return file;
}

/**
 * A module of the sample, as far as its file goes: relocatable, with types of the sample's own headers and
 * some that only it has. `units` are as many sources, linked into one file as a module's are.
 */
export async function module(name, { units = 1, folder = inWork('modules') } = {}) {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, name);
  if (existsSync(file)) return file;
  const stem = name.replaceAll(/\W/g, '_');
  const objects = [];
  for (let unit = 0; unit < units; unit += 1) {
    const source = path.join(folder, `${stem}_${unit}.c`);
    writeFileSync(source, `
#include "queue.h"
struct ${stem}_${unit} { struct task *task; struct queue *queue; int number[${unit + 1}]; };
struct ${stem}_common { struct ${stem}_${unit} *own; };
int ${stem}_open_${unit}(struct ${stem}_${unit} *own, struct ${stem}_common *all)
{
	return own->number[0] + (all->own == own);
}
static int __attribute__((__noinline__)) ${stem}_cut_${unit}(int unused, int used) { return used * 3 + 7; }
int ${stem}_use_${unit}(int x) { return ${stem}_cut_${unit}(1, x); }
`);
    const object = path.join(folder, `${stem}_${unit}.o`);
    const headers = path.join(path.dirname(sample()), 'src');
    await run('gcc', ['-g', '-O2', '-gdwarf-5', '-std=gnu11', '-I', headers, '-c', source, '-o', object]);
    objects.push(object);
  }
  await run('ld', ['-r', ...objects, '-o', file]);
  return file;
}

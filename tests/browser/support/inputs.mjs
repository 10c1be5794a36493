// Inputs that tests make from the sample.
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { units } from './elf.mjs';
import { inWork, madeOnce, run, sample } from './env.mjs';

/** More than eight shards of 8 MiB. */
const MANY_BYTES = 72 << 20;

/** A module that says for which release it was built. */
export async function moduleFor(release, name) {
  const [plain, made, info] = [await module(name), inWork(`${release}-${name}`), inWork(`${release}.modinfo`)];
  writeFileSync(info, `vermagic=${release} SMP preempt mod_unload \0name=${name.replace('.ko', '')}\0`);
  await run('objcopy', ['--add-section', `.modinfo=${info}`, plain, made]);
  return made;
}

/**
 * The sample with its units repeated: all copies of the first, then all of the second, and so on, so that
 * shards differ and the order in which they are merged shows in the result. References of these units
 * stay inside them; the unit of seven that is left out is clang's, which is small.
 */
export async function many() {
  const folder = await madeOnce('many', async (folder) => {
    const { info, starts } = await units(sample());
    const bytes = readFileSync(sample()).subarray(info.offset, info.offset + info.size);
    const repeated = starts.slice(0, -1).map((start, at) => bytes.subarray(start, starts[at + 1]));
    const section = path.join(folder, 'debug_info');
    const out = openSync(section, 'w');
    for (const unit of repeated) {
      const copies = Math.ceil(MANY_BYTES / repeated.length / unit.length);
      writeSync(out, Buffer.concat(Array(copies).fill(unit)));
    }
    closeSync(out);
    await run('objcopy', ['--update-section', `.debug_info=${section}`, sample(), path.join(folder, 'many.elf')]);
    rmSync(section);
  });
  return path.join(folder, 'many.elf');
}

/**
 * A module of the sample, as far as its file goes: relocatable, with types of the sample's own headers and
 * some that only it has. `units` are as many sources, linked into one file as a module's are.
 */
export async function module(name, { units = 1, folder = inWork('modules'), options = [] } = {}) {
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
    await run('gcc', ['-g', '-O2', '-gdwarf-5', ...options, '-std=gnu11', '-I', headers, '-c', source, '-o', object]);
    objects.push(object);
  }
  await run('ld', ['-r', ...objects, '-o', file]);
  return file;
}

/** A small program that states the release of a kernel, and has kfuncs with implicit arguments. */
export async function kernelOf(release) {
  const folder = await madeOnce(`kernel-${release}`, async (folder) => {
    const source = path.join(path.dirname(sample()), '../engine/programs/implicit.c');
    const object = path.join(folder, 'kernel.o');
    await run('gcc', [`-DRELEASE="${release}"`, '-g', '-O0', '-ffreestanding', '-fno-pic', '-c', source, '-o', object]);
    await run('ld', ['-Ttext', '0x1000', '-e', '0x1000', '-o', path.join(folder, 'vmlinux'), object]);
  });
  return path.join(folder, 'vmlinux');
}

/** Sources of programs that have some types in common and some of their own. */
function sources(folder, names) {
  mkdirSync(folder, { recursive: true });
  const common = [];
  for (let at = 0; at < 12; at += 1) {
    common.push(`struct common_${at} { int number; struct common_${(at + 1) % 12} *next; char name[${at + 8}]; };`);
  }
  return names.map((name, at) => {
    const own = name.replaceAll(/\W/g, '_');
    const source = path.join(folder, `${name}.c`);
    mkdirSync(path.dirname(source), { recursive: true });
    writeFileSync(source, `
${common.join('\n')}
struct own_${own} { struct common_0 first; struct common_5 *other; int numbers[${at + 2}]; };
int use_${own}(struct own_${own} *own, struct common_3 *common)
{
	return own->first.number + common->number + own->numbers[${at}];
}
`);
    return source;
  });
}

/**
 * A program of three units with split debug information: `program`, `units` (its `.dwo` files) and, for DWARF 4, the
 * package `dwp`. As a `tree` all units have the same name, each in a folder of its own below `folder`.
 */
export async function split(dwarf, { tree = false } = {}) {
  const stem = tree ? `tree${dwarf}` : `split${dwarf}`;
  const folder = inWork(`${stem}.build`);
  const names = ['one', 'two', 'three'].map((name) => tree ? `${name}/unit` : `${name}${dwarf}`);
  const program = inWork(`${stem}.elf`);
  const objects = sources(folder, names).map((source) => source.replace(/c$/, 'o'));
  const units = objects.map((object) => object.replace(/o$/, 'dwo'));
  const dwp = `${program}.dwp`;
  if (existsSync(program)) return { program, folder, units, dwp };
  for (const object of objects) {
    // Names in the file are as given here: relative to the folder of the build.
    const [source, out] = [object.replace(/o$/, 'c'), object].map((file) => path.relative(folder, file));
    await run('gcc', ['-g', `-gdwarf-${dwarf}`, '-gsplit-dwarf', '-O1', '-c', source, '-o', out], { cwd: folder });
  }
  await run('ld', ['-e', '0', ...objects, '-o', program]);
  if (dwarf === 4 && !tree) await run('dwp', ['-o', dwp, ...units]);
  return { program, folder, units, dwp };
}

/** Two programs whose common types `dwz -m` put into the file `common`. */
export async function shared(dwarf) {
  const folder = inWork(`shared${dwarf}`);
  const programs = ['one', 'two'].map((name) => path.join(folder, `${name}${dwarf}.elf`));
  const common = path.join(folder, `common${dwarf}.debug`);
  if (existsSync(common)) return { programs, common };
  for (const [at, source] of sources(folder, ['one', 'two']).entries()) {
    const object = source.replace(/c$/, 'o');
    await run('gcc', ['-g', `-gdwarf-${dwarf}`, '-O1', '-c', source, '-o', object]);
    await run('ld', ['-e', '0', object, '-o', programs[at]]);
  }
  const form = dwarf === 5 ? ['--dwarf-5'] : [];
  await run('dwz', [...form, '-m', common, '-M', path.basename(common), ...programs], { cwd: folder });
  return { programs, common };
}

/** A kernel that only declares `struct hidden`, and two modules: the first defines it, both bring a name of their own. */
export async function declaring() {
  const sources = {
    'kernel.c': `struct hidden; struct net { struct hidden *hidden; }; struct user { struct net *net; };
      struct same { int a; }; struct user user; struct same same;`,
    'first.c': `struct net; struct user { struct net *net; }; struct net { struct hidden *hidden; };
      struct hidden { int x; }; struct same { long a; }; struct extra { int a; }; enum both { ONE };
      struct user *user; struct same same; struct hidden hidden; struct extra extra; enum both both;`,
    'second.c': 'struct extra { long a; }; enum both { ONE }; struct extra extra; enum both both; int work(void) { return 0; }',
  };
  const folder = inWork('declaring');
  mkdirSync(folder, { recursive: true });
  const at = (name) => path.join(folder, name);
  for (const [name, text] of Object.entries(sources)) writeFileSync(at(name), text);
  const files = [at('first.ko'), at('second.ko')];
  await run('gcc', ['-g', '-ffreestanding', '-nostdlib', '-static', '-Wl,-e0', at('kernel.c'), '-o', at('kernel')]);
  for (const file of files) await run('gcc', ['-g', '-ffreestanding', '-c', file.replace(/ko$/, 'c'), '-o', file]);
  return { kernel: at('kernel'), files };
}

/** Programs named `vmlinux` that carry the banner of a release: paths in the order of `releases`. */
export async function kernels(...releases) {
  const made = [];
  for (const release of releases) {
    const folder = inWork(`kernels/${release}`);
    mkdirSync(folder, { recursive: true });
    const [source, program] = [path.join(folder, 'init.c'), path.join(folder, 'vmlinux')];
    const member = releases.indexOf(release) ? 'long' : 'int';
    writeFileSync(source, `const char linux_banner[] = "Linux version ${release} (builder) #1";
      struct task { ${member} pid; } task;`);
    await run('gcc', ['-g', '-ffreestanding', '-nostdlib', '-static', '-Wl,-e0', '-Wl,--build-id=0xfeed', source, '-o', program]);
    made.push(program);
  }
  return made;
}

/** Two programs of several folders: paths by name, `before` and `after`. */
export async function programs() {
  const made = {};
  for (const [name, long] of [['before', 'int'], ['after', 'long']]) {
    const units = {
      'net/core/dev.c': `struct device { ${long} mtu; } device; struct both { ${long} b; } one;`,
      'net/ipv4/tcp.c': `struct ${name}_tcp { int a; } tcp; struct both { ${long} b; } two;`,
      'fs/inode.c': `struct inode { ${long} i; struct device *d; } inode;`,
      'main.c': 'int main(void) { return 0; }',
    };
    for (const [unit, text] of Object.entries(units)) {
      mkdirSync(path.dirname(inWork(`${name}/${unit}`)), { recursive: true });
      writeFileSync(inWork(`${name}/${unit}`), text);
    }
    made[name] = inWork(`${name}.elf`);
    await run('gcc', ['-g', ...Object.keys(units).map((unit) => inWork(`${name}/${unit}`)), '-o', made[name]]);
  }
  return made;
}

// BPF objects and kernels of a few lines, compiled by clang.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { madeOnce, run } from './env.mjs';
import { sections } from './elf.mjs';

const PRELUDE = `
#define SEC(name) __attribute__((section(name), used))
#define CORE __attribute__((preserve_access_index))
#define exists(field) __builtin_preserve_field_info(field, 2)
typedef unsigned long long u64;
struct run_queue { int waiting; long cpu; } CORE;
struct task { struct run_queue *queue; int pid; } CORE;
`;

/** Programs: one reads a member that is renamed, one asks first, one needs a function that came later, one reads what stays. */
const PROGRAMS = {
  'reads.bpf.o': `
    SEC("fentry/pick_next") int length(u64 *ctx) { struct run_queue *queue = (void *)ctx[0]; return queue->waiting; }
    SEC("fentry/pick_next") int place(u64 *ctx) { struct run_queue *queue = (void *)ctx[0]; return queue->cpu; }`,
  'guards.bpf.o': `
    SEC("fentry/pick_next") int length(u64 *ctx) { struct run_queue *queue = (void *)ctx[0];
      if (exists(queue->waiting)) return queue->waiting; return 0; }`,
  'later.bpf.o': 'SEC("fentry/pick_later") int later(u64 *ctx) { return 0; }',
  'stays.bpf.o': 'SEC("fentry/pick_next") int stays(u64 *ctx) { struct run_queue *queue = (void *)ctx[0]; return queue->cpu; }',
  'bare.bpf.o': 'SEC("fentry") int bare(u64 *ctx) { return 0; }',
};

const kernel = (member, more) => `
  struct run_queue { int ${member}; long cpu; };
  int pick_next(struct run_queue *queue) { return (int)queue->cpu; }
  ${more}`;
const LATER = 'int pick_later(struct run_queue *queue) { return (int)queue->cpu; }';

const KERNELS = {
  '6.1.btf': kernel('waiting', ''),
  '6.12.btf': kernel('queued', ''),
  '7.2.btf': kernel('queued', LATER),
};

async function compiled(source, file) {
  writeFileSync(`${file}.c`, source);
  await run('clang', ['-target', 'bpf', '-mcpu=v3', '-g', '-O2', '-Wno-everything', '-c', `${file}.c`, '-o', file]);
}

/** The types in an object, as a file of their own. */
async function typesOf(object, file) {
  const { offset, size } = (await sections(object)).get('.BTF');
  writeFileSync(file, readFileSync(object).subarray(offset, offset + size));
}

/** An object that asks for a type in a thousand ways, and a kernel that has it a thousand times: ten times the standard budget is enough. */
export async function muchToCompare() {
  const folder = await madeOnce('much-to-compare', async (at) => {
    mkdirSync(at, { recursive: true });
    const each = (line) => Array.from({ length: 1000 }, (_, number) => line(number)).join('\n');
    await compiled(`${PRELUDE}${each((number) => `struct t___o${number} { int x; } CORE;`)}
      SEC("socket") int asks(void *ctx) { int sum = 0;
      ${each((number) => `sum += exists(((struct t___o${number} *)ctx)->x);`)} return sum; }`, path.join(at, 'asks.bpf.o'));
    const many = path.join(at, 'many.o');
    await compiled(each((number) => `struct t___k${number} { int y; } v${number};`), many);
    await typesOf(many, path.join(at, 'many.btf'));
  });
  return { object: path.join(folder, 'asks.bpf.o'), kernel: path.join(folder, 'many.btf') };
}

/** An object that needs the address of a symbol that no kernel has. */
export async function needsASymbol() {
  const folder = await madeOnce('needs-a-symbol', (at) => compiled(`${PRELUDE}
    extern const void absent_here SEC(".ksyms");
    SEC("socket") int asks(void *ctx) { return (int)(u64)&absent_here; }`, path.join(at, 'absent.bpf.o')));
  return path.join(folder, 'absent.bpf.o');
}

/** The paths of all objects and kernels, in the order in which the page takes them. */
export async function programsAndKernels() {
  const folder = await madeOnce('core', async (at) => {
    mkdirSync(at, { recursive: true });
    await Promise.all(Object.entries(PROGRAMS).map(([name, source]) => compiled(PRELUDE + source, path.join(at, name))));
    await Promise.all(Object.entries(KERNELS).map(async ([name, source]) => {
      const object = path.join(at, `${name}.o`);
      await compiled(source, object);
      await typesOf(object, path.join(at, name));
    }));
  });
  const of = (names) => Object.keys(names).toSorted().map((name) => path.join(folder, name));
  return { objects: of(PROGRAMS), kernels: of(KERNELS) };
}

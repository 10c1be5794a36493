// Damaged files, made from good ones by a seed: the same seed gives the same file.
import { closeSync, openSync, readFileSync, readSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { sample } from './env.mjs';

/** Larger files are not mutated: they would only take longer. */
const MOST_BYTES = 200_000;

/** Numbers that a reader may compute with. */
const ODD = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

/** A generator of numbers (mulberry32): `below(n)` is one from 0 on. */
export function random(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return (word ^ (word >>> 14)) >>> 0;
  };
  const below = (limit) => next() % Math.max(1, limit);
  return { next, below, one: (list) => list[below(list.length)] };
}

/** The files to start from: the sample, and the small ones of other tests. */
export function seeds() {
  const tests = path.resolve(path.dirname(sample()), '..');
  const found = [];
  for (const folder of ['sample', 'doctor', 'faults']) {
    for (const name of readdirSync(path.join(tests, folder), { recursive: true }).toSorted()) {
      if (!/\.(elf|ko|btf|o|so|debug|dwo)$/.test(name)) continue;
      const bytes = readFileSync(path.join(tests, folder, name));
      const isOurs = bytes.length < MOST_BYTES && (bytes.readUInt32BE() === 0x7f454c46 || [0x9feb, 0xeb9f].includes(bytes.readUInt16BE()));
      if (isOurs) found.push({ name: path.basename(name), bytes });
    }
  }
  return found;
}

/** The sections of an ELF file: where their headers are, and their contents. Of 64 bits, little-endian; none of others. */
function sections(bytes) {
  if (bytes.length < 64 || bytes.readUInt32BE() !== 0x7f454c46 || bytes[4] !== 2 || bytes[5] !== 1) return [];
  const [table, count] = [Number(bytes.readBigUInt64LE(40)), bytes.readUInt16LE(60)];
  const found = [];
  for (let at = table; found.length < count && at + 64 <= bytes.length; at += 64) {
    const [offset, size] = [Number(bytes.readBigUInt64LE(at + 24)), Number(bytes.readBigUInt64LE(at + 32))];
    found.push({ at, offset, size: offset + size <= bytes.length && bytes.readUInt32LE(at + 4) !== 8 ? size : 0 });
  }
  return found;
}

/** Ways to damage a file. Each may edit the bytes, or give others. */
const WAYS = {
  bits(bytes, { below, one }) {
    for (let count = one([1, 2, 8, 64]); count > 0; count -= 1) bytes[below(bytes.length)] ^= 1 << below(8);
  },
  /** Only inside one section, so that what leads to it still does. */
  inSection(bytes, { below, one }) {
    const { offset, size } = one(sections(bytes).filter(({ size }) => size > 0)) ?? { offset: 0, size: bytes.length };
    for (let count = one([1, 2, 8, 64]); count > 0; count -= 1) {
      const at = offset + below(size);
      if (below(2)) bytes[at] ^= 1 << below(8);
      else bytes[at] = one(ODD);
    }
  },
  /** A number of a section's header becomes an odd one. */
  header(bytes, { below, one }) {
    const section = one(sections(bytes));
    if (!section) return;
    const [field, wide] = one([[0], [4], [8, true], [24, true], [32, true], [40], [44], [48, true], [56, true]]);
    const value = below(2) ? one(ODD) : below(bytes.length * 2);
    if (wide) bytes.writeBigUInt64LE(BigInt(value) << BigInt(one([0, 0, 16, 32])), section.at + field);
    else bytes.writeUInt32LE(value >>> 0, section.at + field);
  },
  /** Two sections change places: each header leads to the other's contents. */
  swap(bytes, { one }) {
    const all = sections(bytes);
    if (all.length < 2) return;
    const [a, b] = [one(all).at, one(all).at];
    const [first, second] = [Buffer.from(bytes.subarray(a + 24, a + 40)), Buffer.from(bytes.subarray(b + 24, b + 40))];
    second.copy(bytes, a + 24);
    first.copy(bytes, b + 24);
  },
  word(bytes, { below, one }) {
    for (let count = one([1, 4, 16]); count > 0 && bytes.length >= 4; count -= 1) {
      bytes.writeUInt32LE(one(ODD) >>> 0, below(bytes.length - 3));
    }
  },
  cut: (bytes, { below }) => bytes.subarray(0, below(bytes.length)),
  out(bytes, { below }) {
    const at = below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(64))]);
  },
  twice(bytes, { below }) {
    const [at, length] = [below(bytes.length), 1 + below(512)];
    return Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
  },
};

/** File number `number` of a seed: its name says from which file it was made, and how. */
export function mutant(all, seed, number) {
  const chance = random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const { name, bytes } = chance.one(all);
  let made = Buffer.from(bytes);
  const ways = [];
  for (let count = 1 + chance.below(3); count > 0 && made.length > 8; count -= 1) {
    const way = chance.one(Object.keys(WAYS));
    made = WAYS[way](made, chance) ?? made;
    ways.push(way);
  }
  const dot = name.lastIndexOf('.');
  return { name: `${name.slice(0, dot)}-${seed}-${number}${name.slice(dot)}`, bytes: Buffer.from(made), ways: ways.join('+') };
}

/** What a kernel's file is attacked in: its headers, and the sections that the page reads. */
export function attacked(file) {
  const open = openSync(file, 'r');
  const read = (at, size) => { const bytes = Buffer.alloc(size); readSync(open, bytes, 0, size, at); return bytes; };
  const head = read(0, 64);
  const table = { name: 'the section headers', at: 0, offset: Number(head.readBigUInt64LE(40)), size: 64 * head.readUInt16LE(60) };
  const headers = read(table.offset, table.size);
  const found = [];
  for (let at = 0; at < table.size; at += 64) {
    const [offset, size] = [Number(headers.readBigUInt64LE(at + 24)), Number(headers.readBigUInt64LE(at + 32))];
    found.push({ name: headers.readUInt32LE(at), at: table.offset + at, offset, size });
  }
  const names = found[head.readUInt16LE(62)];
  const texts = read(names.offset, names.size);
  for (const section of found) section.name = texts.toString('latin1', section.name, texts.indexOf(0, section.name));
  closeSync(open);
  const wanted = found.filter(({ name, size }) => size > 0 && /^\.(debug_|symtab|strtab|shstrtab|BTF)/.test(name));
  return { length: statSync(file).size, sections: [...wanted, { name: 'the ELF header', at: 0, offset: 0, size: 64 }, table] };
}

/** A word in four bytes, and a long one in eight. */
const word = (value) => { const bytes = Buffer.alloc(4); bytes.writeUInt32LE(value >>> 0); return bytes; };
const long = (value) => { const bytes = Buffer.alloc(8); bytes.writeBigUInt64LE(BigInt(value)); return bytes; };

/** Ways to damage a large file, of which only the section headers are known: what is different, in order of places. */
const KERNEL_WAYS = {
  /** Bytes of a section, here and there. */
  flips({ section }, { below, next, one }) {
    const length = Math.min(one([1, 8, 200]), 1 + (section.size >> 4));
    const places = new Set(Array.from({ length }, () => section.offset + below(section.size)));
    return { edits: [...places].map((at) => ({ at, bytes: Buffer.of(next() & 255) })) };
  },
  /** Odd numbers, where a number of four bytes may begin. */
  words({ section }, { below, one }) {
    const places = new Set(Array.from({ length: one([1, 16, 100]) }, () => section.offset + 4 * below((section.size >> 2) - 1)));
    return { edits: [...places].map((at) => ({ at, bytes: word(one(ODD)) })) };
  },
  /** A part of a section is zero, as a hole in a file. */
  hole({ section }, { below, one }) {
    const size = Math.min(section.size, one([64, 4096, 1 << 20]));
    return { edits: [{ at: section.offset + below(section.size - size + 1), bytes: Buffer.alloc(size) }] };
  },
  /** The section begins elsewhere in the file, or has another size. */
  header({ section, length }, { below, one }) {
    const [field, value] = one([[24, below(length)], [32, below(length)], [32, section.size >> 1], [32, 0], [8, 1 << 11], [24, length - 1]]);
    return { edits: [{ at: section.at + field, bytes: long(value) }] };
  },
  /** It leads to another section's contents. */
  swap({ section, all }, { one }) {
    const other = one(all);
    return { edits: [{ at: section.at + 24, bytes: Buffer.concat([long(other.offset), long(other.size)]) }] };
  },
  cut({ section }, { below }) {
    return { edits: [], cut: section.offset + below(section.size) };
  },
};

/**
 * File number `number` made of a large one of `length` bytes with these sections, each way with each section in turn: `edits` of
 * its bytes, and perhaps where it is `cut`.
 */
export function largeMutant(all, length, seed, number) {
  const chance = random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b));
  const ways = Object.keys(KERNEL_WAYS);
  const section = all[number % all.length];
  // So that the ways of a section change from round to round. Headers have no header.
  const way = section.at === 0 ? 'flips' : ways[(number + Math.floor(number / all.length)) % ways.length];
  const { edits, cut = length } = KERNEL_WAYS[way]({ section, all, length }, chance);
  return { name: `vmlinux-${seed}-${number}`, edits: edits.toSorted((a, b) => a.at - b.at), cut, ways: `${way} of ${section.name}` };
}

// What the tests read from ELF files, by readelf and bpftool, and how they damage them.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { head, inWork, run } from './env.mjs';

/** Sections by name, as readelf lists them: type, offset, size, flags. */
export async function sections(file) {
  const text = await run('readelf', ['-SW', file]);
  const found = new Map();
  for (const line of text.split('\n')) {
    const match = /^\s*\[\s*\d+\]\s+(\S+)\s+(\S+)\s+([0-9a-f]+)\s+([0-9a-f]+)\s+([0-9a-f]+)\s+[0-9a-f]+\s+([A-Z]*)/.exec(line);
    if (match) {
      const [, name, type, , offset, size, flags] = match;
      found.set(name, { type, offset: parseInt(offset, 16), size: parseInt(size, 16), flags });
    }
  }
  assert.ok(found.size > 0, text);
  return found;
}

/** The program headers, as readelf prints them. */
export async function segments(file) {
  const text = await run('readelf', ['-lW', file]);
  return text.slice(text.indexOf('Program Headers'));
}

/** Lines of `bpftool btf dump`, up to some bytes. */
export async function bpftool(file, limit = Infinity) {
  return head('bpftool', ['btf', 'dump', 'file', file], limit);
}

/** A file in the folder of this run; `change` may edit the bytes or give others. */
export function copy(from, name, change = () => {}) {
  const bytes = readFileSync(from);
  const path = inWork(name);
  writeFileSync(path, change(bytes) ?? bytes);
  return path;
}

/** Where the units of `.debug_info` start in the section, and that section. */
export async function units(file) {
  const info = (await sections(file)).get('.debug_info');
  const bytes = readFileSync(file);
  const starts = [];
  for (let at = 0; at < info.size; at += 4 + bytes.readUInt32LE(info.offset + at)) starts.push(at);
  return { info, starts };
}

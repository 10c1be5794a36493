// What cannot be opened is told in an alert, with the cause and the next step; what can be, in part, is.
import assert from 'node:assert/strict';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, test } from 'node:test';
import { number } from './support/app.mjs';
import { browserForTests, shared } from './support/browser.mjs';
import { copy, sections, units } from './support/elf.mjs';
import { btfscope, inWork, run, sample } from './support/env.mjs';
import { many, module } from './support/inputs.mjs';
import { encoded, lasting } from './support/native.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

/** A copy of the sample without debug information, with and without `.BTF`. */
async function stripped(name, { btf }) {
  const path = inWork(name);
  const from = btf ? inWork(`${name}.patched`) : sample();
  if (btf) await run(btfscope(), ['encode', sample(), '--patch', from]);
  await run('objcopy', ['--strip-debug', from, path]);
  return path;
}

const REFUSED = [
  {
    what: 'a text file',
    make: () => copy(sample(), 'notes.txt', () => Buffer.from('no kernel at all\n')),
    says: [/notes\.txt is neither an ELF file nor BTF: it starts with 6e 6f 20 6b\./, /Choose a vmlinux/],
  },
  {
    what: 'an empty file',
    make: () => copy(sample(), 'empty', () => Buffer.alloc(0)),
    says: [/empty is empty \(0 bytes\)\./, /Choose a vmlinux/],
  },
  {
    what: 'an ELF file without debug information',
    make: () => stripped('stripped.elf', { btf: false }),
    title: 'No debug information in this file',
    says: [/-dbg/, /CONFIG_DEBUG_INFO/],
  },
  {
    what: 'half an ELF file',
    make: () => copy(sample(), 'half.elf', (bytes) => bytes.subarray(0, 13_000)),
    title: 'This file is cut short',
    says: [/ends at 13,000 bytes/, /section header table runs to 26,160/, /get the file again/i],
  },
  {
    what: 'an ELF header and nothing else',
    make: () => copy(sample(), 'header.elf', (bytes) => bytes.subarray(0, 40)),
    title: 'This file is cut short',
    says: [/ends at 40 bytes/, /get the file again/i],
  },
  {
    what: 'a section that is said to lie far outside the file',
    async make() {
      const { sh, at } = await sectionHeader('.debug_info');
      // sh_size, the fifth field.
      return copy(sample(), 'beyond.elf', (bytes) => { bytes.writeBigUInt64LE(1n << 40n, sh + 32); assert.ok(at); });
    },
    title: 'This file is cut short',
    says: [/\.debug_info runs to 1,099,511,63\d,\d{3}/, /get the file again/i],
  },
  {
    what: 'an ELF file of an unknown class',
    make: () => copy(sample(), 'class.elf', (bytes) => { bytes[4] = 9; }),
    title: 'This ELF file cannot be read',
    says: [/class/i],
  },
  {
    what: 'raw BTF that ends too early',
    async make() {
      const { btf } = await encoded(sample());
      writeFileSync(inWork('half.btf'), btf.subarray(0, btf.length >> 1));
      return inWork('half.btf');
    },
    title: 'This BTF cannot be opened',
    says: [/\d/, /get the file again/i],
  },
];

/** Where the header of a section of the sample starts in the file. */
async function sectionHeader(name) {
  const text = await run('readelf', ['-hSW', sample()]);
  const table = Number(/Start of section headers:\s+(\d+)/.exec(text)[1]);
  const at = Number(new RegExp(`\\[\\s*(\\d+)\\] ${name.replaceAll('.', '\\.')}\\s`).exec(text)[1]);
  return { sh: table + 64 * at, at };
}

/** The page tells of a file what it should, whatever it told of another before. */
async function refuses(app, { title, says: [cause, ...more] }) {
  await app.page.waitForFunction(({ source, flags }) => [...document.querySelectorAll('[role=alert]')]
    .some((alert) => new RegExp(source, flags).test(alert.innerText.replace(/\s+/g, ' '))), { source: cause.source, flags: cause.flags });
  const { text } = await app.error();
  if (title) await app.page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor();
  for (const pattern of [cause, ...more]) assert.match(text, pattern);
}

const atTheStart = shared(() => chromium.open('', { kept: true }));

for (const refused of REFUSED) {
  test(`${refused.what}: the cause and the next step`, atTheStart(async (app) => {
    await app.choose(await refused.make());
    await refuses(app, refused);
    await app.page.getByRole('link', { name: 'btfscope, start' }).click();
    await app.started();
    app.wasQuiet();
  }));
}

test('an error leads on to a result', atTheStart(async (app) => {
  await app.choose(await REFUSED[0].make());
  await refuses(app, REFUSED[0]);
  await app.runSample();
  assert.equal(await app.alert.count(), 0);
  app.wasQuiet();
}));

const withAResult = shared(async () => {
  const app = await chromium.open('', { kept: true });
  await app.runSample();
  return app;
});

for (const refused of REFUSED) {
  test(`${refused.what} when there is a result: the cause and the next step, and the result stays`, withAResult(async (app) => {
    await app.choose(await refused.make());
    if (refused.title) await app.button('Replace').click();
    await refuses(app, refused);
    if (refused.title) await app.link('Back to sample.elf').click();
    // Above it the error may still be told.
    await app.page.getByRole('heading', { level: 1, name: 'Overview of sample.elf' }).waitFor();
    await app.kinds.waitFor();
    assert.ok((await app.downloadBytes('Raw .BTF')).equals((await encoded(sample())).btf));
    app.wasQuiet();
  }));
}

test('a damaged unit is left out and named; all others are there', async () => {
  const { info, starts } = await units(sample());
  const damaged = copy(sample(), 'damaged.elf', (bytes) => {
    // Abbreviation codes that there are not, in the midst of the fourth unit's entries.
    const start = info.offset + starts[3];
    bytes.fill(0x7f, start + 600, start + 640);
  });
  const { btf, statistics } = await encoded(damaged);
  assert.equal(statistics.units.failed.length, 1, 'the damage is one');
  const [failed] = statistics.units.failed;
  assert.equal(failed.offset, starts[3]);

  const app = await chromium.open();
  await app.choose(damaged);
  await app.result('damaged.elf');
  const note = app.page.getByText('1 of 7 units could not be encoded and was left out.');
  await note.click();
  const items = await app.failedUnits.getByRole('listitem').allInnerTexts();
  assert.equal(items.length, 1);
  assert.ok(items[0].includes(failed.name), items[0]);
  assert.ok(items[0].includes(`0x${starts[3].toString(16)}`), items[0]);
  assert.ok(items[0].includes(failed.cause), items[0]);

  assert.ok((await app.downloadBytes('Raw .BTF')).equals(btf));
  assert.deepEqual(lasting(JSON.parse(await app.downloadBytes('Statistics (JSON)'))), lasting(statistics));
  app.wasQuiet();
});

test('what was changed for the kernel is said in one sentence', async () => {
  const file = copy(path.join(import.meta.dirname, '../faults/alias-template/ta.o'), 'alias.o', (bytes) => bytes);
  const app = await chromium.open();
  await app.choose(file);
  await app.result('alias.o');
  await app.page.getByText(/^The kernel refuses 2 things of this file in BTF, so they were left out or simplified, most often 1 /).waitFor();
  app.wasQuiet();
});

test('relocations may stand in any order: the job begins again', async () => {
  const ordered = await module('ordered.o', { units: 2 });
  const table = (await sections(ordered)).get('.rela.debug_info');
  const RECORD = 24;
  const file = copy(ordered, 'disordered.o', (bytes) => {
    const first = bytes.subarray(table.offset, table.offset + RECORD);
    const last = bytes.subarray(table.offset + table.size - RECORD, table.offset + table.size);
    const before = Buffer.from(first);
    last.copy(first);
    before.copy(last);
  });
  const { btf } = await encoded(ordered);
  const app = await chromium.open();
  await app.choose(file);
  await app.result('disordered.o');
  assert.ok((await app.downloadBytes('Raw .BTF')).equals(btf));
  app.wasQuiet();
});

test('units that are all damaged are an error, not an empty result', async () => {
  const { info, starts } = await units(sample());
  const damaged = copy(sample(), 'all-damaged.elf', (bytes) => {
    for (const start of starts) bytes.fill(0x7f, info.offset + start + 12, info.offset + start + 60);
  });
  const app = await chromium.open();
  await app.choose(damaged);
  const error = await app.error();
  await app.page.getByRole('heading', { level: 1, name: 'None of the units could be encoded' }).waitFor();
  assert.match(error.text, /\.debug_info|unit/);
  app.wasQuiet();
});

test('a file that changes while it is read is an error of its own, not so many damaged units', async () => {
  const file = copy(await many(), 'changing.elf');
  const app = await chromium.open('?workers=1');
  await app.choose(file);
  await app.encoding();
  // Browsers refuse to read on from a file whose time of change is another.
  utimesSync(file, new Date(0), new Date(0));
  const error = await app.error();
  await app.page.getByRole('heading', { level: 1, name: 'The file cannot be read', exact: true }).waitFor();
  assert.match(error.text, /changed, moved or removed/);
  assert.match(error.text, /choose the file again/i);
  app.wasQuiet();
});

/** Opened as it is: counts "after" alone, no patched file, the bytes unchanged. */
async function opened(app, name, sentence) {
  const { btf, statistics } = await encoded(sample());
  await app.result(name);
  await app.page.getByText(sentence).waitFor();
  const rows = await app.rows();
  const expected = statistics.kinds.filter((row) => row.after.types > 0).map((row) => [row.kind, row.after.types]);
  const shown = [...rows].map(([kind, cells]) => [kind, number(cells[0])]);
  const byName = ([a], [b]) => a < b ? -1 : 1;
  assert.deepEqual(shown.toSorted(byName), expected.toSorted(byName));
  assert.equal(await app.link('Patched ELF').count(), 0);
  assert.ok((await app.downloadBytes('Raw .BTF')).equals(btf));
  await run('clang', ['-x', 'c', '-std=gnu11', '-Wno-everything', '-fsyntax-only', (await app.download('C header')).path]);
  app.wasQuiet();
}

test('an ELF file with .BTF and without DWARF opens', async () => {
  const app = await chromium.open();
  await app.choose(await stripped('btf-only.elf', { btf: true }));
  await opened(app, 'btf-only.elf', /has a \.BTF section and no DWARF/);
});

test('raw BTF opens', async () => {
  const raw = copy((await encoded(sample())).path, 'vmlinux');
  const app = await chromium.open();
  await app.choose(raw);
  await opened(app, 'vmlinux', /This is raw BTF\./);
});

/** The sample, whose strings are compressed a thousandfold: more than a file of this size may take. */
async function bloated(name) {
  const [strings, padded, made] = ['debug_str', 'padded.elf', name].map(inWork);
  await run('objcopy', ['--dump-section', `.debug_str=${strings}`, sample(), padded]);
  writeFileSync(strings, Buffer.concat([readFileSync(strings), Buffer.alloc(40 << 20)]));
  await run('objcopy', ['--update-section', `.debug_str=${strings}`, sample(), padded]);
  await run('objcopy', ['--compress-debug-sections=zlib', padded, made]);
  return made;
}

/** Raw BTF of typedefs whose names are suffixes of one string: together far longer than the file. */
function suffixes(name, count) {
  const header = Buffer.alloc(24);
  header.writeUInt16LE(0xeb9f);
  header.writeUInt8(1, 2);
  const types = Buffer.alloc(12 * count);
  const strings = Buffer.from(`\0${'n'.repeat(count)}\0`);
  for (let at = 0; at < count; at += 1) {
    types.writeUInt32LE(1 + at, 12 * at);
    types.writeUInt32LE(8 << 24, 12 * at + 4);
  }
  [24, 0, types.length, types.length, strings.length].forEach((word, at) => header.writeUInt32LE(word, 4 + 4 * at));
  writeFileSync(inWork(name), Buffer.concat([header, types, strings]));
  return inWork(name);
}

test('a file beyond its budget says of what there is too much, and opens once it is allowed more', async () => {
  const app = await chromium.open();
  await app.choose(await bloated('bloated.elf'));
  const { text } = await app.error();
  assert.match(text, /\.debug_\w+ cannot be decompressed: with it, all sections have more than [\d,]+ bytes of decompressed sections/);
  assert.match(text, /allow ten times as much \(btfscope --budget 10\)/);
  await app.page.getByRole('heading', { level: 1, name: 'Far more than a file of this size needs', exact: true }).waitFor();
  await app.button('Allow ten times as much').click();
  await app.result('bloated.elf');
  assert.ok((await app.downloadBytes('Raw .BTF')).equals((await encoded(sample())).btf));
  // The next file begins with what every file is allowed.
  await app.choose(await bloated('again.elf'));
  await app.button('Replace').click();
  assert.match((await app.error()).text, /btfscope --budget 10\)/);
  app.wasQuiet();
});

test('types whose names are too long for an explorer are shown once they are allowed more', async () => {
  const app = await chromium.open();
  await app.choose(suffixes('suffixes.btf', 6_000));
  await app.alert.first().waitFor();
  const text = (await app.alert.first().innerText()).replace(/\s+/g, ' ');
  assert.match(text, /More than [\d,]+ bytes of names and other text.*--budget 10\)/);
  // What is asked of the explorer all the same has an answer.
  await app.link('Types').click();
  await app.page.getByRole('status').filter({ hasText: /More than [\d,]+ bytes of names and other text/ }).waitFor();
  await app.link('Overview').click();
  await app.button('Allow ten times as much').click();
  await app.page.waitForFunction(() => !document.querySelector('[role=alert]'));
  await app.result('suffixes.btf');
  await app.link('Types').click();
  await app.page.getByRole('status').filter({ hasText: /^6,000 types$/ }).waitFor();
  app.wasQuiet();
});

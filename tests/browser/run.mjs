// Runs the tests of the page, two files at a time: `node tests/browser/run.mjs [--all] [--firefox] [FILE...]`.
//
// `--all` adds the tests that guard what rarely breaks at a high price, `--firefox` runs the files that Firefox
// can run in it (BTFSCOPE_FIREFOX names it), and names such as `lab` or `lab.test.mjs` choose files.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run } from 'node:test';
import { spec as Spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { LEFT_TO_ALL } from './support/all.mjs';

const FOLDER = path.dirname(fileURLToPath(import.meta.url));
const SUFFIX = '.test.mjs';

/** What Firefox runs too. */
const IN_FIREFOX = ['sample', 'types', 'compare', 'sources', 'packages', 'unpacking', 'package-formats'];

/** The longest begin first, so that none of them runs alone at the end. */
const LONGEST = ['kernel', 'access', 'offline', 'modules', 'learn', 'lab'];

/** Files at a time: a browser and its workers keep two cores busy most of the time, not all of it. */
const AT_A_TIME = 2;

/** Milliseconds after which a file counts as hung: many times what the longest takes. */
const HUNG = 20 * 60_000;

/** The most failures that are run once more. */
const MOST_AGAIN = 5;

/** How many of the slowest tests are named. */
const SLOWEST = 15;

/** The counts with which node's runner ends, by their names. */
const COUNTS = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

function chosenFiles(names, inFirefox) {
  const stems = readdirSync(FOLDER).filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length));
  const wanted = names.map((name) => path.basename(name).replace(SUFFIX, ''));
  const unknown = wanted.filter((stem) => !stems.includes(stem));
  if (unknown.length > 0) throw new Error(`no such test file: ${unknown.join(', ')}; there are ${stems.join(', ')}`);
  const rank = (stem) => (LONGEST.includes(stem) ? LONGEST.indexOf(stem) : LONGEST.length);
  return stems
    .filter((stem) => wanted.length === 0 || wanted.includes(stem))
    .filter((stem) => !inFirefox || IN_FIREFOX.includes(stem))
    .toSorted((a, b) => rank(a) - rank(b))
    .map((stem) => path.join(FOLDER, stem + SUFFIX));
}

/** Notes what is told at the end, and passes on the rest. */
async function* noted(events, seen) {
  for await (const event of events) {
    const { type, data } = event;
    if (type === 'test:diagnostic' && data.nesting === 0 && COUNTS.test(data.message)) {
      seen.counts.push(data.message);
      continue;
    }
    // A file is reported as a test of its own where it fails as a whole.
    const isTest = data.file !== undefined && data.name !== data.file;
    if (type === 'test:fail') seen.failed.push({ file: data.file ?? data.name, name: isTest ? data.name : undefined });
    if (isTest && (type === 'test:pass' || type === 'test:fail')) {
      const file = path.basename(data.file, SUFFIX);
      if (data.skip === LEFT_TO_ALL) seen.left.push({ file, name: data.name });
      else if (data.skip === undefined) seen.ran.push({ file, name: data.name, seconds: data.details.duration_ms / 1000 });
    }
    yield event;
  }
}

/** Runs tests, prints what comes, and returns what was seen. */
async function runTests(options) {
  const seen = { ran: [], left: [], counts: [], failed: [] };
  const events = run({ timeout: HUNG, ...options });
  const report = events.compose((source) => noted(source, seen)).compose(new Spec());
  for await (const text of report) process.stdout.write(text);
  return seen;
}

/** Matches this name alone. */
const exactly = (name) => new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);

/** File → its tests. */
function byFile(tests) {
  const files = new Map();
  for (const one of tests) files.set(one.file, [...(files.get(one.file) ?? []), one]);
  return files;
}

/**
 * Runs what failed once more, each file alone: what fails only on a busy machine must not hide whether all else
 * works. What passes now is a defect of the test or of the page, and is named as one. Returns how many files failed
 * again.
 */
async function runAgain(failed) {
  const unsteady = [];
  let again = 0;
  for (const [file, tests] of byFile(failed)) {
    console.log(`\nOnce more, alone: ${path.basename(file)}`);
    // A file that failed as a whole runs as a whole.
    const names = tests.map((one) => one.name);
    const chosen = names.includes(undefined) ? {} : { testNamePatterns: names.map(exactly) };
    const seen = await runTests({ files: [file], concurrency: 1, ...chosen });
    if (seen.failed.length > 0 || seen.ran.length === 0) again += 1;
    else unsteady.push(...tests);
  }
  if (unsteady.length > 0) {
    console.log('Unsteady: these passed only when they ran once more. What the page was at is with the failures above.');
    for (const { file, name } of unsteady) console.log(`  ${path.basename(file, SUFFIX)}: ${name ?? 'the whole file'}`);
  }
  return again;
}

function tell({ ran, left, counts }) {
  const lines = [`Slowest of ${ran.length} tests:`];
  for (const { seconds, file, name } of ran.toSorted((a, b) => b.seconds - a.seconds).slice(0, SLOWEST)) {
    lines.push(`  ${seconds.toFixed(1).padStart(6)} s  ${file}: ${name}`);
  }
  if (left.length > 0) {
    lines.push(`Left to --all, ${left.length} tests:`);
    for (const { file, name } of left) lines.push(`  ${file}: ${name}`);
  }
  console.log([...lines, ...counts.map((count) => `ℹ ${count}`)].join('\n'));
}

const { values: options, positionals } = parseArgs({
  options: { all: { type: 'boolean', default: false }, firefox: { type: 'boolean', default: false } },
  allowPositionals: true,
});
// Firefox runs rarely: then all that it can run.
if (options.all || options.firefox) process.env.BTFSCOPE_ALL = '1';
if (!options.firefox) delete process.env.BTFSCOPE_FIREFOX;
else if (!process.env.BTFSCOPE_FIREFOX) throw new Error('BTFSCOPE_FIREFOX is not set (path of Firefox)');

// What the command makes of a file, and files made of others, are the same for all tests of a run.
const shared = mkdtempSync(path.join(tmpdir(), 'btfscope-browser-shared-'));
process.env.BTFSCOPE_SHARED = shared;
process.on('exit', () => rmSync(shared, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

const first = await runTests({ files: chosenFiles(positionals, options.firefox), concurrency: AT_A_TIME });
tell(first);
// Many failures are no chance.
const again = first.failed.length > MOST_AGAIN ? first.failed.length : await runAgain(first.failed);
if (first.ran.length === 0) console.log('No test ran.');
if (again > 0 || first.ran.length === 0) process.exitCode = 1;

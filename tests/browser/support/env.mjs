// What the tests are given, and the programs they call. A missing one is a failure, never a skip.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

function given(name, meaning) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set (${meaning}); cargo xtask test --only browser sets it`);
  }
  return value;
}

/** The address of the served page, with a slash at its end. */
export const url = () => given('BTFSCOPE_URL', 'address of the served page').replace(/\/*$/, '/');
/** The folder that is served. */
export const dist = () => given('BTFSCOPE_DIST', 'folder of the built page');
/** The browser. */
export const chromium = () => given('BTFSCOPE_BROWSER', 'path of Chromium');
/** Firefox, when the tests are to run in it; Debian's own, not Playwright's. */
export const firefox = () => process.env.BTFSCOPE_FIREFOX;
/** The command, the oracle for what the page computes. */
export const btfscope = () => given('BTFSCOPE_BIN', 'path of the command btfscope');
/** The program that seals a folder. */
export const xtask = () => given('BTFSCOPE_XTASK', 'path of the built xtask');
/** mdBook, which builds a book around a figure. */
export const mdbook = () => given('BTFSCOPE_MDBOOK', 'path of mdbook');
/** The sample that the page ships. */
export const sample = () => given('BTFSCOPE_SAMPLE', 'path of sample.elf');
/** A distribution's kernel with DWARF. */
export const kernel = () => given('BTFSCOPE_KERNEL', 'path of a vmlinux with DWARF');
/** Whether the tests at a high price run too. */
export const all = () => Boolean(process.env.BTFSCOPE_ALL);
/** A folder with modules of that kernel. */
export const kernelModules = () => given('BTFSCOPE_MODULES', 'folder with modules (*.ko) of that kernel');

/** Playwright, from NODE_PATH; it drives the browser that is there and downloads none. */
export function playwright() {
  given('NODE_PATH', 'folder with playwright-core');
  return createRequire(import.meta.url)('playwright-core');
}

// Limits end what hangs and measure nothing: the machine may be slow and busy.
/** Milliseconds for what takes moments. */
export const LIMIT = 3 * 60_000;
/** Milliseconds for a job on a kernel. */
export const KERNEL_LIMIT = 10 * 60_000;

/** A folder for this process's files, removed at its end. */
export const work = mkdtempSync(path.join(tmpdir(), 'btfscope-browser-'));
process.on('exit', () => rmSync(work, { recursive: true, force: true }));

/** A path in that folder. */
export const inWork = (name) => path.join(work, name);

/**
 * The folder `name` of files that all tests of a run share; `make(folder)` fills it unless it is filled already. Two
 * files may be at it at once: a folder gets its name when it is full, and the first one counts.
 */
export async function madeOnce(name, make) {
  const shared = process.env.BTFSCOPE_SHARED ?? work;
  const folder = path.join(shared, name);
  if (existsSync(folder)) return folder;
  const filling = mkdtempSync(`${folder}-`);
  await make(filling);
  try {
    renameSync(filling, folder);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(error.code)) throw error;
    rmSync(filling, { recursive: true });
  }
  return folder;
}

// Debian puts bpftool there, and an ordinary user's PATH has neither.
const searched = [process.env.PATH, '/usr/sbin', '/sbin'].join(path.delimiter);

/** Runs a program to its end: `{ code, stdout, stderr }`, with stdout as a buffer. */
export function start(program, args, { limit = Infinity, cwd } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env: { ...process.env, PATH: searched } });
    const out = [];
    let bytes = 0;
    let err = '';
    child.stdout.on('data', (part) => {
      bytes += part.length;
      out.push(part);
      // Enough was seen, as `| head` does; the pipe that closes ends the program.
      if (bytes > limit) child.stdout.destroy();
    });
    child.stderr.on('data', (part) => { err += part; });
    child.on('error', reject);
    child.on('close', (code, signal) =>
      resolve({ code, signal, stdout: Buffer.concat(out), stderr: err }));
  });
}

/** Runs a program that must succeed; its standard output as text. */
export async function run(program, args, options) {
  const { code, signal, stdout, stderr } = await start(program, args, options);
  if (code !== 0) {
    throw new Error(`${program} ${args.join(' ')} ended with ${code ?? signal}: ${stderr}`);
  }
  return stdout.toString();
}

/** The first bytes of what a program prints; its end does not matter, its complaints do. */
export async function head(program, args, limit) {
  const { stdout, stderr, code } = await start(program, args, { limit });
  if (stdout.length < limit && code !== 0) {
    throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${stderr}`);
  }
  return stdout.subarray(0, limit).toString();
}

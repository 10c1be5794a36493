// Another build of the page, made from the one under test.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { dist, inWork, run, xtask } from './env.mjs';

/** The version in the workspace's Cargo.toml; page and workers compare theirs. */
const VERSION = Buffer.from(
  /\[workspace\.package\]\s+version = "([^"]+)"/.exec(readFileSync(new URL('../../../Cargo.toml', import.meta.url), 'utf8'))[1],
);

/** The page as version `version` (as long as the real one), its files named anew and sealed: a folder. */
export async function build(version) {
  const folder = inWork(`dist-${version}`);
  rmSync(folder, { recursive: true, force: true });
  cpSync(dist(), folder, { recursive: true });
  const index = path.join(folder, 'index.html');
  let page = readFileSync(index, 'utf8');
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.wasm'))) {
    const file = path.join(folder, name);
    const bytes = readFileSync(file);
    let found = 0;
    for (let at = bytes.indexOf(VERSION); at >= 0; at = bytes.indexOf(VERSION, at)) {
      bytes.write(version, at);
      found += 1;
    }
    // The laboratory names none: it is the same in both, as any file may be.
    assert.ok((found > 0 || name.startsWith('lab-')) && version.length === VERSION.length, `the version is in ${name}`);
    writeFileSync(file, bytes);
  }
  // The engine's files get their names when they are sealed, those of the page here.
  for (const name of readdirSync(folder).filter((name) => /^(page|engine)-/.test(name))) {
    const own = name.startsWith('engine') ? name.replace(/-[0-9a-f]+/, '') : name.replace('-', `-${version}-`);
    renameSync(path.join(folder, name), path.join(folder, own));
    page = page.replaceAll(name, own);
  }
  writeFileSync(index, page);
  await run(xtask(), ['seal', folder]);
  return folder;
}

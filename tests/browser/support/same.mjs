// What the page has of modules, against the command.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { number } from './app.mjs';
import { encodedOn } from './native.mjs';

/** What the page has of a module is what the command makes of it on this BTF. */
export async function sameModule(app, file, base, options) {
  const name = path.basename(file);
  const expected = await encodedOn(file, base, options);
  const cells = (await app.moduleRows()).get(name);
  const { after, functions } = expected.statistics;
  assert.deepEqual(cells.slice(0, 3).map(number), [after.types, functions.kept, functions.skipped], name);
  assert.ok((await app.downloadBytes(`Split BTF of ${name}`)).equals(expected.btf), `${name}: split BTF`);
  const { path: saved, name: as } = await app.download(`Patched ${name}`);
  assert.equal(as, `${name}.patched`);
  assert.ok(readFileSync(saved).equals(expected.patched), `${name}: patched`);
  return expected;
}

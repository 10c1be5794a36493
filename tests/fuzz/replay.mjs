// replay.mjs MODULE.wasm FOLDER: the fuzzer's corpus (archives of inputs, one for each target) in WebAssembly, 32 bits wide
// and with the engine as the page has it. MODULE is the example `replay` of this crate.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const [wasm, folder] = process.argv.slice(2);
/** Bytes that the module may have at its end: memory of WebAssembly never shrinks. */
const MOST_MEMORY = 512 << 20;

const module = new WebAssembly.Module(readFileSync(wasm));

/** An instance. Functions of browsers, which the protocol's crate names, are not called here. */
function start() {
  const imports = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    imports[from][name] = () => {
      throw new Error(`${name} needs a browser`);
    };
  }
  return new WebAssembly.Instance(module, imports).exports;
}

function text(engine, at, length) {
  return new TextDecoder().decode(new Uint8Array(engine.memory.buffer, at, length));
}

/** Name and bytes of each file of a tar archive. */
function* files(tar) {
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const field = (from, length) => tar.toString("latin1", at + from, at + from + length).split("\0")[0];
    const size = parseInt(field(124, 12), 8);
    yield [field(0, 100), tar.subarray(at + 512, at + 512 + size)];
    at += 512 + Math.ceil(size / 512) * 512;
  }
}

let engine = start();
let failed = 0;
for (let target = 0; target < engine.targets(); target++) {
  const name = text(engine, engine.name(target), engine.name_length(target));
  const began = performance.now();
  let inputs = 0;
  for (const [input, bytes] of files(gunzipSync(readFileSync(join(folder, `${name}.tar.gz`))))) {
    const at = engine.room(bytes.length);
    new Uint8Array(engine.memory.buffer, at, bytes.length).set(bytes);
    inputs += 1;
    try {
      engine.run(target);
    } catch (error) {
      failed += 1;
      const panic = text(engine, engine.panic_text(), engine.panic_length());
      console.log(`${name}/${input}: ${panic || error.message}`);
      // After a trap an instance is of no use.
      engine = start();
    }
  }
  const memory = engine.memory.buffer.byteLength;
  console.log(
    `${name}: ${inputs} inputs, ${Math.round(performance.now() - began)} ms, ${memory >> 20} MiB of memory`,
  );
  if (memory > MOST_MEMORY) {
    failed += 1;
    console.log(`${name}: more than ${MOST_MEMORY >> 20} MiB of memory`);
  }
  engine = start();
}
process.exit(failed === 0 ? 0 : 1);

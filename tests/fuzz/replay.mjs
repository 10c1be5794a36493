// replay.mjs MODULE.wasm FOLDER: the fuzzer's corpus (archives of inputs, one for each target) in WebAssembly, 32 bits wide
// and with the engine as the page has it. MODULE is the example `replay` of this crate.
//
// Before the corpus, the script asks for a panic and for a call without an end, and fails if it does not notice them.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { gunzipSync } from "node:zlib";

/** Bytes that the module may have at the end of a target: memory of WebAssembly never shrinks. */
const MOST_MEMORY = 512 << 20;
/** Milliseconds that one input may take; the slowest takes less than one second. */
const LONGEST = 60_000;
/** The same for the call that has no end. */
const LONGEST_OF_TRIAL = 300;

/** An instance. Functions of browsers, which the protocol's crate names, are not called here. */
function start(module) {
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

/** What a call ended with, or undefined where it returned. After a trap an instance is of no use. */
function trap(engine, call) {
  try {
    call();
  } catch (error) {
    return text(engine, engine.panic_text(), engine.panic_length()) || error.message;
  }
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

/** In the thread: every input of every target. Says which one it begins, and what is wrong. */
function replay(module, folder) {
  const say = (message) => parentPort.postMessage(message);
  let engine = start(module);
  const targets = engine.targets();
  for (let target = 0; target < targets; target++) {
    const name = text(engine, engine.name(target), engine.name_length(target));
    const began = performance.now();
    let inputs = 0;
    for (const [input, bytes] of files(gunzipSync(readFileSync(join(folder, `${name}.tar.gz`))))) {
      say({ begins: `${name}/${input}`, within: LONGEST });
      const at = engine.room(bytes.length);
      new Uint8Array(engine.memory.buffer, at, bytes.length).set(bytes);
      inputs += 1;
      const panic = trap(engine, () => engine.run(target));
      if (panic !== undefined) {
        say({ wrong: `${name}/${input}: ${panic}` });
        engine = start(module);
      }
    }
    const memory = engine.memory.buffer.byteLength;
    say({ line: `${name}: ${inputs} inputs, ${Math.round(performance.now() - began)} ms, ${memory >> 20} MiB of memory` });
    if (inputs === 0) {
      say({ wrong: `${name}: no inputs` });
    }
    if (memory > MOST_MEMORY) {
      say({ wrong: `${name}: more than ${MOST_MEMORY >> 20} MiB of memory` });
    }
    engine = start(module);
  }
}

/** In the thread: a target that does not exist, which is a panic, and a call without an end. */
function try_out(module) {
  const say = (message) => parentPort.postMessage(message);
  const engine = start(module);
  say({ begins: "the trial of a panic", within: LONGEST });
  const panic = trap(engine, () => engine.run(engine.targets()));
  if (panic !== undefined) {
    say({ wrong: `the trial of a panic: ${panic}` });
  }
  say({ begins: "the trial of a call without an end", within: LONGEST_OF_TRIAL });
  start(module).run_without_end();
}

/** Runs a task in a thread of its own, since only another thread can end WebAssembly; what was wrong. */
function supervise(task, data) {
  return new Promise((resolve) => {
    const wrong = [];
    const worker = new Worker(new URL(import.meta.url), { workerData: { task, ...data } });
    let timer;
    const end = () => {
      clearTimeout(timer);
      resolve(wrong);
    };
    worker.on("message", (message) => {
      if (message.begins) {
        clearTimeout(timer);
        timer = setTimeout(() => {
          wrong.push(`${message.begins}: no end after ${message.within / 1000} s`);
          worker.terminate();
        }, message.within);
      }
      if (message.line) {
        console.log(message.line);
      }
      if (message.wrong) {
        wrong.push(message.wrong);
      }
    });
    worker.on("error", (error) => wrong.push(`the replay itself: ${error.stack}`));
    worker.on("exit", end);
  });
}

async function main() {
  const [wasm, folder] = process.argv.slice(2);
  const module = new WebAssembly.Module(readFileSync(wasm));
  const trial = await supervise("try_out", { module });
  if (trial.length !== 2 || !trial[0].includes("index out of bounds") || !trial[1].endsWith("no end after 0.3 s")) {
    console.log(`a panic and a call without an end are not noticed: ${JSON.stringify(trial)}`);
    return 1;
  }
  const wrong = await supervise("replay", { module, folder });
  for (const line of wrong) {
    console.log(line);
  }
  return wrong.length === 0 ? 0 : 1;
}

if (isMainThread) {
  process.exit(await main());
} else if (workerData.task === "replay") {
  replay(workerData.module, workerData.folder);
} else {
  try_out(workerData.module);
}

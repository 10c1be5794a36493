// Workers that hang, die, or run out of memory when a test says so. The page does not know: a test wraps the browser's own
// `Worker` before the page starts.

/** Runs in a worker before its own code, and does what the page's side tells it. */
function inWorker() {
  const { WebAssembly } = self;
  const post = self.postMessage.bind(self);
  const { Instance } = WebAssembly;
  let exports;
  let armed;
  WebAssembly.Instance = function (...given) {
    const made = new Instance(...given);
    ({ exports } = made);
    return made;
  };
  const acts = {
    die() { throw new Error('killed by a test'); },
    hang() { for (;;); },
    // No page of memory is left, and no free block: the next allocation fails as it does in a worker of 4 GB.
    full() {
      exports.memory.grow(65_536 - exports.memory.buffer.byteLength / 65_536);
      for (let size = 1 << 28; size >= 16; size >>= 1) {
        try {
          for (;;) exports.__wbindgen_malloc(size, 1);
        } catch { /* there is none of this size */ }
      }
    },
  };
  self.addEventListener('message', (event) => {
    if (!event.data?.fault) return;
    event.stopImmediatePropagation();
    const { act, at, after } = event.data.fault;
    if (at || after) armed = { act, at, after };
    else acts[act]();
  });
  self.postMessage = (message, buffers) => {
    const response = message.Response?.response;
    const [name, value] = typeof response === 'object' ? Object.entries(response)[0] : [response];
    const is = (place) => place && [name, `${name} ${value}`].includes(place);
    const { act, at, after } = armed ?? {};
    if (is(at) || is(after)) armed = undefined;
    if (is(at)) acts[act]();
    post(message, buffers);
    if (is(after)) acts[act]();
  };
}

/** Runs in the page before its own code. */
function inPage(source) {
  const create = URL.createObjectURL;
  const post = Worker.prototype.postMessage;
  URL.createObjectURL = (blob) => create.call(URL, blob.type === 'text/javascript' ? new Blob([source, blob], { type: blob.type }) : blob);
  globalThis.faults = { decide: () => undefined, happened: 0 };
  Worker.prototype.postMessage = function (message, ...more) {
    const fault = globalThis.faults.decide(message);
    if (fault) {
      globalThis.faults.happened += 1;
      post.call(this, { fault });
    }
    post.call(this, message, ...more);
  };
}

/** For `open`: a page in whose workers faults can be provoked. */
export const FAULTS = `(${inPage})(${JSON.stringify(`(${inWorker})();\n`)});`;

/**
 * From now on `decide(message, ...given)`, a function in the page, says for each message to a worker whether the worker
 * then does `act`: `die`, `hang` or `full`; at once, with `at` when it is about to send that response, or with `after` when
 * it has sent it.
 */
export const faults = (app, decide, ...given) => app.page.evaluate(
  `globalThis.faults.decide = (message) => (${decide})(message, ...${JSON.stringify(given)})`,
);

/** No more faults. */
export const noFaults = (app) => app.page.evaluate('globalThis.faults.decide = () => undefined');

/** Whether a worker is given a task with this unit. */
export const withUnit = (message, unit, act) => {
  const units = message.Encode?.task?.units;
  return units && units.start <= unit && unit < units.end ? { act } : undefined;
};

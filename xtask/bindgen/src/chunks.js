(() => {
  // The files of each chunk of this program. They use the memory and the table of functions of the rest.
  const FILES = {};
  const fetched = new Map();
  // The style sheet of all chunks; before the page is sealed, its sheets are in the document from the start.
  const STYLES = document.querySelector('meta[name="later"]')?.content;

  async function get(file) {
    const response = await fetch(new URL(file, import.meta.url));
    if (!response.ok) throw new Error(`${file}: the host answered ${response.status}`);
    return response;
  }

  async function instantiate(file) {
    const response = await get(file);
    if (file === STYLES) {
      const sheet = await new CSSStyleSheet().replace(await response.text());
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    } else {
      // All bytes at once: a stream would need the right type from the host.
      await WebAssembly.instantiate(await response.arrayBuffer(), { __wasm_split: wasm });
    }
  }

  /** Once, unless it failed. */
  function once(file) {
    if (!fetched.has(file)) {
      fetched.set(file, instantiate(file).catch((error) => {
        fetched.delete(file);
        throw error;
      }));
    }
    return fetched.get(file);
  }

  const load = (files) => async (callback, data) => {
    let success = true;
    try {
      await Promise.all([...files, ...STYLES?.endsWith('.css') ? [STYLES] : []].map(once));
    } catch (error) {
      console.warn(error);
      success = false;
    }
    wasm.__indirect_function_table.get(callback)(data, success);
  };
  return Object.fromEntries(Object.entries(FILES).map(([chunk, files]) => [`__wasm_split_load_${chunk}`, load(files)]));
})()

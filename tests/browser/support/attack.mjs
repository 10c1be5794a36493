// Files thrown at the page, one after the other, and what became of each.

/** Milliseconds after which a file counts as hung, and a kernel. */
const HUNG = 60_000;
const HUNG_KERNEL = 400_000;

/** Sentences that no input should lead to. */
const DEFECT = /went wrong inside|worker stopped|Out of memory|crashed|gave no sign|could not be read or written/i;

/** Runs in the page: gives it a file from its start on, and says what is shown once it is done with it. */
async function give([name, given, hung]) {
  const title = () => document.querySelector('h1')?.innerText ?? '';
  const alerts = () => [...document.querySelectorAll('[role=alert]')].map((one) => one.innerText).join(' ').replace(/\s+/g, ' ').trim();
  const button = (pattern) => [...document.querySelectorAll('button')].find((one) => pattern.test(one.innerText.trim()));
  const until = (found) => new Promise((resolve, reject) => {
    const late = setTimeout(() => { observer.disconnect(); reject(new Error(`nothing came: ${document.body.innerText.replace(/\s+/g, ' ').slice(0, 300)}`)); }, hung);
    const look = () => {
      const value = found();
      if (!value) return;
      observer.disconnect();
      clearTimeout(late);
      resolve(value);
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
    look();
  });
  const chooser = () => document.querySelector('input[type=file]:not([webkitdirectory]):not(#good)');
  location.hash = '#/';
  // A notice about the file before may stay; it says nothing of this one.
  await until(() => !/^(Overview|From|Modules)/.test(title()) && chooser());
  for (let one = button(/^(Dismiss|Discard)$/); one; one = button(/^(Dismiss|Discard)$/)) {
    one.click();
    await new Promise((resolve) => { setTimeout(resolve); });
  }
  await until(() => alerts() === '');
  const decoded = (base64) => Uint8Array.from(atob(base64), (one) => one.charCodeAt(0));
  let parts = [];
  if (typeof given === 'string') {
    parts.push(decoded(given));
  } else {
    // A large file is not read here: it is put together of ranges of a good one, and of what is different.
    const good = document.getElementById('good').files[0].slice(0, given.cut);
    let end = 0;
    for (const { at, base64 } of given.edits) {
      const bytes = decoded(base64);
      parts.push(good.slice(end, at), bytes);
      end = at + bytes.length;
    }
    parts = [new Blob([...parts, good.slice(end)]).slice(0, given.cut)];
  }
  const picker = chooser();
  const transfer = new DataTransfer();
  transfer.items.add(new File(parts, name));
  picker.files = transfer.files;
  picker.dispatchEvent(new Event('change', { bubbles: true }));
  let replaced = false;
  return until(() => {
    const said = alerts();
    const replace = replaced ? undefined : button(/^(Replace|Stop and open)/);
    if (replace) {
      replaced = true;
      replace.click();
      return undefined;
    }
    if (said) return { what: 'sentence', said };
    if (/^Overview of /.test(title()) && document.querySelector('main table')) return { what: 'result', said: title() };
    if (title() === 'Modules' && !button(/^Cancel/) && document.querySelector('main table')) return { what: 'result', said: title() };
    // A module waits for its kernel, a companion for its program.
    if (button(/^Discard$/)) return { what: 'sentence', said: document.body.innerText };
    return undefined;
  });
}

/** Has the page hold a good file, of which `attack` then makes bad ones by `edits` and a `cut`. */
export async function holdGood(app, file) {
  await app.page.evaluate(() => {
    document.body.append(Object.assign(document.createElement('input'), { type: 'file', id: 'good', hidden: true }));
  });
  await app.page.locator('#good').setInputFiles(file);
}

/** Gives the page a file, and says what came of it: `result`, `sentence`, `defect`, or `hung`. */
export async function attack(app, { name, bytes, edits, cut }) {
  let late;
  const hung = edits ? HUNG_KERNEL : HUNG;
  const outOfTime = new Promise((resolve) => { late = setTimeout(resolve, 2 * hung, { what: 'hung', said: 'the tab does not answer' }); });
  const changes = edits && { cut, edits: edits.map(({ at, bytes }) => ({ at, base64: bytes.toString('base64') })) };
  const given = app.page.evaluate(give, [name, changes ?? bytes.toString('base64'), hung])
    .catch((error) => ({ what: 'hung', said: error.message.split('\n')[0] }));
  const { what, said } = await Promise.race([given, outOfTime]);
  clearTimeout(late);
  return { what: what !== 'hung' && DEFECT.test(said) ? 'defect' : what, said };
}

/** Views in which the explorer answers, one after the other: what is said where something is wrong. */
export async function explore(app, { timeout = HUNG } = {}) {
  for (const hash of ['#/types', '#/functions', '#/doctor', '#/sources']) {
    await app.page.evaluate((to) => { location.hash = to; }, hash);
    await app.page.waitForFunction(() => document.querySelector('h1') && !/Loading…|Examining/.test(document.querySelector('main').innerText), null, { timeout, polling: 50 });
    const said = await app.page.locator('main').innerText();
    if (DEFECT.test(said)) return { hash, said: said.replace(/\s+/g, ' ').slice(0, 300) };
  }
  return undefined;
}

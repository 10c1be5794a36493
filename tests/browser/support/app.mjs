// The page as a person meets it: by role and accessible name. These names are a contract.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { LIMIT, KERNEL_LIMIT } from './env.mjs';

/** The stages, as their progress bars are named. */
export const STAGES = [
  'Read the file', 'Encode types', 'Merge shards', 'Select functions', 'Dedup', 'Write .BTF', 'Patch the ELF',
];

export const DOWNLOADS = ['Patched ELF', 'Raw .BTF', 'C header', 'Statistics (JSON)'];

/** Milliseconds in which the page draws what was clicked, on a busy machine too. */
const STALE = 10_000;

/** In the page: whether a worker says which unit it reads. */
const isEncoding = () => [...document.querySelectorAll('table.workers td')].some((cell) => /\.[cS]$/.test(cell.innerText));

export class App {
  constructor(page) {
    this.page = page;
    /** Exceptions and console errors; a page without defects has none. */
    this.complaints = [];
    /** Addresses of all that was asked for, by the page or a worker. */
    this.requests = [];
    page.on('request', (request) => this.requests.push(request.url()));
    page.on('pageerror', (error) => this.complaints.push(`exception: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`console: ${message.text()}`);
    });
    page.on('crash', () => this.complaints.push('the page crashed'));
  }

  button(name) { return this.page.getByRole('button', { name, exact: true }); }
  /** A link by its name; the size of a download may follow. */
  link(name) {
    if (name instanceof RegExp) return this.page.getByRole('link', { name });
    const literal = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    return this.page.getByRole('link', { name: new RegExp(`^${literal}(, [\\d.,]+\\s[kM]?B)?$`) });
  }
  bar(name) { return this.page.getByRole('progressbar', { name, exact: true }); }
  get picker() { return this.page.getByLabel('Choose a file', { exact: true }); }
  get sample() { return this.button('Try a sample'); }
  get cancel() { return this.button('Cancel'); }
  get kinds() { return this.page.getByRole('table', { name: 'Types by kind', exact: true }); }
  get modules() { return this.page.getByRole('table', { name: 'What each adds', exact: true }); }
  get kept() { return this.page.getByRole('group', { name: 'Modules without their kernel', exact: true }); }
  get alert() { return this.page.getByRole('alert'); }
  get failedUnits() { return this.page.getByRole('list', { name: 'Units left out' }); }

  /** The start page is there and takes input. */
  async started() { await this.sample.waitFor(); }

  async choose(...files) { await this.picker.setInputFiles(files); }

  async addModules(...files) { await this.page.getByLabel('Add modules', { exact: true }).setInputFiles(files); }

  /** Runs the sample to its result. */
  async runSample() {
    await this.sample.click();
    // The job has begun: an alert of what was before is gone.
    await this.page.waitForURL(/#\/(progress|overview)/);
    await this.result();
  }

  /** Waits for a result; an error that stays is told instead of waited out. */
  async result(name, { timeout = LIMIT } = {}) {
    const title = this.page.getByRole('heading', { level: 1, name: name ? `Overview of ${name}` : /^Overview of / });
    const came = title.waitFor({ timeout, state: 'attached' }).then(() => '');
    const refused = this.stayingAlert(timeout);
    // Whichever comes second is waited for by nobody.
    came.catch(() => {});
    const said = await Promise.race([came, refused.catch(() => came)]);
    assert.equal(said, '', 'an error instead of a result');
    await this.kinds.waitFor();
  }

  /** The text of an alert that stays. One of what was before goes when the page draws what was clicked. */
  async stayingAlert(timeout) {
    const alert = this.alert.first();
    for (;;) {
      await alert.waitFor({ timeout });
      const text = await alert.innerText({ timeout: STALE }).catch(() => '');
      const gone = await alert.waitFor({ state: 'hidden', timeout: STALE }).then(() => true, () => false);
      if (!gone) return text;
    }
  }

  /** Waits for the table of modules. */
  async modulesDone({ timeout = LIMIT } = {}) {
    await this.page.getByRole('heading', { level: 1, name: 'Modules', exact: true }).waitFor({ timeout });
    await this.modules.waitFor();
    // They are shown when all are done.
    assert.equal(await this.cancel.count(), 0);
  }

  /** The table of modules: name → cells as text, in the table's order. */
  async moduleRows() {
    const table = new Map();
    for (const row of await this.modules.locator('tbody').getByRole('row').all()) {
      const name = (await row.getByRole('rowheader').innerText()).trim();
      table.set(name, (await row.getByRole('cell').allInnerTexts()).map((text) => text.trim()));
    }
    return table;
  }

  /** The text of the alert that there must be. */
  async error({ timeout = LIMIT } = {}) {
    const overview = this.page.getByRole('heading', { level: 1, name: /^Overview of / });
    await this.alert.first().waitFor({ timeout });
    assert.equal(await this.alert.count(), 1, 'one alert at a time');
    return { text: (await this.alert.innerText()).replace(/\s+/g, ' '), overResult: await overview.count() > 0 };
  }

  /** The table by kind: name → cells as text, in the table's order. */
  async rows() {
    const rows = this.kinds.locator('tbody').getByRole('row');
    const table = new Map();
    for (const row of await rows.all()) {
      const name = (await row.getByRole('rowheader').innerText()).trim().split(/\s+/).at(-1);
      const cells = (await row.getByRole('cell').allInnerTexts()).map((text) => text.trim());
      table.set(name, cells);
    }
    return table;
  }

  /** Saves a download as a browser does; where it is, and the name it was to have. */
  async download(name, { timeout = LIMIT } = {}) {
    const link = this.link(name);
    // A C header is made after the rest, and has no link before it is.
    await link.waitFor({ timeout });
    const [download] = await Promise.all([this.page.waitForEvent('download', { timeout }), link.click()]);
    const path = await download.path();
    return { path, name: download.suggestedFilename() };
  }

  async downloadBytes(name) {
    const { path } = await this.download(name);
    return readFile(path);
  }

  /** The workers, by the browser's own account, but for the one that fetches parts of the page. */
  workers() { return this.page.workers().filter((worker) => !worker.url().endsWith('#files')); }

  /** Waits until there are so many workers. */
  async workersAre(count) {
    const hung = AbortSignal.timeout(LIMIT);
    while (this.workers().length !== count && !hung.aborted) await this.page.waitForTimeout(20);
    assert.equal(this.workers().length, count, 'workers');
  }

  /** Has the newest worker die, as of a defect, and waits until it is gone. Chromium only. */
  async killWorker() {
    const worker = this.workers().at(-1);
    const gone = worker.waitForEvent('close');
    await kill(worker, 'killed by a test');
    await gone;
  }

  /** Waits until a job is in the midst of encoding: a worker says which unit it reads. */
  async encoding() {
    await this.page.waitForFunction(isEncoding, null, { timeout: KERNEL_LIMIT });
  }

  /**
   * Has the job that comes stand still as soon as `when()` holds in the page, by default when a worker says which unit it
   * reads: what the page asks of workers then is kept back. So a test can look at a running job for as long as it takes.
   * The worker that fetches parts of the page gets its start (0) all the same: no job begins before it.
   */
  async holdJob(when = isEncoding) {
    await this.page.evaluate(`{
      const ask = Worker.prototype.postMessage;
      const when = ${when};
      let held = false;
      Worker.prototype.postMessage = function (...message) {
        held ||= when();
        if (!held || message[0] === 0) ask.apply(this, message);
      };
      globalThis.releaseWorkers = () => { Worker.prototype.postMessage = ask; };
    }`);
  }

  /** The jobs that come run to their end. The one that was held is to be cancelled. */
  async releaseJobs() { await this.page.evaluate(() => globalThis.releaseWorkers()); }

  /** No exception and no message of an error up to now. */
  wasQuiet() { assert.deepEqual(this.complaints, []); }
}

/** Has a worker die of an exception. It may be gone before the driver hears that it was told to. */
export const kill = (worker, message) => worker
  .evaluate((text) => { setTimeout(() => { throw new Error(text); }); }, message)
  .catch((error) => assert.match(error.message, /closed/));

/** "1,234" as a number. */
export const number = (text) => {
  assert.match(text, /^\d{1,3}(,\d{3})*$/);
  return Number(text.replaceAll(',', ''));
};

/** A large file's SHA-256, read in parts. */
export async function sha256(path) {
  const hash = createHash('sha256');
  for await (const part of createReadStream(path)) hash.update(part);
  return hash.digest('hex');
}

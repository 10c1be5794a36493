// How long a page's main thread was away.

/** A whole turn of a thread's event loop, as Chromium's tracing names it, and its category. */
const TURN = { name: 'RunTask', category: 'disabled-by-default-devtools.timeline' };

/**
 * Watches a page from now on, in Chromium. A timer that should fire every few milliseconds tells its
 * turns and the gaps between them; the browser's tracing tells how long the thread worked in one turn.
 */
export async function watchStalls(page) {
  await page.context().browser().startTracing(page, { categories: [TURN.category] });
  await page.evaluate(() => {
    const seen = { gap: 0, ticks: 0, frames: 0, last: performance.now() };
    globalThis.watchedStalls = seen;
    const tick = () => {
      const now = performance.now();
      seen.gap = Math.max(seen.gap, now - seen.last);
      seen.last = now;
      seen.ticks += 1;
      setTimeout(tick, 10);
    };
    tick();
    const frame = () => {
      seen.frames += 1;
      requestAnimationFrame(frame);
    };
    frame();
  });
}

/**
 * Milliseconds of the longest gap (wall clock) and of the longest turn (processor time of the main
 * thread), and how often the page got its turn. Only `work` is the page's own doing: on a machine with
 * fewer processors than workers a turn's wall clock is the scheduler's.
 */
export async function stalls(page) {
  const { gap, ticks, frames } = await page.evaluate(() => globalThis.watchedStalls);
  const trace = JSON.parse(await page.context().browser().stopTracing());
  const turns = longestTurns(trace.traceEvents);
  return { gap: Math.round(gap), work: Math.round(turns.work), turns: turns.count, ticks, frames };
}

/** The main threads' turns: how many, and the most processor time of one, in milliseconds. */
function longestTurns(events) {
  const thread = ({ pid, tid }) => `${pid}:${tid}`;
  const mains = new Set(events
    .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
    .map(thread));
  // `tdur` is the thread's own clock, in microseconds; `dur` would be the wall's.
  const turns = events.filter((event) => event.name === TURN.name && event.tdur !== undefined && mains.has(thread(event)));
  return { count: turns.length, work: Math.max(0, ...turns.map(({ tdur }) => tdur)) / 1000 };
}

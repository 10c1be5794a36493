// How long a page's main thread was away.

/**
 * Watches a page from now on. A timer that should fire every few milliseconds tells the gaps, in wall
 * time; `longtask` tells the browser's own view, tasks over 50 ms.
 */
export async function watchStalls(page) {
  await page.evaluate(() => {
    const seen = { gap: 0, task: 0, ticks: 0, frames: 0, last: performance.now() };
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
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) seen.task = Math.max(seen.task, entry.duration);
    }).observe({ entryTypes: ['longtask'] });
  });
}

/** Milliseconds of the longest gap and the longest task, and how often the page got its turn. */
export async function stalls(page) {
  const { gap, task, ticks, frames } = await page.evaluate(() => globalThis.watchedStalls);
  return { gap: Math.round(gap), task: Math.round(task), ticks, frames };
}

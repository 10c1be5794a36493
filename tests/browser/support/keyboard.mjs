// A walk through a view with the Tab key alone.

/** In the page: marks every control that Tab is to reach, and returns how many there are. */
function markControls() {
  const controls = 'a[href], button, input, select, textarea, summary, [tabindex]';
  const all = [...document.querySelectorAll(controls)].filter((element) => {
    // A file picker is drawn by its label; the input itself is one pixel.
    const shown = element.checkVisibility({ checkVisibilityCSS: true });
    const folded = element.closest('details:not([open])');
    return shown && !element.disabled && element.tabIndex >= 0 && (!folded || element === folded.querySelector('summary'));
  });
  // Of a group of radio buttons Tab reaches one, and arrow keys the others.
  globalThis.unreached = new Set(all.filter((element) => element.type !== 'radio'));
  return all.length;
}

/** In the page: what has the focus, and whether that is seen and in view; nothing between the end and the start. */
function stop() {
  const element = document.activeElement;
  if (!element || element === document.body) return { name: '' };
  globalThis.unreached.delete(element);
  globalThis.visited ??= new WeakSet();
  const again = globalThis.visited.has(element);
  globalThis.visited.add(element);
  // The label of a picker or a switch is drawn in its place.
  const seen = [element, ...(element.labels ?? [])].some((each) => {
    const style = getComputedStyle(each);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
  });
  const boxes = [element, ...(element.labels ?? [])].map((each) => each.getBoundingClientRect());
  const inView = boxes.some((box) => box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth);
  const words = element.getAttribute('aria-label') ?? element.labels?.[0]?.innerText ?? element.textContent;
  return { name: `${element.localName} “${words.trim().slice(0, 40)}”`, seen, inView, again };
}

/**
 * Presses Tab until the focus is where it was before, all around the page: the names of the stops in their order, those
 * without a visible focus or out of view, and the controls that were not reached. It ends after `limit` stops.
 */
export async function walk(page, { limit = 400 } = {}) {
  await page.evaluate(() => { globalThis.visited = new WeakSet(); });
  await page.evaluate(markControls);
  const [stops, faults] = [[], []];
  for (let step = 0; step < limit; step += 1) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(stop);
    if (at.again) break;
    if (!at.name) continue;
    stops.push(at.name);
    if (!at.seen) faults.push(`no visible focus: ${at.name}`);
    if (!at.inView) faults.push(`out of view: ${at.name}`);
  }
  const missed = await page.evaluate(() => [...globalThis.unreached].filter((element) => element.isConnected)
    .map((element) => `not reached: ${element.localName}.${element.getAttribute('class') ?? ''} “${element.textContent.trim().slice(0, 40)}”`));
  return { stops, faults: [...faults, ...(stops.length < limit ? missed : [])] };
}

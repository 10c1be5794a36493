// Checks of what is drawn, for every view alike.
import assert from 'node:assert/strict';

const NAMED = new Set([
  'button', 'link', 'textbox', 'searchbox', 'checkbox', 'radio', 'combobox', 'slider', 'tab', 'table', 'progressbar',
  'navigation', 'list', 'group', 'img', 'image', 'dialog', 'complementary',
]);
/** These may go without a name: what is in them says enough. */
const MAY_BE_NAMELESS = new Set(['list', 'group', 'table']);

/** The accessibility tree: role and name of everything that is not ignored. */
export async function tree(page) {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  await session.detach();
  return nodes.filter((node) => !node.ignored).map((node) => ({
    role: node.role?.value ?? '',
    name: (node.name?.value ?? '').trim(),
    focusable: node.properties?.some((property) => property.name === 'focusable' && property.value.value) ?? false,
  }));
}

/** Everything one can act on has a name, and the document has its landmarks. */
export async function named(page, where) {
  const nodes = await tree(page);
  const roles = nodes.map((node) => node.role);
  for (const role of ['main', 'banner', 'contentinfo']) {
    assert.equal(roles.filter((other) => other === role).length, 1, `${role} in ${where}`);
  }
  const nameless = nodes.filter((node) => !node.name && !MAY_BE_NAMELESS.has(node.role)
    && (NAMED.has(node.role) || (node.focusable && !['RootWebArea', 'generic', 'none'].includes(node.role))));
  assert.deepEqual(nameless, [], `without a name in ${where}`);
  const headings = await page.getByRole('heading', { level: 1 }).count();
  assert.equal(headings, 1, `one title in ${where}`);
}

/** An id is there once, and what refers to one finds it. */
export async function references(page, where) {
  const broken = await page.evaluate(() => {
    const wrong = [];
    const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
    for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) wrong.push(`twice: ${id}`);
    for (const name of ['aria-labelledby', 'aria-describedby', 'aria-controls', 'for']) {
      for (const element of document.querySelectorAll(`[${name}]`)) {
        for (const id of element.getAttribute(name).split(/\s+/)) {
          if (!document.getElementById(id)) wrong.push(`${name} to nothing: ${id}`);
        }
      }
    }
    return wrong;
  });
  assert.deepEqual(broken, [], where);
}

/** Nothing is wider than the window. */
export async function fits(page, where) {
  const wide = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.scrollingElement.scrollWidth <= room) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > room + 0.5)
      .map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`)
      .concat('the page scrolls sideways');
  });
  assert.deepEqual(wide, [], where);
}

/** Text that stands out too little from what is behind it (WCAG 2.2, 1.4.3: 4.5 to 1, large text 3 to 1). */
export async function faint(page) {
  return page.evaluate(() => {
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    // Whatever the notation, the canvas knows it as red, green, blue and alpha.
    const rgba = (colour) => {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
      return [...context.getImageData(0, 0, 1, 1).data].map((value) => value / 255);
    };
    const over = ([r, g, b, a], below) => [r, g, b].map((value, at) => value * a + below[at] * (1 - a));
    const behind = (element) => {
      const layers = [];
      for (let at = element; at; at = at.parentElement) layers.unshift(rgba(getComputedStyle(at).backgroundColor));
      // A word in a picture is on the shape drawn before it, if that is behind all of it.
      const plate = element.previousElementSibling;
      if (element.tagName === 'text' && plate?.tagName === 'rect') {
        const [word, shape] = [element.getBoundingClientRect(), plate.getBoundingClientRect()];
        if (shape.left <= word.left + 1 && shape.right >= word.right - 1) layers.push(rgba(getComputedStyle(plate).fill));
      }
      const canvas = rgba(getComputedStyle(document.documentElement).backgroundColor);
      return layers.reduce((below, layer) => over(layer, below), over(canvas, [1, 1, 1]));
    };
    const light = (rgb) => {
      const [r, g, b] = rgb.map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const found = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const text = walk.currentNode.data.trim();
      const element = walk.currentNode.parentElement;
      if (!text || !element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
      const box = element.getBoundingClientRect();
      if (box.width <= 1 || box.height <= 1 || element.closest('[aria-disabled=true]')) continue;
      const style = getComputedStyle(element);
      const svg = element.namespaceURI.endsWith('svg');
      const back = behind(element);
      const front = over(rgba(svg ? style.fill : style.color), back);
      const [high, low] = [light(front), light(back)].toSorted((a, b) => b - a);
      const ratio = (high + 0.05) / (low + 0.05);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (large ? 3 : 4.5)) found.push(`${ratio.toFixed(2)}: ${text.slice(0, 40)}`);
    }
    return [...new Set(found)];
  });
}

/** Widths of a window: a desk's, a tablet's, a phone's. */
const WIDTHS = [1280, 768, 360];

/**
 * All checks above in the view that a page shows, in every width and in light and dark; the window is as before
 * afterwards. A presenter's screens have no `landmarks`.
 */
export async function sound(page, where, { landmarks = true } = {}) {
  const before = page.viewportSize();
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: before.height });
    const here = `${where} at ${width} pixels`;
    await drawn(page);
    if (landmarks) await named(page, here);
    await references(page, here);
    await fits(page, here);
    for (const colorScheme of ['light', 'dark']) {
      // Without motion colours change at once.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      assert.deepEqual(await faint(page), [], `${here}, ${colorScheme}`);
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  await page.setViewportSize(before);
  await drawn(page);
}

/**
 * Waits until the page has drawn what it makes of its size: it is told in one frame and answers in the next. A page that
 * was just opened has drawn something then, and takes what is typed.
 */
export function drawn(page) {
  return page.evaluate(() => new Promise((resolve, reject) => {
    requestAnimationFrame(() => requestAnimationFrame(resolve));
    setTimeout(() => reject(new Error('the browser drew no frame in a minute')), 60_000);
  }));
}

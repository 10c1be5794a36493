// How long the box that finds everything takes at each key, on the kernel of the tests; not a test.
//
//   BTFSCOPE_URL=http://127.0.0.1:8080/ node tests/browser/bench-palette.mjs [ROUNDS]
//
// with the other variables that `support/env.mjs` names. From the key to the change of the page that shows what was found,
// in milliseconds: the least, the median, and the most for each text.
import process from 'node:process';
import { openKernel } from './support/bench.mjs';

const ROUNDS = Number(process.argv[2] ?? 5);
const WORDS = ['sk_buff', 'tcp_sock->', 'dst_pending', 'zzzzqq'];

// No name contains `~`: before each text the list is empty.
/** In the page: puts a text into the box, and waits for the rows of it. */
const timed = (text) => `new Promise((resolve) => {
  const box = document.querySelector('#palette-input');
  const list = document.querySelector('#palette-list');
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(box, ${JSON.stringify(text)});
  const began = performance.now();
  const seen = new MutationObserver(() => {
    last = performance.now();
  });
  let last = began;
  seen.observe(list, { subtree: true, childList: true, characterData: true, attributes: true });
  box.dispatchEvent(new InputEvent('input', { bubbles: true }));
  setTimeout(() => { seen.disconnect(); resolve(last - began); }, 400);
})`;

const { browser, page, session } = await openKernel();
await page.keyboard.press('Control+k');
await page.locator('#palette-input').waitFor();
for (const word of WORDS) {
  for (let length = 1; length <= word.length; length += 1) {
    const all = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const text = word.slice(0, length);
      const { result } = await session.send('Runtime.evaluate', { expression: timed(text), awaitPromise: true });
      all.push(result.value);
      await session.send('Runtime.evaluate', { expression: timed('~'), awaitPromise: true });
    }
    const sorted = all.map(Math.round).toSorted((a, b) => a - b);
    console.log([word.slice(0, length).padEnd(12), sorted[0], sorted[sorted.length >> 1], sorted.at(-1)].join('\t'));
  }
}
await browser.close();

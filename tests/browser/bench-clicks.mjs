// How long clicks take in the explorer, on the kernel of the tests; not a test.
//
//   BTFSCOPE_URL=http://127.0.0.1:8080/ node tests/browser/bench-clicks.mjs [ROUNDS]
//
// with the other variables that `support/env.mjs` names. From the click to the second frame after what was asked for
// is there: that frame is on screen. Prints the least, the median and the most, in milliseconds.
import process from 'node:process';
import { openKernel } from './support/bench.mjs';

const ROUNDS = Number(process.argv[2] ?? 5);

const goTo = (hash) => `location.hash = '${hash}'`;
const titled = (text) => `document.querySelector('h1')?.textContent.includes('${text}')`;
const there = (selector) => `document.querySelector('${selector}')`;
const pressed = (text) => `[...document.querySelectorAll('button')].find((button) => button.textContent === '${text}')`;
/** What is clicked, what then is there. */
const CLICKS = [
  ['Sources', goTo('#/sources'), there('svg.treemap svg')],
  ['after dedup', `${pressed('After dedup')}.click()`, `${pressed('After dedup')}.getAttribute('aria-pressed') === 'true'`],
  ['a folder', goTo('#/sources/net'), titled('net')],
  ['a unit', goTo('#/sources/net/core/dev.c'), there('table.of-unit')],
  ['Functions', goTo('#/functions'), there('.functions .row')],
  ['per-CPU variables', goTo('#/functions/per-cpu'), "document.querySelector('.functions .row .z')?.textContent.includes('+0x')"],
  ['Types', goTo('#/types'), there('.finder .row')],
  ['struct task_struct', goTo('#/type/struct/task_struct'), titled('task_struct')],
  ['its users', "document.querySelector('#tab-users').click()", there('ul.uses li')],
  ['its copies', "document.querySelector('#tab-copies').click()", there('.folders details')],
  ['struct sk_buff', goTo('#/type/struct/sk_buff'), titled('sk_buff')],
  ['int', goTo('#/type/int/int'), titled('int')],
  ['Not merged', goTo('#/why'), there('.finder, .names, main a')],
  ['Overview', goTo('#/overview'), titled('Overview')],
];

/** In the page: does it, and waits for what is to be there and two frames more. */
const timed = (act, found) => `new Promise((resolve) => {
  const began = performance.now();
  ${act};
  const ends = () => resolve(performance.now() - began);
  const look = () => {
    if (${found}) requestAnimationFrame(() => requestAnimationFrame(ends));
    else if (performance.now() - began > 10000) resolve(NaN);
    else setTimeout(look, 1);
  };
  look();
})`;

const { browser, page, session } = await openKernel();
const times = new Map(CLICKS.map(([name]) => [name, []]));
for (let round = 0; round < ROUNDS; round += 1) {
  for (const [name, act, found] of CLICKS) {
    const { result } = await session.send('Runtime.evaluate', { expression: timed(act, found), awaitPromise: true });
    times.get(name).push(result.value);
    // Tables are drawn on behind the first part.
    await page.waitForTimeout(400);
  }
}
for (const [name, all] of times) {
  const sorted = all.map(Math.round).toSorted((a, b) => a - b);
  console.log([name.padEnd(20), sorted[0], sorted[sorted.length >> 1], sorted.at(-1)].join('\t'));
}
await browser.close();

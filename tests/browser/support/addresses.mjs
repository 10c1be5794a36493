// The page at an address, and the address of the page.

/** Goes to an address of the page, as a link does. */
export const go = (app, hash) => app.page.evaluate((to) => { location.hash = to; }, hash);

/** The address from its `#` on. */
export const hash = (app) => app.page.evaluate(() => location.hash);

/** Waits until that is the address. */
export const hashIs = (app, expected) => app.page.waitForFunction((to) => location.hash === to, expected);

/** Opens the sample in the browser of a test file; `at(address)` gives its result there. */
export const sampleAt = (browser) => async (address) => {
  const app = await browser.open();
  await app.runSample();
  await go(app, address);
  return app;
};

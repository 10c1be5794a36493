// Files dragged onto the page from outside, as the browser itself gets them from the system.

/**
 * A drag of real files. The page sees the browser's own events with real `File`s: nothing is made up in
 * the page.
 */
export async function drag(page, files) {
  const session = await page.context().newCDPSession(page);
  const { width, height } = page.viewportSize();
  const send = (type, x = width / 2, y = height / 2) => session.send('Input.dispatchDragEvent', {
    type, x, y, data: { items: [], files, dragOperationsMask: 1 },
  });
  return {
    async enter() {
      await send('dragEnter');
      await send('dragOver');
    },
    async over(x, y) { await send('dragOver', x, y); },
    async drop(x, y) {
      await send('drop', x, y);
      await session.detach();
    },
    async leave() {
      // Out of the window; the protocol has no other word for it.
      await send('dragOver', -10, -10);
      await session.detach();
    },
  };
}

/** Files dragged in and dropped in the middle of the page. */
export async function dropFiles(page, ...files) {
  const going = await drag(page, files);
  await going.enter();
  await going.drop();
}

// Every kernel's file is named vmlinux: the release tells them apart.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';
import { kernels } from './support/inputs.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const releases = ['6.1.0-47-cloud-amd64', '6.12.95+deb13-amd64'];

test('a kernel is named by its release: heading, title, figures, downloads, kept results', async () => {
  const [vmlinux] = await kernels(...releases);
  const app = await chromium.open();
  await app.choose(vmlinux);
  await app.result(`vmlinux ${releases[0]}`);
  assert.equal(await app.page.title(), `Overview · ${releases[0]} · btfscope`);
  await app.page.getByText(`Linux ${releases[0]} · x86_64 · build id feed`, { exact: true }).waitFor();
  assert.equal((await app.download('Raw .BTF')).name, `vmlinux-${releases[0]}.btf`);
  assert.equal((await app.download('C header')).name, `vmlinux-${releases[0]}.h`);
  await app.button('Save in this browser').click();
  await app.button('Delete it').waitFor();
  await app.page.evaluate(() => { location.hash = '#/type/struct/task'; });
  await app.page.waitForFunction(() => document.title.startsWith('struct task'));
  assert.equal(await app.page.title(), `struct task · ${releases[0]} · btfscope`);
  await app.page.evaluate(() => { location.hash = '#/'; });
  await app.button(`vmlinux ${releases[0]}`).waitFor();
  assert.equal(await app.page.title(), 'btfscope');
  assert.deepEqual(app.complaints, []);
});

test('a comparison names both releases', async () => {
  const [first, second] = await kernels(...releases);
  const app = await chromium.open();
  await app.choose(first);
  await app.result();
  await app.link('Compare').click();
  await app.page.getByLabel('Choose the second file', { exact: true }).setInputFiles(second);
  await app.page.getByText(`vmlinux ${releases[1]}`).first().waitFor();
  await app.page.getByText(`vmlinux ${releases[0]}`).first().waitFor();
  assert.deepEqual(app.complaints, []);
});

// The types that a kernel from Linux 7.0 on carries, and those that the encoder of its build writes.
import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';
import { sound } from './support/checks.mjs';
import { kernelOf, module } from './support/inputs.mjs';
import { encoded, lasting } from './support/native.mjs';
import { sameModule } from './support/same.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

const box = (app) => app.page.getByRole('checkbox', { name: 'Types as the kernel carries them' });

/** The page has what the command makes of this kernel. */
async function same(app, file, asKernel) {
  const { btf, statistics } = await encoded(file, { asKernel });
  assert.equal(await box(app).isChecked(), asKernel);
  assert.ok((await app.downloadBytes('Raw .BTF')).equals(btf), `as the kernel: ${asKernel}`);
  assert.deepEqual(lasting(JSON.parse(await app.downloadBytes('Statistics (JSON)'))), lasting(statistics));
}

test('a kernel whose build changes types has those that it carries, until the encoder\u2019s are wanted', async () => {
  const file = await kernelOf('7.2.0-test');
  const added = await module('one.ko');
  const app = await chromium.open();
  await app.choose(file, added);
  await app.modulesDone();
  await sameModule(app, added, (await encoded(file, { asKernel: true })).path, { asKernel: true });
  await app.link('Overview').click();
  await app.result('vmlinux');
  await same(app, file, true);
  await app.page.getByText('The build of Linux 7.2.0-test changes what pahole writes').waitFor();
  await sound(app.page, 'the overview with the switch');

  // The file is encoded again, and so is the module on it.
  await Promise.all([app.page.waitForURL(/#\/progress/), box(app).click()]);
  await app.modulesDone();
  await sameModule(app, added, (await encoded(file)).path);
  await app.link('Overview').click();
  await same(app, file, false);
  app.wasQuiet();
});

test('a kernel before 7.0 carries what the encoder writes, and nothing is to choose', async () => {
  const file = await kernelOf('6.19.3');
  const app = await chromium.open();
  await app.choose(file);
  await app.result('vmlinux');
  assert.equal(await box(app).count(), 0);
  const { btf } = await encoded(file);
  assert.ok((await app.downloadBytes('Raw .BTF')).equals(btf));
  app.wasQuiet();
});

// Packages of other distributions, unified kernel images, and the types of a running kernel: each opens as it is.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, test } from 'node:test';
import { browserForTests } from './support/browser.mjs';
import { dropFiles } from './support/drag.mjs';
import { btfscope, firefox, madeOnce, run, sample } from './support/env.mjs';
import { module } from './support/inputs.mjs';
import { encoded } from './support/native.mjs';
import { image } from './support/packages.mjs';

const chromium = browserForTests();
afterEach(() => chromium.close());

/** Only Chromium's driver drags files; the other has them chosen. */
const drop = (app, file) => (firefox() ? app.choose(file) : dropFiles(app.page, file));

const RELEASE = '6.9.1-test';

/** The sample as a kernel in packages, by the tools that make these; paths by name. */
async function packages() {
  const folder = await madeOnce('other-packages', async (folder) => {
    writeFileSync(path.join(folder, 'kernel.spec'), `Name: kernel-debuginfo
Version: 1
Release: 1
Summary: A kernel
License: MIT
BuildArch: noarch
AutoReqProv: no
%define __os_install_post %{nil}
%define debug_package %{nil}
%define _build_id_links none
%description
A kernel.
%install
cp -r %{source} %{buildroot}
%files
/usr
`);
    await run('bash', ['-ec', `at=root/usr/lib/modules/${RELEASE} && mkdir -p $at/kernel && cp '${sample()}' $at/vmlinux
      cp '${await module('nf_tables.ko')}' $at/kernel && zstd -q --rm $at/kernel/nf_tables.ko
      printf 'pkgname = linux-debug\n' > root/.PKGINFO && tar -C root --zstd -cf linux-debug-6.9.1-1-x86_64.pkg.tar.zst .PKGINFO usr
      printf 'a signature' > root/.SIGN.RSA.test && tar -C root -cf sign.tar .SIGN.RSA.test && head -c 1024 sign.tar | gzip > linux-lts-dbg-6.9.1-r0.apk
      tar -C root -cf control.tar .PKGINFO && head -c 1024 control.tar | gzip >> linux-lts-dbg-6.9.1-r0.apk
      tar -C root -cf data.tar usr && gzip -c data.tar >> linux-lts-dbg-6.9.1-r0.apk
      if command -v rpmbuild > /dev/null; then
        mkdir -p build && rm root/.[A-Z]* && rpmbuild -bb --quiet --define "_binary_payload w3.zstdio" --define "source $PWD/root/." \\
          --define "_topdir $PWD/build" --define "_rpmdir $PWD/rpms" kernel.spec && mv rpms/noarch/*.rpm kernel-debuginfo.rpm
      fi`], { cwd: folder });
  });
  return (name) => path.join(folder, name);
}

/** A program for EFI with a kernel as its section. */
function unified(kernel) {
  const header = Buffer.alloc(0x400);
  header.write('MZ');
  header.writeUInt32LE(0x80, 0x3c);
  header.write('PE\0\0\x64\x86\x02\0', 0x80, 'latin1');
  header.writeUInt16LE(16, 0x80 + 20);
  for (const [at, [name, length, offset]] of [['.osrel', 16, 0x200], ['.linux', kernel.length, 0x400]].entries()) {
    const row = 0x80 + 24 + 16 + 40 * at;
    header.write(name, row);
    header.writeUInt32LE(length, row + 8);
    header.writeUInt32LE(0x1000, row + 12);
    header.writeUInt32LE(Math.ceil(length / 512) * 512, row + 16);
    header.writeUInt32LE(offset, row + 20);
  }
  return Buffer.concat([header, kernel, Buffer.alloc(511)]);
}

for (const name of ['linux-debug-6.9.1-1-x86_64.pkg.tar.zst', 'linux-lts-dbg-6.9.1-r0.apk', 'kernel-debuginfo.rpm']) {
  test(`${name} opens with its kernel, and its modules are listed`, async (t) => {
    const at = await packages();
    try {
      readFileSync(at(name));
    } catch {
      return t.skip('needs rpmbuild');
    }
    const app = await chromium.open();
    await drop(app, at(name));
    await app.result('vmlinux');
    await app.page.getByText(`from ${name}`).waitFor();
    if (!firefox()) assert.ok((await app.downloadBytes('Raw .BTF')).equals((await encoded(sample())).btf));
    await app.button('List its modules').click();
    await app.page.getByRole('checkbox', { name: 'nf_tables' }).check();
    await app.button('Add 1 module').click();
    await app.modulesDone();
    assert.deepEqual([...(await app.moduleRows()).keys()], ['nf_tables.ko']);
    app.wasQuiet();
  });
}

test('a unified kernel image opens by the kernel in it', async () => {
  const { image: kernel, btf } = await image();
  const folder = await madeOnce('unified', async (folder) => {
    writeFileSync(path.join(folder, 'linux.efi'), unified(readFileSync(kernel)));
  });
  const app = await chromium.open();
  await drop(app, path.join(folder, 'linux.efi'));
  await app.result();
  await app.page.getByText('The debug information of 6.1.0-47-amd64 (Debian) is in the package').waitFor();
  if (!firefox()) assert.ok((await app.downloadBytes('Raw .BTF')).equals(btf));
  app.wasQuiet();
});

/** A copy of what `/sys/kernel/btf` has: a folder, and an archive of it. */
async function types() {
  return madeOnce('sys-kernel-btf', async (folder) => {
    const at = (name) => path.join(folder, 'btf', name);
    mkdirSync(path.join(folder, 'btf'));
    await run(btfscope(), ['encode', sample(), '-o', at('vmlinux')]);
    for (const name of ['nf_tables', 'xfs']) await run(btfscope(), ['encode', await module(`${name}.ko`), '--base', at('vmlinux'), '-o', at(name)]);
    await run('tar', ['-cJf', 'btf.tar.xz', 'btf'], { cwd: folder });
    await run('tar', ['-cJf', '5.4.0-test.btf.tar.xz', '--transform', 's,.*,5.4.0-test.btf,', 'btf/vmlinux'], { cwd: folder });
  });
}

for (const name of ['btf', 'btf.tar.xz']) {
  test(`the types of a kernel and its modules open as one: ${name}`, { skip: firefox() && name === 'btf' }, async () => {
    const folder = await types();
    const app = await chromium.open();
    await drop(app, path.join(folder, name));
    await app.modulesDone();
    assert.deepEqual([...(await app.moduleRows()).keys()], ['nf_tables', 'xfs']);
    await app.link('Overview').click();
    await app.result('vmlinux');
    if (!firefox()) assert.ok((await app.downloadBytes('Raw .BTF')).equals(readFileSync(path.join(folder, 'btf/vmlinux'))));
    app.wasQuiet();
  });
}

test('a file of BTFHub opens', async () => {
  const app = await chromium.open();
  await drop(app, path.join(await types(), '5.4.0-test.btf.tar.xz'));
  await app.result('5.4.0-test.btf');
  app.wasQuiet();
});

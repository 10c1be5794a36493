#!/bin/sh
# one-kernel.sh URL OUT.btf: makes the BTF of the kernel in a Debian debug package (linux-image-…-dbg).
#
# Needs curl, dpkg-deb, tar and btfscope on PATH, and room for one vmlinux in TMPDIR. Does nothing where OUT.btf
# is there already, so that an array that broke off is started again as it was.
set -eu
url=$1
out=$2
[ ! -s "$out" ] || exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The kernel stands before its modules in the package: tar ends when it has it, and what comes behind is neither
# unpacked nor, but for what is on its way, fetched. A download that breaks off earlier is an error of tar.
curl -fsSL --retry 3 "$url" 2>"$work/curl" | dpkg-deb --fsys-tarfile - 2>"$work/dpkg-deb" |
  tar -x -C "$work" --wildcards --occurrence=1 './usr/lib/debug/boot/vmlinux-*' || {
  cat "$work/curl" "$work/dpkg-deb" >&2
  exit 1
}
# One thread: the engine fills the machine with kernels. The file is written whole or not at all.
btfscope encode -j1 "$work"/usr/lib/debug/boot/vmlinux-* -o "$out"

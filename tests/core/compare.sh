#!/usr/bin/env bash
# Compares our check of BPF objects with libbpf's decisions, and minimal BTF with the whole, on objects of Debian's packages and any
# kernels' BTF:
#
#   tests/core/compare.sh WORK KERNEL.btf...
#
# Files KERNEL.MODULE.btf beside a kernel are its modules. WORK/objects may be a folder of other objects.
# WORK is a folder for packages (100 MB); what it has is not fetched again. Nothing is installed: libbpf and the objects are unpacked there.
# Needs root (the kernel's BTF is put in its place in a mount namespace), a running kernel with BTF, cc, python3, libelf-dev, zlib1g-dev,
# and Debian's registry.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
side=$root/xtask/src/setup/debian-side.sh
work=$(realpath -m "$1")
shift
mkdir -p "$work"

# Programs whose data contains the objects that they load.
packages="libbpf-tools systemd xdp-tools bpftune libbpftune0 ir-keytable qemu-system-common mimic"
[ -d "$work/packages" ] || bash "$side" add sid "$work/packages" $packages
[ -d "$work/libbpf" ] || bash "$side" add sid "$work/libbpf" libbpf-dev linux-libc-dev

mkdir -p "$work/include/linux"
lib=$(find "$work/libbpf" -name libbpf.a | head -1)
cp -r "$(find "$work/libbpf" -path '*include/bpf' -type d | head -1)" "$work/include/"
for header in bpf bpf_common btf; do
  cp "$(find "$work/libbpf" -path "*include/linux/$header.h" | head -1)" "$work/include/linux/"
done
# `running`, for running.py, loads programs into the kernel that runs.
for program in loader running; do
  cc -O1 -isystem "$work/include" -o "$work/$program" "$here/$program.c" "$here/newer_libc.c" "$lib" -lelf -lz -ldl
done

cargo build --quiet --profile ci --manifest-path "$root/Cargo.toml" -p btfscope-core-check --examples
examples=${CARGO_TARGET_DIR:-$root/target}/ci/examples
[ -d "$work/objects" ] || "$examples/carve" "$work/objects" "$work/packages"

status=0
for kernel; do
  kernel=$(realpath "$kernel")
  unshare --mount bash -c 'mount --bind "$0" /sys/kernel/btf/vmlinux && exec "$@"' "$kernel" \
    python3 "$here/compare.py" "$work/loader" "$examples/verdicts" "$work/objects" "$kernel" || status=1
  unshare --mount python3 "$here/minimal.py" "$work/loader" "$examples/smaller" "$work/objects" "$kernel" || status=1
done
exit $status

#!/usr/bin/env bash
# Makes sample.elf: a small program of several units with DWARF 5, which the page ships as its sample.
# The same compilers give the same bytes wherever the repository lies (gcc 12.2 and clang 14.0 made these).
#
# When sample.elf changes, sample.pahole-1.32.btf must follow; pahole 1.32 (with libbpf 1.8) made it by
#   pahole --btf_features=encode_force,var,float,enum64,decl_tag,type_tag,optimized_func,consistent_func,decl_tag_kfuncs \
#     --btf_encode_detached=sample.pahole-1.32.btf sample.elf
#
# kernel.btf.bin, which the page ships too, is the BTF of Debian's 6.12.95+deb12-cloud-amd64 (bookworm-backports):
#   btfscope encode vmlinux-6.12.95+deb12-cloud-amd64 -o linux-6.12.btf && zopfli --i15 -c linux-6.12.btf > kernel.btf.bin
set -euo pipefail
cd "$(dirname "$0")"
build=$(mktemp -d)
trap 'rm -rf "$build"' EXIT

flags=(
  -std=gnu11 -O2 -gdwarf-5 -m64 -Wall -Wextra -Werror
  -ffreestanding -fno-pic -fno-stack-protector -fno-asynchronous-unwind-tables
  -fcf-protection=none -mno-red-zone
  "-ffile-prefix-map=$PWD=/sample" -I src
)
units=(main task queue sched device trace)
for unit in "${units[@]}"; do
  # Or gcc makes calls of strlen and memcpy out of loops, and there is no libc.
  gcc "${flags[@]}" -fno-tree-loop-distribute-patterns -c "src/$unit.c" -o "$build/$unit.o"
done
clang "${flags[@]}" -c src/tags.c -o "$build/tags.o"

objects=("${units[@]/#/$build/}" "$build/tags")
ld -static -nostdlib --build-id=none -z noexecstack -T sample.lds -o sample.elf "${objects[@]/%/.o}"
chmod 644 sample.elf

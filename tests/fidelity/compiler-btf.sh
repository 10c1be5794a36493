#!/usr/bin/env bash
# The BTF that a compiler writes (-gbtf) beside BTF of the same objects' DWARF, on objects of a Linux kernel. docs/compiler-btf.md has the results.
#
# usage: tests/fidelity/compiler-btf.sh SOURCE WORK
#   SOURCE               a kernel's source, unpacked: Debian's linux-source-7.2
#   WORK                 a folder for objects and results (1 GB); kept
# environment:
#   CC                   the compiler (default gcc): any gcc since 12; clang writes BTF for the target bpf alone
#   FOLDERS              what is compiled of the source (default: a choice of 400 to 500 objects)
#   BTFSCOPE             the command (default: target/release/btfscope)
#   SHOW                 how many examples of each class are printed (default 0)
#   JOBS                 for make (default 2)
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
[ $# = 2 ] || { sed -n '4,12s/^# \{0,1\}//p' "$0"; exit 2; }
source=$(cd "$1" && pwd)
mkdir -p "$2"
work=$(cd "$2" && pwd)
btfscope=${BTFSCOPE:-${CARGO_TARGET_DIR:-$root/target}/release/btfscope}
cc=${CC:-gcc}
read -ra folders <<< "${FOLDERS:-kernel mm fs block net ipc security}"

# The build's own BTF would need a link of the whole kernel.
grep -v BTF "$root/tests/kbuild/kernel.config" > "$work/config"
build() { make -C "$source" O="$work/build" -j"${JOBS:-2}" CC="$cc" "$@"; }
{
  build KCONFIG_ALLCONFIG="$work/config" allnoconfig
  build KCFLAGS=-gbtf "${folders[@]/%//}"
} > "$work/build.log" 2>&1 || { tail -20 "$work/build.log"; exit 1; }

objects=()
while read -r object; do
  # Compiled, not linked of others.
  grep -q -- ' -c -o ' "$(dirname "$object")/.$(basename "$object").cmd" || continue
  sections=$(readelf -SW "$object")
  [[ $sections != *' .BTF '* || $sections != *' .debug_info '* ]] || objects+=("$object")
done < <(find "${folders[@]/#/$work/build/}" -name '*.o' ! -name '*.mod.o' | sort)
ld -r -z muldefs -o "$work/all.o" "${objects[@]}"

time=$(date +%s%N)
"$btfscope" dedup "$work/all.o" -o "$work/compiler.btf"
middle=$(date +%s%N)
"$btfscope" encode "$work/all.o" -o "$work/dwarf.btf"
end=$(date +%s%N)
size() { echo $((0x$(readelf -SW "$work/all.o" | sed -n "s/.* $1  *PROGBITS  *[0-9a-f]* [0-9a-f]* \([0-9a-f]*\) .*/\1/p"))); }
"$cc" --version | head -1
echo "${#objects[@]} objects; .BTF $(size .BTF) bytes, .debug_info $(size .debug_info) bytes"
echo "dedup $(((middle - time) / 1000000)) ms, encode $(((end - middle) / 1000000)) ms; $(stat -c %s "$work/compiler.btf") and $(stat -c %s "$work/dwarf.btf") bytes"
for result in compiler dwarf; do
  "$btfscope" verify "$work/$result.btf" > "$work/$result.verify" 2>&1 && echo "$result: accepted by verify" || head -3 "$work/$result.verify"
done
python3 "$here/compiler_btf.py" "$work/compiler.btf" "$work/dwarf.btf" --show "${SHOW:-0}"

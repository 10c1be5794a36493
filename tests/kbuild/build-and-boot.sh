#!/usr/bin/env bash
# Builds a small kernel with btfscope-pahole in pahole's place, boots it under qemu without hardware
# help, and has it judge our BTF. README.md beside this file says what is shown and how to read it.
#
# usage: tests/kbuild/build-and-boot.sh [--yes] WORK
#   WORK                 a folder outside the repository for source, build and logs (5 GB); kept
#   --yes                install missing Debian packages without asking
# environment:
#   BTFSCOPE_BIN         folder with btfscope and btfscope-pahole; otherwise cargo builds them
#   BTFSCOPE_PAHOLE      a pahole to build with too, and to compare with (1.32 with libbpf 1.8)
#   BTF_OF               more ELF files with DWARF whose BTF the booted kernel is to judge
#   CLANGS               clangs for the BTF of small programs (default: all in PATH)
#   THIS_KERNEL          if set, the kernel of this machine is asked too to load those BTFs (as root)
#   JOBS                 for make (default 2)
#   LINUX                the version of Debian's source package: 6.12 (default), 7.2, ...
#   SUITE                the Debian suite that has this package, if this system's has not: sid, experimental
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
yes=
[ "${1:-}" = --yes ] && { yes=-y; shift; }
[ $# = 1 ] || { sed -n '5,17s/^# \{0,1\}//p' "$0"; exit 2; }
mkdir -p "$1"
work=$(cd "$1" && pwd)
jobs=${JOBS:-2}
linux=${LINUX:-6.12}
source=$work/linux-source-$linux
build=$work/build-$linux
failures=0

say() { printf '%s\n' "== $*"; }
fail() {
  printf 'FAIL %s\n' "$*"
  failures=$((failures + 1))
}
pass() { printf 'ok   %s\n' "$*"; }

# --- what is needed -------------------------------------------------------------------------------

packages=(
  build-essential bc bison flex cpio kmod libelf-dev libssl-dev zlib1g-dev
  libbpf-dev bpftool clang busybox-static qemu-system-x86
)
archive=/usr/src/linux-source-$linux.tar.xz
[ -n "${SUITE:-}" ] && archive=$work/root$archive || packages+=("linux-source-$linux")
missing=()
for package in "${packages[@]}"; do
  dpkg -s "$package" > /dev/null 2>&1 || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  say "apt-get installs ${missing[*]}"
  $(test "$(id -u)" = 0 || echo sudo) apt-get install ${yes:+$yes} --no-install-recommends "${missing[@]}"
fi
if [ -n "${BTFSCOPE_BIN:-}" ]; then
  bin=$(cd "$BTFSCOPE_BIN" && pwd)
else
  (cd "$root" && cargo build --release -p btfscope)
  bin=$(cd "${CARGO_TARGET_DIR:-$root/target}/release" && pwd)
fi
btfscope=$bin/btfscope
front=$bin/btfscope-pahole
PATH=$PATH:/usr/sbin
# The newest clang makes the BPF program: 14 and older lack parts of CO-RE.
clang=$(compgen -c clang- | grep -xE 'clang-[0-9]+' | sort -Vu | tail -1)
clang=${clang:-clang}

# --- the kernel ------------------------------------------------------------------------------------

kernel_make() {
  make -C "$source" O="$build" -j"$jobs" "$@"
}
# What links and BTF make of the objects; without it make does the last steps anew.
forget_links() {
  rm -f "$build"/vmlinux "$build"/.tmp_vmlinux*
  find "$build" -name '*.ko' -delete
}
# Puts the .BTF of the kernel and its modules into a folder.
take_btf() {
  rm -rf "$1" && mkdir "$1"
  local file
  for file in "$build/vmlinux" "$work/module/btfscope_demo.ko" $(find "$build" -name '*.ko'); do
    # The copy that objcopy makes besides is of no use.
    objcopy --dump-section .BTF="$1/$(basename "$file" .ko).btf" "$file" "$work/copy"
    if readelf -SW "$file" | grep -qF ' .BTF.base '; then
      objcopy --dump-section .BTF.base="$1/$(basename "$file" .ko).base" "$file" "$work/copy"
    fi
    rm "$work/copy"
  done
}
# Kernel builds ask for a base of its own for a module outside the tree.
distilled=()
if [[ ,$("$front" --supported_btf_features), != *,distilled_base,* ]]; then
  say "without the feature distilled_base, which this btfscope has not"
  distilled=(MODULE_PAHOLE_FLAGS=)
fi
build_kernel() { # PAHOLE FOLDER
  say "kernel with $(basename "$1")"
  kernel_make PAHOLE="$1" bzImage modules
  rm -rf "$work/module" && cp -r "$here/module" "$work/module"
  kernel_make PAHOLE="$1" "${distilled[@]}" M="$work/module" modules
  take_btf "$2"
}

if [ ! -d "$source" ]; then
  [ -z "${SUITE:-}" ] || bash "$root/xtask/src/setup/debian-side.sh" add "$SUITE" "$work" "linux-source-$linux"
  say "unpacking the source"
  tar -xJf "$archive" -C "$work"
fi
mkdir -p "$build"
{
  kernel_make PAHOLE="$front" KCONFIG_ALLCONFIG="$here/kernel.config" allnoconfig
  for option in $(grep -oE '^CONFIG_[A-Z0-9_]+=[ym]' "$here/kernel.config"); do
    grep -qx "$option" "$build/.config" || { echo "$option did not come true" >&2; exit 1; }
  done
  # Both builds of the kernel have the same text then, but for the time; its length is an array's.
  export KBUILD_BUILD_USER=btfscope KBUILD_BUILD_HOST=btfscope KBUILD_BUILD_VERSION=1
  if [ -n "${BTFSCOPE_PAHOLE:-}" ]; then
    forget_links
    build_kernel "$BTFSCOPE_PAHOLE" "$work/theirs"
  fi
  forget_links
  build_kernel "$front" "$work/ours"
} > "$work/build.log" 2>&1 || { tail -20 "$work/build.log"; say "the build failed; see $work/build.log"; exit 1; }
grep -iE 'warn|btfscope-pahole:' "$work/build.log" | sort | uniq -c || true

if [ -n "${BTFSCOPE_PAHOLE:-}" ]; then
  say "BTF of this kernel and its modules, by us and by $("$BTFSCOPE_PAHOLE" --version)"
  for file in "$work"/ours/*.btf; do
    name=$(basename "$file")
    for side in ours theirs; do
      base=()
      [ "$name" = vmlinux.btf ] || base=(-B "$work/$side/vmlinux.btf")
      [ ! -e "$work/$side/${name%.btf}.base" ] || base=(-B "$work/$side/${name%.btf}.base")
      bpftool "${base[@]}" btf dump file "$work/$side/$name" > "$work/$side.txt"
    done
    if cmp -s "$work/ours.txt" "$work/theirs.txt"; then
      pass "$name: the same dump, $(grep -c '^\[' "$work/ours.txt") types"
    else
      fail "$name: another dump ($(diff "$work/ours.txt" "$work/theirs.txt" | grep -c '^[<>]') lines)"
    fi
  done
fi

# From 7.0 on the build changes what the encoder wrote; --as-kernel makes that result from the DWARF.
if [ "$(printf '7.0\n%s\n' "$linux" | sort -V | head -1)" = 7.0 ]; then
  say "BTF of this kernel and its modules, by btfscope encode --as-kernel"
  for file in "$build/vmlinux" $(find "$build" -name '*.ko'); do
    base=() on=()
    [ "$file" = "$build/vmlinux" ] || { base=(--base "$build/vmlinux") on=(-B "$build/vmlinux"); }
    "$btfscope" encode "$file" "${base[@]}" --as-kernel -o "$work/as-kernel.btf"
    bpftool "${on[@]}" btf dump file "$work/as-kernel.btf" > "$work/ours.txt"
    bpftool "${on[@]}" btf dump file "$file" > "$work/theirs.txt"
    if cmp -s "$work/ours.txt" "$work/theirs.txt"; then
      pass "$(basename "$file"): as the build left it, $(grep -c '^\[' "$work/ours.txt") types"
    else
      fail "$(basename "$file"): not as the build left it ($(diff "$work/ours.txt" "$work/theirs.txt" | grep -c '^[<>]') lines)"
    fi
  done
fi

# --- BTF for BPF_BTF_LOAD --------------------------------------------------------------------------

say "BTF of other files, by btfscope encode"
rm -rf "$work/btf" "$work/programs" && mkdir "$work/btf" "$work/programs"
foreign=" "
encode() { # NAME FILE
  # What was made for pointers of 4 bytes, or for the other byte order.
  if ! readelf -h "$2" | grep -q 'ELF64' || ! readelf -h "$2" | grep -q 'little endian'; then
    foreign="$foreign$1 "
  fi
  "$btfscope" encode "$2" -o "$work/btf/$1" 2>> "$work/encode.log" || fail "$1 could not be encoded"
}
: > "$work/encode.log"
encode sample "$root/tests/sample/sample.elf"
for compiler in gcc ${CLANGS:-$(compgen -c clang | grep -xE 'clang(-[0-9]+)?' | sort -Vu)}; do
  for flags in "-gdwarf-4 -O0" "-gdwarf-4 -O2" "-gdwarf-5 -O0" "-gdwarf-5 -O2" "-gdwarf-5 -O2 -m32"; do
    name=$(echo "$compiler$flags" | tr -d ' ')
    # shellcheck disable=SC2086 # the flags are words
    if $compiler $flags -ffreestanding -c "$root/tests/engine/programs/all.c" -o "$work/programs/$name.o" \
      2>> "$work/encode.log"; then
      encode "$name" "$work/programs/$name.o"
    fi
  done
done
for file in ${BTF_OF:-}; do
  encode "$(basename "$file")" "$file"
done
cp "$work/ours/vmlinux.btf" "$work/btf/vmlinux-of-this-test"
# The layout section, which kernels know since 7.1.
"$btfscope" encode "$root/tests/sample/sample.elf" -o "$work/btf/with-layout" --layout
# And what must be refused: bytes that are missing, a kind that there is not (in the first type's word).
head -c -1 "$work/btf/sample" > "$work/btf/spoilt-length"
cp "$work/btf/sample" "$work/btf/spoilt-kind"
printf '\x1f' | dd of="$work/btf/spoilt-kind" bs=1 seek=31 conv=notrunc status=none

# --- the guest -------------------------------------------------------------------------------------

say "guest: BPF program by $clang, initramfs"
guest=$work/guest
rm -rf "$guest" && mkdir -p "$guest"/{bin,proc,sys,modules,expected,btf}
multiarch=/usr/include/$(gcc -print-multiarch)
$clang -Wall -g -O2 -target bpf -D__TARGET_ARCH_x86 -I"$multiarch" -c "$here/guest/probe.bpf.c" -o "$work/probe.bpf.o"
bpftool gen skeleton "$work/probe.bpf.o" name probe > "$work/probe.skel.h"
gcc -O2 -Wall -static -I"$work" -I"$here/guest" "$here/guest/check.c" -o "$guest/check" -lbpf -lelf -lz
install -m 755 "$here/guest/init" "$guest/init"
cp /bin/busybox "$guest/bin/"
for tool in sh mount cat tr cmp insmod ip reboot dmesg grep sed uname; do
  ln -s busybox "$guest/bin/$tool"
done
cp $(find "$build" -name '*.ko') "$work/module/btfscope_demo.ko" "$guest/modules/"
strip --strip-debug "$guest"/modules/*.ko
for module in "$guest"/modules/*.ko; do
  name=$(basename "$module" .ko)
  echo "$name $name"
  for needed in $(modinfo -F depends "$module" | tr , ' '); do echo "$needed $name"; done
done | tsort > "$guest/modules/order"
cp "$work"/ours/*.btf "$guest/expected/"
cp "$work"/btf/* "$guest/btf/"
(cd "$guest" && find . | cpio -o -H newc --quiet | gzip -1) > "$work/initramfs.gz"

say "boot"
: > "$work/console.log"
timeout 600 qemu-system-x86_64 -accel tcg -cpu max -m 1G -display none -monitor none -no-reboot \
  -serial file:"$work/console.log" -kernel "$build/arch/x86/boot/bzImage" -initrd "$work/initramfs.gz" \
  -append "console=ttyS0 panic=-1 quiet" || fail "qemu ended with $?"
tr -d '\r' < "$work/console.log" | sed -n 's/^@btfscope //p' > "$work/answers.log"

# --- what it said ----------------------------------------------------------------------------------

answer() { sed -n "s/^$1 $2 //p" "$work/answers.log"; }
expect() { # QUESTION NAME WANTED
  local said
  said=$(answer "$1" "$2")
  # shellcheck disable=SC2053 # a pattern
  if [[ $said == $3 ]]; then pass "$1 $2: $said"; else fail "$1 $2: ${said:-no answer}"; fi
}

say "the kernel's answers ($(answer kernel version))"
expect end - ok
expect sysfs vmlinux same
while read -r module; do
  expect insmod "$module" ok
  # A module with a base of its own is relocated to the kernel's: other ids, the same types.
  if [ -e "$work/ours/$module.base" ]; then
    expect sysfs "$module" differs
  else
    expect sysfs "$module" same
  fi
done < "$guest/modules/order"
for name in load attach exec-count exec-pid exec-parent exec-comm kfunc-of-kernel enum-value field-absent \
  device-made device-count device-name device-mtu \
  module-trigger module-count module-left module-right module-sum module-task kfunc-of-module; do
  expect program $name "ok*"
done
size=$("$btfscope" show "$work/ours/vmlinux.btf" struct task_struct | grep -oE 'size: [0-9]+' | tail -1 | grep -oE '[0-9]+')
expect size task_struct "$size *"

judge() { # ANSWERS KERNEL
  local file name said ours
  for file in "$work"/btf/*; do
    name=$(basename "$file")
    said=$(sed -n "s/^load $name //p" "$1")
    if ours=$("$btfscope" verify "$file" 2>&1); then ours=accepted; else ours="refused: $(head -1 <<< "$ours")"; fi
    [[ $foreign != *" $name "* ]] || ours="made for another machine"
    [[ $name != with-layout || $(printf '7.1\n%s\n' "$2" | sort -V | head -1) = 7.1 ]] || ours="made for newer kernels"
    case "$said/$ours" in
      ok*/accepted) pass "$name: $said" ;;
      refused*/refused* | refused*/made*) pass "$name: $said ($ours)" ;;
      *) fail "$name: ${said:-no answer} (verify: $ours)" ;;
    esac
  done
}
for name in spoilt-kind spoilt-length; do
  expect load $name "refused*"
done
say "BPF_BTF_LOAD: what btfscope verify accepts, and nothing made for others"
judge "$work/answers.log" "$(answer kernel version)"
if [ -n "${THIS_KERNEL:-}" ]; then
  say "the same by the kernel of this machine, $(uname -r)"
  "$guest/check" load "$work"/btf/* | sed -n 's/^@btfscope //p' > "$work/answers.this.log"
  judge "$work/answers.this.log" "$(uname -r)"
fi
if grep '^log ' "$work/answers.log" | grep -iE 'bug:|warning|failed|mismatch|invalid|unable'; then
  fail "the kernel's log complains of BTF"
fi

if [ "$failures" = 0 ]; then
  echo PASS
else
  echo "FAIL: $failures; logs are in $work"
  exit 1
fi

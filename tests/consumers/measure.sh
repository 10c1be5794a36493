#!/usr/bin/env bash
# Gives small BTFs, each with one thing that not every reader knows, to readers of BTF in the versions that registries have,
# and writes their verdicts:
#
#   tests/consumers/measure.sh WORK >crates/doctor/src/readers/verdicts.txt
#
# WORK is a folder for packages and builds (2 GB); what it has is not fetched again. A line of the result: reader, version,
# input, `reads` or `refuses`, and the first line of the reader's message. A reader that finds fewer types than there are
# refuses, too. Needs cargo, gcc, libelf-dev, zlib1g-dev, and the registries of Debian and of crates; Go comes from sid.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
side=$root/xtask/src/setup/debian-side.sh
work=$(realpath -m "$1")
mkdir -p "$work/inputs"
log() { echo "$@" >&2; }
cargo run --quiet --manifest-path "$root/Cargo.toml" -p btfscope-doctor --example consumer_inputs "$work/inputs" >"$work/inputs/list"

# verdict READER VERSION HOW COMMAND...: HOW is `all` if the command prints the number of types.
verdict() {
  local reader=$1 version=$2 how=$3 name types found status text
  shift 3
  while read -r name types; do
    status=0
    found=$(timeout 60 "$@" "$work/inputs/$name.btf" 2>"$work/error") || status=$?
    text=$(grep -v '^ *$' "$work/error" | head -1 | tr -s ' \t' ' ' | sed 's/^ //' | sed "s|$work/inputs/||g" | cut -c1-160 || true)
    if [ "$status" -ne 0 ]; then
      echo "$reader $version $name refuses ${text:-exit code $status}"
    elif [ "$how" = all ] && [ "$found" != "$types" ]; then
      echo "$reader $version $name refuses finds $found of $types types"
    else
      echo "$reader $version $name reads"
    fi
  done <"$work/inputs/list"
}

# libbpf and bpftool of three suites, with that suite's C library.
gcc -O1 -o "$work/libbpf" "$here/libbpf.c" -ldl >&2
for suite in bookworm trixie sid; do
  dir=$work/tools-$suite
  [ -x "$dir/bin/bpftool" ] || bash "$side" run "$suite" "$dir" bpftool libbpf1 >&2
  libs=$dir/root/usr/lib/x86_64-linux-gnu
  loader=$(find "$dir/root" -name 'ld-linux-x86-64.so.2' | head -1)
  library=$(find "$dir/root" -name 'libbpf.so.*.*' -type f | head -1)
  path=$libs:$dir/root/lib/x86_64-linux-gnu
  verdict libbpf "${library##*libbpf.so.}" all "$loader" --library-path "$path" "$work/libbpf" "$library"
  version=$("$dir/bin/bpftool" version | sed -n '1s/.*bpftool v//p')
  raw() { "$bpftool" btf dump file "$1" format c >/dev/null && "$bpftool" btf dump file "$1" format raw | grep -c '^\['; }
  export -f raw
  export bpftool=$dir/bin/bpftool
  verdict bpftool "$version" all bash -o pipefail -c 'raw "$1"' raw
done

# Other versions of libbpf: crates of libbpf-sys have its source. Without a version script every name is its newest version.
for crate in 0.6.2 0.8.3 1.0.4 1.4.6 1.6.4; do
  dir=$work/libbpf-sys-$crate
  if [ ! -f "$dir/libbpf.so" ]; then
    mkdir -p "$dir/src"
    : >"$dir/src/lib.rs"
    printf '[package]\nname = "read-libbpf"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\nlibbpf-sys = { version = "=%s", default-features = false }\n[workspace]\n' \
      "$crate" >"$dir/Cargo.toml"
    (cd "$dir" && cargo vendor --quiet >/dev/null)
    source=$dir/vendor/libbpf-sys/libbpf
    gcc -shared -fPIC -w -D_FILE_OFFSET_BITS=64 -I"$source/include" -I"$source/include/uapi" -o "$dir/libbpf.so" \
      "$source"/src/*.c -lelf -lz >&2
  fi
  version=$(sed -n 's/^version = "[0-9.]*+v\(.*\)"/\1/p' "$dir/Cargo.lock" | head -1)
  verdict libbpf "$version" all "$work/libbpf" "$dir/libbpf.so"
done

# cilium/ebpf of three suites, by sid's Go.
[ -x "$work/go/bin/go" ] || bash "$side" run sid "$work/go" golang-go >&2
goroot=$(find "$work/go/root/usr/lib" -maxdepth 1 -name 'go-[0-9]*' | head -1)
for suite in bookworm trixie sid; do
  dir=$work/cilium-$suite
  if [ ! -d "$dir/root" ]; then
    bash "$side" add "$suite" "$dir" golang-github-cilium-ebpf-dev golang-golang-x-sys-dev golang-golang-x-exp-dev >&2
    bash "$side" only "$suite" "$dir" golang-github-cilium-ebpf-dev >&2
  fi
  version=$(dpkg-deb -f "$dir"/golang-github-cilium-ebpf-dev_*.deb Version | sed 's/-.*//; s/+.*//; s/~.*//')
  (cd "$here/cilium" && env GOROOT="$goroot" GOPATH="$dir/root/usr/share/gocode" GO111MODULE=off GOTOOLCHAIN=local \
    GOCACHE="$work/gocache" CGO_ENABLED=0 "$goroot/bin/go" build -o "$work/cilium-$suite/read" main.go) >&2
  verdict cilium "$version" all "$work/cilium-$suite/read"
done

# aya-obj and btf-rs of crates.io.
crate() {
  local reader=$1 package=$2 source=$3 how=$4 version dir
  shift 4
  for version in "$@"; do
    dir=$work/$reader-$version
    mkdir -p "$dir"
    printf '[package]\nname = "%s"\nversion = "0.0.0"\nedition = "2021"\n[[bin]]\nname = "%s"\npath = "%s"\n[dependencies]\n%s = "=%s"\n[workspace]\n' \
      "read-$reader" "read-$reader" "$here/$source/main.rs" "$package" "$version" >"$dir/Cargo.toml"
    if ! CARGO_TARGET_DIR=$work/crates cargo build --quiet --ignore-rust-version --manifest-path "$dir/Cargo.toml" >"$dir/log" 2>&1; then
      log "$package $version does not build: $(grep -m1 '^error' "$dir/log")"
      continue
    fi
    cp "$work/crates/debug/read-$reader" "$dir/read"
    verdict "$reader" "$version" "$how" "$dir/read"
  done
}
crate aya aya-obj aya read 0.1.0 0.2.1 0.3.0 0.5.0 0.6.0
crate btf-rs btf-rs btf_rs all 1.0.0 1.1.1 2.0.0

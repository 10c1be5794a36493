#!/bin/bash -eu
# Builds every target and packs its corpus as OSS-Fuzz wants it: NAME and NAME_seed_corpus.zip in $OUT.

cd "$SRC/btfscope"
# Sums that overflow are findings, as in `cargo xtask fuzz`.
cargo fuzz build -O --debug-assertions

programs=fuzz/target/x86_64-unknown-linux-gnu/release
for source in fuzz/fuzz_targets/*.rs; do
    name=$(basename "$source" .rs)
    cp "$programs/$name" "$OUT/"
    corpus=$(mktemp -d)
    tar -xzf "fuzz/corpus/$name.tar.gz" -C "$corpus"
    (cd "$corpus" && find . -type f | sort | zip -q -X "$OUT/${name}_seed_corpus.zip" -@)
    rm -rf "$corpus"
done

#!/bin/bash
# coverage.sh [FOLDER]: which lines of our libraries the committed corpus reaches, as a table, and as pages in FOLDER/html.
#
# Needs `rustup component add llvm-tools`. Only our own crates count lines; dependencies are those of the tests.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
out=$(mkdir -p "${1:-$root/target/xtask/fuzz/coverage}" && cd "${1:-$root/target/xtask/fuzz/coverage}" && pwd)
cd "$root"
tools=$(rustc --print sysroot)/lib/rustlib/$(rustc -vV | sed -n 's/^host: //p')/bin
rm -rf "$out"/*.profraw "$out/html"

cat >"$out/rustc" <<'END'
#!/bin/sh
exec "$@" -C instrument-coverage
END
chmod +x "$out/rustc"
export RUSTC_WORKSPACE_WRAPPER=$out/rustc LLVM_PROFILE_FILE=$out/%p-%m.profraw
program=$(cargo test --locked --profile ci -p btfscope-fuzz-targets --test it --no-run --message-format json |
    sed -n 's/.*"executable":"\([^"]*\)".*/\1/p' | tail -1)
rm -f "$out"/*.profraw
"$program" --quiet replay:: >"$out/replay.txt" || { tail -20 "$out/replay.txt"; exit 1; }
"$tools/llvm-profdata" merge -sparse "$out"/*.profraw -o "$out/all.profdata"

measured="$program -instr-profile=$out/all.profdata"
"$tools/llvm-cov" show $measured --format html --output-dir "$out/html" crates
# Lines of each library: all files under its folder. Tests are other files, which this program does not contain.
"$tools/llvm-cov" export $measured --summary-only crates | python3 -c '
import collections, json, re, sys
lines = collections.defaultdict(lambda: [0, 0])
for file in json.load(sys.stdin)["data"][0]["files"]:
    found = re.search("/crates/([^/]+)/src/(.*)", file["filename"])
    if found:
        for place in (found[1], found[1] + " " + found[2]):
            lines[place][0] += file["summary"]["lines"]["covered"]
            lines[place][1] += file["summary"]["lines"]["count"]
print("| library | lines | reached | |\n|---|---:|---:|---:|")
for place, (reached, count) in sorted(lines.items()):
    row = f"| {place} | {count:,} | {reached:,} | {100 * reached / max(count, 1):.1f} % |"
    print(row, file=sys.stderr if " " in place else sys.stdout)
' 2>"$out/files.txt"
echo "the same for each file: $out/files.txt"

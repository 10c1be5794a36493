#!/usr/bin/env bash
# Breaks the engine in one place after the other, in a copy of HEAD, and tells which quick tests notice.
#
#   tests/mutants/run.sh [NAME...]      the defects of list.txt, or those named
#
# Needs cargo-nextest. COPY names the folder of the copy, whose builds the next run takes up.
# Ends with 1 where nothing noticed.
set -euo pipefail
cd "$(dirname "$0")/../.."
copy=${COPY:-target/mutants}
list=$PWD/tests/mutants/list.txt
mkdir -p "$copy"
git archive HEAD | tar -x -C "$copy"
cd "$copy"
export CARGO_TARGET_DIR=$PWD/target
crates=(-p btfscope-elf -p btfscope-btf -p btfscope-dedup -p btfscope-encode -p btfscope-pipeline -p btfscope-engine-tests
  -p btfscope)
tests() {
  </dev/null cargo nextest run --cargo-profile ci "${crates[@]}" --no-fail-fast --status-level fail --final-status-level fail \
    --failure-output never --color never --no-input-handler 2>&1
}
if ! tests >sound.log; then
  tail -30 sound.log
  echo "the tests fail without a defect" >&2
  exit 2
fi
unnoticed=0
while IFS=$'\t' read -r name file change; do
  [ $# = 0 ] || [[ " $* " == *" $name "* ]] || continue
  cp -p "$file" kept
  sed -i "$change" "$file"
  if cmp -s "$file" kept; then
    echo "$name: $file has no such place any more" >&2
    exit 2
  fi
  touch "$file"
  if tests >"$name.log"; then
    echo "$name: NOT NOTICED"
    unnoticed=1
  else
    # A defect that does not compile shows nothing.
    grep -q '^error: test run failed' "$name.log" || { tail -30 "$name.log"; exit 2; }
    noticed=$(sed -n 's/^ *\(FAIL\|TIMEOUT\|SIG[A-Z]*\) \[.*) //p' "$name.log" | sort -u)
    echo "$name: $(wc -l <<<"$noticed") tests, the first: $(head -3 <<<"$noticed" | paste -sd, | sed 's/,/, /g')"
  fi
  mv kept "$file"
  touch "$file"
done < <(grep -v '^#' "$list" | sed 's/ ; /\t/g')
exit $unnoticed

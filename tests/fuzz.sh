#!/bin/sh
# fuzz.sh [TIME [FOLDER]] runs every fuzz target of the module, or those below the
# folder, for the given time each. Those that need root, for the kernel's verifier
# and test runs, are left out without it.
set -eu
time=${1:-30s}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# fuzz DIR TARGET TAGS. Go sometimes fails a target because its time is over
# (golang.org/issue/48591); without an input that failed that is no failure.
fuzz() {
  if go test -tags "$3" -run '^$' -fuzz "^$2\$" -fuzztime "$time" -fuzzminimizetime 20x "$1" >"$log" 2>&1; then
    grep 'elapsed' "$log" | tail -1
  elif grep -q 'context deadline exceeded' "$log" && ! grep -q 'Failing input' "$log"; then
    echo "ended by its deadline"
  else
    cat "$log"
    return 1
  fi
}

# possible DIR TARGET reports whether the machine lets the programs of the kernel be
# loaded. Any other failure is for fuzz to show.
possible() {
  go test -tags privileged -run "^$2\$" "$1" >"$log" 2>&1 || ! grep -q 'load the programs' "$log"
}

grep -rlE '^func Fuzz[A-Z]' --include='*_test.go' "${2:-.}" | sort | while read -r file; do
  dir=$(dirname "$file") tags=
  grep -q '^//go:build.*privileged' "$file" && tags=privileged
  for target in $(grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$file" | sed 's/^func //'); do
    if [ -n "$tags" ] && ! possible "$dir" "$target"; then
      echo "== $dir $target: left out, $(grep -m 1 -o 'load the programs.*' "$log")"
      continue
    fi
    echo "== $dir $target"
    fuzz "$dir" "$target" "$tags"
  done
done

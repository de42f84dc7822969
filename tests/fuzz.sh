#!/bin/sh
# Runs every fuzz target of the module for the given time each. Those that need
# root, for the kernel's verifier and test runs, are left out without it.
set -eu
time=${1:-30s}
grep -rlE '^func Fuzz[A-Z]' --include='*_test.go' . | sort | while read -r file; do
  dir=$(dirname "$file") tags=
  grep -q '^//go:build.*privileged' "$file" && tags=privileged
  for target in $(grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$file" | sed 's/^func //'); do
    if [ -n "$tags" ] && [ "$(id -u)" != 0 ]; then
      echo "== $dir $target: left out, needs root"
      continue
    fi
    echo "== $dir $target"
    go test -tags "$tags" -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 20x "$dir"
  done
done

#!/bin/sh
# Runs the tests that need root and a kernel that can shape, which are those with the
# tag privileged: one package after the other, because they measure. Arguments are
# for go test. With --if-possible first, a machine that cannot is no failure: one line
# says what is missing.
set -u
optional=
if [ "${1:-}" = --if-possible ]; then
  optional=1
  shift
fi

# give_up WHY
give_up() {
  echo "tests: those with the tag privileged are skipped: $1"
  [ -n "$optional" ] && exit 0
  exit 1
}

[ "$(uname -s)" = Linux ] || give_up "they need Linux"
[ "$(id -u)" = 0 ] || give_up "they need root, for network namespaces and eBPF"

# One of them tries the machine.
out=$(go test "$@" -tags privileged -run '^TestMachineCanShape$' ./extension/shaperextension/internal/engine 2>&1) ||
  give_up "$(printf '%s\n' "$out" | sed -nE 's/.*(netlab: |cannot shape: )/\1/p' | head -1 | grep . || printf '%s\n' "$out" | head -20)"

# shellcheck disable=SC2046 # several packages
exec go test "$@" -p 1 -skip Alloc -timeout 14m -tags privileged $(
  grep -rlE '^//go:build privileged' --include='*_test.go' . | xargs grep -lE '^func Test[A-Z].*\*testing\.T\)' | xargs -n1 dirname | sort -u)

#!/bin/sh
# Runs bpf2go with the given arguments. Without clang 19 (Debian: clang-19,
# llvm-19) the committed objects stay as they are.
set -eu
if ! command -v clang-19 >/dev/null || ! command -v llvm-strip-19 >/dev/null; then
  echo "bpf: no clang-19 and llvm-strip-19, the objects are left as they are" >&2
  exit 0
fi
exec go tool bpf2go -cc clang-19 -strip llvm-strip-19 "$@"

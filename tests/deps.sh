#!/bin/sh
# Programs the tests use beside Go's own. As root on Debian they are installed;
# otherwise one line says what is missing and what is skipped.
set -u

# need COMMAND PACKAGES WHAT: installs PACKAGES if there is no COMMAND, or says
# that WHAT.
need() {
  command -v "$1" >/dev/null 2>&1 && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "tests: installing $2"
    # shellcheck disable=SC2086 # several packages
    install $2 && return
  fi
  echo "tests: $1 is missing: $3 (Debian: $2)"
}

# install PACKAGES, without starting the services some of them bring: tests
# start their own servers.
install() {
  policy=/usr/sbin/policy-rc.d
  own=
  if [ ! -e $policy ]; then
    own=1
    printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy
  fi
  log=$(mktemp)
  { apt-get install -y -qq --no-install-recommends "$@" || { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; }; } >"$log" 2>&1
  status=$?
  [ $status = 0 ] || tail -3 "$log"
  rm -f "$log"
  [ -n "$own" ] && rm -f $policy
  return $status
}

need redis-server redis-server "tests against a real Redis are skipped"
need prometheus prometheus "tests with a real Prometheus are skipped"
need "${CC:-gcc}" "gcc libc6-dev" "the race detector is off"
exit 0

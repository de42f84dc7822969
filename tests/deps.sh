#!/bin/sh
# Programs the tests start beside Go's own. As root on Debian they are
# installed; otherwise one line says what is missing and what is skipped.
set -u
missing() { echo "tests: $1 is missing: $2 are skipped (Debian package: $3)"; }

if ! command -v redis-server >/dev/null 2>&1; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "tests: installing redis-server"
    # The package would start a service; the tests start their own servers.
    policy=/usr/sbin/policy-rc.d
    own=
    if [ ! -e $policy ]; then
      own=1
      printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy
    fi
    log=$(mktemp)
    { apt-get install -y -qq redis-server || { apt-get update -qq && apt-get install -y -qq redis-server; }; } >"$log" 2>&1 ||
      { tail -3 "$log"; missing redis-server "tests against a real Redis" redis-server; }
    rm -f "$log"
    [ -n "$own" ] && rm -f $policy
  else
    missing redis-server "tests against a real Redis" redis-server
  fi
fi
exit 0

#!/bin/sh
# Runs the tests of the elasticsearch exporter with a real OpenSearch 2.19, data streams
# included. It needs a JDK of 11 to 21 and Maven, which fetches OpenSearch's libraries the
# first time. FLAGS are for go test; PORT is 19200 unless set. An Elasticsearch that runs
# already is tried by its address:
#
#   SLUICE_ELASTICSEARCH_URL=http://127.0.0.1:9200 go test ./exporter/elasticsearchexporter -run Backend
set -eu
cd "$(dirname "$0")/.."
for tool in javac mvn curl; do
  command -v $tool >/dev/null || { echo "tests/opensearch.sh: skipped: there is no $tool" >&2; exit 0; }
done
cache=${XDG_CACHE_HOME:-$HOME/.cache}/sluice/opensearch
port=${PORT:-19200}
java=$(dirname "$(command -v javac)")/java
if [ -n "${JAVA_HOME:-}" ]; then java=$JAVA_HOME/bin/java; fi
mkdir -p "$cache/classes"
[ -d "$cache/lib" ] || mvn -q -B -f tests/opensearch/pom.xml dependency:copy-dependencies -DoutputDirectory="$cache/lib"
"${java}c" -cp "$cache/lib/*" -d "$cache/classes" tests/opensearch/Server.java
data=$(mktemp -d)
"$java" -Xmx1g -Dlog4j2.level=WARN -Dlog4j2.disable.jmx=true -cp "$cache/lib/*:$cache/classes" Server "$data" "$port" >"$data/log" 2>&1 &
server=$!
trap 'kill $server; wait $server 2>/dev/null || true; rm -rf "$data"' EXIT INT TERM
for _ in $(seq 120); do
  curl -s -o /dev/null "http://127.0.0.1:$port" && break
  kill -0 $server 2>/dev/null || { cat "$data/log" >&2; exit 1; }
  sleep 0.5
done
SLUICE_ELASTICSEARCH_URL=http://127.0.0.1:$port go test -count=1 ${FLAGS:-} ./exporter/elasticsearchexporter -run Backend

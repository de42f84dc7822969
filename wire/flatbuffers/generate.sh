#!/bin/sh
# Generates ingestfbs from ingest.fbs with flatc (Debian: flatbuffers-compiler).
# Without flatc the committed file stays as it is.
set -eu
if ! command -v flatc >/dev/null; then
  echo "wire/flatbuffers: no flatc, ingestfbs/generated_ingest.go is left as it is" >&2
  exit 0
fi
flatc --go --gen-onefile --go-namespace ingestfbs -o ingestfbs ingest.fbs
mv ingestfbs/ingest_generated.go ingestfbs/generated_ingest.go
gofmt -w ingestfbs/generated_ingest.go

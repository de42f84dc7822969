# Targets: `make help`. Variables you may set: BEATS, CONFIG, DATA, TIME, REDIS_ENTRIES.

GO       ?= go
BIN      := bin/sluice
CONFIG   ?= distro/configs/quickstart.yaml
DATA     ?= ../shared/data
TIME     ?= 30s
GOLANGCI := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
BENCHSTAT := golang.org/x/perf/cmd/benchstat@latest

VERSION := $(shell sed -n 's/^  version: //p' builder-config.yaml)
COMMIT  := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT)

# Absolute, because tests run in their package's folder; empty if there is none,
# and what needs it is skipped.
export SLUICE_DATA := $(wildcard $(abspath $(DATA)))

.DEFAULT_GOAL := help
.PHONY: build run test test-privileged check fmt-check lint generate generate-check bench bench-peers conformance fuzz configs deps senders clean help

build: ## build bin/sluice
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o $(BIN) ./distro

run: build ## build and start; CONFIG=file for another configuration
	@if [ "$(CONFIG)" = distro/configs/quickstart.yaml ]; then \
	  echo; \
	  echo "  Redis (embedded)   localhost:6380, stream access-logs"; \
	  echo "  parsed records     on this console, and in out/access.jsonl"; \
	  echo "  push a sample      in another terminal:  $(BIN) demo feed --count 3"; \
	  echo "  stop               Ctrl-C"; \
	  echo; \
	fi
	@exec $(BIN) --config $(CONFIG)

# What holds every upstream component is compiled once, as for the binary, and
# not a second time for the race detector, which finds nothing in it.
WHOLE := ./distro/... ./tests/...
PARTS  = $$($(GO) list ./... | grep -vE '/(distro|tests)(/|$$)')
# The race detector needs a C compiler; deps says so if there is none.
RACE   = $$(command -v "$$($(GO) env CC)" >/dev/null && echo -race)

# Pools lose what they hold at random under the race detector, so allocations
# are counted without it.
ALLOC  = $$(grep -rl AllocsPerRun --include='*_test.go' . | xargs -n1 dirname | sort -u)

test: deps build ## all tests the machine allows, ours under the race detector
	$(GO) test $(RACE) -skip Alloc -timeout 14m $(PARTS)
	$(GO) test -run Alloc $(ALLOC)
	SLUICE_BIN=$(abspath $(BIN)) CGO_ENABLED=0 $(GO) test -p 1 -trimpath -timeout 14m $(WHOLE)
	@tests/privileged.sh --if-possible $(RACE)

test-privileged: deps ## those of them that need root: network namespaces, eBPF
	@tests/privileged.sh $(RACE)

check: fmt-check lint generate-check test ## format, lint, generated files, tests

fmt-check:
	@out=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$out" ]; then echo "gofmt would change:"; echo "$$out"; exit 1; fi

lint: ## golangci-lint with .golangci.yml
	$(GO) run $(GOLANGCI) run ./...
	@for m in $(PEERS); do (cd $$m && $(GO) list -deps -test ./... >/dev/null) || exit 1; done

generate: ## regenerate components.go and the metadata of components
	$(GO) tool builder --config builder-config.yaml --skip-get-modules --skip-compilation >/dev/null
	cp distro/_gen/components.go distro/components.go
	$(GO) generate ./...
	@gofmt -w distro/components.go

generate-check: generate ## fail if generated files are not current
	@out=$$(git status --porcelain -- $$(git ls-files 'distro/components.go' '*generated_*' '*_bpfel.*' '*/internal/metadata/*' '*/documentation.md')); \
	if [ -n "$$out" ]; then echo "run make generate and commit:"; echo "$$out"; exit 1; fi

bench: deps build ## benchmarks: beside the code, then a real Redis drained end to end
	$(GO) test -run '^$$' -bench . -benchmem ./ingest/... ./receiver/... ./processor/... ./exporter/... ./wire/...
	SLUICE_BIN=$(abspath $(BIN)) $(GO) test -run '^$$' -bench . -benchtime 1x -timeout 30m -v ./tests/bench
	SLUICE_MEASURE=1 $(GO) test -run RatesStayTrue -v ./tests/remotewrite

# Modules of their own, whose sums must hold what the root module needs now.
PEERS := tests/bench/peers tests/bench/peers/redis

bench-peers: ## the same work by peers, as ratios of one run
	cd tests/bench/peers && $(GO) test -run '^$$' -bench . -benchmem
	cd tests/bench/peers/redis && $(GO) test -run '^$$' -bench . -benchtime 1x
	@if [ "$$(id -u)" = 0 ]; then \
	  $(GO) test -tags privileged -run '^$$' -bench . -benchtime 1x -timeout 20m -v ./tests/bench/shaper; \
	else \
	  echo "bench-peers: the shaper's part is left out: it needs root, for network namespaces and eBPF"; \
	fi

conformance: ## Elasticsearch's own cases; DATA=folder of the test data, BEATS=sources of Beats
	$(GO) run ./tests/conformance -data '$(DATA)' -beats '$(BEATS)'

fuzz: ## every fuzz target for TIME (30s)
	@tests/fuzz.sh $(TIME)

configs: build ## validate every example configuration
	@for f in distro/configs/*.yaml; do echo "$$f"; $(BIN) validate --config $$f || exit 1; done

deps:
	@tests/deps.sh

senders: ## build Prometheus 3.16 and vmagent for the tests of remote_write, into a cache
	@tests/senders.sh

clean: ## remove what building and running left
	rm -rf bin out distro/_gen

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | sort | awk -F'\t' '{printf "  %-16s %s\n", $$1, $$2}'

module github.com/sluice-otel/sluice/tests/bench/peers

go 1.26.0

require (
	github.com/elastic/go-grok v0.3.1
	github.com/sluice-otel/sluice v0.0.0
	github.com/stretchr/testify v1.12.1
	github.com/vjeantet/grok v1.0.1
)

require (
	github.com/magefile/mage v1.15.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
)

replace github.com/sluice-otel/sluice => ../../..

package adaptivesamplingprocessor

import (
	"go.opentelemetry.io/collector/confmap"

	"github.com/sluice-otel/sluice/internal/adaptivesampling"
	"github.com/sluice-otel/sluice/internal/configkey"
)

// Config is what the operator writes under adaptive_sampling: what the remote_write
// exporter has under sampling. The queue of which it has a threshold are the data
// points the pipeline has been given and has not answered for.
type Config struct {
	adaptivesampling.Config `mapstructure:",squash"`
}

// Unmarshal names misspelt keys.
func (c *Config) Unmarshal(conf *confmap.Conf) error { return configkey.Unmarshal(conf, c) }

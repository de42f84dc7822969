package redisstreamsreceiver

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

func TestDefaultConfigLacksNothingButStreams(t *testing.T) {
	err := createDefaultConfig().(*Config).Validate()
	require.EqualError(t, err, "logs::streams: at least one stream is needed (or metrics::streams, traces::streams)")
}

func TestValidateNamesTheKey(t *testing.T) {
	for name, tc := range map[string]struct {
		config map[string]any
		want   []string // parts of the message; none is valid
	}{
		"streams of three signals": {config: map[string]any{
			"metrics": map[string]any{"streams": []string{"m"}}, "traces": map[string]any{"streams": []string{"t"}},
		}},
		"start at an id":           {config: map[string]any{"start": "1700000000000-5"}},
		"size with a unit":         {config: map[string]any{"max_in_flight": map[string]any{"bytes": "16MiB"}}},
		"size as a number":         {config: map[string]any{"max_in_flight": map[string]any{"bytes": 1024}}},
		"reclaim switched off":     {config: map[string]any{"reclaim": map[string]any{"min_idle": 0}}},
		"endpoint without port":    {config: map[string]any{"endpoint": "redis"}, want: []string{`endpoint: "redis" is not host:port`}},
		"cluster":                  {config: map[string]any{"cluster": map[string]any{"endpoints": []string{"a:1", "b:1"}}}},
		"cluster of nobody":        {config: map[string]any{"cluster": map[string]any{}}, want: []string{"cluster::endpoints: at least one is needed"}},
		"cluster with a database":  {config: map[string]any{"db": 1, "cluster": map[string]any{"endpoints": []string{"a:1"}}}, want: []string{"db: 1 must be 0 in a cluster"}},
		"sentinels":                {config: map[string]any{"sentinel": map[string]any{"endpoints": []string{"a:1"}, "master": "m"}}},
		"sentinels without master": {config: map[string]any{"sentinel": map[string]any{"endpoints": []string{"a"}}}, want: []string{"sentinel::endpoints", "sentinel::master"}},
		"cluster and sentinels": {
			config: map[string]any{
				"sentinel": map[string]any{"endpoints": []string{"a:1"}, "master": "m"},
				"cluster":  map[string]any{"endpoints": []string{"a:1"}},
			},
			want: []string{"set one of cluster and sentinel"},
		},
		"user without password":     {config: map[string]any{"username": "u"}, want: []string{"password: must be set"}},
		"negative db":               {config: map[string]any{"db": -1}, want: []string{"db: -1"}},
		"no group":                  {config: map[string]any{"group": ""}, want: []string{"group: "}},
		"start nowhere":             {config: map[string]any{"start": "newest"}, want: []string{`start: "newest" is neither oldest, latest nor an entry id`}},
		"no payload field":          {config: map[string]any{"payload": map[string]any{"fields": []string{""}}}, want: []string{"payload::fields: "}},
		"dead letters to the input": {config: map[string]any{"dead_letter": map[string]any{"suffix": ""}}, want: []string{"dead_letter::suffix: "}},
		"unknown ordering":          {config: map[string]any{"ordering": "time"}, want: []string{`ordering: "time" is not one of`}},
		"ordering without a key":    {config: map[string]any{"ordering": "key"}, want: []string{"ordering_key: must be set"}},
		"key without its ordering":  {config: map[string]any{"ordering_key": "host"}, want: []string{"ordering_key: must be set with ordering: key, and only then"}},
		"keys and another order": {
			config: map[string]any{"ordering": "key", "ordering_key": "host", "deduplicate": map[string]any{"field": "id"}},
			want:   []string{`deduplicate::field: must be ordering_key, "host"`},
		},
		"unknown place to begin":   {config: map[string]any{"on_group_lost": "here"}, want: []string{`on_group_lost: "here" is not one of`}},
		"checkpoint":               {config: map[string]any{"checkpoint": map[string]any{"storage": "file_storage/x", "on_ambiguous": "drop"}}},
		"unknown policy":           {config: map[string]any{"checkpoint": map[string]any{"on_ambiguous": "retry"}}, want: []string{`checkpoint::on_ambiguous: "retry" is not one of`}},
		"policy without a storage": {config: map[string]any{"checkpoint": map[string]any{"on_ambiguous": "drop"}}, want: []string{"checkpoint::storage: must be set"}},
		"encoding extension":       {config: map[string]any{"logs": map[string]any{"encoding": "text_encoding/latin1"}}},
		"unknown compression":      {config: map[string]any{"payload": map[string]any{"compression": "br"}}, want: []string{`payload::compression: "br" is not one of`}},
		"unknown missing payload":  {config: map[string]any{"payload": map[string]any{"missing": "ignore"}}, want: []string{`payload::missing: "ignore" is not one of`}},
		"fields of metrics":        {config: map[string]any{"metrics": map[string]any{"encoding": "fields"}}, want: []string{`metrics::encoding: "fields" is not one of`}},
		"unknown encoding":         {config: map[string]any{"logs": map[string]any{"encoding": "xml"}}, want: []string{`logs::encoding: "xml" is not one of`}},
		"raw metrics":              {config: map[string]any{"metrics": map[string]any{"encoding": "raw"}}, want: []string{`metrics::encoding: "raw" is not one of`}},
		"nameless stream":          {config: map[string]any{"logs": map[string]any{"streams": []string{""}}}, want: []string{"logs::streams: a name must not be empty"}},
		"stream in two signals":    {config: map[string]any{"traces": map[string]any{"streams": []string{"l"}}}, want: []string{`traces::streams: "l" is already in logs::streams`}},
		"every problem at once": {
			config: map[string]any{
				"lanes": 0, "count": 0, "block": 0, "drain_timeout": "-1s",
				"max_in_flight": map[string]any{"messages": 0, "bytes": 0},
				"retry":         map[string]any{"initial_interval": 0, "max_interval": "-1s"},
				"reclaim":       map[string]any{"min_idle": "1ms", "interval": 0},
				"dead_letter":   map[string]any{"max_length": -1, "max_deliveries": -1},
				"checkpoint":    map[string]any{"retention": "-1s"},
				"deduplicate":   map[string]any{"window": 0, "max_keys": 0},
			},
			want: []string{
				"count: 0 must be at least 1", "block: 0s must be at least 1ms", "drain_timeout: -1s",
				"max_in_flight::messages: 0", "max_in_flight::bytes: 0B", "retry::initial_interval: 0s", "retry::max_interval: -1s",
				"reclaim::min_idle: 1ms", "reclaim::interval: 0s", "dead_letter::max_length: -1",
				"dead_letter::max_deliveries: -1", "checkpoint::retention: -1s", "lanes: 0",
				"deduplicate::window: 0s", "deduplicate::max_keys: 0",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := createDefaultConfig().(*Config)
			cfg.Logs.Streams = []string{"l"}
			require.NoError(t, confmap.NewFromStringMap(tc.config).Unmarshal(cfg))
			err := cfg.Validate()
			if tc.want == nil {
				require.NoError(t, err)
			}
			for _, part := range tc.want {
				assert.ErrorContains(t, err, part)
			}
		})
	}
}

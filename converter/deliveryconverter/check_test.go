package deliveryconverter

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/yamlprovider"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

func warningsOf(t *testing.T, yaml string) []string {
	t.Helper()
	core, logs := observer.New(zapcore.WarnLevel)
	check := new(Check)
	resolver, err := confmap.NewResolver(confmap.ResolverSettings{
		URIs:               []string{"yaml:" + yaml},
		ProviderFactories:  []confmap.ProviderFactory{yamlprovider.NewFactory()},
		ConverterFactories: []confmap.ConverterFactory{check.Factory()},
		ConverterSettings:  confmap.ConverterSettings{Logger: zap.New(core)},
	})
	require.NoError(t, err)
	_, err = resolver.Resolve(t.Context())
	require.NoError(t, err)
	require.Len(t, check.Warnings(), logs.Len())
	return check.Warnings()
}

func TestWarnings(t *testing.T) {
	for name, tc := range map[string]struct {
		yaml string
		want []string // what the warnings say; none is no warning
	}{
		"exporter without queue": {yaml: "service: {pipelines: {logs: {receivers: [redis_streams], exporters: [debug]}}}"},
		"other receivers":        {yaml: "service: {pipelines: {logs: {receivers: [otlp], processors: [batch], exporters: [otlp]}}}"},
		"default queue": {
			yaml: "service: {pipelines: {logs: {receivers: [redis_streams], exporters: [otlp/b]}}}",
			want: []string{"receivers::redis_streams acknowledges what can still be lost: pipeline logs: exporters::otlp/b has its sending queue in memory"},
		},
		"queue switched off": {yaml: "exporters: {otlp: {sending_queue: {enabled: false}}}\nservice: {pipelines: {logs: {receivers: [redis_streams], exporters: [otlp]}}}"},
		"queue that waits":   {yaml: "exporters: {otlp: {sending_queue: {wait_for_result: true}}}\nservice: {pipelines: {logs: {receivers: [redis_streams], exporters: [otlp]}}}"},
		"queue of an exporter nobody knows": {
			yaml: "exporters: {acme: {sending_queue: {queue_size: 7}}}\nservice: {pipelines: {logs: {receivers: [redis_streams], exporters: [acme]}}}",
			want: []string{"exporters::acme has its sending queue in memory"},
		},
		"queue on disk": {
			yaml: "extensions: {file_storage/q: {fsync: true}}\nexporters: {otlp: {sending_queue: {storage: file_storage/q}, retry_on_failure: {max_elapsed_time: 0}}}\nservice: {pipelines: {logs: {receivers: [redis_streams], exporters: [otlp]}}}",
		},
		"queue on a disk that is not flushed": {
			yaml: "extensions: {file_storage: {}}\nexporters: {remote_write: {sending_queue: {storage: file_storage}}}\nservice: {pipelines: {logs: {receivers: [redis_streams], exporters: [remote_write]}}}",
			want: []string{"set extensions::file_storage::fsync: true"},
		},
		"queue on disk whose exporter gives up": {
			yaml: "exporters: {otlp: {sending_queue: {storage: redis_storage}}}\nservice: {pipelines: {logs: {receivers: [redis_streams], exporters: [otlp]}}}",
			want: []string{"exporters::otlp drops what is in its sending queue when the backend is away for long; set retry_on_failure: {max_elapsed_time: 0}"},
		},
		"queue on disk whose exporter gives up at once": {
			yaml: "exporters: {remote_write: {sending_queue: {storage: redis_storage}, retry_on_failure: {enabled: false}}}\nservice: {pipelines: {logs: {receivers: [redis_streams], exporters: [remote_write]}}}",
			want: []string{"exporters::remote_write drops what is in its sending queue"},
		},
		"queue on disk whose exporter is told to give up": {
			yaml: "exporters: {remote_write: {sending_queue: {storage: redis_storage}, retry_on_failure: {max_elapsed_time: 1h}}}\nservice: {pipelines: {logs: {receivers: [redis_streams], exporters: [remote_write]}}}",
			want: []string{"exporters::remote_write drops what is in its sending queue"},
		},
		"queue on disk that waits for ever": {
			yaml: "exporters: {otlp: {sending_queue: {storage: redis_storage}, retry_on_failure: {max_elapsed_time: 0s}}}\nservice: {pipelines: {logs: {receivers: [redis_streams], exporters: [otlp]}}}",
		},
		"batch processor": {
			yaml: "service: {pipelines: {logs/x: {receivers: [redis_streams], processors: [filter, batch/2], exporters: [debug]}}}",
			want: []string{"pipeline logs/x: processors::batch/2 accepts data before it is exported"},
		},
		"buffered file": {
			yaml: "exporters: {file: {path: x}, file/r: {path: y, rotation: {max_megabytes: 1}}}\nservice: {pipelines: {logs: {receivers: [redis_streams], exporters: [file, file/r]}}}",
			want: []string{"exporters::file keeps up to a second of data in memory"},
		},
		"behind connectors, once": {
			yaml: "connectors: {forward: , routing: }\nservice: {pipelines: {logs/in: {receivers: [redis_streams/a], exporters: [forward, routing]}, logs/out: {receivers: [forward, routing], exporters: [otlp]}}}",
			want: []string{"receivers::redis_streams/a acknowledges what can still be lost: pipeline logs/out: exporters::otlp"},
		},
		"a circle of connectors": {yaml: "connectors: {forward: }\nservice: {pipelines: {logs/a: {receivers: [redis_streams, forward], exporters: [forward]}}}"},
		"nothing":                {yaml: "{}"},
		"nonsense":               {yaml: "service: {pipelines: {logs: [1], traces: {receivers: 7}}}\nexporters: 1"},
	} {
		t.Run(name, func(t *testing.T) {
			got := warningsOf(t, tc.yaml)
			require.Len(t, got, len(tc.want), "%q", got)
			for i := range tc.want {
				assert.Contains(t, got[i], tc.want[i])
			}
		})
	}
}

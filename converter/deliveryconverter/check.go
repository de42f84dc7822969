package deliveryconverter

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"go.opentelemetry.io/collector/confmap"
)

// acknowledging are the types of receivers that acknowledge what their pipeline
// has accepted.
var acknowledging = []string{"redis_streams", "flatbuffers"}

// asynchronous are the types of processors that accept before they pass on.
var asynchronous = []string{"batch", "groupbytrace", "tail_sampling"}

// queued are the types of exporters that have a queue in memory unless they are
// told otherwise. Of others, only those are looked at that configure a queue.
var queued = []string{
	"awss3", "clickhouse", "elasticsearch", "elasticsearch_bulk", "kafka", "loadbalancing", "opensearch", "otlp", "otlp_grpc", "otlp_http", "otlphttp",
	"prometheusremotewrite", "remote_write", "splunk_hec", "zipkin",
}

// persistent are the types of exporters that try again for ever unless they are
// told otherwise. Others give up after five minutes; how long the one of contrib
// named elasticsearch goes on is set by other keys.
var persistent = []string{"elasticsearch", "elasticsearch_bulk", "remote_write"}

// NewFactory returns the factory of a converter that logs its warnings.
func NewFactory() confmap.ConverterFactory { return new(Check).Factory() }

// Check is a converter that remembers its warnings, too. It is safe for
// concurrent use.
type Check struct {
	mu       sync.Mutex // guards what follows
	warnings []string
}

// Factory returns a factory whose converters share the Check.
func (c *Check) Factory() confmap.ConverterFactory {
	return confmap.NewConverterFactory(func(set confmap.ConverterSettings) confmap.Converter {
		return converter{func(_ context.Context, conf *confmap.Conf) error {
			found := inspect(conf.ToStringMap())
			c.mu.Lock()
			defer c.mu.Unlock()
			c.warnings = found
			for _, w := range found {
				set.Logger.Warn(w)
			}
			return nil
		}}
	})
}

// Warnings returns what was found in the last configuration.
func (c *Check) Warnings() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.warnings)
}

type converter struct {
	convert func(context.Context, *confmap.Conf) error
}

func (c converter) Convert(ctx context.Context, conf *confmap.Conf) error {
	return c.convert(ctx, conf)
}

// inspect returns a warning for every place where acknowledged data can be lost.
func inspect(config map[string]any) []string {
	w := &walk{config: config, pipelines: section(config, "service", "pipelines"), seen: map[string]bool{}}
	for _, name := range slices.Sorted(maps.Keys(w.pipelines)) {
		for _, receiver := range ids(section(w.pipelines, name), "receivers") {
			if slices.Contains(acknowledging, typeOf(receiver)) {
				w.receiver = receiver
				w.pipeline(name)
			}
		}
	}
	return w.warnings
}

// walk follows the data from a receiver to its exporters.
type walk struct {
	config    map[string]any
	pipelines map[string]any
	receiver  string
	seen      map[string]bool // receiver and pipeline
	warnings  []string
}

func (w *walk) pipeline(name string) {
	if w.seen[w.receiver+" "+name] {
		return
	}
	w.seen[w.receiver+" "+name] = true
	pipeline := section(w.pipelines, name)
	for _, processor := range ids(pipeline, "processors") {
		if slices.Contains(asynchronous, typeOf(processor)) {
			w.warn(name, "processors::%s accepts data before it is exported, and does not see later errors; leave it out and let exporters batch (sending_queue: {batch: …})", processor)
		}
	}
	for _, exporter := range ids(pipeline, "exporters") {
		if _, connector := section(w.config, "connectors")[exporter]; connector {
			w.behind(exporter)
			continue
		}
		w.exporter(name, exporter)
	}
}

// behind follows a connector into the pipelines that receive from it.
func (w *walk) behind(connector string) {
	for _, name := range slices.Sorted(maps.Keys(w.pipelines)) {
		if slices.Contains(ids(section(w.pipelines, name), "receivers"), connector) {
			w.pipeline(name)
		}
	}
}

func (w *walk) exporter(pipeline, exporter string) {
	config := section(w.config, "exporters", exporter)
	if typeOf(exporter) == "file" && config["rotation"] == nil {
		w.warn(pipeline, "exporters::%s keeps up to a second of data in memory; with rotation: {max_megabytes: 100} it writes at once", exporter)
	}
	_, configured := config["sending_queue"]
	if !configured && !slices.Contains(queued, typeOf(exporter)) {
		return
	}
	queue := section(config, "sending_queue")
	storage, _ := queue["storage"].(string)
	switch {
	case queue["enabled"] == false, queue["wait_for_result"] == true:
	case storage == "":
		w.warn(pipeline, "exporters::%s has its sending queue in memory; set sending_queue: {wait_for_result: true, block_on_overflow: true}, or {storage: file_storage}", exporter)
	default:
		w.queueOnDisk(pipeline, exporter, storage)
	}
}

// queueOnDisk warns of a queue that loses what it has accepted: its disk does, or
// its exporter gives up.
func (w *walk) queueOnDisk(pipeline, exporter, storage string) {
	if typeOf(storage) == "file_storage" && section(w.config, "extensions", storage)["fsync"] != true {
		w.warn(pipeline, "exporters::%s has its sending queue on a disk that is not flushed: a power cut loses it; set extensions::%s::fsync: true", exporter, storage)
	}
	retry := section(w.config, "exporters", exporter, "retry_on_failure")
	limit, limited := retry["max_elapsed_time"]
	if !limited {
		limited = !slices.Contains(persistent, typeOf(exporter))
	} else {
		limited = !slices.Contains([]string{"0", "0s"}, fmt.Sprint(limit))
	}
	if limited || retry["enabled"] == false {
		w.warn(pipeline, "exporters::%s drops what is in its sending queue when the backend is away for long; set retry_on_failure: {max_elapsed_time: 0}", exporter)
	}
}

func (w *walk) warn(pipeline, format string, args ...any) {
	w.warnings = append(w.warnings, fmt.Sprintf("receivers::%s acknowledges what can still be lost: pipeline %s: ", w.receiver, pipeline)+fmt.Sprintf(format, args...))
}

// typeOf returns the type in a component's id, type or type/name.
func typeOf(id string) string {
	t, _, _ := strings.Cut(id, "/")
	return t
}

// section returns the map at a path, an empty one if there is none.
func section(config map[string]any, path ...string) map[string]any {
	for _, key := range path {
		config, _ = config[key].(map[string]any)
	}
	if config == nil {
		config = map[string]any{}
	}
	return config
}

// ids returns the list of component ids under a key.
func ids(pipeline map[string]any, key string) []string {
	list, _ := pipeline[key].([]any)
	var out []string
	for _, item := range list {
		if id, ok := item.(string); ok {
			out = append(out, id)
		}
	}
	return out
}

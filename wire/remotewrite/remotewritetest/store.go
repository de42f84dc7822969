package remotewritetest

import (
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"sync"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// A Store writes requests as Prometheus does those of 1.0: all of one, or nothing if a
// sample in it is older than what its series has, or says something else at the same
// time. It is safe for concurrent use.
type Store struct {
	mu     sync.Mutex
	series map[string][]remotewrite.Sample
}

// NewStore returns an empty store.
func NewStore() *Store { return &Store{series: map[string][]remotewrite.Sample{}} }

// Write writes a request and returns what Prometheus answers.
func (s *Store) Write(r *Received) Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	appended := map[string][]remotewrite.Sample{}
	for _, series := range r.Series {
		key := fmt.Sprint(series.Labels)
		list, ok := appended[key]
		if !ok {
			list = slices.Clip(s.series[key])
		}
		for _, sample := range series.Samples {
			if n := len(list); n > 0 && list[n-1].Timestamp == sample.Timestamp && math.Float64bits(list[n-1].Value) == math.Float64bits(sample.Value) {
				continue
			} else if n > 0 && list[n-1].Timestamp >= sample.Timestamp {
				return Answer{Status: http.StatusBadRequest, Text: "out of order sample"}
			}
			list = append(list, sample)
		}
		appended[key] = list
	}
	maps.Copy(s.series, appended)
	return Answer{Status: http.StatusNoContent}
}

// Samples is how many samples there are of all series of a metric.
func (s *Store) Samples(metric string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	name := fmt.Sprint(remotewrite.Label{Name: "__name__", Value: metric})
	for key, list := range s.series {
		if len(key) > len(name) && key[1:1+len(name)] == name {
			n += len(list)
		}
	}
	return n
}

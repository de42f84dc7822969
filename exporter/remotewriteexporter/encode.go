package remotewriteexporter

import (
	"sync"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// A body is a request as it is sent. It is pooled: data is valid until release.
type body struct {
	encoder    remotewrite.V2Encoder
	message    []byte
	compressed []byte

	// What the request holds, by the kinds of 2.0.
	samples, histograms, exemplars int
}

var bodies = sync.Pool{New: func() any { return new(body) }}

// maxPooledBody is far above what the default limits allow.
const maxPooledBody = 16 << 20

func (b *body) release() {
	if cap(b.message)+cap(b.compressed) <= maxPooledBody {
		bodies.Put(b)
	}
}

// encode makes the body of a request. Families of metadata are of 1.0 only.
func encode(version remotewrite.Version, series []remotewrite.TimeSeries, families []remotewrite.Metadata) *body {
	b := bodies.Get().(*body)
	b.samples, b.histograms, b.exemplars = 0, 0, 0
	for i := range series {
		b.samples += len(series[i].Samples)
		b.histograms += len(series[i].Histograms)
		b.exemplars += len(series[i].Exemplars)
	}
	if n := b.samples + b.histograms; n > len(series) && n <= fewSamples {
		series = oneByOne(series, n)
	}
	if version == remotewrite.V1 {
		b.message = remotewrite.AppendV1(b.message[:0], series, families)
	} else {
		b.encoder.Reset()
		for i := range series {
			b.encoder.Add(&series[i])
		}
		b.message = b.encoder.Append(b.message[:0])
	}
	b.compressed = remotewrite.Compress(b.compressed, b.message)
	return b
}

// fewSamples is how many a request holds for its size not to matter.
const fewSamples = 1000

// oneByOne gives every sample a message of its own, as Prometheus does and as the
// definition of 2.0 expects of a sender that keeps up; some backends look for it.
// What has piled up is sent with the samples of a series together, which is smaller
// and less work for the backend. n is the number of samples and histograms, and every
// series has one; exemplars go with the last of a series.
func oneByOne(series []remotewrite.TimeSeries, n int) []remotewrite.TimeSeries {
	out := make([]remotewrite.TimeSeries, 0, n)
	for _, s := range series {
		for i := range s.Samples {
			out = append(out, remotewrite.TimeSeries{Labels: s.Labels, Samples: s.Samples[i : i+1], Metadata: s.Metadata})
		}
		for i := range s.Histograms {
			out = append(out, remotewrite.TimeSeries{Labels: s.Labels, Histograms: s.Histograms[i : i+1], Metadata: s.Metadata})
		}
		out[len(out)-1].Exemplars = s.Exemplars
	}
	return out
}

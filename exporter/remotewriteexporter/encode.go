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

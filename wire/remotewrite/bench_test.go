package remotewrite_test

import (
	"testing"

	"github.com/prometheus/prometheus/prompb"
	writev2 "github.com/prometheus/prometheus/prompb/io/prometheus/write/v2"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/wire/remotewrite"
	"github.com/sluice-otel/sluice/wire/remotewrite/remotewritetest"
)

const benchTime = 1_700_000_000_000

func scanV1(tb testing.TB, d *remotewrite.V1Decoder, body []byte) {
	tb.Helper()
	err := d.Reset(body, remotewrite.Limits{Series: 10_000})
	for s := (&remotewrite.Series{}); s != nil && err == nil; {
		s, err = d.Next()
	}
	if err != nil {
		tb.Fatal(err)
	}
}

func scanV2(tb testing.TB, d *remotewrite.V2Decoder, body []byte) {
	tb.Helper()
	err := d.Reset(body, remotewrite.Limits{Series: 10_000})
	for s := (&remotewrite.Series{}); s != nil && err == nil; {
		s, err = d.Next()
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// perSeries reports what a series costs; the request has n of them.
func perSeries(b *testing.B, n int) {
	b.Helper()
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/series")
}

func BenchmarkDecode(b *testing.B) {
	series := remotewritetest.Standard.TimeSeries(benchTime)
	v1, v2 := remotewritetest.V1(series), remotewritetest.V2(series)
	b.Run("v1", func(b *testing.B) {
		var d remotewrite.V1Decoder
		b.ReportAllocs()
		b.SetBytes(int64(len(v1)))
		for b.Loop() {
			scanV1(b, &d, v1)
		}
		perSeries(b, len(series))
	})
	b.Run("v2", func(b *testing.B) {
		var d remotewrite.V2Decoder
		b.ReportAllocs()
		b.SetBytes(int64(len(v2)))
		for b.Loop() {
			scanV2(b, &d, v2)
		}
		perSeries(b, len(series))
	})
	b.Run("v1-gogo", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(v1)))
		for b.Loop() {
			var m prompb.WriteRequest
			require.NoError(b, m.Unmarshal(v1))
		}
		perSeries(b, len(series))
	})
	b.Run("v2-gogo", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(v2)))
		for b.Loop() {
			var m writev2.Request
			require.NoError(b, m.Unmarshal(v2))
		}
		perSeries(b, len(series))
	})
}

func BenchmarkEncode(b *testing.B) {
	series := remotewritetest.Standard.TimeSeries(benchTime)
	b.Run("v1", func(b *testing.B) {
		var buf []byte
		b.ReportAllocs()
		for b.Loop() {
			buf = remotewrite.AppendV1(buf[:0], series, nil)
		}
		perSeries(b, len(series))
	})
	b.Run("v2", func(b *testing.B) {
		var e remotewrite.V2Encoder
		var buf []byte
		b.ReportAllocs()
		for b.Loop() {
			e.Reset()
			for i := range series {
				e.Add(&series[i])
			}
			buf = e.Append(buf[:0])
		}
		perSeries(b, len(series))
	})
}

func BenchmarkDecompress(b *testing.B) {
	body := remotewrite.Compress(nil, remotewritetest.V1(remotewritetest.Standard.TimeSeries(benchTime)))
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		var err error
		if buf, err = remotewrite.Decompress(buf, body, 1<<24); err != nil {
			b.Fatal(err)
		}
	}
	perSeries(b, remotewritetest.Standard.Series)
}

// Ceilings per request of 2,000 series, once the decoders are warm.
func TestDecodersDoNotAllocatePerSeries(t *testing.T) {
	series := remotewritetest.Standard.TimeSeries(benchTime)
	v1, v2 := remotewritetest.V1(series), remotewritetest.V2(series)
	var d1 remotewrite.V1Decoder
	require.Zero(t, testing.AllocsPerRun(20, func() { scanV1(t, &d1, v1) }))
	var d2 remotewrite.V2Decoder
	require.LessOrEqual(t, testing.AllocsPerRun(20, func() { scanV2(t, &d2, v2) }), 1.0, "the block of the symbols")
	var buf []byte
	require.Zero(t, testing.AllocsPerRun(20, func() { buf = remotewrite.AppendV1(buf[:0], series, nil) }))
	var e remotewrite.V2Encoder
	require.Zero(t, testing.AllocsPerRun(20, func() {
		e.Reset()
		for i := range series {
			e.Add(&series[i])
		}
		buf = e.Append(buf[:0])
	}))
}

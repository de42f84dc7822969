package remotewrite_test

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/golang/snappy"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

func unhex(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	require.NoError(t, err)
	return b
}

func TestMalformedRequestsAreErrors(t *testing.T) {
	for name, c := range map[string]struct {
		version remotewrite.Version
		body    string
	}{
		"length beyond the end":         {remotewrite.V1, "0a05 0a"},
		"length without an end":         {remotewrite.V1, "0aff"},
		"number of eleven bytes":        {remotewrite.V1, "0a0d 1a0b 18 ffffffffffffffffffff01"},
		"number beyond 64 bits":         {remotewrite.V1, "0a0d 120b 10 ffffffffffffffffff7f"},
		"field number 0":                {remotewrite.V1, "0200"},
		"group":                         {remotewrite.V1, "530a"},
		"series that is a number":       {remotewrite.V1, "0801"},
		"sample that is a number":       {remotewrite.V1, "0a02 1001"},
		"timestamp that is a string":    {remotewrite.V1, "0a04 1202 1200"},
		"label field of a wrong type":   {remotewrite.V1, "0a04 0a02 0801"},
		"2.0 message sent as 1.0":       {remotewrite.V1, "2200 2a00"},
		"double cut short":              {remotewrite.V1, "0a04 1202 0900"},
		"fixed32 cut short":             {remotewrite.V1, "0a02 3d00"},
		"metadata of a wrong type":      {remotewrite.V1, "1a02 1001"},
		"custom bounds of seven bytes":  {remotewrite.V1, "0a0c 220a 820107 00000000000000"},
		"span of a wrong type":          {remotewrite.V1, "0a06 2204 42020a00"},
		"1.0 message sent as 2.0":       {remotewrite.V2, "0a00"},
		"no empty first symbol":         {remotewrite.V2, "2201 61 2a00"},
		"series without symbols":        {remotewrite.V2, "2a00"},
		"references cut short":          {remotewrite.V2, "2200 2a03 0a01 80"},
		"exemplar references cut short": {remotewrite.V2, "2200 2a05 2203 0a01 80"},
		"symbols of a wrong type":       {remotewrite.V2, "2001"},
		"created that is a string":      {remotewrite.V2, "2200 2a02 3200"},
		"unit that is a string":         {remotewrite.V2, "2200 2a04 2a02 2200"},
	} {
		t.Run(name, func(t *testing.T) {
			var err error
			if c.version == remotewrite.V1 {
				_, err = decodeV1(unhex(t, c.body))
			} else {
				_, err = decodeV2(unhex(t, c.body))
			}
			require.ErrorIs(t, err, remotewrite.ErrMalformed)
		})
	}
}

func TestUnknownFieldsAreSkipped(t *testing.T) {
	// Label a; then a fixed64, a number and bytes as fields 11, and bytes as 1002.
	got, err := decodeV1(unhex(t, "0a16 0a03 0a0161 590000000000000000 5801 5a0162 d23e00"))
	require.NoError(t, err)
	assert.Equal(t, []remotewrite.TimeSeries{{Labels: []remotewrite.Label{{Name: "a"}}}}, got.series)
}

func TestLabelsNeedNotStandTogether(t *testing.T) {
	// label a, a sample, label b, label c
	got, err := decodeV1(unhex(t, "0a13 0a03 0a0161 1202 1001 0a03 0a0162 0a03 0a0163"))
	require.NoError(t, err)
	require.Len(t, got.series, 1)
	assert.Equal(t, []remotewrite.Label{{Name: "a"}, {Name: "b"}, {Name: "c"}}, got.series[0].Labels)
	assert.Equal(t, []remotewrite.Sample{{Timestamp: 1}}, got.series[0].Samples)
}

func TestReferencesAreChecked(t *testing.T) {
	for name, body := range map[string]string{
		"odd":                "2200 2a03 0a01 00",
		"label out of range": "2200 2a04 0a02 0001",
		"exemplar label":     "2200 2a06 2204 0a02 0009",
		"help":               "2200 2a04 2a02 1805",
		"unit":               "2200 2a04 2a02 2005",
	} {
		_, err := decodeV2(unhex(t, body))
		require.ErrorIs(t, err, remotewrite.ErrReference, name)
	}
}

func TestReferencesOneByOneAreReadLikePackedOnes(t *testing.T) {
	got, err := decodeV2(unhex(t, "2200 220161 2a04 0801 0800"))
	require.NoError(t, err)
	assert.Equal(t, []remotewrite.Label{{Name: "a"}}, got[0].Labels)
}

// Until rc.3, and in Prometheus 3.0 to 3.7, the start stood in field 6 of the
// series.
func TestCreatedTimestampOfTheOldDraftIsTheStart(t *testing.T) {
	// samples at 5 (no start) and 6 (start 2), then created 3
	got, err := decodeV2(unhex(t, "2200 2a0c 1202 1005 1204 1006 1802 3003"))
	require.NoError(t, err)
	assert.Equal(t, []remotewrite.Sample{{Timestamp: 5, Start: 3}, {Timestamp: 6, Start: 2}}, got[0].Samples)
}

func TestSymbolsMayFollowTheSeries(t *testing.T) {
	got, err := decodeV2(unhex(t, "2a04 0a02 0100 2200 220161"))
	require.NoError(t, err)
	assert.Equal(t, []remotewrite.Label{{Name: "a"}}, got[0].Labels)
}

func TestSymbolsOutliveTheBody(t *testing.T) {
	var d remotewrite.V2Decoder
	body := unhex(t, "2200 220161")
	require.NoError(t, d.Reset(body, remotewrite.Limits{}))
	a := d.Symbols()[1]
	clear(body)
	d.Release()
	assert.Equal(t, "a", a)
}

func TestLimitsAreCheckedFirst(t *testing.T) {
	var limit *remotewrite.LimitError
	var d1 remotewrite.V1Decoder
	require.ErrorAs(t, d1.Reset(unhex(t, "0a00 0a00"), remotewrite.Limits{Series: 1}), &limit)
	require.EqualError(t, limit, "more than 1 series")
	require.ErrorAs(t, d1.Reset(unhex(t, "1a00 1a00"), remotewrite.Limits{Series: 1}), &limit)

	var d2 remotewrite.V2Decoder
	require.ErrorAs(t, d2.Reset(unhex(t, "2200 2a00 2a00"), remotewrite.Limits{Series: 1}), &limit)
	require.ErrorAs(t, d2.Reset(unhex(t, "2200 2200"), remotewrite.Limits{Symbols: 1}), &limit)
	require.EqualError(t, limit, "more than 1 symbols")
}

func TestOneSeriesCannotTakeAllMemory(t *testing.T) {
	for name, ts := range map[string]remotewrite.TimeSeries{
		"samples":    {Samples: make([]remotewrite.Sample, 1000)},
		"exemplars":  {Exemplars: make([]remotewrite.Exemplar, 1000)},
		"histograms": {Histograms: make([]remotewrite.Histogram, 1000)},
	} {
		var limit *remotewrite.LimitError
		var d1 remotewrite.V1Decoder
		require.NoError(t, d1.Reset(remotewrite.AppendV1(nil, []remotewrite.TimeSeries{ts}, nil), remotewrite.Limits{SeriesBytes: 10_000}))
		_, err := d1.Next()
		require.ErrorAs(t, err, &limit, name)
		var d2 remotewrite.V2Decoder
		require.NoError(t, d2.Reset(canonicalV2([]remotewrite.TimeSeries{ts}), remotewrite.Limits{SeriesBytes: 10_000}))
		_, err = d2.Next()
		require.ErrorAs(t, err, &limit, name)
	}
	var limit *remotewrite.LimitError
	var d2 remotewrite.V2Decoder
	require.NoError(t, d2.Reset(canonicalV2([]remotewrite.TimeSeries{{Labels: make([]remotewrite.Label, 5000)}}), remotewrite.Limits{SeriesBytes: 10_000}))
	_, err := d2.Next()
	require.ErrorAs(t, err, &limit)
}

func TestLabelsAreCutBeforeTheyAreDecoded(t *testing.T) {
	raw := unhex(t, "0a03 0a0161 0a03 0a0162")
	for n, want := range map[int]int{0: 0, 1: 5, 2: 10, 3: 10} {
		first, more := remotewrite.CutLabels(raw, n)
		assert.Len(t, first, want)
		assert.Equal(t, n < 2, more)
	}
}

func TestLargeSeriesDoNotStayInMemory(t *testing.T) {
	var d remotewrite.V1Decoder
	body := remotewrite.AppendV1(nil, []remotewrite.TimeSeries{{Samples: make([]remotewrite.Sample, 100_000)}}, nil)
	require.NoError(t, d.Reset(body, remotewrite.Limits{}))
	s, err := d.Next()
	require.NoError(t, err)
	d.Release()
	assert.Zero(t, cap(s.Samples))
}

func TestDecompress(t *testing.T) {
	text := bytes.Repeat([]byte("remote write "), 1000)
	block := remotewrite.Compress(nil, text)
	got, err := remotewrite.Decompress(nil, block, len(text))
	require.NoError(t, err)
	assert.Equal(t, text, got)

	var limit *remotewrite.LimitError
	_, err = remotewrite.Decompress(nil, block, len(text)-1)
	require.ErrorAs(t, err, &limit)

	_, err = remotewrite.Decompress(nil, block[:len(block)/2], len(text))
	require.ErrorIs(t, err, remotewrite.ErrCompression)

	framed := &bytes.Buffer{}
	w := snappy.NewBufferedWriter(framed)
	_, err = w.Write(text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	_, err = remotewrite.Decompress(nil, framed.Bytes(), 1<<20)
	require.ErrorIs(t, err, remotewrite.ErrCompression, "the framed format is another one")
}

// Ten bytes must not be able to reserve a gigabyte.
func TestBlockThatPromisesTooMuchReservesNothing(t *testing.T) {
	buf, err := remotewrite.Decompress(nil, []byte{0xff, 0xff, 0xff, 0xff, 0x03, 0, 0, 0}, 1<<30)
	require.ErrorIs(t, err, remotewrite.ErrCompression)
	assert.Zero(t, cap(buf))
}

func TestASCII(t *testing.T) {
	for i := range 20 {
		b := bytes.Repeat([]byte{'a'}, i)
		assert.True(t, remotewrite.IsASCII(b))
		for j := range b {
			b[j] = 0x80
			assert.False(t, remotewrite.IsASCII(b))
			b[j] = 'a'
		}
	}
}

func TestStaleMarkerIsNotAnyNaN(t *testing.T) {
	assert.True(t, remotewrite.IsStaleMarker(remotewrite.StaleMarker()))
	nan := 0.0
	assert.False(t, remotewrite.IsStaleMarker(nan/nan))
}

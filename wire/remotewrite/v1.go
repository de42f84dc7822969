package remotewrite

import (
	"fmt"
	"iter"
)

// Version is a version of the protocol.
type Version int

// The versions.
const (
	V1 Version = 1 + iota
	V2
)

// Fields of prometheus.WriteRequest and its parts.
const (
	requestSeries   = 1<<3 | wireBytes
	requestMetadata = 3<<3 | wireBytes

	seriesLabels     = 1<<3 | wireBytes
	seriesSamples    = 2<<3 | wireBytes
	seriesExemplars  = 3<<3 | wireBytes
	seriesHistograms = 4<<3 | wireBytes
	lastSeriesField  = 4

	metadataType      = 1<<3 | wireVarint
	metadataFamily    = 2<<3 | wireBytes
	metadataHelp      = 4<<3 | wireBytes
	metadataUnit      = 5<<3 | wireBytes
	lastMetadataField = 5
)

// errV2Body is the error about a 2.0 message that was announced as 1.0. To a 1.0
// decoder it looks empty, so that without this error its data would be lost with
// a success status.
var errV2Body = malformed("this is io.prometheus.write.v2.Request, but the content type says prometheus.WriteRequest")

// A V1Decoder decodes prometheus.WriteRequest, one series at a time. The zero
// value is ready; it is not safe for concurrent use.
type V1Decoder struct {
	view
	request  fields
	count    int
	metadata int
	index    int
}

// Reset begins the request in body, which must not change until the next Reset or
// Release.
func (d *V1Decoder) Reset(body []byte, limits Limits) error {
	d.reset()
	d.limit = limits.SeriesBytes
	d.request = fields{buf: body}
	d.count, d.metadata, d.index = 0, 0, 0
	f := fields{buf: body}
	for f.next() {
		switch f.tag {
		case requestSeries:
			d.count++
		case requestMetadata:
			d.metadata++
		case v2Symbols, v2Series:
			return errV2Body
		default:
			if n := f.tag >> 3; n == requestSeries>>3 || n == requestMetadata>>3 {
				return errWrongType
			}
		}
	}
	if f.err != nil {
		return f.err
	}
	return exceeds(max(d.count, d.metadata), limits.Series, "series")
}

// Len is the number of series in the request.
func (d *V1Decoder) Len() int { return d.count }

// Next decodes the next series; nil is the end.
func (d *V1Decoder) Next() (*Series, error) {
	for d.request.next() {
		if d.request.tag != requestSeries {
			continue
		}
		d.reset()
		if err := d.decode(d.request.data()); err != nil {
			return nil, fmt.Errorf("series %d: %w", d.index, err)
		}
		d.index++
		return &d.series, nil
	}
	return nil, nil
}

func (d *V1Decoder) decode(data []byte) error {
	f := fields{buf: data}
	start, end := 0, 0 // where the label fields stand, as long as they stand together
	for at := 0; f.next(); at = f.pos {
		switch f.tag {
		case seriesLabels:
			switch {
			case end == 0:
				start = at
			case at != end && len(d.labels) == 0:
				d.labels = append(d.labels, data[start:end]...)
			}
			if len(d.labels) > 0 {
				d.labels = append(d.labels, data[at:f.pos]...)
			}
			end = f.pos
		case seriesSamples:
			f.err = d.sample(f.data())
		case seriesExemplars:
			f.err = d.exemplar(f.data(), V1)
		case seriesHistograms:
			f.err = d.histogram(f.data())
		default:
			f.skip(lastSeriesField)
		}
		if f.err != nil {
			return f.err
		}
	}
	d.series.LabelBytes = data[start:end:end]
	if len(d.labels) > 0 {
		d.series.LabelBytes = d.labels
	}
	d.series.forgetStarts()
	return f.err
}

// forgetStarts undoes the decoding of fields that 1.0 does not have.
func (s *Series) forgetStarts() {
	for i := range s.Samples {
		s.Samples[i].Start = 0
	}
	for i := range s.Histograms {
		s.Histograms[i].Start = 0
	}
}

// Metadata are the families that the request describes. It does not disturb Next
// and can be called at any time between Reset and Release.
func (d *V1Decoder) Metadata() iter.Seq2[Metadata, error] {
	return func(yield func(Metadata, error) bool) {
		if d.metadata == 0 {
			return
		}
		f := fields{buf: d.request.buf}
		for i := 0; f.next(); {
			if f.tag != requestMetadata {
				continue
			}
			m, err := decodeMetadata(f.data())
			if err != nil {
				err = fmt.Errorf("metadata %d: %w", i, err)
			}
			if i++; !yield(m, err) || err != nil {
				return
			}
		}
	}
}

func decodeMetadata(data []byte) (Metadata, error) {
	var m Metadata
	f := fields{buf: data}
	for f.next() {
		switch f.tag {
		case metadataType:
			m.Type = MetricType(f.number)
		case metadataFamily:
			m.Family = string(f.data())
		case metadataHelp:
			m.Help = string(f.data())
		case metadataUnit:
			m.Unit = string(f.data())
		default:
			if f.tag>>3 != 3 { // a hole in the numbering
				f.skip(lastMetadataField)
			}
		}
	}
	return m, f.err
}

// Resolve decodes the labels of s as well. The strings are its own.
func (d *V1Decoder) Resolve(s *Series) (TimeSeries, error) {
	ts := TimeSeries{Samples: s.Samples, Histograms: s.Histograms}
	var err error
	if ts.Labels, err = AppendLabels(nil, s.LabelBytes, string(s.LabelBytes)); err != nil {
		return ts, err
	}
	for i := range s.Exemplars {
		e := &s.Exemplars[i]
		labels, err := AppendLabels(nil, e.LabelBytes, string(e.LabelBytes))
		if err != nil {
			return ts, err
		}
		ts.Exemplars = append(ts.Exemplars, Exemplar{Labels: labels, Value: e.Value, Timestamp: e.Timestamp})
	}
	return ts, nil
}

// Release forgets the request.
func (d *V1Decoder) Release() {
	d.release()
	d.request = fields{}
}

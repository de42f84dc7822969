package remotewrite

import (
	"fmt"
	"unsafe"
)

// Fields of io.prometheus.write.v2.Request and its parts.
const (
	v2Symbols = 4<<3 | wireBytes
	v2Series  = 5<<3 | wireBytes

	v2LabelsRefs  = 1<<3 | wireBytes
	v2LabelsRef   = 1<<3 | wireVarint // one at a time
	v2Samples     = 2<<3 | wireBytes
	v2Histograms  = 3<<3 | wireBytes
	v2Exemplars   = 4<<3 | wireBytes
	v2Metadata    = 5<<3 | wireBytes
	v2Created     = 6<<3 | wireVarint // of rc.3, Prometheus 3.0 to 3.7
	lastV2Field   = 6
	v2Type        = 1<<3 | wireVarint
	v2HelpRef     = 3<<3 | wireVarint
	v2UnitRef     = 4<<3 | wireVarint
	lastV2Meta    = 4
	reservedForV1 = 3 // the request fields below are those of 1.0
)

// errV1Body is errV2Body the other way round.
var errV1Body = malformed("this is prometheus.WriteRequest, but the content type says io.prometheus.write.v2.Request")

// ErrSymbols reports a symbol table that does not begin with the empty string.
var ErrSymbols = fmt.Errorf("%w: the symbol table must begin with an empty string", ErrMalformed)

// A V2Decoder decodes io.prometheus.write.v2.Request, one series at a time. The
// zero value is ready; it is not safe for concurrent use.
type V2Decoder struct {
	view
	request fields
	count   int
	index   int
	symbols []string
	ascii   bool
}

// Reset begins the request in body, which must not change until the next Reset or
// Release.
func (d *V2Decoder) Reset(body []byte, limits Limits) error {
	d.reset()
	d.limit = limits.SeriesBytes
	d.request = fields{buf: body}
	d.count, d.index = 0, 0
	d.symbols = d.symbols[:0]
	symbols, bytes := 0, 0
	f := fields{buf: body}
	for f.next() {
		switch f.tag {
		case v2Symbols:
			symbols++
			bytes += len(f.data())
		case v2Series:
			d.count++
		case requestSeries, requestMetadata:
			return errV1Body
		default:
			if f.tag>>3 > reservedForV1 {
				f.skip(v2Series >> 3)
			}
		}
	}
	if f.err != nil {
		return f.err
	}
	if err := exceeds(symbols, limits.Symbols, "symbols"); err != nil {
		return err
	}
	if err := exceeds(d.count, limits.Series, "series"); err != nil {
		return err
	}
	d.readSymbols(body, symbols, bytes)
	if symbols > 0 && d.symbols[0] != "" || symbols == 0 && d.count > 0 {
		return ErrSymbols
	}
	return nil
}

// readSymbols copies the symbols into one block and cuts the strings from it.
func (d *V2Decoder) readSymbols(body []byte, symbols, bytes int) {
	if symbols == 0 {
		d.ascii = true
		return
	}
	if cap(d.symbols) < symbols {
		d.symbols = make([]string, 0, symbols)
	}
	block := make([]byte, 0, bytes)
	text := unsafe.String(unsafe.SliceData(block), bytes) //nolint:gosec // written below and never again
	f := fields{buf: body}
	for f.next() {
		if f.tag == v2Symbols {
			at := len(block)
			block = append(block, f.data()...)
			d.symbols = append(d.symbols, text[at:len(block)])
		}
	}
	d.ascii = IsASCII(block)
}

// Len is the number of series in the request.
func (d *V2Decoder) Len() int { return d.count }

// Symbols is the symbol table. The slice is valid until the next Reset or
// Release, the strings for ever.
func (d *V2Decoder) Symbols() []string { return d.symbols }

// ASCII reports whether no symbol holds anything but ASCII.
func (d *V2Decoder) ASCII() bool { return d.ascii }

// Next decodes the next series; nil is the end. References are not checked.
func (d *V2Decoder) Next() (*Series, error) {
	for d.request.next() {
		if d.request.tag != v2Series {
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

func (d *V2Decoder) decode(data []byte) error {
	var created int64
	s := &d.series
	f := fields{buf: data}
	for f.next() {
		switch f.tag {
		case v2LabelsRefs:
			f.err = d.packed(f.data())
		case v2LabelsRef:
			s.LabelRefs = append(s.LabelRefs, uint32(f.number))
		case v2Samples:
			f.err = d.sample(f.data())
		case v2Histograms:
			f.err = d.histogram(f.data())
		case v2Exemplars:
			f.err = d.exemplar(f.data(), V2)
		case v2Metadata:
			f.err = s.Metadata.decode(f.data())
		case v2Created:
			created = int64(f.number)
		default:
			f.skip(lastV2Field)
		}
		if f.err != nil {
			return f.err
		}
	}
	if created != 0 {
		s.startAt(created)
	}
	return f.err
}

// startAt gives a start to what has none: rc.3 had one for the whole series.
func (s *Series) startAt(created int64) {
	for i := range s.Samples {
		if s.Samples[i].Start == 0 {
			s.Samples[i].Start = created
		}
	}
	for i := range s.Histograms {
		if s.Histograms[i].Start == 0 {
			s.Histograms[i].Start = created
		}
	}
}

func (m *MetadataView) decode(data []byte) error {
	f := fields{buf: data}
	for f.next() {
		switch f.tag {
		case v2Type:
			m.Type = MetricType(f.number)
		case v2HelpRef:
			m.HelpRef = uint32(f.number)
		case v2UnitRef:
			m.UnitRef = uint32(f.number)
		default:
			if f.tag>>3 != 2 { // a hole in the numbering
				f.skip(lastV2Meta)
			}
		}
	}
	return f.err
}

// Symbol returns a symbol; ok is false if there is none of this number.
func (d *V2Decoder) Symbol(ref uint32) (s string, ok bool) {
	if int(ref) >= len(d.symbols) {
		return "", false
	}
	return d.symbols[ref], true
}

// AppendRefs looks up the labels that refs stand for. The error is ErrReference.
func (d *V2Decoder) AppendRefs(dst []Label, refs []uint32) ([]Label, error) {
	if len(refs)%2 != 0 {
		return dst, ErrReference
	}
	for i := 0; i < len(refs); i += 2 {
		name, ok := d.Symbol(refs[i])
		value, okValue := d.Symbol(refs[i+1])
		if !ok || !okValue {
			return dst, ErrReference
		}
		dst = append(dst, Label{Name: name, Value: value})
	}
	return dst, nil
}

// Resolve looks up the labels and texts of s as well. The strings are symbols.
func (d *V2Decoder) Resolve(s *Series) (TimeSeries, error) {
	ts := TimeSeries{Samples: s.Samples, Histograms: s.Histograms}
	var err error
	if ts.Labels, err = d.AppendRefs(nil, s.LabelRefs); err != nil {
		return ts, err
	}
	for i := range s.Exemplars {
		e := &s.Exemplars[i]
		labels, err := d.AppendRefs(nil, e.LabelRefs)
		if err != nil {
			return ts, err
		}
		ts.Exemplars = append(ts.Exemplars, Exemplar{Labels: labels, Value: e.Value, Timestamp: e.Timestamp})
	}
	help, ok := d.Symbol(s.Metadata.HelpRef)
	unit, okUnit := d.Symbol(s.Metadata.UnitRef)
	if !ok || !okUnit {
		return ts, ErrReference
	}
	ts.Metadata = Metadata{Type: s.Metadata.Type, Help: help, Unit: unit}
	return ts, nil
}

// Release forgets the request.
func (d *V2Decoder) Release() {
	d.release()
	d.request = fields{}
	clear(d.symbols)
	d.symbols = keep(d.symbols)
}

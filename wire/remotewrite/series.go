package remotewrite

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"unsafe"
)

// A Series is what one TimeSeries message holds, with its labels still encoded,
// because a receiver recognizes most series by those bytes or references. It is
// valid until the next call of its decoder.
type Series struct {
	// LabelBytes are the label fields of a 1.0 series, one behind the other.
	LabelBytes []byte

	// LabelRefs are the symbols of a 2.0 series' labels, name, value, name …
	LabelRefs []uint32

	Samples    []Sample
	Histograms []Histogram
	Exemplars  []ExemplarView

	// Metadata is what a 2.0 series says about its family.
	Metadata MetadataView
}

// An ExemplarView is an Exemplar with its labels still encoded.
type ExemplarView struct {
	LabelBytes []byte
	LabelRefs  []uint32
	Value      float64
	Timestamp  int64
}

// A MetadataView is a Metadata with its texts still references to symbols.
type MetadataView struct {
	Type             MetricType
	HelpRef, UnitRef uint32
}

// Empty reports whether the series has said nothing about its family.
func (m MetadataView) Empty() bool { return m == MetadataView{} }

// ErrReference reports that a label, help or unit of a 2.0 series refers to a
// symbol that does not exist, or that a label has a name without a value.
var ErrReference = errors.New("symbol reference out of range or without a partner")

// A LimitError reports that a request holds more than the Limits allow.
type LimitError struct {
	What  string // series, symbols …
	Limit int
}

func (e *LimitError) Error() string { return fmt.Sprintf("more than %d %s", e.Limit, e.What) }

// Limits bound what a request may hold. They are checked before memory is
// reserved for it. Zero is no limit.
type Limits struct {
	Series  int
	Symbols int

	// SeriesBytes is about the memory that one series may take once it is decoded.
	// A sample can be two bytes long, and takes 24.
	SeriesBytes int
}

func exceeds(n, limit int, what string) error {
	if limit > 0 && n > limit {
		return &LimitError{What: what, Limit: limit}
	}
	return nil
}

// view is the working memory of a decoder: the series it hands out and what the
// slices in it are cut from.
type view struct {
	series Series
	labels []byte   // label fields that do not stand together in the body
	refs   []uint32 // of exemplars
	limit  int
	taken  int // bytes, of limit
}

// take counts memory before it is used.
func (v *view) take(bytes int) error {
	v.taken += bytes
	return exceeds(v.taken, v.limit, "bytes in one series")
}

func (v *view) reset() {
	s := &v.series
	// Each on its own: then the compiler writes lengths only, not pointers, which are
	// expensive while the garbage collector is at work.
	s.LabelBytes = nil
	s.LabelRefs = s.LabelRefs[:0]
	s.Samples = s.Samples[:0]
	s.Histograms = s.Histograms[:0]
	s.Exemplars = s.Exemplars[:0]
	s.Metadata = MetadataView{}
	v.labels = v.labels[:0]
	v.refs = v.refs[:0]
	v.taken = 0
}

// maxKept is how many items of a kind a decoder keeps room for, so that one
// unusual series does not pin its memory for ever.
const maxKept = 4096

// release forgets what aliases the body and drops what has grown too large.
func (v *view) release() {
	s := &v.series
	s.LabelBytes = nil
	s.LabelRefs = keep(s.LabelRefs)
	s.Samples = keep(s.Samples)
	s.Histograms = keep(s.Histograms)
	for i := range s.Histograms[:cap(s.Histograms)] {
		s.Histograms[:cap(s.Histograms)][i].trim()
	}
	clear(s.Exemplars[:cap(s.Exemplars)])
	s.Exemplars = keep(s.Exemplars)
	v.labels = keep(v.labels)
	v.refs = keep(v.refs)
}

func keep[T any](s []T) []T {
	if cap(s) > maxKept {
		return nil
	}
	return s[:0]
}

// Fields of the messages that the versions share, number<<3 | wire type.
const (
	sampleValue     = 1<<3 | wireFixed64
	sampleTimestamp = 2<<3 | wireVarint
	sampleStart     = 3<<3 | wireVarint // 2.0; in 1.0 an unknown field

	exemplarLabels    = 1<<3 | wireBytes // of both; one reference at a time is the next
	exemplarLabel     = 1<<3 | wireVarint
	exemplarValue     = 2<<3 | wireFixed64
	exemplarTimestamp = 3<<3 | wireVarint
	lastSampleField   = 3
	lastExemplarField = 3
	lastLabelField    = 2
	labelName         = 1<<3 | wireBytes
	labelValue        = 2<<3 | wireBytes
)

// sample decodes one sample and appends it.
func (v *view) sample(data []byte) error {
	var s Sample
	if err := v.take(int(unsafe.Sizeof(s))); err != nil {
		return err
	}
	f := fields{buf: data}
	for f.next() {
		switch f.tag {
		case sampleValue:
			s.Value = math.Float64frombits(f.number)
		case sampleTimestamp:
			s.Timestamp = int64(f.number)
		case sampleStart:
			s.Start = int64(f.number)
		default:
			f.skip(lastSampleField)
		}
	}
	v.series.Samples = append(v.series.Samples, s)
	return f.err
}

// exemplar decodes one exemplar of either version and appends it.
func (v *view) exemplar(data []byte, version Version) error {
	var e ExemplarView
	if err := v.take(int(unsafe.Sizeof(e)) + len(data)*refBytes); err != nil {
		return err
	}
	first := len(v.refs)
	f := fields{buf: data}
	for f.next() {
		switch {
		case f.tag == exemplarLabels && version == V1:
			// Rarely more than a few labels: a copy is as good as an alias.
			e.LabelBytes = appendField(e.LabelBytes, exemplarLabels, f.data())
		case f.tag == exemplarLabels:
			v.refs, f.err = appendPacked(v.refs, f.data())
		case f.tag == exemplarLabel && version == V2:
			v.refs = append(v.refs, uint32(f.number))
		case f.tag == exemplarValue:
			e.Value = math.Float64frombits(f.number)
		case f.tag == exemplarTimestamp:
			e.Timestamp = int64(f.number)
		default:
			f.skip(lastExemplarField)
		}
		if f.err != nil {
			return f.err
		}
	}
	e.LabelRefs = v.refs[first:len(v.refs):len(v.refs)]
	v.series.Exemplars = append(v.series.Exemplars, e)
	return f.err
}

// refBytes is what a reference of at least one byte takes.
const refBytes = 4

// packed decodes a packed list of references and appends them to those of the
// series.
func (v *view) packed(data []byte) error {
	if err := v.take(len(data) * refBytes); err != nil {
		return err
	}
	var err error
	v.series.LabelRefs, err = appendPacked(v.series.LabelRefs, data)
	return err
}

// appendPacked decodes a packed list of uint32.
func appendPacked(dst []uint32, data []byte) ([]uint32, error) {
	for pos := 0; pos < len(data); {
		if b := data[pos]; b < 0x80 {
			dst = append(dst, uint32(b))
			pos++
			continue
		}
		var v uint64
		if v, pos = varint(data, pos); pos < 0 {
			return dst, errVarint
		}
		dst = append(dst, uint32(v))
	}
	return dst, nil
}

// appendDoubles decodes a packed list of doubles.
func appendDoubles(dst []float64, data []byte) ([]float64, error) {
	if len(data)%8 != 0 {
		return dst, errPackedFixed
	}
	for ; len(data) > 0; data = data[8:] {
		dst = append(dst, math.Float64frombits(binary.LittleEndian.Uint64(data)))
	}
	return dst, nil
}

// CutLabels returns the first n labels of raw, still encoded, and whether there are
// more. A series may have very many, and somebody must look before they are decoded.
func CutLabels(raw []byte, n int) (first []byte, more bool) {
	f := fields{buf: raw}
	for range n {
		if !f.next() {
			return raw, false
		}
	}
	return raw[:f.pos], f.pos < len(raw)
}

// AppendLabels decodes the label fields in raw. text is raw as a string: the
// labels are cut from it, so they live as long as it does and alias nothing else.
func AppendLabels(dst []Label, raw []byte, text string) ([]Label, error) {
	outer := fields{buf: raw}
	for outer.next() {
		if outer.tag != seriesLabels {
			return dst, errWrongType
		}
		base := outer.pos - len(outer.data())
		var l Label
		f := fields{buf: outer.data()}
		for f.next() {
			end := base + f.pos
			switch f.tag {
			case labelName:
				l.Name = text[end-len(f.data()) : end]
			case labelValue:
				l.Value = text[end-len(f.data()) : end]
			default:
				f.skip(lastLabelField)
			}
		}
		if f.err != nil {
			return dst, f.err
		}
		dst = append(dst, l)
	}
	return dst, outer.err
}

// IsASCII reports whether b holds nothing but ASCII, eight bytes at a time. Text
// that does needs no further check for being UTF-8.
func IsASCII(b []byte) bool {
	const high = 0x8080808080808080
	for len(b) >= 8 {
		if binary.LittleEndian.Uint64(b)&high != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

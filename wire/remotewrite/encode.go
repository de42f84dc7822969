package remotewrite

import (
	"encoding/binary"
	"math"
)

// AppendV1 appends prometheus.WriteRequest with the given series and metadata.
// Metadata of the series themselves is ignored; 1.0 has no place for it, nor for
// start times.
func AppendV1(dst []byte, series []TimeSeries, metadata []Metadata) []byte {
	for i := range series {
		s := &series[i]
		dst = appendMessage(dst, requestSeries, func(dst []byte) []byte {
			dst = appendLabels(dst, s.Labels)
			for _, sample := range s.Samples {
				dst = appendMessage(dst, seriesSamples, func(dst []byte) []byte { return appendSample(dst, sample, 0) })
			}
			for j := range s.Exemplars {
				e := &s.Exemplars[j]
				dst = appendMessage(dst, seriesExemplars, func(dst []byte) []byte {
					return appendExemplarValue(appendLabels(dst, e.Labels), e)
				})
			}
			return appendHistograms(dst, seriesHistograms, s.Histograms, V1)
		})
	}
	for _, m := range metadata {
		dst = appendMessage(dst, requestMetadata, func(dst []byte) []byte {
			dst = appendNumber(dst, metadataType, uint64(m.Type))
			dst = appendText(dst, metadataFamily, m.Family)
			dst = appendText(dst, metadataHelp, m.Help)
			return appendText(dst, metadataUnit, m.Unit)
		})
	}
	return dst
}

// A V2Encoder builds io.prometheus.write.v2.Request. The zero value is ready; it
// keeps its memory from request to request.
type V2Encoder struct {
	refs    map[string]uint32
	symbols []string
	series  []byte
	scratch []uint32
}

// Reset begins a new request.
func (e *V2Encoder) Reset() {
	if e.refs == nil {
		e.refs = map[string]uint32{}
	}
	clear(e.refs)
	clear(e.symbols)
	e.symbols, e.series = e.symbols[:0], e.series[:0]
	e.Ref("")
}

// Ref returns the number of a symbol, which it adds if it is new. Only the first
// use of a text in a request costs its length.
func (e *V2Encoder) Ref(text string) uint32 {
	ref, ok := e.refs[text]
	if !ok {
		ref = uint32(len(e.symbols))
		e.refs[text] = ref
		e.symbols = append(e.symbols, text)
	}
	return ref
}

// Add appends one series to the request.
func (e *V2Encoder) Add(s *TimeSeries) {
	if len(e.symbols) == 0 {
		e.Reset()
	}
	e.series = appendMessage(e.series, v2Series, func(dst []byte) []byte {
		dst = e.appendRefs(dst, s.Labels)
		for _, sample := range s.Samples {
			dst = appendMessage(dst, v2Samples, func(dst []byte) []byte { return appendSample(dst, sample, sample.Start) })
		}
		dst = appendHistograms(dst, v2Histograms, s.Histograms, V2)
		for i := range s.Exemplars {
			x := &s.Exemplars[i]
			dst = appendMessage(dst, v2Exemplars, func(dst []byte) []byte {
				return appendExemplarValue(e.appendRefs(dst, x.Labels), x)
			})
		}
		if m := s.Metadata; m.Type != TypeUnspecified || m.Help != "" || m.Unit != "" {
			help, unit := e.Ref(m.Help), e.Ref(m.Unit)
			dst = appendMessage(dst, v2Metadata, func(dst []byte) []byte {
				dst = appendNumber(dst, v2Type, uint64(m.Type))
				dst = appendNumber(dst, v2HelpRef, uint64(help))
				return appendNumber(dst, v2UnitRef, uint64(unit))
			})
		}
		return dst
	})
}

// appendRefs appends labels as references to symbols.
func (e *V2Encoder) appendRefs(dst []byte, labels []Label) []byte {
	e.scratch = e.scratch[:0]
	for _, l := range labels {
		e.scratch = append(e.scratch, e.Ref(l.Name), e.Ref(l.Value))
	}
	if len(e.scratch) == 0 {
		return dst
	}
	return appendMessage(dst, v2LabelsRefs, func(dst []byte) []byte {
		for _, ref := range e.scratch {
			dst = binary.AppendUvarint(dst, uint64(ref))
		}
		return dst
	})
}

// Append appends the request to dst: the symbols, then the series.
func (e *V2Encoder) Append(dst []byte) []byte {
	for _, s := range e.symbols {
		dst = binary.AppendUvarint(append(dst, v2Symbols), uint64(len(s)))
		dst = append(dst, s...)
	}
	return append(dst, e.series...)
}

// appendMessage appends a length-delimited field whose content is appended by
// write. Room for a length of one byte is left, and the content moved if it needs
// more.
func appendMessage(dst []byte, tag uint64, write func([]byte) []byte) []byte {
	dst = binary.AppendUvarint(dst, tag)
	at := len(dst)
	dst = write(append(dst, 0))
	size := len(dst) - at - 1
	if size < 0x80 {
		dst[at] = byte(size)
		return dst
	}
	var length [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(length[:], uint64(size))
	dst = append(dst, length[:n-1]...)
	copy(dst[at+n:], dst[at+1:at+1+size])
	copy(dst[at:], length[:n])
	return dst
}

// appendField appends a length-delimited field as it is.
func appendField(dst []byte, tag uint64, data []byte) []byte {
	dst = binary.AppendUvarint(dst, tag)
	dst = binary.AppendUvarint(dst, uint64(len(data)))
	return append(dst, data...)
}

// appendText, appendNumber and appendDouble leave zero values out, as proto3
// does.
func appendText(dst []byte, tag uint64, s string) []byte {
	if s == "" {
		return dst
	}
	dst = binary.AppendUvarint(dst, tag)
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

func appendNumber(dst []byte, tag, v uint64) []byte {
	if v == 0 {
		return dst
	}
	return binary.AppendUvarint(binary.AppendUvarint(dst, tag), v)
}

func appendDouble(dst []byte, tag uint64, v float64) []byte {
	if math.Float64bits(v) == 0 {
		return dst
	}
	return appendFixed(dst, tag, v)
}

func appendFixed(dst []byte, tag uint64, v float64) []byte {
	return binary.LittleEndian.AppendUint64(binary.AppendUvarint(dst, tag), math.Float64bits(v))
}

func appendLabels(dst []byte, labels []Label) []byte {
	for _, l := range labels {
		dst = appendMessage(dst, seriesLabels, func(dst []byte) []byte {
			return appendText(appendText(dst, labelName, l.Name), labelValue, l.Value)
		})
	}
	return dst
}

func appendSample(dst []byte, s Sample, start int64) []byte {
	dst = appendDouble(dst, sampleValue, s.Value)
	dst = appendNumber(dst, sampleTimestamp, uint64(s.Timestamp))
	return appendNumber(dst, sampleStart, uint64(start))
}

func appendExemplarValue(dst []byte, e *Exemplar) []byte {
	dst = appendDouble(dst, exemplarValue, e.Value)
	return appendNumber(dst, exemplarTimestamp, uint64(e.Timestamp))
}

func appendHistograms(dst []byte, tag uint64, histograms []Histogram, version Version) []byte {
	for i := range histograms {
		dst = appendMessage(dst, tag, func(dst []byte) []byte { return histograms[i].append(dst, version) })
	}
	return dst
}

// append writes the histogram. The counts are a oneof: they are written even if
// they are zero, because their presence says which kind it is.
func (h *Histogram) append(dst []byte, version Version) []byte {
	if h.IsFloat {
		dst = appendFixed(dst, histogramCountFloat, h.CountFloat)
	} else {
		dst = binary.AppendUvarint(append(dst, histogramCount), h.Count)
	}
	dst = appendDouble(dst, histogramSum, h.Sum)
	dst = appendNumber(dst, histogramSchema, uint64(uint32(h.Schema)<<1^uint32(h.Schema>>31)))
	dst = appendDouble(dst, histogramZeroThreshold, h.ZeroThreshold)
	if h.IsFloat {
		dst = appendFixed(dst, histogramZeroCountFloat, h.ZeroCountFloat)
	} else {
		dst = binary.AppendUvarint(append(dst, histogramZeroCount), h.ZeroCount)
	}
	dst = h.Negative.append(dst, histogramNegative)
	dst = h.Positive.append(dst, histogramPositive)
	dst = appendNumber(dst, histogramResetHint, uint64(h.ResetHint))
	dst = appendNumber(dst, histogramTimestamp, uint64(h.Timestamp))
	dst = appendDoubleList(dst, histogramCustomValues, h.CustomValues)
	if version == V2 {
		dst = appendNumber(dst, histogramStart, uint64(h.Start))
	}
	return dst
}

// append writes spans, deltas and counts, whose field numbers follow each other.
func (b *Buckets) append(dst []byte, first uint64) []byte {
	for _, s := range b.Spans {
		dst = appendMessage(dst, first<<3|wireBytes, func(dst []byte) []byte {
			dst = appendNumber(dst, spanOffset, uint64(uint32(s.Offset)<<1^uint32(s.Offset>>31)))
			return appendNumber(dst, spanLength, uint64(s.Length))
		})
	}
	if len(b.Deltas) > 0 {
		dst = appendMessage(dst, (first+1)<<3|wireBytes, func(dst []byte) []byte {
			for _, d := range b.Deltas {
				dst = binary.AppendUvarint(dst, uint64(d)<<1^uint64(d>>63))
			}
			return dst
		})
	}
	return appendDoubleList(dst, (first+2)<<3|wireBytes, b.Counts)
}

func appendDoubleList(dst []byte, tag uint64, list []float64) []byte {
	if len(list) == 0 {
		return dst
	}
	dst = binary.AppendUvarint(dst, tag)
	dst = binary.AppendUvarint(dst, uint64(len(list)*8))
	for _, v := range list {
		dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(v))
	}
	return dst
}

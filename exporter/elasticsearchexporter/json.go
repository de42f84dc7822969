package elasticsearchexporter

import (
	"encoding/base64"
	"encoding/hex"
	"math"
	"strconv"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/sluice-otel/sluice/ingest/document"
)

// appendValue appends a value as JSON. Doubles are printed as Jackson does, with a
// point, so that Elasticsearch's dynamic mapping does not take them for whole
// numbers; those that no field of Elasticsearch can hold are null. Bytes are base64.
func appendValue(dst []byte, v pcommon.Value) []byte {
	switch v.Type() {
	case pcommon.ValueTypeStr:
		return document.AppendQuoted(dst, v.Str())
	case pcommon.ValueTypeInt:
		return strconv.AppendInt(dst, v.Int(), 10)
	case pcommon.ValueTypeDouble:
		if f := v.Double(); math.IsNaN(f) || math.IsInf(f, 0) {
			return append(dst, "null"...)
		}
		return document.Double(v.Double()).AppendJSON(dst)
	case pcommon.ValueTypeBool:
		return strconv.AppendBool(dst, v.Bool())
	case pcommon.ValueTypeBytes:
		dst = base64.StdEncoding.AppendEncode(append(dst, '"'), v.Bytes().AsRaw())
		return append(dst, '"')
	case pcommon.ValueTypeSlice:
		return appendSlice(dst, v.Slice())
	case pcommon.ValueTypeMap:
		return append(appendEntries(append(dst, '{'), v.Map(), nil), '}')
	case pcommon.ValueTypeEmpty:
	}
	return append(dst, "null"...)
}

func appendSlice(dst []byte, s pcommon.Slice) []byte {
	dst = append(dst, '[')
	for i := range s.Len() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendValue(dst, s.At(i))
	}
	return append(dst, ']')
}

// appendEntries appends the entries of an object but those that skip names.
func appendEntries(dst []byte, m pcommon.Map, skip func(key string) bool) []byte {
	for key, v := range m.All() {
		if skip == nil || !skip(key) {
			dst = appendValue(appendKey(dst, key), v)
		}
	}
	return dst
}

// appendKey appends a key and its colon, after a comma unless it is the first of
// its object.
func appendKey(dst []byte, key string) []byte {
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	return append(document.AppendQuoted(dst, key), ':')
}

// appendText appends an entry with a text, if that is not empty.
func appendText(dst []byte, key, text string) []byte {
	if text == "" {
		return dst
	}
	return document.AppendQuoted(appendKey(dst, key), text)
}

// appendInt appends an entry with a number, if that is not zero.
func appendInt(dst []byte, key string, n int64) []byte {
	if n == 0 {
		return dst
	}
	return strconv.AppendInt(appendKey(dst, key), n, 10)
}

// appendHex appends an entry with an id, if there is one.
func appendHex(dst []byte, key string, id []byte) []byte {
	for _, b := range id {
		if b != 0 {
			dst = hex.AppendEncode(append(appendKey(dst, key), '"'), id)
			return append(dst, '"')
		}
	}
	return dst
}

// appendTime appends an entry with a time, as many digits of the second as there
// are, three at least: strict_date_optional_time_nanos.
func appendTime(dst []byte, key string, ts pcommon.Timestamp) []byte {
	dst = ts.AsTime().AppendFormat(append(appendKey(dst, key), '"'), "2006-01-02T15:04:05.000000000")
	for n := 0; n < 6 && dst[len(dst)-1] == '0'; n++ {
		dst = dst[:len(dst)-1]
	}
	return append(dst, 'Z', '"')
}

const timestampField = "@timestamp"

// appendTimestamp appends when a record happened: its time, else when it was seen,
// else now. A document in a data stream must have it.
func appendTimestamp(dst []byte, s *source) []byte {
	switch ts := s.record.Timestamp(); {
	case ts != 0:
		return appendTime(dst, timestampField, ts)
	case s.record.ObservedTimestamp() != 0:
		return appendTime(dst, timestampField, s.record.ObservedTimestamp())
	default:
		return appendTime(dst, timestampField, pcommon.NewTimestampFromTime(time.Now()))
	}
}

package ingestprocessor

import (
	"math"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
)

// formatTime prints a time as Elasticsearch prints dates: in UTC with three,
// six or nine digits of a second.
func formatTime(t time.Time) string { return string(appendTime(nil, t)) }

func appendTime(dst []byte, t time.Time) []byte {
	digits := 9
	switch ns := t.Nanosecond(); {
	case ns%1e6 == 0:
		digits = 3
	case ns%1e3 == 0:
		digits = 6
	}
	return datetime.AppendISO(dst, t, digits)
}

// timeLayouts are the usual forms of strict_date_optional_time, the most
// frequent first. Without an offset they are in UTC. A fraction of a second may
// follow in any of them that has seconds.
var timeLayouts = [...]string{
	time.RFC3339,
	"2006-01-02T15:04:05",
	"2006-01-02T15:04:05Z0700",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04",
	time.DateOnly,
}

// readTime reads @timestamp as Elasticsearch's default format of a date field
// does, strict_date_optional_time or a number of milliseconds. It reports false
// for a time that a record cannot hold: nanoseconds since 1970 in 64 bits.
func readTime(v document.Value) (pcommon.Timestamp, bool) {
	switch v.Kind() {
	case document.KindDateTime:
		return inRange(v.Time())
	case document.KindInteger, document.KindLong:
		return inRange(time.UnixMilli(v.Int64()))
	case document.KindString:
		for _, layout := range timeLayouts {
			if t, err := time.Parse(layout, v.Str()); err == nil {
				return inRange(t)
			}
		}
	default:
	}
	return 0, false
}

func inRange(t time.Time) (pcommon.Timestamp, bool) {
	if s := t.Unix(); s < 0 || s >= math.MaxUint64/1_000_000_000 {
		return 0, false
	}
	return pcommon.Timestamp(uint64(t.Unix())*1_000_000_000 + uint64(t.Nanosecond())), true
}

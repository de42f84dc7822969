package datetime_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/datetime"
)

// common are the formats that most pipelines use, with a text of each.
var common = []struct{ format, text string }{
	{"dd/MMM/yyyy:HH:mm:ss Z", "10/Oct/2023:13:55:36 -0700"},
	{"ISO8601", "2023-10-10T13:55:36.123Z"},
	{"ISO8601", "2023-10-10T13:55:36.123456+02:00"},
	{"yyyy-MM-dd HH:mm:ss", "2023-10-10 13:55:36"},
	{"yyyy-MM-dd'T'HH:mm:ss.SSSZ", "2023-10-10T13:55:36.123+0200"},
	{"yyyy-MM-dd'T'HH:mm:ssXXX", "2023-10-10T13:55:36+02:00"},
	{"MMM dd HH:mm:ss", "Oct 10 13:55:36"},
	{"MMM  d HH:mm:ss", "Oct  1 13:55:36"},
	{"EEE MMM dd HH:mm:ss yyyy", "Tue Oct 10 13:55:36 2023"},
	{"M/d/yyyy h:mm:ss a", "10/1/2023 1:55:36 PM"},
	{"yyyy/MM/dd HH:mm:ss z", "2023/10/10 13:55:36 PST"},
	{"strict_date_optional_time", "2023-10-10T13:55:36.123Z"},
	{"UNIX", "1696946136.5"},
	{"UNIX_MS", "1696946136123"},
	{"epoch_millis", "1696946136123"},
	{"TAI64N", "4000000050d506482dbdf024"},
}

func compile(t testing.TB, format string) *datetime.Parser {
	t.Helper()
	parser, err := datetime.CompileParser(format, datetime.Root)
	require.NoError(t, err)
	return parser
}

func BenchmarkParse(b *testing.B) {
	for _, c := range common {
		b.Run(c.format, func(b *testing.B) {
			parser := compile(b, c.format)
			b.ReportAllocs()
			for b.Loop() {
				if _, ok := parser.TryParse(c.text, datetime.UTC, now); !ok {
					b.Fatal(c.text)
				}
			}
		})
	}
}

func BenchmarkParseInRegion(b *testing.B) {
	zone, err := datetime.ParseZone("America/New_York")
	require.NoError(b, err)
	parser := compile(b, "yyyy-MM-dd HH:mm:ss")
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := parser.TryParse("2023-10-10 13:55:36", zone, now); !ok {
			b.Fatal()
		}
	}
}

func BenchmarkParseMismatch(b *testing.B) {
	parser := compile(b, "dd/MMM/yyyy:HH:mm:ss Z")
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := parser.TryParse("2023-10-10T13:55:36.123Z", datetime.UTC, now); ok {
			b.Fatal()
		}
	}
}

func BenchmarkPrint(b *testing.B) {
	printer, err := datetime.CompilePrinter("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", datetime.Root)
	require.NoError(b, err)
	t := time.UnixMilli(1696946136123).UTC()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := printer.Print(t); err != nil {
			b.Fatal(err)
		}
	}
}

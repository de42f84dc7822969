package datetime_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/definition"
)

// TestParse has what the tables of Java do not: Elasticsearch's own parsers.
func TestParse(t *testing.T) {
	for _, tt := range []struct{ format, zone, text, want string }{
		{"epoch_second", "", "1696946136", "2023-10-10T13:55:36.000000000Z"},
		{"epoch_second", "", "1696946136.5", "2023-10-10T13:55:36.500000000Z"},
		{"epoch_second", "Asia/Tokyo", "-0.000000001", "1970-01-01T08:59:59.999999999+09:00"},
		{"epoch_second", "", "1.", "1970-01-01T00:00:01.000000000Z"},
		{"epoch_second", "", "1.0000000001", "!Failed to parse with all enclosed parsers"},
		{"epoch_second", "", "1e3", "!Failed to parse with all enclosed parsers"},
		{"epoch_millis", "", "1696946136123", "2023-10-10T13:55:36.123000000Z"},
		{"epoch_millis", "", "-1.5", "1969-12-31T23:59:59.998500000Z"},
		{"epoch_millis", "", "99999999999999999999", "!Failed to parse with all enclosed parsers"},
		{"epoch_millis||yyyy-MM-dd", "", "2023-10-10", "2023-10-10T00:00:00.000000000Z"},
		{"ISO8601", "", "2023-10-10T13:55:36.123+02", "2023-10-10T11:55:36.123000000Z"},
		{"ISO8601", "", "2023-10-10T13:55:36,5+020304", "2023-10-10T11:52:32.500000000Z"},
		{"ISO8601", "", "2023-10-10T13:55Europe/Paris", "2023-10-10T11:55:00.000000000Z"},
		{"ISO8601", "", "2023-10-10T13GMT+3", "2023-10-10T10:00:00.000000000Z"},
		{"ISO8601", "+05:30", "-0044-03-15", "-0044-03-15T00:00:00.000000000+05:30"},
		{"ISO8601", "", "2023-10-10T", "2023-10-10T00:00:00.000000000Z"},
		{"ISO8601", "", "2023-02-30", "!Invalid date 'FEBRUARY 30'"},
		{"ISO8601", "", "2023-02-00T10:00:00Z", "!Invalid value for DayOfMonth (valid values 1 - 28/31): 0"},
		{"ISO8601", "", "2023-10-10T24:00:00", "!Failed to parse with all enclosed parsers"},
		{"ISO8601", "", "2023-10-10 13:55:36", "!Failed to parse with all enclosed parsers"},
		{"ISO8601", "", "", "!cannot parse empty datetime"},
		{"strict_date_time", "", "2023-10-10T13:55:36", "!Failed to parse with all enclosed parsers"},
		{"strict_year", "", "2023", "2023-01-01T00:00:00.000000000Z"},
		{"strict_year", "", "2023-01", "!Failed to parse with all enclosed parsers"},
		{"UNIX", "", "1e400", "+292278994-08-17T07:12:55.807000000Z"},
		{"UNIX_MS", "", "9223372036854775807", "+292278994-08-17T07:12:55.807000000Z"},
		{"UNIX_MS", "", "-9223372036854775808", "-292275055-05-16T16:47:04.192000000Z"},
		{"UNIX_MS", "", "9223372036854775808", "!For input string: \"9223372036854775808\""},
		{"UNIX_MS", "", "+", "!For input string: \"+\""},
		{"UNIX_MS", "", "1.5", "!For input string: \"1.5\""},
		{"||", "", "x", "!No date pattern provided"},
		{"", "", "x", "!No date pattern provided"},
		{"yyyy-MM-dd B", "", "x", "!Invalid format: [yyyy-MM-dd B]: Pattern letter B (period of the day) is not supported"},
		{"yyyy-MM-dd z", "", "2024-07-01 CST", "2024-07-01T05:00:00.000000000Z"},
		{"yyyy-MM-dd HH:mm z", "", "2024-01-01 00:00 Pacific Time", "!Text '2024-01-01 00:00 Pacific Time' could not be parsed at index 17"},
		{"yyyy-MM-dd HH:mm zzzz", "", "2024-01-01 00:00 Pacific Time", "2024-01-01T08:00:00.000000000Z"},
	} {
		got := parseText(t, tt.format, "", parseZone(t, tt.zone), tt.text)
		if got.err != nil {
			texts := strings.Split(chain(got.err), " < ")
			assert.Equal(t, tt.want, "!"+texts[len(texts)-1], "%s: %s", tt.format, tt.text)
			continue
		}
		full, err := datetime.CompilePrinter("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX", datetime.Root)
		require.NoError(t, err)
		printed, err := full.Print(got.time)
		require.NoError(t, err)
		assert.Equal(t, tt.want, printed, "%s: %s", tt.format, tt.text)
	}
}

// TestParseZone has what java.time.ZoneId.of of Java 25 answers.
func TestParseZone(t *testing.T) {
	for id, want := range map[string]string{
		"Z": "Z", "+1": "+01:00", "-18:00": "-18:00", "+010203": "+01:02:03", "+0530": "+05:30", "-00:00": "Z",
		"UTC": "UTC", "UTC+1": "UTC+01:00", "UT+00:00": "UT", "UTC-3": "UTC-03:00", "GMT0": "GMT0",
		"Europe/Paris": "Europe/Paris", "PST8PDT": "PST8PDT",
		"":          "!Invalid ID for ZoneOffset, invalid format: ",
		"A":         "!Invalid ID for ZoneOffset, invalid format: A",
		"+":         "!Invalid ID for ZoneOffset, invalid format: +",
		"+123":      "!Invalid ID for ZoneOffset, invalid format: +123",
		"+1:00":     "!Invalid ID for ZoneOffset, non numeric characters found: +1:00",
		"+01-00":    "!Invalid ID for ZoneOffset, colon not found when expected: +01-00",
		"+19":       "!Zone offset hours not in valid range: value 19 is not in the range -18 to 18",
		"+0160":     "!Zone offset minutes not in valid range: value 60 is not in the range -59 to 59",
		"+18:01":    "!Zone offset not in valid range: -18:00 to +18:00",
		"UTC+":      "!Invalid ID for offset-based ZoneId: UTC+",
		"UTCZ":      "!Unknown time-zone ID: UTCZ",
		"gmt":       "!Unknown time-zone ID: gmt",
		"EST":       "!Unknown time-zone ID: EST",
		"Local":     "!Unknown time-zone ID: Local",
		"../etc":    "!Invalid ID for region-based ZoneId, invalid format: ../etc",
		"a b":       "!Invalid ID for region-based ZoneId, invalid format: a b",
		"posix/CET": "!Unknown time-zone ID: posix/CET",
	} {
		zone, err := datetime.ParseZone(id)
		if err != nil {
			assert.Equal(t, want, "!"+err.Error(), id)
			continue
		}
		assert.Equal(t, want, zone.ID(), id)
	}
}

func TestEveryZoneOfTheTableLoads(t *testing.T) {
	data, err := os.ReadFile("zonenames.txt")
	require.NoError(t, err)
	for line := range strings.Lines(string(data)) {
		_, ids, _ := strings.Cut(line, ": ")
		for id := range strings.FieldsSeq(ids) {
			if _, err := time.LoadLocation(id); err != nil {
				t.Logf("this machine's zone database has no %s", id)
				continue
			}
			zone, err := datetime.ParseZone(id)
			require.NoError(t, err)
			assert.Equal(t, id, zone.ID())
		}
	}
}

// A date without a year is of the year that now is in, in UTC.
func TestYearIsThatOfUTC(t *testing.T) {
	parser := compile(t, "MMM dd")
	newYear := time.Date(2027, 1, 1, 1, 0, 0, 0, time.FixedZone("", 2*3600))
	got, err := parser.Parse("Nov 24", datetime.UTC, newYear)
	require.NoError(t, err)
	assert.Equal(t, 2026, got.Year())
	leap, err := parser.Parse("Feb 30", datetime.UTC, time.Date(2028, 5, 5, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	assert.Equal(t, 29, leap.Day())
}

// TestParseAllocatesNothing holds for the usual formats.
func TestParseAllocatesNothing(t *testing.T) {
	for _, c := range common {
		parser := compile(t, c.format)
		mismatch := "?" + c.text
		allocs := testing.AllocsPerRun(100, func() {
			if _, ok := parser.TryParse(c.text, datetime.UTC, now); !ok {
				t.Fatal(c.text)
			}
			parser.TryParse(mismatch, datetime.UTC, now)
		})
		assert.Zero(t, allocs, c.format)
	}
}

func TestPrintAllocatesTheText(t *testing.T) {
	printer, err := datetime.CompilePrinter("yyyy-MM-dd'T'HH:mm:ss.SSSXXX", datetime.Root)
	require.NoError(t, err)
	allocs := testing.AllocsPerRun(100, func() { _, _ = printer.Print(now) })
	assert.LessOrEqual(t, allocs, 1.0)
}

// TestCorpusFormats compiles the formats of real pipelines.
func TestCorpusFormats(t *testing.T) {
	root := os.Getenv("SLUICE_DATA")
	if root == "" {
		t.Skip("SLUICE_DATA does not name the folder with the test data")
	}
	formats := make(map[string]bool)
	files, err := filepath.Glob(filepath.Join(root, "ingest/integrations/packages/*/data_stream/*/elasticsearch/ingest_pipeline/*.yml"))
	require.NoError(t, err)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		if root, err := definition.Parse(file, data); err == nil { // some are templates of YAML
			collectFormats(root, formats)
		}
	}
	require.Greater(t, len(formats), 100)
	for format := range formats {
		_, err := datetime.CompileParser(format, datetime.Root)
		if format == "ISO_INSTANT" {
			require.EqualError(t, err, "Invalid format: [ISO_INSTANT]: Unknown pattern letter: I")
			continue
		}
		assert.NoError(t, err, format)
	}
}

func collectFormats(n *definition.Node, formats map[string]bool) {
	for _, item := range n.Items {
		collectFormats(item, formats)
	}
	for _, f := range n.Fields {
		if list := f.Value.Get("formats"); f.Name == "date" && list != nil {
			for _, format := range list.Items {
				formats[format.Scalar.Str()] = true
			}
		}
		collectFormats(f.Value, formats)
	}
}

func FuzzParse(f *testing.F) {
	for _, c := range common {
		f.Add(c.format, c.text)
	}
	for _, seed := range [][2]string{
		{"[yyyy][MM]ppd'x'''", "2024"}, {"YYYY-'W'ww-e", "2024-W01-1"}, {"zzzz VV OOOO", "Pacific Time Z GMT+08:00"},
		{"date_optional_time||epoch_second", "2024-01-01T1:1:1.5Z"}, {"uuuuuuuuuuuuuuuuuuu", "9999999999999999999"}, {"gn", "5 5"},
	} {
		f.Add(seed[0], seed[1])
	}
	zone, err := datetime.ParseZone("America/New_York")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, format, text string) {
		parser, err := datetime.CompileParser(format, datetime.Root)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		got, err := parser.Parse(text, zone, now)
		if _, ok := parser.TryParse(text, zone, now); ok != (err == nil) {
			t.Fatalf("%q %q: TryParse and Parse differ", format, text)
		}
		if err != nil {
			require.NotEmpty(t, chain(err))
			return
		}
		if printer, err := datetime.CompilePrinter(format, datetime.Root); err == nil {
			_, _ = printer.Print(got) // a year may be too wide for the format
		}
	})
}

// FuzzUsualForm holds the short reader against the elements: a pattern with an
// empty optional section at the end has no short reader, and is else the same.
func FuzzUsualForm(f *testing.F) {
	patterns := []string{
		"dd/MMM/yyyy:HH:mm:ss Z", "yyyy-MM-dd HH:mm:ss,SSS", "MMM d HH:mm:ss", "EEE MMM dd HH:mm:ss yyyy", "M/d/yyyy h:mm:ss a",
		"yyyy/MM/dd HH:mm:ss z", "uuuu-MM-dd'T'HH:mm:ss.SSSXXX", "yyyy-MM-dd", "yyyy-MM-dd HH:mm:ssX", "dd.MM.yyyy H:m xxxxx", "MMM dd",
	}
	for i := range patterns {
		f.Add(i, "10/Oct/2023:13:55:36 -0700")
		f.Add(i, "2023-10-10T13:55:36.123+02:00")
		f.Add(i, "10/1/2023 1:55:36 PM")
		f.Add(i, "Tue Oct 10 13:55:36 2023")
	}
	f.Fuzz(func(t *testing.T, n int, text string) {
		pattern := patterns[uint(n)%uint(len(patterns))]
		short, long := compile(t, pattern), compile(t, pattern+"['\x00']")
		a, aErr := short.Parse(text, datetime.UTC, now)
		b, bErr := long.Parse(text, datetime.UTC, now)
		if (aErr == nil) != (bErr == nil) || !a.Equal(b) {
			if strings.HasSuffix(text, "\x00") {
				return
			}
			t.Fatalf("%s: %q: %v %v, %v %v", pattern, text, a, aErr, b, bErr)
		}
	})
}

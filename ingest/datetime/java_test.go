package datetime_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/datetime"
)

// now is the time at which the tables in testdata were made.
var now = time.Date(2026, 5, 5, 0, 0, 0, 0, time.UTC)

// TestParsesAsJava compares with a table that Java made.
func TestParsesAsJava(t *testing.T) {
	full, err := datetime.CompilePrinter("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSSXXXXX", datetime.Root)
	require.NoError(t, err)
	for _, row := range readTable(t, "testdata/parse.tsv", 5) {
		format, tag, text := row[0], row[1], row[3]
		zone := parseZone(t, row[2])
		got := parseText(t, format, tag, zone, text)
		if got.err != nil {
			assert.Equal(t, row[4], "!"+chain(got.err), "%s: %s", format, text)
			continue
		}
		printed, err := full.Print(got.time)
		require.NoError(t, err)
		assert.Equal(t, row[4], printed, "%s: %s", format, text)
	}
}

type outcome struct {
	time time.Time
	err  error
}

func parseText(t *testing.T, format, tag string, zone *datetime.Zone, text string) outcome {
	t.Helper()
	locale, err := datetime.ParseLocale(tag)
	require.NoError(t, err)
	parser, err := datetime.CompileParser(format, locale)
	if err != nil {
		return outcome{err: err}
	}
	got, err := parser.Parse(text, zone, now)
	_, ok := parser.TryParse(text, zone, now)
	assert.Equal(t, err == nil, ok, "TryParse and Parse agree")
	return outcome{got, err}
}

// chain returns the texts of an error that is wrapped in a *FormatError and of
// its cause.
func chain(err error) string {
	if wrapped, ok := errors.AsType[*datetime.FormatError](err); ok {
		return wrapped.Error() + " < " + wrapped.Cause.Error()
	}
	return err.Error()
}

// TestPrintsAsJava compares with a table that Java made.
func TestPrintsAsJava(t *testing.T) {
	for _, row := range readTable(t, "testdata/print.tsv", 4) {
		printer, err := datetime.CompilePrinter(row[0], datetime.Root)
		require.NoError(t, err, row[0])
		instant, err := time.Parse(time.RFC3339Nano, row[2])
		require.NoError(t, err)
		got, err := printer.Print(instant.In(parseZone(t, row[1]).Location()))
		require.NoError(t, err)
		assert.Equal(t, row[3], got, "%s: %s", row[0], row[2])
	}
}

func parseZone(t *testing.T, id string) *datetime.Zone {
	t.Helper()
	if id == "" {
		return datetime.UTC
	}
	zone, err := datetime.ParseZone(id)
	require.NoError(t, err)
	return zone
}

func readTable(t *testing.T, file string, columns int) [][]string {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var rows [][]string
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		row := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		require.Len(t, row, columns, line)
		rows = append(rows, row)
	}
	return rows
}

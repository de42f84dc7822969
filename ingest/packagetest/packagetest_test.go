package packagetest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/packagetest"
	"github.com/sluice-otel/sluice/ingest/step"
)

func TestASamplePackage(t *testing.T) {
	tests, err := packagetest.Find("testdata")
	require.NoError(t, err)
	want := map[string]string{
		"sample/log/test-events.json": "event 1: loud: want \"b\", got \"B\"\n  more: missing, want true\n" +
			"  tags[0]: want \"other\", got \"preserve_original_event\"",
		"sample/log/test-failure.log":    "event 0: error.message: asked to",
		"sample/log/test-lines.log":      "",
		"sample/log/test-merge.log":      "",
		"sample/log/test-multiline.log":  "",
		"sample/log/test-short.log":      "2 events, but 1 expected documents",
		"sample/named/test-linked.json":  "",
		"sample/named/test-skipped.json": "skip not before version 9 https://example.com/1",
		"sample/routed/test-routes.json": "",
		"sample/unknown/test-x.log":      "lacks attachment_of_the_future no_such_processor",
	}
	require.Len(t, tests, len(want))
	for _, test := range tests {
		r := packagetest.Run(test)
		switch {
		case r.Skip != "":
			assert.Equal(t, want[test.String()], "skip "+r.Skip)
		case len(r.Lacks) > 0:
			assert.Equal(t, want[test.String()], "lacks "+r.Lacks[0]+" "+r.Lacks[1])
		case want[test.String()] == "":
			require.NoError(t, r.Err, test)
		default:
			require.EqualError(t, r.Err, want[test.String()], test)
		}
	}
}

func TestARunnerHasATimeAndOptions(t *testing.T) {
	tests, err := packagetest.Find("testdata/sample/data_stream/unknown")
	require.NoError(t, err)
	at := time.Date(2024, 9, 18, 0, 0, 0, 0, time.UTC)
	var seen []time.Time
	drop := func(name string) step.Type {
		return step.Type{Name: name, Read: func(o *step.Options) step.Processor {
			o.OptionalString("field", "")
			return dropAndNote{&seen}
		}}
	}
	runner := packagetest.Runner{
		Now:     at,
		Options: []ingest.Option{ingest.WithTypes(drop("no_such_processor"), drop("attachment_of_the_future"))},
	}
	require.NoError(t, runner.Run(tests[0]).Err)
	assert.Equal(t, []time.Time{at}, seen)
}

type dropAndNote struct{ seen *[]time.Time }

func (n dropAndNote) Compile(step.Env) (step.Step, error) {
	return step.Func(func(d *document.Document) error {
		*n.seen = append(*n.seen, d.Timestamp())
		d.Drop()
		return nil
	}), nil
}

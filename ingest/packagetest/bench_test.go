package packagetest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/geoip"
	"github.com/sluice-otel/sluice/ingest/jackson"
	"github.com/sluice-otel/sluice/ingest/step"
	"github.com/sluice-otel/sluice/ingest/useragent"
)

// A load is the pipelines of a test with its events.
type load struct {
	name       string
	processors int // of all its pipelines, on_failure lists left out
	pipeline   *ingest.Pipeline
	events     []string
}

// loads returns the tests in the data that pass.
func loads(b *testing.B) []load {
	b.Helper()
	data := os.Getenv("SLUICE_DATA")
	if data == "" {
		b.Skip("SLUICE_DATA is not set: there are no integration packages to run")
	}
	tests, err := Find(filepath.Join(data, "ingest", "integrations", "packages"))
	require.NoError(b, err)
	agents, err := filepath.Glob(filepath.Join(data, "ingest", "useragent", "*.yaml"))
	require.NoError(b, err)
	require.NotEmpty(b, agents)
	run := &Runner{Options: []ingest.Option{ingest.WithFiles(step.Files{
		Databases:  geoip.NewDatabases(filepath.Join(data, "ingest", "geoip")),
		UserAgents: useragent.NewLibrary("", agents[0]),
	})}}
	var out []load
	for _, t := range tests {
		if r := run.Run(t); r.Err != nil || r.Skip != "" {
			continue
		}
		set, err := run.compile(t, "default")
		require.NoError(b, err)
		c, err := t.config()
		require.NoError(b, err)
		l := load{name: t.String(), processors: len(set.Processors())}
		l.pipeline, _ = set.Pipeline("default")
		events, err := t.events(&c)
		require.NoError(b, err)
		for _, event := range events {
			data, err := c.complete(event)
			require.NoError(b, err)
			l.events = append(l.events, string(data))
		}
		out = append(out, l)
	}
	return out
}

// pass takes the load's events through its pipeline; parsing them is part of it.
func (l *load) pass(d *document.Document) error {
	for _, event := range l.events {
		d.Reset(time.Time{})
		v, err := jackson.Parse(d, event)
		if err != nil {
			return err
		}
		d.SetSource(v.Map())
		_ = l.pipeline.Run(d) // the tests have seen what becomes of it
	}
	return nil
}

// BenchmarkCorpus takes events of integration packages through their pipelines:
// all that pass, of which it prints the slowest, and one with about 24
// processors, the median, and with about 100, the 90th percentile.
func BenchmarkCorpus(b *testing.B) {
	all := loads(b)
	b.Run("all", func(b *testing.B) { runAll(b, all) })
	for _, size := range []int{24, 100} {
		l := slices.MinFunc(all, func(x, y load) int { return abs(x.processors-size) - abs(y.processors-size) })
		b.Run(fmt.Sprintf("%d processors", l.processors), func(b *testing.B) { runOne(b, &l) })
	}
}

func runAll(b *testing.B, all []load) {
	b.Helper()
	d := document.New(time.Time{})
	took := make([]time.Duration, len(all))
	documents, rounds := 0, 0
	for b.Loop() {
		rounds++
		for i := range all {
			start := time.Now()
			if err := all[i].pass(d); err != nil {
				b.Fatal(err)
			}
			took[i] += time.Since(start)
			documents += len(all[i].events)
		}
	}
	b.ReportMetric(float64(documents)/b.Elapsed().Seconds(), "documents/s")
	text, err := slowest(all, took, rounds)
	require.NoError(b, err)
	b.Log(text)
}

// slowest lists the ten loads that take the longest per document, each with what takes
// most of that. testing prints ten lines.
func slowest(all []load, took []time.Duration, rounds int) (string, error) {
	each := func(i int) time.Duration { return took[i] / time.Duration(rounds*len(all[i].events)) }
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return int(each(b) - each(a)) })
	var out []string
	for _, i := range order[:min(10, len(order))] {
		costs, err := all[i].costs()
		if err != nil {
			return "", err
		}
		out = append(out, fmt.Sprintf("%10s a document: %s, %d processors%s", each(i), all[i].name, all[i].processors, costs))
	}
	return strings.Join(out, "\n"), nil
}

// costs lists the processors that take the most time, whatever else they call included.
func (l *load) costs() (string, error) {
	d := document.New(time.Time{})
	processors := l.pipeline.Set().Processors()
	tally := document.Tally{Runs: make([]document.Run, len(processors)), Timed: true}
	d.SetTally(&tally)
	const passes = 20
	for range passes {
		if err := l.pass(d); err != nil {
			return "", err
		}
	}
	order := make([]int, len(processors))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return int(tally.Runs[b].Time - tally.Runs[a].Time) })
	out := ""
	for _, i := range order[:min(2, len(order))] {
		run, p := tally.Runs[i], processors[i]
		n := passes * len(l.events)
		out += fmt.Sprintf("; %s %s %s", p.Pipeline, p.Path, (run.Time / time.Duration(n)).Round(100*time.Nanosecond))
	}
	return out, nil
}

func runOne(b *testing.B, l *load) {
	b.Helper()
	d := document.New(time.Time{})
	b.ReportAllocs()
	for b.Loop() {
		if err := l.pass(d); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(l.events))/b.Elapsed().Seconds(), "documents/s")
	b.Logf("%s, %d events", l.name, len(l.events))
}

func abs(n int) int { return max(n, -n) }

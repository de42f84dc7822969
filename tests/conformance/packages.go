package main

import (
	"time"

	"github.com/sluice-otel/sluice/ingest/packagetest"
)

// recorded is when the packages' expectations were: dates without a year are of
// that one.
var recorded = time.Date(2024, 9, 18, 12, 0, 0, 0, time.UTC)

func findPackageTests(dir string) ([]test, error) {
	found, err := packagetest.Find(dir)
	runner := &packagetest.Runner{Now: recorded}
	out := make([]test, len(found))
	for i, t := range found {
		out[i] = test{t.String(), func() outcome {
			r := runner.Run(t)
			return outcome{r.Lacks, r.Err}
		}}
	}
	return out, err
}

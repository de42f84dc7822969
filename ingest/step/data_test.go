package step_test

import (
	"testing"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/geoip"
	"github.com/sluice-otel/sluice/ingest/geoip/geoiptest"
	"github.com/sluice-otel/sluice/ingest/ingesttest"
	"github.com/sluice-otel/sluice/ingest/step"
	"github.com/sluice-otel/sluice/ingest/useragent"
)

// TestData runs the cases in testdata, a file for each processor. The databases
// are those of package geoiptest, the user agent expressions are in
// testdata/useragent.
func TestData(t *testing.T) {
	files := step.Files{
		Databases:  geoip.NewDatabases(geoiptest.Write(t)),
		UserAgents: useragent.NewLibrary("testdata/useragent", ""),
	}
	ingesttest.Run(t, "testdata/*.txtar", ingest.WithFiles(files))
}

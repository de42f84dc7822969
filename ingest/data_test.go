package ingest_test

import (
	"testing"

	"github.com/sluice-otel/sluice/ingest/ingesttest"
)

// TestData runs the cases in testdata: what a pipeline does beyond what its
// processors do.
func TestData(t *testing.T) { ingesttest.Run(t, "testdata/*.txtar") }

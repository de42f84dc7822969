package step_test

import (
	"testing"

	"github.com/sluice-otel/sluice/ingest/ingesttest"
)

// TestData runs the cases in testdata, a file for each processor.
func TestData(t *testing.T) { ingesttest.Run(t, "testdata/*.txtar") }

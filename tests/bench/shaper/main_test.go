//go:build privileged && linux && (amd64 || arm64)

package shaper

import (
	"os"
	"testing"

	"github.com/sluice-otel/sluice/internal/netlab"
)

// TestMain moves the benchmarks into a network of their own.
func TestMain(m *testing.M) {
	netlab.Enter()
	os.Exit(m.Run())
}

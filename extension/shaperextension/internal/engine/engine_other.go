//go:build !linux || (!amd64 && !arm64)

package engine

import (
	"errors"
	"runtime"
	"time"

	"github.com/sluice-otel/sluice/bpf"
)

// Engine exists on Linux, on amd64 and arm64. Elsewhere Open says so.
type Engine struct{}

// Open returns an *bpf.UnsupportedError.
func Open(Settings) (*Engine, error) {
	return nil, &bpf.UnsupportedError{
		What:   "load the programs",
		Remedy: "the shaper needs Linux on amd64 or arm64",
		Err:    errors.New(runtime.GOOS + "/" + runtime.GOARCH + " is not supported"),
	}
}

// Apply does nothing.
func (*Engine) Apply(Request) (Diff, error) { return Diff{}, nil }

// Check does nothing.
func (*Engine) Check(Request) (Diff, error) { return Diff{}, nil }

// OutlivesProcess is false.
func (*Engine) OutlivesProcess() bool { return false }

// Refresh does nothing.
func (*Engine) Refresh() error { return nil }

// SetFactor does nothing.
func (*Engine) SetFactor(string, float64) error { return nil }

// Tick does nothing.
func (*Engine) Tick() error { return nil }

// Status returns nothing.
func (*Engine) Status() ([]PolicyStatus, Traffic, error) { return nil, Traffic{}, nil }

// Attachments returns nothing.
func (*Engine) Attachments() []Attachment { return nil }

// ReadSamples does nothing.
func (*Engine) ReadSamples(time.Time, func(Sample)) error { return nil }

// Close does nothing.
func (*Engine) Close() error { return nil }

// WatchLinks waits until done is closed.
func WatchLinks(done <-chan struct{}, _ func()) error {
	<-done
	return nil
}

package grok

import "errors"

// ErrInterrupted is the error of a match that was given up. Its text is
// Elasticsearch's, which stops after a time, by default the second that is
// named here; we stop after a number of steps (regex.DefaultSteps), so that a
// text ends the same way on every machine.
var ErrInterrupted = errors.New("grok pattern matching was interrupted after [1000] ms")

// A PatternError says which pattern cannot be compiled and why.
type PatternError struct {
	Index   int    // of the pattern, -1 for a mistake in Settings.Definitions
	Nearest string // the known name closest to an unknown one, or ""
	Err     error
}

func (e *PatternError) Error() string { return e.Err.Error() }

func (e *PatternError) Unwrap() error { return e.Err }

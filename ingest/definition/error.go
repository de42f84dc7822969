package definition

import (
	"strconv"
	"strings"
)

// A Position is a place in a definition file; line and column count from 1 and
// are 0 where they are not known.
type Position struct {
	File         string
	Line, Column int
}

// String returns file:line:column, without what is not known.
func (p Position) String() string {
	parts := []string{p.File}
	for _, n := range [...]int{p.Line, p.Column} {
		if n > 0 {
			parts = append(parts, strconv.Itoa(n))
		}
	}
	return strings.TrimPrefix(strings.Join(parts, ":"), ":")
}

// An Error is a mistake in a definition. Err keeps Elasticsearch's wording.
type Error struct {
	Position  Position
	Pipeline  string // name of the pipeline
	Processor string // where in it, such as processors[2].grok.on_failure[0].set
	Option    string // the processor's option at fault, or ""
	Err       error
	Nearest   string // the known name closest to the wrong one, or ""
}

func (e *Error) Error() string {
	var b strings.Builder
	if at := e.Position.String(); at != "" {
		b.WriteString(at + ": ")
	}
	if e.Pipeline != "" {
		b.WriteString("pipeline " + strconv.Quote(e.Pipeline) + ": ")
	}
	if e.Processor != "" {
		b.WriteString(e.Processor + ": ")
	}
	if e.Option != "" {
		b.WriteString(e.Option + ": ")
	}
	b.WriteString(e.Err.Error())
	if e.Nearest != "" {
		b.WriteString("; did you mean " + strconv.Quote(e.Nearest) + "?")
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

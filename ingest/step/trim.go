package step

import (
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// Trim removes blanks around a text.
type Trim struct{ TextField }

func readTrim(o *Options) Processor { return Trim{readTextField(o)} }

// Compile implements Processor.
func (t Trim) Compile(Env) (Step, error) { return t.compile(trim) }

// trim is String.trim: every character up to the blank, none beyond ASCII.
func trim(s string) (document.Value, error) {
	return document.String(strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })), nil
}

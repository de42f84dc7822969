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

func trim(s string) (document.Value, error) { return document.String(trimJava(s)), nil }

// trimJava is String.trim: every character up to the blank, none beyond ASCII.
func trimJava(s string) string { return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' }) }

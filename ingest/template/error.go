package template

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A SyntaxError is a mistake in a template.
type SyntaxError struct {
	Line, Column int // counted from 1, the column in characters
	Message      string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("template %d:%d: %s", e.Line, e.Column, e.Message)
}

// ExceptionClass says what Elasticsearch calls such a mistake.
func (e *SyntaxError) ExceptionClass() document.Class { return document.ScriptException }

func syntaxError(src string, at int, format string, args ...any) error {
	before := src[:at]
	lineStart := strings.LastIndexByte(before, '\n') + 1
	return &SyntaxError{
		Line:    1 + strings.Count(before, "\n"),
		Column:  1 + utf8.RuneCountInString(before[lineStart:]),
		Message: fmt.Sprintf(format, args...),
	}
}

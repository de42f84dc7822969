package painless

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/sluice-otel/sluice/ingest/document"
)

// An Error is a mistake in a source, found when it is compiled.
type Error struct {
	Line, Column int    // counted from 1, the column in characters
	Message      string // what is wrong
	Nearest      string // the known name closest to a wrong one, or ""
	SourceLine   string // the line it is in
}

// Error returns position and message, and under it the source line with a
// caret.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d:%d: ", e.Line, e.Column)
	if e.Nearest != "" {
		fmt.Fprintf(&b, "%s; did you mean [%s]?", strings.TrimSuffix(e.Message, "."), e.Nearest)
	} else {
		b.WriteString(e.Message)
	}
	b.WriteString("\n\t" + e.SourceLine + "\n\t")
	column := 1
	for _, r := range e.SourceLine {
		if column == e.Column {
			break
		}
		if r != '\t' { // a tab keeps its width
			r = ' '
		}
		b.WriteRune(r)
		column++
	}
	b.WriteByte('^')
	return b.String()
}

// A RuntimeError is an exception that a script threw. Its text is the message
// alone, as _ingest.on_failure_message shows it.
type RuntimeError struct {
	Exception    *document.Exception
	Line, Column int // where in the script

	src     source
	at      int        // the place as an offset
	object  *exception // what the script threw, nil if it was not the script itself
	details []Value    // of an exception that has a detail
	fatal   bool       // cannot be caught
}

func (e *RuntimeError) Error() string { return e.Exception.Message }

// ExceptionClass returns the class of the exception.
func (e *RuntimeError) ExceptionClass() document.Class { return e.Exception.Class }

func (e *RuntimeError) Unwrap() error { return e.Exception }

// A source is the text of a script with the means to talk about places in it.
type source string

// position returns line and column of an offset.
func (s source) position(at int) (line, column int) {
	before := string(s[:at])
	start := strings.LastIndexByte(before, '\n') + 1
	return 1 + strings.Count(before, "\n"), 1 + utf8.RuneCountInString(before[start:])
}

func (s source) errorAt(at int, format string, args ...any) *Error {
	line, column := s.position(at)
	start := strings.LastIndexByte(string(s[:at]), '\n') + 1
	text, _, _ := strings.Cut(string(s[start:]), "\n")
	return &Error{
		Line: line, Column: column, Message: fmt.Sprintf(format, args...),
		SourceLine: strings.TrimRight(text, "\r"),
	}
}

// Exception classes that only scripts raise.
const (
	arithmetic              document.Class = "arithmetic_exception"
	indexOutOfBounds        document.Class = "index_out_of_bounds_exception"
	numberFormat            document.Class = "number_format_exception"
	stringIndexOutOfBounds  document.Class = "string_index_out_of_bounds_exception"
	unsupportedOperation    document.Class = "unsupported_operation_exception"
	noSuchElement           document.Class = "no_such_element_exception"
	concurrentModification  document.Class = "concurrent_modification_exception"
	negativeArraySize       document.Class = "negative_array_size_exception"
	arrayIndexOutOfBounds   document.Class = "array_index_out_of_bounds_exception"
	dateTimeException       document.Class = "date_time_exception"
	dateTimeParse           document.Class = "date_time_parse_exception"
	missingFormatArgument   document.Class = "missing_format_argument_exception"
	unknownFormatConversion document.Class = "unknown_format_conversion_exception"
	illegalFormatConversion document.Class = "illegal_format_conversion_exception"
	circuitBreaking         document.Class = "circuit_breaking_exception"
	zoneRules               document.Class = "zone_rules_exception"
	unsupportedTemporal     document.Class = "unsupported_temporal_type_exception"
	parseException          document.Class = "parse_exception"
	scriptBudget            document.Class = "painless_error"
)

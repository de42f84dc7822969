package step

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sluice-otel/sluice/ingest/document"
)

// CSV takes a line of comma-separated values apart.
type CSV struct {
	Field         string
	TargetFields  []string // of the values, in their order
	Separator     string   // one character; "" is a comma
	Quote         string   // one character; "" is "
	Trim          bool     // take white space off unquoted values
	EmptyValue    document.Value
	IgnoreMissing bool // a field that is missing or null is left alone
}

func readCSV(o *Options) Processor {
	c := CSV{
		Field:         o.String("field"),
		Quote:         o.OptionalString("quote", `"`),
		Separator:     o.OptionalString("separator", ","),
		Trim:          o.Bool("trim", false),
		IgnoreMissing: o.Bool("ignore_missing", false),
		TargetFields:  o.List("target_fields"),
	}
	if o.Has("empty_value") {
		c.EmptyValue = o.Value("empty_value")
	}
	if !isCharacter(c.Quote) {
		o.Failf("quote", "[quote] quote has to be single character like \" or '")
	}
	if !isCharacter(c.Separator) {
		o.Failf("separator", "[separator] separator has to be single character like , or ;")
	}
	if o.Has("target_fields") && len(c.TargetFields) == 0 {
		o.Failf("target_fields", "[target_fields] target fields list can't be empty")
	}
	return c
}

// isCharacter reports whether s is one UTF-16 unit.
func isCharacter(s string) bool {
	r, size := utf8.DecodeRuneInString(s)
	return size == len(s) && utf16.RuneLen(r) == 1
}

// Compile implements Processor.
func (c CSV) Compile(Env) (Step, error) {
	path, err := document.ParsePath(c.Field)
	if err != nil {
		return nil, InOption("field", err)
	}
	s := &csvStep{
		path: path, trim: c.Trim, empty: c.EmptyValue, ignoreMissing: c.IgnoreMissing,
		separator: orDefault(c.Separator, ","), quote: orDefault(c.Quote, `"`),
	}
	for i, name := range c.TargetFields {
		target, err := document.ParsePath(name)
		if err != nil {
			return nil, &OptionError{Option: "target_fields", Item: i, Err: err}
		}
		s.targets = append(s.targets, target)
	}
	return s, nil
}

type csvStep struct {
	path             document.Path
	targets          []document.Path
	separator, quote string
	trim             bool
	empty            document.Value // null to leave fields of empty values out
	ignoreMissing    bool
}

// Run implements Step.
func (s *csvStep) Run(d *document.Document) error {
	line, ok, err := requiredText(d, s.path, s.ignoreMissing)
	switch {
	case err != nil:
		return err
	case !ok && s.ignoreMissing:
		return nil
	case !ok:
		return document.Illegalf("field [%s] is null, cannot process it.", s.path)
	}
	r := csvReader{csvStep: s, document: d, line: line}
	return r.read()
}

// A csvReader reads one line as Elasticsearch's CsvParser does, oddities
// included: without trim, white space before a separator shifts the next value.
type csvReader struct {
	*csvStep
	document *document.Document
	line     string
	at       int    // in the line
	start    int    // of the value
	unquoted []byte // of a value with quotes in it: what was read so far
	field    int    // the next of targets
	err      error
}

type csvState uint8

const (
	csvStart csvState = iota
	csvPlain
	csvQuoted
	csvAfterQuote
	csvEnd
)

func (r *csvReader) read() error {
	for state := csvStart; state != csvEnd && r.err == nil && r.field < len(r.targets); {
		switch state {
		case csvStart:
			state = r.valueStart()
		case csvPlain:
			state = r.plainValue()
		case csvQuoted:
			state = r.quotedValue()
		case csvAfterQuote:
			state = r.afterQuote()
		case csvEnd:
		}
	}
	return r.err
}

func (r *csvReader) is(what string) bool { return strings.HasPrefix(r.line[r.at:], what) }

func (r *csvReader) isSpace() bool { return r.line[r.at] == ' ' || r.line[r.at] == '\t' }

func (r *csvReader) valueStart() csvState {
	for r.at < len(r.line) && r.field < len(r.targets) {
		switch {
		case r.is(r.quote):
			r.at += len(r.quote)
			r.start, r.unquoted = r.at, r.unquoted[:0]
			return csvQuoted
		case r.is(r.separator):
			r.at += len(r.separator)
			r.start += len(r.separator)
			r.put("")
		case r.isSpace():
			if r.trim {
				r.start++
			}
			r.at++
		default:
			return csvPlain
		}
	}
	return csvEnd
}

// plainValue reads a value without quotes. Its first character may be any.
func (r *csvReader) plainValue() csvState {
	_, size := utf8.DecodeRuneInString(r.line[r.at:])
	spaces := 0
	for r.at += size; r.at < len(r.line); r.at++ {
		switch c := r.line[r.at]; {
		case c == '\n' || c == '\r' || r.is(r.quote):
			return r.fail("Illegal character inside unquoted field at %d", r.position())
		case r.trim && r.isSpace():
			spaces++
		case r.is(r.separator):
			r.put(r.line[r.start : r.at-spaces])
			r.at += len(r.separator)
			r.start = r.at
			return csvStart
		default:
			spaces = 0
		}
	}
	r.put(r.line[r.start:])
	return csvEnd
}

func (r *csvReader) fail(format string, args ...any) csvState {
	r.err = document.Illegalf(format, args...)
	return csvEnd
}

// quotedValue reads up to the closing quote; two quotes are one.
func (r *csvReader) quotedValue() csvState {
	end := strings.Index(r.line[r.at:], r.quote)
	if end < 0 {
		return r.fail("Unmatched quote")
	}
	value := r.line[r.start : r.at+end]
	r.at += end + len(r.quote)
	if r.at < len(r.line) && r.is(r.quote) {
		r.unquoted = append(append(r.unquoted, value...), r.quote...)
		r.at += len(r.quote)
		r.start = r.at
		return csvQuoted
	}
	if r.at < len(r.line) && !r.isSpace() && !r.is(r.separator) {
		return csvAfterQuote // a mistake, before the value is written
	}
	if len(r.unquoted) > 0 {
		value = string(append(r.unquoted, value...))
	}
	r.put(value)
	return csvAfterQuote
}

func (r *csvReader) afterQuote() csvState {
	for ; r.at < len(r.line); r.at++ {
		switch {
		case r.is(r.separator): // which may be a blank
			r.at += len(r.separator)
			r.start = r.at
			return csvStart
		case r.isSpace():
		default:
			c, _ := utf8.DecodeRuneInString(r.line[r.at:])
			return r.fail("character '%c' after quoted field at %d", c, r.position())
		}
	}
	return csvEnd
}

// position returns Java's index of the current character.
func (r *csvReader) position() int {
	n := 0
	for _, c := range r.line[:r.at] {
		n += utf16.RuneLen(c)
	}
	return n
}

// put writes a value to the next field.
func (r *csvReader) put(value string) {
	v := document.String(value)
	if value == "" {
		v = r.document.Copy(r.empty)
	}
	if !v.IsNull() {
		r.err = r.document.Set(r.targets[r.field], v)
	}
	r.field++
}

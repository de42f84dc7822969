package step

import (
	"errors"
	"fmt"
	"sync"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/template"
)

// Date parses a date and writes it in another format.
type Date struct {
	Field        string
	Formats      []string // tried in order; see datetime.CompileParser
	TargetField  string   // "" for @timestamp
	Timezone     string   // template; of dates that have none, and of the result; "" for UTC
	Locale       string   // template; "" for English names and weeks of ISO 8601
	OutputFormat string   // "" for yyyy-MM-dd'T'HH:mm:ss.SSSXXX
}

func readDate(o *Options) Processor {
	return Date{
		Field:        o.String("field"),
		Formats:      o.List("formats"),
		TargetField:  o.OptionalString("target_field", ""),
		Timezone:     o.OptionalString("timezone", ""),
		Locale:       o.OptionalString("locale", ""),
		OutputFormat: o.OptionalString("output_format", ""),
	}
}

// Compile implements Processor. A format, time zone or locale that is not
// valid is an error of each document, as in Elasticsearch: real pipelines list
// such formats beside good ones. A language that Elasticsearch knows and this
// engine does not is an error here.
func (d Date) Compile(Env) (Step, error) {
	s := &dateStep{formats: d.Formats, locales: make(map[string][]dateFormat)}
	var err error
	if s.field, err = document.ParsePath(d.Field); err != nil {
		return nil, InOption("field", err)
	}
	if s.target, err = document.ParsePath(orDefault(d.TargetField, "@timestamp")); err != nil {
		return nil, InOption("target_field", err)
	}
	if s.timezone, err = template.Compile(d.Timezone); err != nil {
		return nil, InOption("timezone", err)
	}
	if s.locale, err = template.Compile(d.Locale); err != nil {
		return nil, InOption("locale", err)
	}
	output := orDefault(d.OutputFormat, "yyyy-MM-dd'T'HH:mm:ss.SSSXXX")
	if s.output, err = datetime.CompilePrinter(output, datetime.Root); err != nil {
		return nil, InOption("output_format", fmt.Errorf("invalid output format [%s]: %w", output, err))
	}
	s.hasTimezone = d.Timezone != ""
	if tag, static := s.locale.Static(); static {
		if _, err := datetime.ParseLocale(tag); errors.Is(err, datetime.ErrLocale) {
			return nil, InOption("locale", err)
		}
		s.fixed = s.compileFormats(tag)
	}
	return s, nil
}

func orDefault(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

type dateStep struct {
	field, target document.Path
	formats       []string
	hasTimezone   bool
	timezone      *template.Template
	locale        *template.Template
	output        *datetime.Printer

	zones   datetime.Zones
	fixed   []dateFormat // if the locale is the same for all documents
	mu      sync.RWMutex
	locales map[string][]dateFormat // if it is not; guarded by mu
}

// A dateFormat is a compiled format, or why it could not be compiled.
type dateFormat struct {
	parser *datetime.Parser
	err    error
}

// maxLocales bounds the compiled formats a step keeps, as Elasticsearch's
// cache does: documents choose the locale.
const maxLocales = 256

func (s *dateStep) compileFormats(tag string) []dateFormat {
	out := make([]dateFormat, len(s.formats))
	locale, err := datetime.ParseLocale(tag)
	for i, format := range s.formats {
		if out[i].err = err; err == nil {
			out[i].parser, out[i].err = datetime.CompileParser(format, locale)
		}
	}
	return out
}

func (s *dateStep) formatsFor(d *document.Document) []dateFormat {
	if s.fixed != nil {
		return s.fixed
	}
	tag := s.locale.Execute(d)
	s.mu.RLock()
	found := s.locales[tag]
	s.mu.RUnlock()
	if found != nil {
		return found
	}
	found = s.compileFormats(tag)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.locales) >= maxLocales {
		clear(s.locales)
	}
	s.locales[tag] = found
	return found
}

// Run implements Step as DateProcessor does.
func (s *dateStep) Run(d *document.Document) error {
	v, err := d.Get(s.field)
	if err != nil {
		return err
	}
	text := ""
	if !v.IsNull() {
		text = v.Text()
	}
	zone := datetime.UTC
	if s.hasTimezone {
		if zone, err = s.zones.Parse(s.timezone.Execute(d)); err != nil {
			return &dateError{value: v, cause: err}
		}
	}
	formats := s.formatsFor(d)
	for i := range formats {
		if formats[i].err != nil {
			continue
		}
		t, ok := formats[i].parser.TryParse(text, zone, d.Timestamp())
		if !ok {
			continue
		}
		out, err := s.output.Print(t)
		if err != nil {
			return document.Illegalf("%s", err)
		}
		return d.Set(s.target, document.String(out))
	}
	return s.fail(d, v, text, zone)
}

// fail returns the error of a text that is of none of the formats. Its cause
// is that of the first.
func (s *dateStep) fail(d *document.Document, v document.Value, text string, zone *datetime.Zone) error {
	e := &dateError{value: v}
	if formats := s.formatsFor(d); len(formats) > 0 {
		if e.cause = formats[0].err; e.cause == nil {
			_, e.cause = formats[0].parser.Parse(text, zone, d.Timestamp())
		}
	}
	return e
}

// A dateError is the illegal_argument_exception of a document whose date could
// not be parsed.
type dateError struct {
	value document.Value
	cause error
}

func (e *dateError) Error() string { return "unable to parse date [" + e.value.Text() + "]" }

// Unwrap returns why, with Elasticsearch's or java.time's text: what
// _ingest.on_failure_message has is the innermost one.
func (e *dateError) Unwrap() error { return e.cause }

// ExceptionClass implements the interface of document.ClassOf.
func (e *dateError) ExceptionClass() document.Class { return document.IllegalArgument }

package step

import (
	"github.com/sluice-otel/sluice/ingest/dissect"
	"github.com/sluice-otel/sluice/ingest/document"
)

// Dissect takes a text apart at the delimiters of a pattern.
type Dissect struct {
	Field           string
	Pattern         string // see package dissect
	AppendSeparator string // between the values of %{+name}
	IgnoreMissing   bool   // a field that is missing or null is left alone
}

func readDissect(o *Options) Processor {
	return Dissect{
		Field:           o.String("field"),
		Pattern:         o.String("pattern"),
		AppendSeparator: o.OptionalString("append_separator", ""),
		IgnoreMissing:   o.Bool("ignore_missing", false),
	}
}

// Compile implements Processor.
func (d Dissect) Compile(Env) (Step, error) {
	path, err := document.ParsePath(d.Field)
	if err != nil {
		return nil, InOption("field", err)
	}
	pattern, err := dissect.Compile(d.Pattern, d.AppendSeparator)
	if err != nil {
		return nil, InOption("pattern", err)
	}
	s := &dissectStep{path: path, text: d.Pattern, pattern: pattern, ignoreMissing: d.IgnoreMissing}
	for _, r := range pattern.Results() {
		var target document.Path
		if r.Name != "" {
			if target, err = document.ParsePath(r.Name); err != nil {
				return nil, InOption("pattern", err)
			}
		}
		s.targets = append(s.targets, target)
	}
	return s, nil
}

type dissectStep struct {
	path          document.Path
	text          string // of the pattern
	pattern       *dissect.Pattern
	targets       []document.Path // of the pattern's results; of no use where the text has the name
	ignoreMissing bool
}

// findMatch is the class of a text that is not of the pattern.
const findMatch document.Class = "find_match"

// Run implements Step.
func (s *dissectStep) Run(d *document.Document) error {
	text, ok, err := requiredText(d, s.path, s.ignoreMissing)
	switch {
	case err != nil:
		return err
	case !ok && s.ignoreMissing:
		return nil
	case !ok:
		return document.Illegalf("field [%s] is null, cannot process it.", s.path)
	}
	var room [32]string
	values, ok := s.pattern.Match(text, room[:0])
	if !ok {
		return document.Throwf(findMatch, "Unable to find match for dissect pattern: %s against source: %s", s.text, text)
	}
	return s.set(d, values)
}

func (s *dissectStep) set(d *document.Document, values []string) error {
	for i := range s.targets {
		r := &s.pattern.Results()[i]
		target := s.targets[i]
		if r.Name == "" {
			var err error
			if target, err = document.ParsePath(r.NameIn(values)); err != nil {
				return err
			}
		}
		v := document.Null
		if text, ok := r.ValueIn(values); ok {
			v = document.String(text)
		}
		if err := d.Set(target, v); err != nil {
			return err
		}
	}
	return nil
}

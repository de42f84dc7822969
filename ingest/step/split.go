package step

import (
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/regex"
)

// Split makes a list of a text, of what is between the matches of a regular
// expression of java.util.regex.
type Split struct {
	Field            string
	Separator        string
	TargetField      string // "" is Field
	IgnoreMissing    bool   // a field that is missing or null is left alone
	PreserveTrailing bool   // keep empty items at the end
}

func readSplit(o *Options) Processor {
	return Split{
		Field:            o.String("field"),
		Separator:        o.String("separator"),
		TargetField:      o.OptionalString("target_field", ""),
		IgnoreMissing:    o.Bool("ignore_missing", false),
		PreserveTrailing: o.Bool("preserve_trailing", false),
	}
}

// Compile implements Processor. A separator that is no regular expression is an
// error of every document instead, as in Elasticsearch: pipelines that never come
// to use it are accepted there.
func (s Split) Compile(Env) (Step, error) {
	source, target, err := compilePaths(s.Field, s.TargetField)
	if err != nil {
		return nil, err
	}
	step := &splitStep{source: source, target: target, ignoreMissing: s.IgnoreMissing}
	step.separator, step.broken = regex.Compile(s.Separator, regex.Settings{Dialect: regex.Java})
	if s.PreserveTrailing {
		step.limit = -1
	}
	return step, nil
}

type splitStep struct {
	source, target document.Path
	ignoreMissing  bool
	separator      *regex.Regex
	broken         error // why separator is nil
	limit          int   // of String.split
}

// Run implements Step.
func (s *splitStep) Run(d *document.Document) error {
	v, err := required(d, s.source, s.ignoreMissing)
	switch {
	case err != nil:
		return err
	case v.IsNull() && s.ignoreMissing:
		return nil
	case v.IsNull():
		return document.Illegalf("field [%s] is null, cannot split.", s.source)
	case v.Kind() != document.KindString:
		return document.CannotCast(s.source.String(), v, document.KindString)
	case s.broken != nil:
		return regexFailure(s.broken)
	}
	parts, err := s.separator.Split(v.Str(), s.limit)
	if err != nil {
		return regexFailure(err)
	}
	out := d.NewList()
	for _, part := range parts {
		out.Append(document.String(part))
	}
	return d.Set(s.target, document.ListOf(out))
}

package step

import "github.com/sluice-otel/sluice/ingest/document"

// TextField is what processors have in common that make something else of a
// text, Elasticsearch's AbstractStringProcessor.
type TextField struct {
	Field         string
	TargetField   string // "" is Field
	IgnoreMissing bool   // a field that is missing or null is left alone
}

func readTextField(o *Options) TextField {
	return TextField{
		Field:         o.String("field"),
		TargetField:   o.OptionalString("target_field", ""),
		IgnoreMissing: o.Bool("ignore_missing", false),
	}
}

// compile returns a step that applies convert to the text, or to each text of a
// list.
func (f TextField) compile(convert func(string) (document.Value, error)) (Step, error) {
	source, target, err := compilePaths(f.Field, f.TargetField)
	return &textStep{source: source, target: target, ignoreMissing: f.IgnoreMissing, convert: convert}, err
}

type textStep struct {
	source, target document.Path
	ignoreMissing  bool
	convert        func(string) (document.Value, error)
}

// Run implements Step.
func (s *textStep) Run(d *document.Document) error {
	v, err := required(d, s.source, s.ignoreMissing)
	if err != nil {
		return err
	}
	switch v.Kind() {
	case document.KindNull:
		if s.ignoreMissing {
			return nil
		}
		return document.Illegalf("field [%s] is null, cannot process it.", s.source)
	case document.KindString:
		v, err = s.convert(v.Str())
	case document.KindList:
		v, err = s.items(d, v.List())
	default:
		return document.CannotCast(s.source.String(), v, document.KindString)
	}
	if err != nil {
		return err
	}
	return d.Set(s.target, v)
}

func (s *textStep) items(d *document.Document, from *document.List) (document.Value, error) {
	out := d.NewList()
	for _, item := range from.All() {
		if item.Kind() != document.KindString {
			return document.Null, document.Illegalf(
				"value [%s] of type [%s] in list field [%s] cannot be cast to [java.lang.String]",
				item.Text(), item.Kind().Class(), s.source)
		}
		v, err := s.convert(item.Str())
		if err != nil {
			return document.Null, err
		}
		out.Append(v)
	}
	return document.ListOf(out), nil
}

// required returns the value of a field: an error if it is missing, null if
// ignoreMissing is set (IngestDocument.getFieldValue with ignoreMissing).
func required(d *document.Document, p document.Path, ignoreMissing bool) (document.Value, error) {
	if ignoreMissing {
		if v, ok := d.Lookup(p); !ok {
			return v, nil
		}
	}
	return d.Get(p)
}

// requiredText is required for a processor that takes a text only. It reports
// false for null.
func requiredText(d *document.Document, p document.Path, ignoreMissing bool) (string, bool, error) {
	v, err := required(d, p, ignoreMissing)
	switch {
	case err != nil:
		return "", false, err
	case v.IsNull():
		return "", false, nil
	case v.Kind() != document.KindString:
		return "", false, document.CannotCast(p.String(), v, document.KindString)
	}
	return v.Str(), true, nil
}

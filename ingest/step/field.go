package step

import (
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/template"
)

// A field is a field name as an option gives it: a path known at compile time
// or a template that yields one.
type field struct {
	fixed document.Path
	tmpl  *template.Template // nil for a fixed path
}

func compileField(option, name string) (field, error) {
	t, err := template.Compile(name)
	if err != nil {
		return field{}, InOption(option, err)
	}
	text, static := t.Static()
	if !static {
		return field{tmpl: t}, nil
	}
	p, err := document.ParsePath(text)
	return field{fixed: p}, InOption(option, err)
}

// path returns the path for d.
func (f *field) path(d *document.Document) (document.Path, error) {
	if f.tmpl == nil {
		return f.fixed, nil
	}
	return document.ParsePath(f.tmpl.Execute(d))
}

// compileTarget is compileField for a target_field that defaults to the field
// itself.
func compileTarget(source field, name string) (field, error) {
	if name == "" {
		return source, nil
	}
	return compileField("target_field", name)
}

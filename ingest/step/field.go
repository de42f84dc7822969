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

// lookup returns the value of the field and whether it is there. A name that comes
// out empty is that of no field.
func (f *field) lookup(d *document.Document) (p document.Path, v document.Value, present bool, err error) {
	p = f.fixed
	if f.tmpl != nil {
		name := f.tmpl.Execute(d)
		if name == "" {
			return p, v, false, nil
		}
		if p, err = document.ParsePath(name); err != nil {
			return p, v, false, err
		}
	}
	v, present, err = d.LookupInRange(p)
	return p, v, present, err
}

// compilePaths compiles the options field and target_field of a processor whose
// field names are no templates; an empty target is the field itself.
func compilePaths(source, target string) (from, to document.Path, err error) {
	if from, err = document.ParsePath(source); err != nil {
		return from, to, InOption("field", err)
	}
	if target == "" {
		return from, from, nil
	}
	to, err = document.ParsePath(target)
	return from, to, InOption("target_field", err)
}

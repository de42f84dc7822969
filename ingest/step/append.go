package step

import (
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/template"
)

// Append adds values to a list; a field that is no list becomes one.
type Append struct {
	Field             string         // template
	Value             document.Value // strings in it, at any depth, are templates; a list adds its items
	CopyFrom          string         // a field to add instead of Value
	Unique            bool           // allow_duplicates: false: what is there already is not added
	IgnoreEmptyValues bool           // null and "" are not added
	MediaType         template.MediaType
}

func readAppend(o *Options) Processor {
	a := Append{
		Field:             o.String("field"),
		CopyFrom:          o.OptionalString("copy_from", ""),
		Unique:            !o.Bool("allow_duplicates", true),
		IgnoreEmptyValues: o.Bool("ignore_empty_values", false),
	}
	a.MediaType = readMediaType(o)
	a.Value = readValueOrCopy(o, a.CopyFrom)
	return a
}

// Compile implements Processor.
func (a Append) Compile(Env) (Step, error) {
	target, err := compileField("field", a.Field)
	if err != nil {
		return nil, err
	}
	s := &appendStep{target: target, unique: a.Unique, skipEmpty: a.IgnoreEmptyValues}
	if a.CopyFrom != "" {
		s.from, err = compileField("copy_from", a.CopyFrom)
		s.copies = true
		return s, err
	}
	s.value, err = template.CompileValueAs(a.Value, a.MediaType)
	return s, InOption("value", err)
}

type appendStep struct {
	target    field
	value     *template.ValueTemplate
	from      field
	copies    bool
	unique    bool
	skipEmpty bool
}

// Run implements Step.
func (a *appendStep) Run(d *document.Document) error {
	path, err := a.target.path(d)
	if err != nil {
		return err
	}
	v, err := a.added(d)
	if err != nil {
		return err
	}
	if a.skipEmpty {
		if v = withoutEmpty(d, v); v.IsNull() {
			return nil
		}
	}
	return d.Append(path, v, a.unique)
}

func (a *appendStep) added(d *document.Document) (document.Value, error) {
	if !a.copies {
		return a.value.Execute(d), nil
	}
	from, err := a.from.path(d)
	if err != nil {
		return document.Null, err
	}
	if a.skipEmpty {
		v, _ := d.Lookup(from)
		return d.Copy(v), nil
	}
	v, err := d.Get(from)
	return d.Copy(v), err
}

// withoutEmpty returns v without what is null or "", null if nothing is left.
func withoutEmpty(d *document.Document, v document.Value) document.Value {
	list := v.List()
	if list == nil {
		if isEmpty(v) {
			return document.Null
		}
		return v
	}
	kept := d.NewList()
	for _, item := range list.All() {
		if !isEmpty(item) {
			kept.Append(item)
		}
	}
	return document.ListOf(kept)
}

// isEmpty reports whether v is what ignore_empty_value leaves out.
func isEmpty(v document.Value) bool {
	return v.IsNull() || v.Kind() == document.KindString && v.Str() == ""
}

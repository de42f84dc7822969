package step

import (
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/template"
)

// Set writes a value or a copy of another field to a field.
type Set struct {
	Field            string         // template
	Value            document.Value // strings in it, at any depth, are templates
	CopyFrom         string         // a field to copy instead of Value
	KeepExisting     bool           // override: false: a field that is there and not null stays
	IgnoreEmptyValue bool           // null and "" are not written
	MediaType        template.MediaType
}

func readSet(o *Options) Processor {
	s := Set{
		Field:            o.String("field"),
		CopyFrom:         o.OptionalString("copy_from", ""),
		KeepExisting:     !o.Bool("override", true),
		IgnoreEmptyValue: o.Bool("ignore_empty_value", false),
	}
	s.MediaType = readMediaType(o)
	s.Value = readValueOrCopy(o, s.CopyFrom)
	return s
}

// readValueOrCopy reads the value of a processor that may copy a field instead.
func readValueOrCopy(o *Options, copyFrom string) document.Value {
	switch {
	case copyFrom == "":
		return o.Value("value")
	case o.Has("value"):
		o.Failf("copy_from", "[copy_from] cannot set both `copy_from` and `value` in the same processor")
	}
	return document.Null
}

// readMediaType reads media_type, which says how {{x}} is escaped.
func readMediaType(o *Options) template.MediaType {
	name := o.OptionalString("media_type", "application/json")
	media, err := template.ParseMediaType(name)
	if err != nil {
		o.Failf("media_type", "[media_type] property does not contain a supported media type [%s]", name)
	}
	return media
}

// Compile implements Processor.
func (s Set) Compile(Env) (Step, error) {
	target, err := compileField("field", s.Field)
	if err != nil {
		return nil, err
	}
	step := &setStep{target: target, keep: s.KeepExisting, skipEmpty: s.IgnoreEmptyValue}
	if s.CopyFrom != "" {
		step.from, err = compileField("copy_from", s.CopyFrom)
		step.copies = true
		return step, err
	}
	step.value, err = template.CompileValueAs(s.Value, s.MediaType)
	return step, InOption("value", err)
}

type setStep struct {
	target    field
	value     *template.ValueTemplate
	from      field
	copies    bool
	keep      bool
	skipEmpty bool
}

// Run implements Step as SetProcessor does: copy_from copies deeply, and
// override looks at the field as it is, null being as good as absent.
func (s *setStep) Run(d *document.Document) error {
	path, err := s.target.path(d)
	if err != nil {
		return err
	}
	if s.keep {
		if old, _ := d.Lookup(path); !old.IsNull() {
			return nil
		}
	}
	v, err := s.newValue(d)
	if err != nil {
		return err
	}
	if s.skipEmpty && isEmpty(v) {
		return nil
	}
	return d.Set(path, v)
}

func (s *setStep) newValue(d *document.Document) (document.Value, error) {
	if !s.copies {
		return s.value.Execute(d), nil
	}
	from, err := s.from.path(d)
	if err != nil {
		return document.Null, err
	}
	if s.skipEmpty {
		v, _ := d.Lookup(from)
		return d.Copy(v), nil
	}
	v, err := d.Get(from)
	return d.Copy(v), err
}

package step

import "github.com/sluice-otel/sluice/ingest/document"

// Remove deletes fields, or all fields but those to keep.
type Remove struct {
	Fields        []string // templates
	Keep          []string // templates; the parents and children of a kept field stay, too
	IgnoreMissing bool
}

func readRemove(o *Options) Processor {
	r := Remove{IgnoreMissing: o.Bool("ignore_missing", false)}
	r.Fields, r.Keep = o.OptionalStrings("field"), o.OptionalStrings("keep")
	switch {
	case len(r.Fields) > 0 && len(r.Keep) > 0:
		o.Failf("keep", "[keep] and [field] cannot both be used in the same processor")
	case len(r.Fields) == 0 && len(r.Keep) == 0:
		o.Failf("keep", "[keep] or [field] must be specified")
	}
	return r
}

// Compile implements Processor.
func (r Remove) Compile(Env) (Step, error) {
	if len(r.Keep) > 0 {
		keep, err := compileFields("keep", r.Keep)
		return &keepStep{keep: keep}, err
	}
	fields, err := compileFields("field", r.Fields)
	return &removeStep{fields: fields, ignoreMissing: r.IgnoreMissing}, err
}

func compileFields(option string, names []string) ([]field, error) {
	out := make([]field, len(names))
	for i, name := range names {
		var err error
		if out[i], err = compileField(option, name); err != nil {
			return nil, err
		}
	}
	return out, nil
}

type removeStep struct {
	fields        []field
	ignoreMissing bool
}

func (r *removeStep) Run(d *document.Document) error {
	for i := range r.fields {
		path, err := r.fields[i].path(d)
		switch {
		case r.ignoreMissing && (err != nil || !d.Has(path)): // no path, such as a template of nothing, is no field
			continue
		case err != nil:
			return err
		}
		if err := d.Remove(path); err != nil {
			return err
		}
	}
	return nil
}

type keepStep struct{ keep []field }

// Run removes every field that is neither kept nor above or below a kept one.
// Metadata is not a field.
func (k *keepStep) Run(d *document.Document) error {
	var kept []string
	for i := range k.keep {
		path, err := k.keep[i].path(d)
		if err != nil {
			return err
		}
		if d.Has(path) {
			kept = append(kept, path.String())
		}
	}
	prune(d.Source(), "", kept)
	return nil
}

func prune(m *document.Map, prefix string, kept []string) {
	for i := m.Len() - 1; i >= 0; i-- {
		e := m.At(i)
		name := prefix + e.Key
		whole, part := keeps(kept, name)
		switch {
		case whole:
		case part && e.Value.Map() != nil:
			prune(e.Value.Map(), name+".", kept)
		default:
			m.Delete(e.Key)
		}
	}
}

// keeps reports whether name is kept as a whole, or has kept fields below it.
func keeps(kept []string, name string) (whole, part bool) {
	for _, k := range kept {
		if k == name {
			return true, true
		}
		if len(k) > len(name) && k[:len(name)] == name && k[len(name)] == '.' {
			part = true
		}
	}
	return false, part
}

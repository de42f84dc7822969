package step

import "github.com/sluice-otel/sluice/ingest/document"

// Rename moves a field to another name.
type Rename struct {
	Field         string // template
	TargetField   string // template
	IgnoreMissing bool
	Override      bool // replace a target that exists
}

func readRename(o *Options) Processor {
	return Rename{
		Field:         o.String("field"),
		TargetField:   o.String("target_field"),
		IgnoreMissing: o.Bool("ignore_missing", false),
		Override:      o.Bool("override", false),
	}
}

// Compile implements Processor.
func (r Rename) Compile(Env) (Step, error) {
	from, err := compileField("field", r.Field)
	if err != nil {
		return nil, err
	}
	to, err := compileField("target_field", r.TargetField)
	return &renameStep{from: from, to: to, ignoreMissing: r.IgnoreMissing, override: r.Override}, err
}

type renameStep struct {
	from, to                field
	ignoreMissing, override bool
}

// Run implements Step. If the target cannot be written the source is put back,
// as RenameProcessor does.
func (r *renameStep) Run(d *document.Document) error {
	from, v, present, err := r.from.lookup(d)
	if err != nil {
		return err
	}
	if !present {
		if r.ignoreMissing {
			return nil
		}
		return document.Illegalf("field [%s] doesn't exist", from)
	}
	to, err := r.to.path(d)
	if err != nil {
		return err
	}
	_, exists, err := d.LookupInRange(to)
	if err != nil {
		return err
	}
	if exists && !r.override {
		return document.Illegalf("field [%s] already exists", to)
	}
	if err := d.Remove(from); err != nil {
		return err
	}
	if err := d.Set(to, v); err != nil {
		if back := d.Set(from, v); back != nil {
			return back
		}
		return err
	}
	return nil
}

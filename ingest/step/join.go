package step

import "github.com/sluice-otel/sluice/ingest/document"

// Join makes one text of the items of a list.
type Join struct {
	Field       string
	Separator   string
	TargetField string // "" is Field
}

func readJoin(o *Options) Processor {
	return Join{Field: o.String("field"), Separator: o.String("separator"), TargetField: o.OptionalString("target_field", "")}
}

// Compile implements Processor.
func (j Join) Compile(Env) (Step, error) {
	source, target, err := compilePaths(j.Field, j.TargetField)
	return &joinStep{source: source, target: target, separator: j.Separator}, err
}

type joinStep struct {
	source, target document.Path
	separator      string
}

// Run implements Step.
func (j *joinStep) Run(d *document.Document) error {
	v, err := d.Get(j.source)
	if err != nil {
		return err
	}
	switch v.Kind() {
	case document.KindNull:
		return document.Illegalf("field [%s] is null, cannot join.", j.source)
	case document.KindList:
	default:
		return document.CannotCastTo(j.source.String(), v, "java.util.List")
	}
	var out []byte
	for i, item := range v.List().All() {
		if item.IsNull() {
			return document.Throwf(document.NullPointer, `Cannot invoke "Object.toString()" because "obj" is null`)
		}
		if i > 0 {
			out = append(out, j.separator...)
		}
		out = item.AppendText(out)
	}
	return d.Set(j.target, document.String(string(out)))
}

package step

import (
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
)

// JSON reads a text as JSON.
type JSON struct {
	Field              string
	TargetField        string // "" is Field
	AddToRoot          bool   // the keys of the object become fields of the document
	Merge              bool   // add_to_root_conflict_strategy: objects in both are merged, not replaced
	AllowDuplicateKeys bool
	FirstValueOnly     bool // strict_json_parsing: false: what follows the value does not matter
}

func readJSON(o *Options) Processor {
	j := JSON{
		Field:              o.String("field"),
		TargetField:        o.OptionalString("target_field", ""),
		AddToRoot:          o.Bool("add_to_root", false),
		AllowDuplicateKeys: o.Bool("allow_duplicate_keys", false),
		FirstValueOnly:     !o.Bool("strict_json_parsing", true),
	}
	const strategyOption = "add_to_root_conflict_strategy"
	switch strategy := o.OptionalString(strategyOption, "replace"); strings.ToLower(strategy) {
	case "replace":
	case "merge":
		j.Merge = true
	default:
		o.Failf(strategyOption, "[%s] conflict strategy [%s] not supported, cannot convert field.", strategyOption, strategy)
	}
	if j.AddToRoot && o.Has("target_field") {
		o.Failf("target_field", "[target_field] Cannot set a target field while also setting `add_to_root` to true")
	}
	if !j.AddToRoot && o.Has(strategyOption) {
		o.Failf(strategyOption, "[%s] Cannot set `%[1]s` if `add_to_root` is false", strategyOption)
	}
	return j
}

// Compile implements Processor.
func (j JSON) Compile(Env) (Step, error) {
	if j.AddToRoot {
		path, err := document.ParsePath(j.Field)
		return &rootStep{j, path}, InOption("field", err)
	}
	source, target, err := compilePaths(j.Field, j.TargetField)
	return Func(func(d *document.Document) error {
		v, err := d.Get(source)
		if err == nil {
			v, err = j.parse(d, v)
		}
		if err != nil {
			return err
		}
		return d.Set(target, v)
	}), err
}

// parse reads v's text. Null reads as null, and a text without any value, too.
func (j *JSON) parse(d *document.Document, v document.Value) (document.Value, error) {
	p := jackson.NewParser(d, v.Text())
	p.AllowDuplicateKeys = j.AllowDuplicateKeys
	out, err := p.Value()
	if err != nil || j.FirstValueOnly {
		return out, err
	}
	end, err := p.AtEnd()
	if err == nil && !end {
		err = document.Illegalf("The input %s is not valid JSON and the strict_json_parsing parameter is true", v.Text())
	}
	return out, err
}

// A rootStep takes Field as a key of the document, as Elasticsearch did, and if
// there is none as a path, as it does now.
type rootStep struct {
	JSON
	path document.Path
}

// Run implements Step.
func (j *rootStep) Run(d *document.Document) error {
	v, ok := d.Source().Get(j.Field)
	if !ok {
		v, _ = d.Lookup(j.path)
	}
	v, err := j.parse(d, v)
	if err != nil {
		return err
	}
	if v.Map() == nil {
		return document.Illegalf("cannot add non-map fields to root of document")
	}
	for key, item := range v.Map().All() {
		old, _ := d.Source().Get(key)
		if j.Merge && old.Map() != nil && item.Map() != nil {
			merge(old.Map(), item.Map())
			continue
		}
		if err := putAtRoot(d, key, item); err != nil {
			return err
		}
	}
	return nil
}

// putAtRoot sets a key at the top of the document, be it a metadata field. Dots
// in it are part of the key.
func putAtRoot(d *document.Document, key string, v document.Value) error {
	if strings.HasPrefix(key, "_") && !strings.Contains(key, ".") {
		path, err := document.ParsePath(key)
		if err != nil {
			return err
		}
		return d.Set(path, v)
	}
	d.Source().Put(key, v)
	return nil
}

// merge puts the entries of from into to; objects in both are merged.
func merge(to, from *document.Map) {
	for key, v := range from.All() {
		old, _ := to.Get(key)
		if old.Map() != nil && v.Map() != nil {
			merge(old.Map(), v.Map())
		} else {
			to.Put(key, v)
		}
	}
}

package step

import (
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// ForEach runs a processor for each item of a list or entry of a map, which it
// finds in _ingest._value (and _ingest._key) and may change there.
type ForEach struct {
	Field         string
	Processor     Processor
	IgnoreMissing bool
}

func readForEach(o *Options) Processor {
	return ForEach{
		Field:         o.String("field"),
		Processor:     o.Processor("processor"),
		IgnoreMissing: o.Bool("ignore_missing", false),
	}
}

// Compile implements Processor.
func (f ForEach) Compile(env Env) (Step, error) {
	field, err := document.ParsePath(f.Field)
	if err != nil {
		return nil, InOption("field", err)
	}
	inner, err := f.Processor.Compile(env)
	return &forEachStep{field: field, inner: inner, ignoreMissing: f.IgnoreMissing}, err
}

type forEachStep struct {
	field         document.Path
	inner         Step
	ignoreMissing bool
}

const (
	valueKey = "_value"
	keyKey   = "_key"
)

// Run implements Step as ForEachProcessor does: the field is written when the
// last value is done, so that a failure leaves it as it was.
func (f *forEachStep) Run(d *document.Document) error {
	v, err := required(d, f.field, f.ignoreMissing)
	if err != nil {
		return err
	}
	switch v.Kind() {
	case document.KindNull:
		if f.ignoreMissing {
			return nil
		}
		return document.Illegalf("field [%s] is null, cannot loop over its elements.", f.field)
	case document.KindList:
		v, err = f.items(d, v.List())
	case document.KindMap:
		v, err = f.entries(d, v.Map())
	default:
		return document.Illegalf("field [%s] of type [%s] cannot be cast to a list or map", f.field, v.Kind().Class())
	}
	if err != nil || d.Dropped() {
		return err
	}
	return d.Set(f.field, v)
}

// items goes through a copy of the list, because the processor may change the
// list itself.
func (f *forEachStep) items(d *document.Document, from *document.List) (document.Value, error) {
	out := d.NewList()
	for _, item := range from.All() {
		out.Append(item)
	}
	for i := range out.Len() {
		before := replace(d, valueKey, out.At(i))
		err := f.inner.Run(d)
		out.Set(i, replace(d, valueKey, before))
		if err != nil || d.Dropped() {
			return document.Null, err
		}
	}
	return document.ListOf(out), nil
}

// entries goes through a copy of the map in Java's order. A key that is blank
// afterwards takes its entry out, and the value stays in _ingest as it does in
// Elasticsearch.
func (f *forEachStep) entries(d *document.Document, from *document.Map) (document.Value, error) {
	var old []document.Entry
	for _, i := range from.JavaOrder() {
		old = append(old, from.At(i))
	}
	out := d.NewMapOf(len(old))
	for _, e := range old {
		keyBefore := replace(d, keyKey, document.String(e.Key))
		before := replace(d, valueKey, e.Value)
		err := f.inner.Run(d)
		key, _ := d.Ingest().Get(keyKey)
		if strings.TrimSpace(key.Str()) != "" {
			out.Put(key.Str(), replace(d, valueKey, before))
		}
		d.Ingest().Put(keyKey, keyBefore)
		if err != nil || d.Dropped() {
			return document.Null, err
		}
	}
	return document.MapOf(out), nil
}

// replace puts v into _ingest and returns what was there.
func replace(d *document.Document, key string, v document.Value) document.Value {
	before, _ := d.Ingest().Get(key)
	d.Ingest().Put(key, v)
	return before
}

package template

import (
	"fmt"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A ValueTemplate is a compiled option value: a scalar, or a tree of maps and
// lists, whose strings and keys may be templates. It is safe for concurrent use.
type ValueTemplate struct {
	static document.Value // a scalar, unless one of the others is set
	tmpl   *Template
	list   []*ValueTemplate
	keys   []*Template // of a map, beside values
	values []*ValueTemplate
	kind   document.Kind
}

// CompileValue compiles every string in v, at any depth, with the escaping of
// application/json. Nothing of v's maps and lists is kept.
func CompileValue(v document.Value) (*ValueTemplate, error) { return CompileValueAs(v, JSON) }

// CompileValueAs is CompileValue with the escaping of another media type.
func CompileValueAs(v document.Value, media MediaType) (*ValueTemplate, error) {
	t := &ValueTemplate{kind: v.Kind()}
	switch v.Kind() {
	case document.KindString:
		tmpl, err := CompileAs(v.Str(), media)
		if err != nil {
			return nil, err
		}
		if text, ok := tmpl.Static(); ok {
			t.static = document.String(text)
			return t, nil
		}
		t.tmpl = tmpl
	case document.KindList:
		return t, t.compileList(v.List(), media)
	case document.KindMap:
		return t, t.compileMap(v.Map(), media)
	default:
		t.static = v
	}
	return t, nil
}

func (t *ValueTemplate) compileList(l *document.List, media MediaType) error {
	for i, item := range l.All() {
		sub, err := CompileValueAs(item, media)
		if err != nil {
			return fmt.Errorf("item %d: %w", i, err)
		}
		t.list = append(t.list, sub)
	}
	return nil
}

func (t *ValueTemplate) compileMap(m *document.Map, media MediaType) error {
	for k, item := range m.All() {
		key, err := CompileAs(k, media)
		if err != nil {
			return fmt.Errorf("key %q: %w", k, err)
		}
		sub, err := CompileValueAs(item, media)
		if err != nil {
			return fmt.Errorf("key %q: %w", k, err)
		}
		t.keys, t.values = append(t.keys, key), append(t.values, sub)
	}
	return nil
}

// Static returns the value if it is a scalar without templates.
func (t *ValueTemplate) Static() (document.Value, bool) {
	return t.static, t.tmpl == nil && t.kind != document.KindList && t.kind != document.KindMap
}

// Execute returns the value for d. Maps and lists are new and belong to d;
// scalars without templates are returned as they are.
func (t *ValueTemplate) Execute(d *document.Document) document.Value {
	switch t.kind {
	case document.KindList:
		l := d.NewList()
		for _, item := range t.list {
			l.Append(item.Execute(d))
		}
		return document.ListOf(l)
	case document.KindMap:
		m := d.NewMap()
		for i, key := range t.keys {
			m.Put(key.Execute(d), t.values[i].Execute(d))
		}
		return document.MapOf(m)
	case document.KindString:
		if t.tmpl != nil {
			return document.String(t.tmpl.Execute(d))
		}
	default:
	}
	return t.static
}

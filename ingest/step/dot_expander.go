package step

import (
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// DotExpander turns a key with dots in it into objects.
type DotExpander struct {
	Field    string // * is every key with a dot
	Path     string // the object the key is in; "" is the document
	Override bool   // replace what is there instead of appending to it
}

func readDotExpander(o *Options) Processor {
	e := DotExpander{
		Field:    o.String("field"),
		Path:     o.OptionalString("path", ""),
		Override: o.Bool("override", false),
	}
	switch f := e.Field; {
	case f == "" || f == "*":
	case !strings.Contains(f, "."):
		o.Failf("field", "[field] field does not contain a dot and is not a wildcard")
	case strings.HasPrefix(f, ".") || strings.HasSuffix(f, "."):
		o.Failf("field", "[field] Field can't start or end with a dot")
	case strings.Contains(f, ".."):
		o.Failf("field", "[field] No space between dots")
	}
	return e
}

// Compile implements Processor.
func (e DotExpander) Compile(Env) (Step, error) {
	s := &dotExpanderStep{DotExpander: e}
	if e.Path != "" {
		var err error
		if s.parent, err = document.ParsePath(e.Path); err != nil {
			return nil, InOption("path", err)
		}
		s.prefix = e.Path + "."
	}
	if e.Field == "*" {
		return s, nil
	}
	target, err := s.compile(e.Field)
	s.fixed = target
	return s, InOption("field", err)
}

type dotExpanderStep struct {
	DotExpander
	parent document.Path
	prefix string // of the full name of a key
	fixed  expansion
}

// An expansion is a key with the path it stands for.
type expansion struct {
	key    string
	target document.Path
	above  []document.Path // the parents of target, outermost first
}

func (s *dotExpanderStep) compile(key string) (expansion, error) {
	full := s.prefix + key
	e := expansion{key: key}
	var err error
	if e.target, err = document.ParsePath(full); err != nil {
		return e, err
	}
	for i := range len(full) {
		if full[i] != '.' {
			continue
		}
		above, err := document.ParsePath(full[:i])
		if err != nil {
			return e, err
		}
		e.above = append(e.above, above)
	}
	return e, nil
}

// Run implements Step.
func (s *dotExpanderStep) Run(d *document.Document) error {
	m := d.Source()
	if s.prefix != "" {
		v, err := d.Get(s.parent)
		if err != nil {
			return err
		}
		if m = v.Map(); m == nil {
			return s.noMap(v)
		}
	}
	if s.Field != "*" {
		return s.expand(d, m, &s.fixed)
	}
	for _, key := range dottedKeys(m) {
		e, err := s.compile(key)
		if err == nil {
			err = s.expand(d, m, &e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *dotExpanderStep) noMap(v document.Value) error {
	if !v.IsNull() {
		return document.CannotCastTo(s.parent.String(), v, "java.util.Map")
	}
	called := "containsKey(Object)"
	if s.Field == "*" {
		called = "keySet()"
	}
	return document.Throwf(document.NullPointer, `Cannot invoke "java.util.Map.%s" because "map" is null`, called)
}

// dottedKeys returns the keys to expand, in the order of a java.util.HashMap:
// where two keys meet, the order decides.
func dottedKeys(m *document.Map) []string {
	var keys []string
	for _, i := range m.JavaOrder() {
		if key := m.At(i).Key; strings.IndexByte(key, '.') > 0 {
			keys = append(keys, key)
		}
	}
	return keys
}

func (s *dotExpanderStep) expand(d *document.Document, m *document.Map, e *expansion) error {
	v, ok := m.Get(e.key)
	if !ok {
		return nil
	}
	m.Delete(e.key)
	if d.Has(e.target) {
		if s.Override {
			return d.Set(e.target, v)
		}
		return d.Append(e.target, v, false)
	}
	for _, above := range e.above {
		old, ok := d.Lookup(above)
		if !ok {
			break
		}
		if old.Map() == nil {
			return document.Illegalf("cannot expand [%s], because [%s] is not an object field, but a value field", e.target, above)
		}
	}
	return d.Set(e.target, v)
}

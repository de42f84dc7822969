package step

import (
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/uri"
)

// URIParts takes a URI apart.
type URIParts struct {
	Field           string
	TargetField     string // "" is url
	DiscardOriginal bool   // keep_original: false
	RemoveField     bool   // remove_if_successful
	IgnoreMissing   bool
}

func readURIParts(o *Options) Processor {
	return URIParts{
		Field:           o.String("field"),
		TargetField:     o.OptionalString("target_field", ""),
		RemoveField:     o.Bool("remove_if_successful", false),
		DiscardOriginal: !o.Bool("keep_original", true),
		IgnoreMissing:   o.Bool("ignore_missing", false),
	}
}

// Compile implements Processor.
func (u URIParts) Compile(Env) (Step, error) {
	target := u.TargetField
	if target == "" {
		target = "url"
	}
	s := &uriPartsStep{URIParts: u, remove: u.RemoveField && target != u.Field}
	var err error
	s.source, s.target, err = compilePaths(u.Field, target)
	return s, err
}

type uriPartsStep struct {
	URIParts
	source, target document.Path
	remove         bool
}

// Run implements Step.
func (s *uriPartsStep) Run(d *document.Document) error {
	text, ok, err := requiredText(d, s.source, s.IgnoreMissing)
	switch {
	case err != nil || !ok && s.IgnoreMissing:
		return err
	case !ok:
		return document.Throwf(document.NullPointer, `Cannot invoke "String.length()" because "this.input" is null`)
	}
	parts, ok := uri.Parse(text)
	if !ok {
		return document.Illegalf("unable to parse URI [%s]", text)
	}
	m := uriMap(d, &parts)
	if !s.DiscardOriginal {
		m.Put("original", document.String(text))
	}
	if s.remove {
		if err := d.Remove(s.source); err != nil {
			return err
		}
	}
	return d.Set(s.target, document.MapOf(m))
}

// uriMap names the parts. Domain and scheme are there even if the URI has none.
func uriMap(d *document.Document, p *uri.Parts) *document.Map {
	m := d.NewMap()
	m.Put("domain", textOrNull(p.Host))
	m.Put("scheme", textOrNull(p.Scheme))
	put := func(key string, part *string) {
		if part != nil {
			m.Put(key, document.String(*part))
		}
	}
	put("fragment", p.Fragment)
	put("path", p.Path)
	put("query", p.Query)
	put("user_info", p.UserInfo)
	if p.Port != -1 {
		m.Put("port", document.Integer(int32(p.Port)))
	}
	if p.Path != nil {
		put("extension", extension(*p.Path))
	}
	if p.UserInfo != nil {
		if user, password, ok := strings.Cut(*p.UserInfo, ":"); ok {
			put("username", &user)
			put("password", &password)
		}
	}
	return m
}

func textOrNull(s *string) document.Value {
	if s == nil {
		return document.Null
	}
	return document.String(*s)
}

// extension is what follows the last dot in the last segment of a path.
func extension(path string) *string {
	segment := strings.LastIndexByte(path, '/')
	dot := strings.LastIndexByte(path, '.')
	if segment < 0 || dot < segment {
		return nil
	}
	path = path[dot+1:]
	return &path
}

package step

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/regex"
	"github.com/sluice-otel/sluice/ingest/template"
)

// KV makes fields of a text such as a=1 b=2. A key that comes more than once
// makes a list.
type KV struct {
	Field         string   // template
	FieldSplit    string   // between pairs, an expression of java.util.regex
	ValueSplit    string   // between key and value, an expression of java.util.regex
	TargetField   string   // template; "" for the document
	Prefix        string   // of the keys
	IncludeKeys   []string // nil for all
	ExcludeKeys   []string
	TrimKey       string // characters to take off the ends of keys
	TrimValue     string // characters to take off the ends of values
	StripBrackets bool   // take one bracket or quote off each end of a value
	IgnoreMissing bool   // a field that is missing or null is left alone
}

func readKV(o *Options) Processor {
	return KV{
		Field:         o.String("field"),
		TargetField:   o.OptionalString("target_field", ""),
		FieldSplit:    o.String("field_split"),
		ValueSplit:    o.String("value_split"),
		TrimKey:       o.OptionalString("trim_key", ""),
		TrimValue:     o.OptionalString("trim_value", ""),
		Prefix:        o.OptionalString("prefix", ""),
		StripBrackets: o.Bool("strip_brackets", false),
		IncludeKeys:   o.OptionalList("include_keys"),
		ExcludeKeys:   o.OptionalList("exclude_keys"),
		IgnoreMissing: o.Bool("ignore_missing", false),
	}
}

// Compile implements Processor.
func (k KV) Compile(Env) (Step, error) {
	s := &kvStep{kv: k}
	var err error
	if s.field, err = template.Compile(k.Field); err != nil {
		return nil, InOption("field", err)
	}
	if _, s.fixed = s.field.Static(); s.fixed {
		if s.path, err = document.ParsePath(k.Field); err != nil {
			return nil, InOption("field", err)
		}
	}
	if s.target, err = template.Compile(k.TargetField); err != nil {
		return nil, InOption("target_field", err)
	}
	if s.pairs, err = compileSplitter("field_split", k.FieldSplit, 0); err != nil {
		return nil, err
	}
	if s.values, err = compileSplitter("value_split", k.ValueSplit, 2); err != nil {
		return nil, err
	}
	if s.trimKey, err = compileTrimmer("trim_key", k.TrimKey); err != nil {
		return nil, err
	}
	if s.trimValue, err = compileTrimmer("trim_value", k.TrimValue); err != nil {
		return nil, err
	}
	if k.StripBrackets {
		s.brackets, err = compileEnds("(^[\\(\\[<\"'])|([\\]\\)>\"']$)")
	}
	if _, static := s.target.Static(); static {
		s.paths = &pathCache{}
	}
	return s, err
}

type kvStep struct {
	kv                 KV
	field, target      *template.Template
	path               document.Path // of field
	fixed              bool          // path is the same for all documents
	pairs, values      *splitter
	trimKey, trimValue *trimmer
	brackets           *regex.Replacement // nil if they are left alone
	paths              *pathCache         // of the keys, if they are all below the same field
}

// Run implements Step as KeyValueProcessor does.
func (s *kvStep) Run(d *document.Document) error {
	name, path := s.kv.Field, s.path
	if !s.fixed {
		var err error
		name = s.field.Execute(d)
		if path, err = document.ParsePath(name); err != nil && name != "" {
			return err
		}
	}
	text, ok, err := s.text(d, name, path)
	if err != nil || !ok {
		return err
	}
	prefix := s.kv.Prefix
	if target := s.target.Execute(d); target != "" {
		prefix = target + "." + prefix
	}
	var room [64]string
	pairs, err := s.pairs.split(text, room[:0])
	if err != nil {
		return err
	}
	for _, pair := range pairs {
		if err := s.pair(d, name, prefix, pair); err != nil {
			return err
		}
	}
	return nil
}

// text returns the text of the field; false if there is nothing to do.
func (s *kvStep) text(d *document.Document, name string, path document.Path) (string, bool, error) {
	present := false
	if name != "" {
		var err error
		if _, present, err = d.LookupInRange(path); err != nil {
			return "", false, err
		}
	}
	if !present {
		if s.kv.IgnoreMissing {
			return "", false, nil
		}
		return "", false, document.Illegalf("field [%s] doesn't exist", name)
	}
	text, ok, err := requiredText(d, path, false)
	if err == nil && !ok && !s.kv.IgnoreMissing {
		err = document.Illegalf("field [%s] is null, cannot extract key-value pairs.", name)
	}
	return text, ok, err
}

func (s *kvStep) pair(d *document.Document, name, prefix, pair string) error {
	var room [2]string
	parts, err := s.values.split(pair, room[:0])
	if err != nil {
		return err
	}
	if len(parts) != 2 {
		return document.Illegalf("field [%s] does not contain value_split [%s]", name, s.kv.ValueSplit)
	}
	key, err := s.trimKey.trim(parts[0])
	if err != nil || !s.wanted(key) {
		return err
	}
	value, err := s.value(parts[1])
	if err != nil {
		return err
	}
	path, err := s.paths.parse(prefix, key)
	switch {
	case err != nil:
		return err
	case d.Has(path):
		return d.Append(path, document.String(value), false)
	}
	return d.Set(path, document.String(value))
}

func (s *kvStep) wanted(key string) bool {
	return (s.kv.IncludeKeys == nil || slices.Contains(s.kv.IncludeKeys, key)) && !slices.Contains(s.kv.ExcludeKeys, key)
}

// value returns a value without brackets and without what is to be trimmed.
func (s *kvStep) value(text string) (string, error) {
	if s.brackets != nil {
		var err error
		if text, err = s.brackets.Replace(text); err != nil {
			return "", regexFailure(err)
		}
	}
	return s.trimValue.trim(text)
}

// A splitter splits as String.split does.
type splitter struct {
	literal string       // if the expression is a plain text
	regex   *regex.Regex // or else
	broken  error        // of an expression that is none, for the document to fail with
	limit   int
}

// compileSplitter compiles an expression. Elasticsearch finds mistakes in one
// of more than two characters when the pipeline is made, and in others when a
// document comes to it.
func compileSplitter(option, expr string, limit int) (*splitter, error) {
	s := &splitter{limit: limit}
	if expr != "" && !strings.ContainsAny(expr, `\.[]{}()<>*+-=!?^$|#&`) || len(expr) == 1 && strings.Contains("=&-<>!#", expr) {
		s.literal = expr
		return s, nil
	}
	re, err := regex.Compile(expr, regex.Settings{Dialect: regex.Java})
	if err != nil && (len(expr) > 2 || len(expr) == 2 && expr[0] != '\\') {
		return nil, InOption(option, fmt.Errorf("[%s] Invalid regex pattern. %w", option, err))
	}
	s.regex, s.broken = re, err
	return s, nil
}

// split appends the parts to parts or returns new ones.
func (s *splitter) split(text string, parts []string) ([]string, error) {
	switch {
	case s.broken != nil:
		return nil, regexFailure(s.broken)
	case s.regex != nil:
		out, err := s.regex.Split(text, s.limit)
		return out, regexFailure(err)
	}
	for rest := text; ; {
		before, after, found := strings.Cut(rest, s.literal)
		if !found || s.limit > 0 && len(parts) == s.limit-1 {
			parts = append(parts, rest)
			break
		}
		parts = append(parts, before)
		rest = after
	}
	if s.limit == 0 && len(parts) > 1 {
		for len(parts) > 0 && parts[len(parts)-1] == "" {
			parts = parts[:len(parts)-1]
		}
	}
	return parts, nil
}

// A trimmer takes characters off both ends of a text; a nil trimmer takes none.
type trimmer struct {
	replacement *regex.Replacement
	plain       string // the characters, if they have no meaning in brackets
}

// compileTrimmer compiles the characters, which are the inside of a character
// class of java.util.regex.
func compileTrimmer(option, characters string) (*trimmer, error) {
	if characters == "" {
		return nil, nil //nolint:nilnil // a trimmer of nothing
	}
	replacement, err := compileEnds("(^([" + characters + "]+))|([" + characters + "]+$)")
	if err != nil {
		return nil, InOption(option, fmt.Errorf("[%s] Invalid regex pattern. %w", option, err))
	}
	t := &trimmer{replacement: replacement}
	if !strings.ContainsAny(characters, `\[]^-&`) {
		t.plain = characters
	}
	return t, nil
}

// compileEnds compiles an expression whose matches are to go.
func compileEnds(expr string) (*regex.Replacement, error) {
	re, err := regex.Compile(expr, regex.Settings{Dialect: regex.Java})
	if err != nil {
		return nil, err
	}
	return re.Replacement(""), nil
}

func (t *trimmer) trim(s string) (string, error) {
	switch {
	case t == nil:
		return s, nil
	case t.plain != "" && !endsLine(s):
		return strings.Trim(s, t.plain), nil
	}
	out, err := t.replacement.Replace(s)
	return out, regexFailure(err)
}

// endsLine reports whether a text may end in a line break. Java's $ is before
// it, too.
func endsLine(s string) bool {
	return s != "" && (s[len(s)-1] < ' ' || s[len(s)-1] >= utf8.RuneSelf)
}

// A pathCache remembers the paths of names that come from documents and are all
// below the same field. It is safe for concurrent use; a nil one remembers
// nothing.
type pathCache struct {
	mu    sync.RWMutex
	paths map[string]document.Path
}

// maxPaths bounds a pathCache: documents choose the names.
const maxPaths = 1024

// parse returns the path of a name below a prefix.
func (c *pathCache) parse(prefix, name string) (document.Path, error) {
	if c == nil {
		return document.ParsePath(prefix + name)
	}
	c.mu.RLock()
	path, ok := c.paths[name]
	c.mu.RUnlock()
	if ok {
		return path, nil
	}
	path, err := document.ParsePath(prefix + name)
	if err != nil {
		return path, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.paths == nil || len(c.paths) >= maxPaths {
		c.paths = make(map[string]document.Path)
	}
	c.paths[strings.Clone(name)] = path
	return path, nil
}

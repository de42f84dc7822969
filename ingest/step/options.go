package step

import (
	"errors"
	"fmt"
	"slices"

	"github.com/sluice-otel/sluice/ingest/definition"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/spelling"
)

// Options are the options of one processor definition. A Type's Read asks for
// each it knows; wrong classes, missing ones and, in the end, the ones nobody
// asked for are recorded with Elasticsearch's texts (ConfigurationUtils).
type Options struct {
	processor string
	path      string // where the processor is in its pipeline
	fields    []definition.Field
	asked     []string
	errs      []error
}

// ReadOptions lets t read the options of p and returns the typed processor. All
// mistakes are returned, joined; each is an *OptionError, or a *definition.Error
// in a nested processor.
func ReadOptions(t Type, p *definition.Processor) (Processor, error) {
	o := &Options{processor: p.Type, path: p.Path, fields: p.Options}
	processor := t.Read(o)
	o.rejectUnknown()
	return processor, errors.Join(o.errs...)
}

func (o *Options) rejectUnknown() {
	for _, f := range o.fields {
		if slices.Contains(o.asked, f.Name) {
			continue
		}
		o.errs = append(o.errs, &OptionError{
			Option: f.Name, Item: -1, Nearest: spelling.Nearest(f.Name, o.asked),
			Err: fmt.Errorf("processor [%s] doesn't support one or more provided configuration parameters [%s]", o.processor, f.Name),
		})
	}
}

func (o *Options) get(name string) *definition.Node {
	o.asked = append(o.asked, name)
	for i := range o.fields {
		if o.fields[i].Name == name && o.fields[i].Value.Kind != document.KindNull {
			return o.fields[i].Value
		}
	}
	return nil
}

// Failf records a mistake in an option.
func (o *Options) Failf(option, format string, args ...any) {
	o.errs = append(o.errs, InOption(option, fmt.Errorf(format, args...)))
}

func (o *Options) missing(name string) {
	o.Failf(name, "[%s] required property is missing", name)
}

func (o *Options) wrongClass(name, want string, n *definition.Node) {
	o.Failf(name, "[%s] property isn't a %s, but of type [%s]", name, want, n.Kind.Class())
}

// Has reports whether the option is given and not null.
func (o *Options) Has(name string) bool { return o.get(name) != nil }

// String returns a required string option.
func (o *Options) String(name string) string {
	n := o.get(name)
	if n == nil {
		o.missing(name)
		return ""
	}
	return o.text(name, n)
}

// OptionalString returns a string option, or fallback.
func (o *Options) OptionalString(name, fallback string) string {
	n := o.get(name)
	if n == nil {
		return fallback
	}
	return o.text(name, n)
}

func (o *Options) text(name string, n *definition.Node) string {
	if n.Kind != document.KindString {
		o.wrongClass(name, "string", n)
	}
	return n.Scalar.Str()
}

// Bool returns a boolean option, or fallback. Like Elasticsearch it takes the
// strings "true" and "false", too, and of YAML the words for them.
func (o *Options) Bool(name string, fallback bool) bool {
	n := o.get(name)
	if n == nil {
		return fallback
	}
	if b, ok := n.Bool(); ok {
		return b
	}
	o.wrongClass(name, "boolean", n)
	return fallback
}

// Strings returns a required option that is a string or a list of strings.
func (o *Options) Strings(name string) []string {
	if out := o.OptionalStrings(name); out != nil {
		return out
	}
	if slices.Contains(o.asked, name) && o.get(name) == nil {
		o.missing(name)
	}
	return nil
}

// OptionalStrings is Strings for an option that may be left out.
func (o *Options) OptionalStrings(name string) []string {
	n := o.get(name)
	if n == nil {
		return nil
	}
	if n.Kind == document.KindString {
		return []string{n.Scalar.Str()}
	}
	if n.Kind != document.KindList {
		o.wrongClass(name, "list", n)
		return nil
	}
	return o.items(name, n)
}

func (o *Options) items(name string, n *definition.Node) []string {
	out := make([]string, 0, len(n.Items))
	for i, item := range n.Items {
		if item.Kind != document.KindString {
			err := fmt.Errorf("[%s] property isn't a string, but of type [%s]", name, item.Kind.Class())
			o.errs = append(o.errs, &OptionError{Option: name, Item: i, Err: err})
		}
		out = append(out, item.Scalar.Str())
	}
	return out
}

// Value returns a required option of any class.
func (o *Options) Value(name string) document.Value {
	n := o.get(name)
	if n == nil {
		o.missing(name)
		return document.Null
	}
	return n.Value()
}

// StringMap returns an option that maps strings to strings, nil if left out.
func (o *Options) StringMap(name string) map[string]string {
	n := o.get(name)
	if n == nil {
		return nil
	}
	if n.Kind != document.KindMap {
		o.wrongClass(name, "map", n)
		return nil
	}
	out := make(map[string]string, len(n.Fields))
	for _, f := range n.Fields {
		if f.Value.Kind != document.KindString {
			o.Failf(name, "[%s.%s] property isn't a string, but of type [%s]", name, f.Name, f.Value.Kind.Class())
		}
		out[f.Name] = f.Value.Scalar.Str()
	}
	return out
}

// Processor returns a required option that is a processor, nil if it has
// mistakes. It is compiled with its condition and its failure handling.
func (o *Options) Processor(name string) Processor {
	n := o.get(name)
	if n == nil {
		o.missing(name)
		return nil
	}
	p, err := definition.ReadProcessor("", o.path+"."+name, n)
	if err != nil {
		o.errs = append(o.errs, err)
		return nil
	}
	return nested{p}
}

// nested is a processor as it stands in a definition.
type nested struct{ definition *definition.Processor }

// Compile implements Processor.
func (n nested) Compile(env Env) (Step, error) { return env.Compile(n.definition) }

// Int returns an integer option, or fallback. Like Elasticsearch it takes a
// string of digits, too.
func (o *Options) Int(name string, fallback int) int {
	n := o.get(name)
	if n == nil {
		return fallback
	}
	i, ok := document.ParseInt(n.Scalar.Text(), 32)
	if !ok {
		o.Failf(name, "[%s] property cannot be converted to an int [%s]", name, n.Scalar.Text())
	}
	return int(i)
}

// List returns a required option that is a list of strings.
func (o *Options) List(name string) []string {
	if o.get(name) == nil {
		o.missing(name)
	}
	return o.OptionalList(name)
}

// OptionalList is List for an option that may be left out.
func (o *Options) OptionalList(name string) []string {
	n := o.get(name)
	if n == nil {
		return nil
	}
	if n.Kind != document.KindList {
		o.wrongClass(name, "list", n)
		return nil
	}
	return o.items(name, n)
}

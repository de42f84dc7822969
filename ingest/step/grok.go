package step

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/grok"
)

// Grok takes a text apart with the first of several patterns that matches.
type Grok struct {
	Field              string
	Patterns           []string
	PatternDefinitions map[string]string // more definitions, before those of the bank
	Bank               grok.Bank         // ecs_compatibility
	IgnoreMissing      bool              // a field that is missing or null is left alone
	TraceMatch         bool              // write the index of the pattern to _ingest._grok_match_index
	ValidateOnly       bool              // fail for a text that does not match, and write nothing
}

func readGrok(o *Options) Processor {
	g := Grok{
		Field:              o.String("field"),
		Patterns:           o.Strings("patterns"),
		PatternDefinitions: o.StringMap("pattern_definitions"),
		IgnoreMissing:      o.Bool("ignore_missing", false),
		TraceMatch:         o.Bool("trace_match", false),
		ValidateOnly:       o.Bool("validate_only", false),
	}
	if o.Has("patterns") && len(g.Patterns) == 0 {
		o.Failf("patterns", "[patterns] List of patterns must not be empty")
	}
	switch mode := o.OptionalString("ecs_compatibility", "disabled"); mode {
	case "disabled":
	case "v1":
		g.Bank = grok.ECSv1
	default:
		o.Failf("ecs_compatibility", "[ecs_compatibility] unsupported mode '%s'", mode)
	}
	return g
}

// Compile implements Processor.
func (g Grok) Compile(Env) (Step, error) {
	path, err := document.ParsePath(g.Field)
	if err != nil {
		return nil, InOption("field", err)
	}
	compiled, err := grok.Compile(g.Patterns, grok.Settings{Bank: g.Bank, Definitions: g.PatternDefinitions})
	if err != nil {
		return nil, g.inPattern(err)
	}
	step := &grokStep{
		path: path, grok: compiled, ignoreMissing: g.IgnoreMissing, trace: g.TraceMatch, validateOnly: g.ValidateOnly,
	}
	for _, name := range compiled.Fields() {
		field, err := document.ParsePath(name)
		if err != nil {
			return nil, InOption("patterns", err)
		}
		step.fields = append(step.fields, field)
	}
	return step, nil
}

// inPattern says which pattern an error is about.
func (g Grok) inPattern(err error) error {
	in, ok := errors.AsType[*grok.PatternError](err)
	if !ok {
		return InOption("patterns", err)
	}
	if in.Index < 0 {
		return &OptionError{Option: "pattern_definitions", Item: -1, Nearest: in.Nearest, Err: in.Err}
	}
	return &OptionError{
		Option: "patterns", Item: in.Index, Nearest: in.Nearest,
		Err: fmt.Errorf("[patterns] Invalid regex pattern found in: [%s]. %w", g.Patterns[in.Index], in.Err),
	}
}

type grokStep struct {
	path          document.Path
	grok          *grok.Grok
	fields        []document.Path // of grok.Fields
	ignoreMissing bool
	trace         bool
	validateOnly  bool
}

// runtimeException is the class of an interrupted match.
const runtimeException document.Class = "runtime_exception"

// grokMatchIndex is where trace_match writes to.
var grokMatchIndex = document.MustPath("_ingest._grok_match_index")

// Run implements Step as GrokProcessor does.
func (g *grokStep) Run(d *document.Document) error {
	v, err := required(d, g.path, g.ignoreMissing)
	switch {
	case err != nil:
		return err
	case v.IsNull() && g.ignoreMissing:
		return nil
	case v.IsNull():
		return document.Illegalf("field [%s] is null, cannot process it.", g.path)
	case v.Kind() != document.KindString:
		return document.CannotCast(g.path.String(), v, document.KindString)
	}
	m := grok.Acquire()
	defer m.Release()
	found, err := g.grok.Match(v.Str(), m)
	if err != nil {
		return document.Throwf(runtimeException, "%s", err.Error())
	}
	if !found {
		return document.Illegalf("Provided Grok expressions do not match field value: [%s]", v.Str())
	}
	if g.validateOnly {
		return nil
	}
	if err := g.write(d, m.Captures); err != nil {
		return err
	}
	if g.trace {
		return d.Set(grokMatchIndex, document.String(strconv.Itoa(m.Pattern)))
	}
	return nil
}

// write sets the fields. One that was captured several times becomes a list.
func (g *grokStep) write(d *document.Document, captures []grok.Capture) error {
	for i := 0; i < len(captures); {
		field := captures[i].Field
		value, err := captured(captures[i])
		if err != nil {
			return err
		}
		var list *document.List
		for i++; i < len(captures) && captures[i].Field == field; i++ {
			if list == nil {
				list = d.NewList()
				list.Append(value)
			}
			next, err := captured(captures[i])
			if err != nil {
				return err
			}
			list.Append(next)
		}
		if list != nil {
			value = document.ListOf(list)
		}
		if err := d.Set(g.fields[field], value); err != nil {
			return err
		}
	}
	return nil
}

// captured converts a captured text to its type.
func captured(c grok.Capture) (document.Value, error) {
	switch c.Type {
	case grok.Integer:
		n, ok := document.ParseInt(c.Text, 32)
		return parsed(document.Integer(int32(n)), ok, c.Text)
	case grok.Long:
		n, ok := document.ParseInt(c.Text, 64)
		return parsed(document.Long(n), ok, c.Text)
	case grok.Float:
		f, ok := document.ParseFloat(c.Text, 32)
		return parsed(document.Float(float32(f)), ok, c.Text)
	case grok.Double:
		f, ok := document.ParseFloat(c.Text, 64)
		return parsed(document.Double(f), ok, c.Text)
	case grok.Boolean:
		v, err := toBoolean(document.String(c.Text))
		return document.Boolean(err == nil && v.Bool()), nil
	case grok.String:
	}
	return document.String(c.Text), nil
}

// numberFormat is the class of Java's NumberFormatException.
const numberFormat document.Class = "number_format_exception"

func parsed(v document.Value, ok bool, text string) (document.Value, error) {
	if ok {
		return v, nil
	}
	return document.Null, document.Throwf(numberFormat, "For input string: \"%s\"", text)
}

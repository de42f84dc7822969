package step

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/grok"
)

// Redact replaces what grok patterns match by the name of the pattern's first
// field, such as <EMAIL>. The definitions are those of the ECS bank.
type Redact struct {
	Field              string
	Patterns           []string
	PatternDefinitions map[string]string
	Prefix, Suffix     *string // around a name; nil for < and >
	FailOnMissing      bool    // ignore_missing: false
	TraceRedact        bool    // write to _ingest._redact._is_redacted
}

func readRedact(o *Options) Processor {
	prefix, suffix := o.OptionalString("prefix", "<"), o.OptionalString("suffix", ">")
	r := Redact{
		Field:              o.String("field"),
		Patterns:           o.List("patterns"),
		PatternDefinitions: o.StringMap("pattern_definitions"),
		Prefix:             &prefix,
		Suffix:             &suffix,
		FailOnMissing:      !o.Bool("ignore_missing", true),
		TraceRedact:        o.Bool("trace_redact", false),
	}
	o.Bool("skip_if_unlicensed", false) // nothing is licensed here
	if r.Patterns != nil && len(r.Patterns) == 0 {
		o.Failf("patterns", "[patterns] List of patterns must not be empty")
	}
	return r
}

// Compile implements Processor.
func (r Redact) Compile(Env) (Step, error) {
	path, err := document.ParsePath(r.Field)
	if err != nil {
		return nil, InOption("field", err)
	}
	s := &redactStep{path: path, prefix: "<", suffix: ">", ignoreMissing: !r.FailOnMissing, trace: r.TraceRedact}
	if r.Prefix != nil {
		s.prefix = *r.Prefix
	}
	if r.Suffix != nil {
		s.suffix = *r.Suffix
	}
	for i, pattern := range r.Patterns {
		g, err := grok.Compile([]string{pattern}, grok.Settings{Bank: grok.ECSv1, Definitions: r.PatternDefinitions})
		if err != nil {
			return nil, r.inPattern(i, err)
		}
		s.patterns = append(s.patterns, g)
	}
	return s, nil
}

// inPattern says which pattern an error is about.
func (r *Redact) inPattern(i int, err error) error {
	var in *grok.PatternError
	if !errors.As(err, &in) {
		return InOption("patterns", err)
	}
	if in.Index < 0 {
		return &OptionError{Option: "pattern_definitions", Item: -1, Nearest: in.Nearest, Err: in.Err}
	}
	return &OptionError{
		Option: "patterns", Item: i, Nearest: in.Nearest,
		Err: fmt.Errorf("[patterns] Invalid regex pattern found in: [%s]. %w", strings.Join(r.Patterns, ", "), in.Err),
	}
}

type redactStep struct {
	path                 document.Path
	patterns             []*grok.Grok
	prefix, suffix       string
	ignoreMissing, trace bool
}

var isRedactedPath = document.MustPath("_ingest._redact._is_redacted")

// Run implements Step.
func (s *redactStep) Run(d *document.Document) error {
	text, ok, err := requiredText(d, s.path, true)
	switch {
	case err != nil || !ok && s.ignoreMissing:
		return err
	case !ok:
		return document.Illegalf("field [%s] is null or missing", s.path)
	}
	redacted, err := s.redact(text)
	if err != nil {
		return document.Throwf(timeoutException, "%s", err)
	}
	if err := d.Set(s.path, document.String(redacted)); err != nil {
		return err
	}
	if s.trace && redacted != text {
		return d.Set(isRedactedPath, document.Boolean(true))
	}
	return nil
}

const timeoutException document.Class = "timeout_exception"

// A redaction is a part of a text to be replaced by a name.
type redaction struct {
	begin, end int
	name       string
}

func (s *redactStep) redact(text string) (string, error) {
	var found []redaction
	for _, pattern := range s.patterns {
		fields := pattern.Fields()
		if len(fields) == 0 {
			return "", errors.New("Index 0 out of bounds for length 0") //nolint:staticcheck // Java's text
		}
		for at := 0; ; {
			begin, end, err := pattern.Find(text, at)
			if err != nil {
				return "", err
			}
			if begin < 0 {
				break
			}
			found = append(found, redaction{begin, end, fields[0]})
			if at = max(end, at+1); at >= len(text) {
				break
			}
		}
	}
	if len(found) == 0 {
		return text, nil
	}
	return s.replace(text, merged(found)), nil
}

// merged makes one of the redactions that overlap or touch, with the name of the
// longest of them.
func merged(all []redaction) []redaction {
	slices.SortStableFunc(all, func(a, b redaction) int { return a.begin - b.begin })
	var out []redaction
	for i := 0; i < len(all); {
		whole, longest, reach := all[i], all[i], all[i].end
		for i++; i < len(all) && reach >= all[i].begin; i++ {
			next := all[i]
			if next.end-next.begin > longest.end-longest.begin {
				longest = next
			}
			whole.end, reach = max(whole.end, next.end), next.end
		}
		out = append(out, redaction{whole.begin, whole.end, longest.name})
	}
	return out
}

func (s *redactStep) replace(text string, redactions []redaction) string {
	var out strings.Builder
	at := 0
	for _, r := range redactions {
		out.WriteString(text[at:max(at, r.begin)])
		out.WriteString(s.prefix + r.name + s.suffix)
		at = max(at, r.end)
	}
	out.WriteString(text[at:])
	return out.String()
}

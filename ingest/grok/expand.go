package grok

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sluice-otel/sluice/ingest/spelling"
)

// An expander makes regular expressions of patterns.
type expander struct {
	bank     map[string]string
	own      map[string]string // pattern_definitions; they come before the bank
	expanded map[string]string // definitions that are done
	open     []string          // definitions that are being expanded, outermost first
}

func newExpander(s Settings) *expander {
	return &expander{bank: s.Bank.definitions(), own: s.Definitions, expanded: map[string]string{}}
}

// maxExpanded bounds the expression a pattern becomes: definitions that use each
// other twice double with every level.
const maxExpanded = 1 << 20

// expand replaces the references in a pattern: %{NAME} by (?:definition),
// %{NAME:field} by (?<NAME:field>definition).
func (e *expander) expand(pattern string) (string, error) {
	var out strings.Builder
	for {
		at, ref, rest := nextReference(pattern)
		if at < 0 {
			out.WriteString(pattern)
			break
		}
		out.WriteString(pattern[:at])
		pattern = rest
		body, err := e.definition(ref.name)
		if err != nil {
			return "", err
		}
		if ref.field == "" {
			out.WriteString("(?:" + body + ")")
		} else {
			out.WriteString("(?<" + ref.name + ":" + ref.field + ">" + body + ")")
		}
		if out.Len() > maxExpanded {
			return "", errors.New("Can not convert grok patterns to regular expression") //nolint:staticcheck // Elasticsearch's text
		}
	}
	return out.String(), nil
}

// definition returns the definition of a name with its references replaced.
func (e *expander) definition(name string) (string, error) {
	if done, ok := e.expanded[name]; ok {
		return done, nil
	}
	if slices.Contains(e.open, name) {
		return "", fmt.Errorf("circular reference detected: %s->%s", strings.Join(e.open, "->"), name)
	}
	text, ok := e.own[name]
	if !ok {
		text, ok = e.bank[name]
	}
	if !ok {
		return "", &unknownName{name: name, nearest: e.nearest(name)}
	}
	e.open = append(e.open, name)
	out, err := e.expand(text)
	e.open = e.open[:len(e.open)-1]
	if err == nil {
		e.expanded[name] = out
	}
	return out, err
}

// check expands all own definitions, so that a mistake in one that is not used
// is found, too, as Elasticsearch does.
func (e *expander) check() error {
	for _, name := range slices.Sorted(maps.Keys(e.own)) {
		if _, err := e.definition(name); err != nil {
			return err
		}
	}
	return nil
}

func (e *expander) nearest(name string) string {
	known := slices.AppendSeq(slices.Collect(maps.Keys(e.bank)), maps.Keys(e.own))
	slices.Sort(known)
	return spelling.Nearest(name, known)
}

// An unknownName is the error of a reference to a name that is not defined.
type unknownName struct{ name, nearest string }

func (e *unknownName) Error() string {
	return "Unable to find pattern [" + e.name + "] in Grok's pattern dictionary"
}

// A reference is %{name:field}; the field includes its type, ip:string.
type reference struct{ name, field string }

// nextReference finds the first reference in a pattern and what follows it; at
// is -1 if there is none. What merely looks like one is left to the regular
// expression.
func nextReference(pattern string) (at int, ref reference, rest string) {
	for at = 0; ; at += 2 {
		i := strings.Index(pattern[at:], "%{")
		if i < 0 {
			return -1, ref, ""
		}
		at += i
		if ref, rest, ok := cutReference(pattern[at+2:]); ok {
			return at, ref, rest
		}
	}
}

// cutReference reads NAME}, NAME:field} and either with =definition before the
// brace, which Elasticsearch accepts and ignores.
func cutReference(s string) (ref reference, rest string, ok bool) {
	ref.name, s = takeWhile(s, isNameRune)
	if ref.name == "" {
		return ref, "", false
	}
	if after, found := strings.CutPrefix(s, ":"); found {
		ref.field, s = takeWhile(after, isFieldRune)
		if ref.field == "" {
			return ref, "", false
		}
	}
	if after, found := strings.CutPrefix(s, "="); found {
		var definition string
		definition, s = takeWhile(after, func(r rune) bool { return r != '{' && r != '}' })
		if definition == "" {
			return ref, "", false
		}
	}
	s, ok = strings.CutPrefix(s, "}")
	return ref, s, ok
}

func takeWhile(s string, in func(rune) bool) (taken, rest string) {
	i := strings.IndexFunc(s, func(r rune) bool { return !in(r) })
	if i < 0 {
		i = len(s)
	}
	return s[:i], s[i:]
}

// isNameRune is [A-z0-9], which takes in the signs between Z and a.
func isNameRune(r rune) bool { return r >= 'A' && r <= 'z' || r >= '0' && r <= '9' }

// isFieldRune is [[:alnum:]@\[\]_:.-].
func isFieldRune(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || strings.ContainsRune("@[]_:.-", r)
	}
	return unicode.In(r, unicode.L, unicode.Nd, unicode.Nl, unicode.Other_Alphabetic)
}

package grok

import (
	"errors"
	"sync"

	"github.com/sluice-otel/sluice/ingest/regex"
)

// Settings say how patterns are compiled.
type Settings struct {
	Bank        Bank
	Definitions map[string]string // pattern_definitions: more definitions, before the bank's
}

// A Grok is a list of compiled patterns. It is safe for concurrent use.
type Grok struct {
	patterns []pattern
	fields   []string
	slots    int // of the pattern with the most
	natives  map[string]regex.Native
}

type pattern struct {
	regex   *regex.Regex
	targets []target
}

// Compile compiles patterns. The error is a *PatternError.
func Compile(patterns []string, s Settings) (*Grok, error) {
	e := newExpander(s)
	if err := e.check(); err != nil {
		return nil, patternError(inDefinitions, err)
	}
	g := &Grok{patterns: make([]pattern, len(patterns)), natives: s.Bank.natives()}
	for i, text := range patterns {
		if err := g.compile(i, text, e); err != nil {
			return nil, patternError(i, err)
		}
	}
	return g, nil
}

// inDefinitions is the Index of an error in Settings.Definitions.
const inDefinitions = -1

func patternError(index int, err error) error {
	out := &PatternError{Index: index, Err: err}
	if unknown, ok := errors.AsType[*unknownName](err); ok {
		out.Nearest = unknown.nearest
	}
	return out
}

func (g *Grok) compile(i int, text string, e *expander) error {
	expr, err := e.expand(text)
	if err != nil {
		return err
	}
	re, err := regex.Compile(expr, regex.Settings{Dialect: regex.Ruby, Natives: g.natives})
	if err != nil {
		return err
	}
	g.patterns[i] = pattern{regex: re, targets: targets(re.Names(), &g.fields)}
	g.slots = max(g.slots, re.Slots())
	return nil
}

// Fields returns the names of the fields the patterns capture to.
func (g *Grok) Fields() []string { return g.fields }

// A Match is what a text matched. It can be used again for the next text, which
// makes matching free of allocation.
type Match struct {
	Pattern  int       // index of the pattern that matched
	Captures []Capture // captures of one field are next to each other

	slots, other []int
}

var matches = sync.Pool{New: func() any { return new(Match) }}

// Acquire returns a Match from a pool; Release gives it back.
func Acquire() *Match {
	m, _ := matches.Get().(*Match)
	return m
}

// maxPooled is the largest number of captures that is kept for the next match.
const maxPooled = 256

// Release gives m back. Its captures are invalid from then on.
func (m *Match) Release() {
	if cap(m.Captures) > maxPooled {
		return
	}
	clear(m.Captures)
	m.Captures = m.Captures[:0]
	matches.Put(m)
}

// Match matches text against the patterns and fills into. As Elasticsearch
// makes one expression of all patterns, the match that begins first wins, and of
// those that begin at the same place the one whose pattern comes first. The error
// is ErrInterrupted.
func (g *Grok) Match(text string, into *Match) (bool, error) {
	if len(into.slots) < g.slots {
		into.slots, into.other = make([]int, g.slots), make([]int, g.slots)
	}
	matched := false
	last := len(text)
	for i := range g.patterns {
		found, err := g.patterns[i].regex.FindBefore(text, 0, last, into.other)
		if err != nil {
			return false, ErrInterrupted
		}
		if !found {
			continue
		}
		matched, into.Pattern = true, i
		into.slots, into.other = into.other, into.slots
		if last = into.slots[0] - 1; last < 0 {
			break
		}
	}
	if matched {
		g.capture(text, into)
	}
	return matched, nil
}

func (g *Grok) capture(text string, into *Match) {
	into.Captures = into.Captures[:0]
	for _, t := range g.patterns[into.Pattern].targets {
		if begin, end := into.slots[2*t.group], into.slots[2*t.group+1]; begin >= 0 && end >= begin {
			into.Captures = append(into.Captures, Capture{Field: t.field, Type: t.typ, Text: text[begin:end]})
		}
	}
}

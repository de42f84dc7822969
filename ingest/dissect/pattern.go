package dissect

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf16"
)

// A Pattern is a compiled pattern. It is safe for concurrent use.
type Pattern struct {
	text    string
	leading string // before the first key
	start   int    // where the first value begins
	pairs   []pair
	results []Result
	// distinct is the number of fields a match must have if their names are
	// part of the text; 0 if they are not.
	distinct int
}

// A pair is a key and the delimiter behind it.
type pair struct {
	key       key
	delimiter string
}

// A Result is a field that a match yields.
type Result struct {
	// Name is the field's; if it is part of the text Name is empty and Match
	// has it.
	Name string

	name      int   // the pair whose value is the name, or -1
	values    []int // the pairs whose values are the value, joined
	separator string
}

// Compile compiles a pattern. Values of appended keys are joined with
// separator. The error has Elasticsearch's text.
func Compile(pattern, separator string) (*Pattern, error) {
	p := &Pattern{text: pattern}
	rest := p.cutLeading(pattern)
	for {
		from := strings.Index(rest, "%{")
		if from < 0 {
			break
		}
		end := strings.IndexByte(rest[from:], '}')
		if end < 0 {
			break
		}
		k, err := parseKey(rest[from+2 : from+end])
		if err != nil {
			return nil, err
		}
		rest = rest[from+end+1:]
		delimiter := rest
		// A delimiter has one character at least: the rest of %{a}%{b} is one.
		if len(rest) > 0 {
			if next := strings.Index(rest[1:], "%{"); next >= 0 {
				delimiter = rest[:next+1]
			}
		}
		rest = rest[len(delimiter):]
		p.pairs = append(p.pairs, pair{k, delimiter})
	}
	return p, p.compileResults(separator)
}

// lineBreaks are the characters that the dot of Java's expressions leaves out.
const lineBreaks = "\n\r\u0085\u2028\u2029"

// cutLeading takes off the text before the first key, unless it has a line
// break: Elasticsearch does not see it then. Its first value begins as many
// bytes into the text as that has UTF-16 units.
func (p *Pattern) cutLeading(pattern string) string {
	leading, _, found := strings.Cut(pattern, "%{")
	if !found || strings.ContainsAny(leading, lineBreaks) {
		return pattern
	}
	p.leading = leading
	for _, r := range leading {
		p.start += utf16.RuneLen(r)
	}
	return pattern[len(leading):]
}

// compileResults finds the fields among the keys.
func (p *Pattern) compileResults(separator string) error {
	appends := p.appendNames()
	fields := make(map[string]int)     // index in results
	references := make(map[string]int) // index in results
	for i, pair := range p.pairs {
		k := pair.key
		switch k.modifier {
		case skipped:
		case fieldName, fieldValue:
			r := p.result(references, k.name)
			r.values = append(r.values, i)
		default:
			r := p.result(fields, k.name)
			if !appends[k.name] {
				r.values = nil // the last one wins
			}
			r.values = append(r.values, i)
			r.separator = separator
		}
	}
	if len(p.results) == 0 {
		return p.fail("Unable to find any keys or delimiters.")
	}
	for _, i := range fields {
		p.sortAppends(&p.results[i])
	}
	for _, i := range slices.Sorted(maps.Values(references)) {
		if err := p.reference(&p.results[i]); err != nil {
			return err
		}
		p.distinct = p.names()
	}
	return nil
}

// result returns the result of a name, a new one if there is none.
func (p *Pattern) result(index map[string]int, name string) *Result {
	i, ok := index[name]
	if !ok {
		i = len(p.results)
		index[name] = i
		p.results = append(p.results, Result{Name: name, name: -1})
	}
	return &p.results[i]
}

func (p *Pattern) fail(reason string) error {
	return fmt.Errorf("Unable to parse pattern: %s Reason: %s", p.text, reason) //nolint:staticcheck // Elasticsearch's text
}

// appendNames returns the names that some key appends to; plain keys of such a
// name append as well.
func (p *Pattern) appendNames() map[string]bool {
	out := make(map[string]bool)
	for _, pair := range p.pairs {
		if pair.key.modifier == appended || pair.key.modifier == appendedOrder {
			out[pair.key.name] = true
		}
	}
	return out
}

// sortAppends puts the values without a number first, then the others by it.
func (p *Pattern) sortAppends(r *Result) {
	slices.SortStableFunc(r.values, func(a, b int) int { return cmp.Compare(p.order(a), p.order(b)) })
}

func (p *Pattern) order(i int) int {
	if k := p.pairs[i].key; k.modifier == appendedOrder {
		return k.position
	}
	return -1
}

// reference makes the result of a pair of *name and &name.
func (p *Pattern) reference(r *Result) error {
	pairs := r.values
	if len(pairs) != 2 {
		names := strings.Join(slices.Repeat([]string{r.Name}, len(pairs)), ",")
		return p.fail("Found invalid key/reference associations: '" + names +
			"' Please ensure each '*<key>' is matched with a matching '&<key>")
	}
	r.Name, r.values = "", nil
	for _, i := range pairs {
		if p.pairs[i].key.modifier == fieldName {
			r.name = i
		} else {
			r.values = []int{i}
		}
	}
	return nil
}

// names returns the number of different names of keys.
func (p *Pattern) names() int {
	seen := make(map[string]bool)
	for _, pair := range p.pairs {
		if pair.key.modifier != skipped {
			seen[pair.key.name] = true
		}
	}
	return len(seen)
}

// Results returns the fields that a match yields, in the order of the pattern.
func (p *Pattern) Results() []Result { return p.results }

package dissect

import (
	"slices"
	"strings"
)

// Match appends the values of the keys to values and reports whether the whole
// pattern matches; only then Value and Name may be asked. The values are parts
// of text.
func (p *Pattern) Match(text string, values []string) ([]string, bool) {
	if len(text) <= len(p.leading) || !strings.HasPrefix(text, p.leading) {
		return values, false
	}
	values = p.split(text, values[:0])
	return values, len(values) == len(p.pairs) && p.unambiguous(values)
}

// split finds one delimiter after the other. The same delimiter again stands
// for an empty value of the next key, unless the key allows it to be repeated;
// what delimiter the next key has does not matter then.
func (p *Pattern) split(text string, values []string) []string {
	n, at := 0, p.start // the current pair, and where its value begins
	for {
		delimiter := p.pairs[n].delimiter
		if delimiter == "" {
			return append(values, text[at:])
		}
		found := strings.Index(text[at:], delimiter)
		if found < 0 {
			return values
		}
		values = append(values, text[at:at+found])
		at += found + len(delimiter)
		for strings.HasPrefix(text[at:], delimiter) {
			at += len(delimiter)
			if p.pairs[n].key.padded {
				continue
			}
			if n+1 == len(p.pairs) {
				return values
			}
			n++
			values = append(values, "")
		}
		if n++; n == len(p.pairs) {
			return values
		}
	}
}

// unambiguous reports whether no two fields have the same name.
func (p *Pattern) unambiguous(values []string) bool {
	if p.distinct == 0 {
		return true
	}
	names := make([]string, len(p.results))
	for i := range p.results {
		names[i] = p.results[i].NameIn(values)
	}
	slices.Sort(names)
	return len(slices.Compact(names)) == p.distinct
}

// NameIn returns the field's name in a match.
func (r *Result) NameIn(values []string) string {
	if r.name < 0 {
		return r.Name
	}
	return values[r.name]
}

// ValueIn returns the field's value in a match; false for null.
func (r *Result) ValueIn(values []string) (string, bool) {
	switch len(r.values) {
	case 0:
		return "", false
	case 1:
		return values[r.values[0]], true
	}
	parts := make([]string, len(r.values))
	for i, at := range r.values {
		parts[i] = values[at]
	}
	return strings.Join(parts, r.separator), true
}

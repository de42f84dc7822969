package packagetest

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

func decode(data []byte) (map[string]any, error) {
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.UseNumber()
	var out map[string]any
	err := dec.Decode(&out)
	return out, err
}

// compare returns an error that lists the differences: maps without order,
// lists with it, numbers by value. Dynamic fields are checked against their
// pattern and otherwise left out. A document with error.message is wrong.
func compare(want, got map[string]any, dynamic map[string]string) error {
	if want == nil || got == nil {
		if (want == nil) != (got == nil) {
			return fmt.Errorf("dropped: want %t, got %t", want == nil, got == nil)
		}
		return nil
	}
	var diffs []string
	if message, ok := take(got, "error.message", false); ok {
		diffs = append(diffs, fmt.Sprintf("error.message: %v", message))
	}
	for name, pattern := range dynamic {
		take(want, name, true)
		if v, ok := take(got, name, true); ok {
			diffs = append(diffs, mismatch(name, pattern, v)...)
		}
	}
	diffs = append(diffs, diff("", want, got)...)
	if len(diffs) == 0 {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(diffs, "\n  "))
}

// mismatch says that a dynamic field is not as its pattern wants it.
func mismatch(name, pattern string, v any) []string {
	text, ok := v.(string)
	if !ok {
		return []string{fmt.Sprintf("%s: %s is no text to match %s", name, show(v), pattern)}
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return []string{fmt.Sprintf("%s: %v", name, err)}
	}
	if !re.MatchString(text) {
		return []string{fmt.Sprintf("%s: %q does not match %s", name, text, pattern)}
	}
	return nil
}

// take returns the value at a dotted name and, if asked to, deletes it. A key
// that contains the dots itself counts, too.
func take(m map[string]any, name string, remove bool) (any, bool) {
	if v, ok := m[name]; ok {
		if remove {
			delete(m, name)
		}
		return v, true
	}
	for i := range len(name) {
		if name[i] != '.' {
			continue
		}
		inner, ok := m[name[:i]].(map[string]any)
		if !ok {
			continue
		}
		v, ok := take(inner, name[i+1:], remove)
		if ok && remove && len(inner) == 0 {
			delete(m, name[:i])
		}
		return v, ok
	}
	return nil, false
}

func diff(path string, want, got any) []string {
	switch w := want.(type) {
	case map[string]any:
		if g, ok := got.(map[string]any); ok {
			return diffMaps(path, w, g)
		}
	case []any:
		if g, ok := got.([]any); ok && len(g) == len(w) {
			var out []string
			for i := range w {
				out = append(out, diff(fmt.Sprintf("%s[%d]", path, i), w[i], g[i])...)
			}
			return out
		}
	case json.Number:
		if g, ok := got.(json.Number); ok && sameNumber(w, g) {
			return nil
		}
	default:
		if want == got {
			return nil
		}
	}
	return []string{fmt.Sprintf("%s: want %s, got %s", path, show(want), show(got))}
}

func diffMaps(path string, want, got map[string]any) []string {
	names := slices.Sorted(maps.Keys(want))
	for k := range got {
		if _, ok := want[k]; !ok {
			names = append(names, k)
		}
	}
	var out []string
	for _, k := range names {
		w, inWant := want[k]
		g, inGot := got[k]
		at := strings.TrimPrefix(path+"."+k, ".")
		switch {
		case !inGot:
			out = append(out, fmt.Sprintf("%s: missing, want %s", at, show(w)))
		case !inWant:
			out = append(out, fmt.Sprintf("%s: not wanted, got %s", at, show(g)))
		default:
			out = append(out, diff(at, w, g)...)
		}
	}
	return out
}

// sameNumber compares whole numbers as such, else by their nearest double.
func sameNumber(a, b json.Number) bool {
	if m, err := a.Int64(); err == nil {
		if n, err := b.Int64(); err == nil {
			return m == n
		}
	}
	x, errX := a.Float64()
	y, errY := b.Float64()
	return errX == nil && errY == nil && x == y
}

func show(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(data)
}

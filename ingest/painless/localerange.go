package painless

import (
	"math"
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A languageRange is a java.util.Locale$LanguageRange: languages that somebody reads, and how
// well.
type languageRange struct {
	tag    string // in small letters
	weight float64
}

// JavaClass implements document.Object.
func (languageRange) JavaClass() string { return "java.util.Locale$LanguageRange" }

// AppendText implements document.Object.
func (r languageRange) AppendText(dst []byte) []byte {
	dst = append(dst, r.tag...)
	if r.weight != 1 {
		dst = document.Double(r.weight).AppendText(append(dst, ";q="...))
	}
	return dst
}

// Identity implements document.Object.
func (r languageRange) Identity() string { return string(r.AppendText(nil)) }

// HashCode implements document.Object.
func (r languageRange) HashCode() int32 {
	bits := math.Float64bits(r.weight)
	return (37*17+document.String(r.tag).HashCode())*37 + int32(bits^bits>>32)
}

func localeRangeClasses() []classSpec {
	in := func(v Value) languageRange { return objectOf[languageRange](v) }
	return []classSpec{
		enumSpec(localeCategories), enumSpec(filteringModes),
		{
			name: "Locale.LanguageRange", java: "java.util.Locale$LanguageRange",
			constants: map[string]any{"MAX_WEIGHT": 1.0, "MIN_WEIGHT": 0.0},
			methods: []member{
				{"String getRange()", func(v Value) Value { return document.String(in(v).tag) }},
				{"double getWeight()", func(v Value) Value { return document.Double(in(v).weight) }},
			},
			statics: []member{
				{"Locale.LanguageRange(String)", newLanguageRange}, {"Locale.LanguageRange(String, double)", newLanguageRange},
				{"List mapEquivalents(List, Map)", mapEquivalents},
			},
		},
	}
}

var (
	localeCategories = enumValues("java.util.Locale$Category", "DISPLAY", "FORMAT")
	filteringModes   = enumValues("java.util.Locale$FilteringMode", "AUTOSELECT_FILTERING", "EXTENDED_FILTERING", "IGNORE_EXTENDED_RANGES",
		"MAP_EXTENDED_RANGES", "REJECT_EXTENDED_RANGES")
)

func newLanguageRange(t *thread, args []Value) Value {
	r := languageRange{strings.ToLower(t.text(args[0])), 1}
	if len(args) > 1 {
		r.weight = args[1].Float64()
	}
	if !(r.weight >= 0 && r.weight <= 1) {
		t.throw(document.IllegalArgument, "weight=%s", document.Double(r.weight).Text())
	}
	for i, s := range strings.Split(r.tag, "-") {
		if s != "*" && (!isPrivateTag(s) || i == 0 && !isAlphaTag(1, 8)(s)) {
			t.throw(document.IllegalArgument, "range=%s", r.tag)
		}
	}
	return document.ObjectOf(r)
}

// mapEquivalents adds the ranges that a map has for the beginnings of others.
func mapEquivalents(t *thread, args []Value) Value {
	equivalents := make(map[string][]string)
	for _, key := range t.items(objectFor(mapView{of: args[1], what: keyView})) {
		for _, v := range t.items(mapGet(args[1], key)) {
			equivalents[strings.ToLower(key.Text())] = append(equivalents[strings.ToLower(key.Text())], strings.ToLower(t.text(v)))
		}
	}
	var out []Value
	for _, v := range t.items(args[0]) {
		r := objectOf[languageRange](v)
		of, start := []string{r.tag}, r.tag
		for begin := r.tag; begin != ""; begin = begin[:max(strings.LastIndexByte(begin, '-'), 0)] {
			if found, ok := equivalents[begin]; ok {
				of, start = found, begin
				break
			}
		}
		for _, tag := range of {
			out = append(out, newLanguageRange(t, []Value{document.String(tag + r.tag[len(start):]), document.Double(r.weight)}))
		}
	}
	return t.newList(out)
}

// A tagMatcher tells which tags match ranges; a range without weight excludes.
type tagMatcher struct {
	wanted, unwanted []string
	extended         bool // a range has * inside
}

func (t *thread) tagMatcher(ranges Value) *tagMatcher {
	m := &tagMatcher{}
	for _, v := range t.items(ranges) {
		r := objectOf[languageRange](v)
		m.extended = m.extended || strings.HasPrefix(r.tag, "*-") || strings.Contains(r.tag, "-*")
		if r.weight == 0 {
			m.unwanted = append(m.unwanted, r.tag)
		} else {
			m.wanted = append(m.wanted, r.tag)
		}
	}
	return m
}

// matches reports whether a filter with a range lets a tag through.
func (m *tagMatcher) matches(r, tag string) bool {
	if !m.extended || r == "*" {
		return r == "*" || tag == r || strings.HasPrefix(tag, r+"-")
	}
	want, have := strings.Split(r, "-"), strings.Split(tag, "-")
	if want[0] != have[0] && want[0] != "*" {
		return false
	}
	want, have = want[1:], have[1:]
	for len(want) > 0 && len(have) > 0 {
		switch {
		case want[0] == "*":
			want = want[1:]
		case want[0] == have[0]:
			want, have = want[1:], have[1:]
		case len(have[0]) == 1:
			return false
		default:
			have = have[1:]
		}
	}
	return len(want) == 0
}

func (m *tagMatcher) excludes(tag string) bool {
	return slices.ContainsFunc(m.unwanted, func(r string) bool { return m.matches(r, tag) })
}

// filter returns the places of the tags that match, in the order of the ranges.
func (m *tagMatcher) filter(tags []string) (out []int) {
	seen := make(map[string]bool)
	for _, r := range m.wanted {
		for i, tag := range tags {
			if tag = strings.ToLower(tag); m.matches(r, tag) && !m.excludes(tag) && (!seen[tag] || r == "*") {
				seen[tag] = true
				out = append(out, i)
			}
		}
		if r == "*" {
			break
		}
	}
	return out
}

// lookup returns the place of the tag that fits best, -1 for none: ranges lose their ends
// until there is one.
func (m *tagMatcher) lookup(tags []string) int {
	for _, r := range m.wanted {
		for r != "*" && r != "" {
			for i, tag := range tags {
				if tag = strings.ToLower(tag); sameSubtags(r, tag) && !slices.ContainsFunc(m.unwanted, func(r string) bool { return sameSubtags(r, tag) }) {
					return i
				}
			}
			r = r[:max(strings.LastIndexByte(r, '-'), 0)]
			if n := len(r); n > 1 && r[n-2] == '-' {
				r = r[:n-2]
			}
		}
	}
	return -1
}

// sameSubtags compares a range and a tag; * is any subtag.
func sameSubtags(r, tag string) bool {
	return slices.EqualFunc(strings.Split(r, "-"), strings.Split(tag, "-"), func(a, b string) bool { return a == "*" || a == b })
}

// matching compiles filter and lookup of locales or of tags.
func matching(find func(m *tagMatcher, tags []string) []int, one bool) native {
	return func(t *thread, args []Value) Value {
		items := t.items(args[1])
		tags := make([]string, len(items))
		for i, v := range items {
			if l, ok := v.Object().(locale); ok {
				tags[i] = l.tag()
			} else {
				tags[i] = t.text(v)
			}
		}
		m := t.tagMatcher(args[0])
		t.spend(t.at, len(tags)*(len(m.wanted)*8+len(m.unwanted)))
		var found []Value
		for _, i := range find(m, tags) {
			found = append(found, items[i])
		}
		switch {
		case !one:
			return t.newList(found)
		case found == nil:
			return document.Null
		}
		return found[0]
	}
}

var (
	filterTags = matching((*tagMatcher).filter, false)
	lookupTag  = matching(func(m *tagMatcher, tags []string) []int {
		if i := m.lookup(tags); i >= 0 {
			return []int{i}
		}
		return nil
	}, true)
)

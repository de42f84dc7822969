package painless

import (
	"fmt"
	"slices"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
)

// A dateSymbols is a java.text.DateFormatSymbols. The zones are left out.
type dateSymbols struct {
	eras, months, shortMonths, weekdays, shortWeekdays, amPm []string

	letters string // of localized patterns, in the order of dateLetters
	changed bool
}

// JavaClass implements document.Object.
func (*dateSymbols) JavaClass() string { return "java.text.DateFormatSymbols" }

// AppendText implements document.Object.
func (s *dateSymbols) AppendText(dst []byte) []byte { return append(dst, s.JavaClass()...) }

// Identity implements document.Object.
func (s *dateSymbols) Identity() string {
	return fmt.Sprintf("%q", [][]string{s.eras, s.months, s.shortMonths, s.weekdays, s.shortWeekdays, s.amPm, {s.letters}})
}

// HashCode implements document.Object. Java's is made of the texts in another way.
func (s *dateSymbols) HashCode() int32 { return document.String(s.Identity()).HashCode() }

// clone shares the names, which are only replaced as a whole.
func (s *dateSymbols) clone() *dateSymbols {
	c := *s
	return &c
}

// newDateSymbols has the names as Java counts them: an empty thirteenth month, and
// days from Sunday on behind an empty one.
func newDateSymbols(l *datetime.Locale) *dateSymbols {
	days := func(letters string) []string {
		names := l.Names(letters)
		return slices.Concat([]string{"", names[6]}, names[:6])
	}
	return &dateSymbols{
		eras: l.Names("G"), months: append(l.Names("MMMM"), ""), shortMonths: append(l.Names("MMM"), ""),
		weekdays: days("EEEE"), shortWeekdays: days("EEE"), amPm: l.Names("a"), letters: dateLetters[:19],
	}
}

// nameAt returns a name, of which a script may have set too few.
func (t *thread) nameAt(names []string, i int) string {
	if i < 0 || i >= len(names) {
		t.throw(arrayIndexOutOfBounds, "Index %d out of bounds for length %d", i, len(names))
	}
	return names[i]
}

// texts returns the strings of a String[].
func (t *thread) texts(v Value) []string {
	items := objectOf[*array](v).items
	t.charge(t.at, entryBytes*len(items))
	out := make([]string, len(items))
	for i, item := range items {
		out[i] = item.Str()
	}
	return out
}

func dateSymbolsClass() classSpec {
	in := func(v Value) *dateSymbols { return objectOf[*dateSymbols](v) }
	construct := func(t *thread, args []Value) Value {
		t.spend(t.at, formatSteps)
		return document.ObjectOf(newDateSymbols(dateLocale(args, 0)))
	}
	s := classSpec{
		name: "DateFormatSymbols", java: "java.text.DateFormatSymbols",
		methods: []member{
			{"def clone()", func(v Value) Value { return document.ObjectOf(in(v).clone()) }},
			{"String getLocalPatternChars()", func(v Value) Value { return document.String(in(v).letters) }},
			{"void setLocalPatternChars(String)", func(t *thread, args []Value) Value {
				in(args[0]).letters = t.text(args[1])
				return document.Null
			}},
		},
		statics: []member{
			{"DateFormatSymbols()", construct}, {"DateFormatSymbols(Locale)", construct},
			{"DateFormatSymbols getInstance()", construct}, {"DateFormatSymbols getInstance(Locale)", construct},
			localesStatic,
		},
	}
	for name, names := range map[string]func(s *dateSymbols) *[]string{
		"AmPmStrings":   func(s *dateSymbols) *[]string { return &s.amPm },
		"Eras":          func(s *dateSymbols) *[]string { return &s.eras },
		"Months":        func(s *dateSymbols) *[]string { return &s.months },
		"ShortMonths":   func(s *dateSymbols) *[]string { return &s.shortMonths },
		"Weekdays":      func(s *dateSymbols) *[]string { return &s.weekdays },
		"ShortWeekdays": func(s *dateSymbols) *[]string { return &s.shortWeekdays },
	} {
		s.methods = append(s.methods,
			member{"String[] get" + name + "()", func(t *thread, args []Value) Value { return t.textArray(*names(in(args[0]))) }},
			member{"void set" + name + "(String[])", func(t *thread, args []Value) Value {
				s := in(args[0])
				*names(s), s.changed = t.texts(args[1]), true
				return document.Null
			}})
	}
	return s
}

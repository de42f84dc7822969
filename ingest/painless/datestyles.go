package painless

import (
	_ "embed" // the table of patterns
	"strings"
	"sync"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
)

// dateStylesFile has a line for each locale, with the patterns of Java 17: four of
// dates, from FULL to SHORT, four of times and four of both, the root's first.
//
//	de: EEEE, d. MMMM y|…|HH:mm:ss zzzz|…|{1} 'um' {0}|…
//
//go:embed datestyles.txt
var dateStylesFile string

var dateStyles = sync.OnceValue(func() map[string][]string {
	out := make(map[string][]string)
	for line := range strings.Lines(dateStylesFile) {
		tag, patterns, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		out[tag] = strings.Split(patterns, "|")
	}
	return out
})

// stylesOf returns the patterns of a locale, or of its language.
func stylesOf(l *datetime.Locale) []string {
	language, _, _ := strings.Cut(l.String(), "-")
	for _, tag := range [...]string{l.String(), language} {
		if patterns, ok := dateStyles()[tag]; ok {
			return patterns
		}
	}
	return dateStyles()[""]
}

// The styles of DateFormat.
const (
	styleFull = iota
	styleLong
	styleMedium
	styleShort
	noStyle = -1
)

// styled returns a DateFormat with styles for the date and the time, or none for
// one of them, in the locale that is argument i.
func (t *thread) styled(date, time int, args []Value, i int) Value {
	patterns := stylesOf(dateLocale(args, i))
	pattern := ""
	switch {
	case time == noStyle:
		pattern = patterns[date]
	case date == noStyle:
		pattern = patterns[4+time]
	default:
		pattern = strings.NewReplacer("{1}", patterns[date], "{0}", patterns[4+time]).Replace(patterns[8+max(date, time)])
	}
	return document.ObjectOf(t.newDateFormat(pattern, args, i))
}

// style returns the style that argument i is, MEDIUM if it is not there.
func (t *thread) style(what string, args []Value, i int) int {
	if i >= len(args) {
		return styleMedium
	}
	n := args[i].Int64()
	if n < styleFull || n > styleShort {
		t.throw(document.IllegalArgument, "Illegal %s style %d", what, n)
	}
	return int(n)
}

// dateStyleStatics are the methods of DateFormat that take styles.
func dateStyleStatics() []member {
	dates := func(t *thread, args []Value) Value { return t.styled(t.style("date", args, 0), noStyle, args, 1) }
	times := func(t *thread, args []Value) Value { return t.styled(noStyle, t.style("time", args, 0), args, 1) }
	both := func(t *thread, args []Value) Value {
		time := t.style("time", args, 1)
		return t.styled(t.style("date", args, 0), time, args, 2)
	}
	return []member{
		{"DateFormat getDateInstance()", dates}, {"DateFormat getDateInstance(int)", dates}, {"DateFormat getDateInstance(int, Locale)", dates},
		{"DateFormat getTimeInstance()", times}, {"DateFormat getTimeInstance(int)", times}, {"DateFormat getTimeInstance(int, Locale)", times},
		{"DateFormat getDateTimeInstance()", both}, {"DateFormat getDateTimeInstance(int, int)", both},
		{"DateFormat getDateTimeInstance(int, int, Locale)", both},
		{"DateFormat getInstance()", func(t *thread, _ []Value) Value { return t.styled(styleShort, styleShort, nil, 0) }},
	}
}

package painless

import (
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

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
func (t *thread) styled(date, time int, args []Value, i int) *dateFormat {
	pattern := dateLocale(args, i).StylePattern(date, time)
	pattern = strings.ReplaceAll(pattern, "cccc", "EEEE") // which java.text does not have
	return t.newDateFormat(pattern, args, i)
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
	dates := func(t *thread, args []Value) Value {
		return document.ObjectOf(t.styled(t.style("date", args, 0), noStyle, args, 1))
	}
	times := func(t *thread, args []Value) Value {
		return document.ObjectOf(t.styled(noStyle, t.style("time", args, 0), args, 1))
	}
	both := func(t *thread, args []Value) Value {
		time := t.style("time", args, 1)
		return document.ObjectOf(t.styled(t.style("date", args, 0), time, args, 2))
	}
	return []member{
		{"DateFormat getDateInstance()", dates}, {"DateFormat getDateInstance(int)", dates}, {"DateFormat getDateInstance(int, Locale)", dates},
		{"DateFormat getTimeInstance()", times}, {"DateFormat getTimeInstance(int)", times}, {"DateFormat getTimeInstance(int, Locale)", times},
		{"DateFormat getDateTimeInstance()", both}, {"DateFormat getDateTimeInstance(int, int)", both},
		{"DateFormat getDateTimeInstance(int, int, Locale)", both},
		{"DateFormat getInstance()", func(t *thread, _ []Value) Value { return document.ObjectOf(t.styled(styleShort, styleShort, nil, 0)) }},
	}
}

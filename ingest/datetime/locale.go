package datetime

import (
	"fmt"
	"slices"
	"strings"
)

// A Locale has the names of months, days and the like of a language, and the
// weeks of a country.
type Locale struct {
	tag   string
	weeks weekRule
}

// Root is Locale.ROOT as Elasticsearch sets it up, and the default: English
// names, and weeks as ISO 8601 counts them.
var Root = &Locale{weeks: isoWeeks}

// English is the language without a country: weeks begin on Sunday, and the
// one with January 1 is the first.
var English = &Locale{tag: "en", weeks: weekRule{firstDay: 7, minDays: 1}}

// String returns the locale's tag, as in en-US; the root's is empty.
func (l *Locale) String() string { return l.tag }

// ParseLocale returns the locale of a tag such as en-US or en_US. Only English
// has names here; others are an error.
func ParseLocale(tag string) (*Locale, error) {
	if tag == "" {
		return Root, nil
	}
	parts := strings.FieldsFunc(tag, func(r rune) bool { return r == '-' || r == '_' })
	if len(parts) == 0 || len(parts) > 3 {
		return nil, fmt.Errorf("Can't parse locale: [%s]", tag) //nolint:staticcheck,revive // Elasticsearch's text
	}
	language := strings.ToLower(parts[0])
	if language != "en" {
		return nil, fmt.Errorf("locale %q is not supported: month and day names are known in English only", tag)
	}
	l := &Locale{tag: language, weeks: English.weeks}
	if len(parts) > 1 {
		country := strings.ToUpper(parts[1])
		l.tag += "-" + country
		l.weeks = weeksOf(country)
	}
	return l, nil
}

// A textStyle is a pattern letter and its number of repetitions: MMM is the
// short form, MMMM the full one, MMMMM a letter.
type textStyle struct {
	letter byte
	width  int
}

const narrow = 5

// names returns the texts of a field, the longest first, as
// DateTimeTextProvider has them.
func (l *Locale) names(f field, style textStyle) []name {
	var out []name
	first := fields[f].min
	for i, text := range englishNames(f, style.width) {
		out = append(out, name{text, first + int64(i)})
	}
	// Of equal names the last one wins, such as J for July.
	slices.Reverse(out)
	slices.SortStableFunc(out, func(a, b name) int { return len(b.text) - len(a.text) })
	return out
}

func englishNames(f field, width int) []string {
	full := fullNames[f]
	switch {
	case width == 4:
		return full
	case f == quarterOfYear:
		return map[int][]string{3: {"Q1", "Q2", "Q3", "Q4"}, narrow: {"1", "2", "3", "4"}}[width]
	case f == era:
		return map[int][]string{3: {"BC", "AD"}, narrow: {"B", "A"}}[width]
	case f == amPmOfDay:
		return full
	}
	length := 3
	if width == narrow {
		length = 1
	}
	out := make([]string, len(full))
	for i, s := range full {
		out[i] = s[:length]
	}
	return out
}

var fullNames = map[field][]string{
	monthOfYear: {
		"January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December",
	},
	dayOfWeek:     {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
	amPmOfDay:     {"AM", "PM"},
	quarterOfYear: {"1st quarter", "2nd quarter", "3rd quarter", "4th quarter"},
	era:           {"Before Christ", "Anno Domini"},
}

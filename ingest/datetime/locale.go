package datetime

import (
	_ "embed" // the table of names
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// localeNamesFile has a line for each locale, with the texts of each pattern
// letter, by CLDR as Java 25 has it. Countries have what is not as in their
// language.
//
//	de: MMM|Jan.|Feb.|…;MMMM|Januar|Februar|…
//
//go:embed localenames.txt
var localeNamesFile string

// A Locale has the names of months, days and the like of a language, and the
// weeks of a country. Zone names are English in all of them.
type Locale struct {
	tag   string
	weeks weekRule
	texts []map[string][]string // by pattern letters; of the country, then of the language
}

// Root is Locale.ROOT as Elasticsearch sets it up, and the default: English
// names, and weeks as ISO 8601 counts them.
var Root = &Locale{weeks: isoWeeks}

// languageWeeks are those of a locale without a country: weeks begin on Sunday,
// and the one with January 1 is the first.
var languageWeeks = weekRule{firstDay: 7, minDays: 1}

// String returns the locale's tag, as in en-US; the root's is empty.
func (l *Locale) String() string { return l.tag }

// Weeks returns on which day weeks begin, Monday being 1, and how many days of a year its
// first week has at least.
func (l *Locale) Weeks() (firstDay, minDays int64) { return l.weeks.firstDay, l.weeks.minDays }

// ErrLocale is the error of a language that may well exist but whose names are
// not known here.
var ErrLocale = errors.New("is not supported")

// ParseLocale returns the locale of a tag such as de, en-US or en_US, as
// Elasticsearch's LocaleUtils.parse does. For a language whose names are not
// known the error is an ErrLocale.
func ParseLocale(tag string) (*Locale, error) {
	if tag == "" {
		return Root, nil
	}
	parts := strings.FieldsFunc(tag, func(r rune) bool { return r == '-' || r == '_' })
	if len(parts) == 0 || len(parts) > 3 {
		return nil, fmt.Errorf("Can't parse locale: [%s]", tag) //nolint:staticcheck // Elasticsearch's text
	}
	language := strings.ToLower(parts[0])
	texts := localeTexts()
	switch {
	case len(language) < 2 || len(language) > 3:
		return nil, fmt.Errorf("Unknown language: %s", parts[0]) //nolint:staticcheck // Elasticsearch's text
	case texts[language] == nil:
		return nil, fmt.Errorf("locale [%s] %w: names are known in %s", tag, ErrLocale, strings.Join(languages(), ", "))
	}
	l := &Locale{tag: language, weeks: languageWeeks}
	if len(parts) > 1 {
		country := strings.ToUpper(parts[1])
		l.tag += "-" + country
		l.weeks = weeksOf(country)
		if of := texts[l.tag]; of != nil {
			l.texts = append(l.texts, of)
		}
	}
	l.texts = append(l.texts, texts[language])
	return l, nil
}

// Locales returns the tags of the locales that have names, in their order.
func Locales() []string { return slices.Sorted(maps.Keys(localeTexts())) }

// languages returns the languages whose names are known.
func languages() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(localeTexts())), func(tag string) bool { return strings.Contains(tag, "-") })
}

// localeTexts has the texts by locale and pattern letters; it does not change.
var localeTexts = sync.OnceValue(func() map[string]map[string][]string {
	out := make(map[string]map[string][]string)
	for line := range strings.Lines(localeNamesFile) {
		tag, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		out[tag] = make(map[string][]string)
		for texts := range strings.SplitSeq(rest, ";") {
			columns := strings.Split(texts, "|")
			out[tag][columns[0]] = columns[1:]
		}
	}
	return out
})

// names returns the texts of a field, the longest first, as
// DateTimeTextProvider has them. letters is MMM for the short form, MMMM for
// the full one, MMMMM for a letter.
func (l *Locale) names(f field, letters string) []name {
	var out []name
	for i, text := range l.textsOf(letters) {
		out = append(out, name{text, fields[f].min + int64(i)})
	}
	// Of equal names the last one wins, such as J for July.
	slices.Reverse(out)
	slices.SortStableFunc(out, func(a, b name) int { return len(b.text) - len(a.text) })
	return out
}

func (l *Locale) textsOf(letters string) []string {
	for _, texts := range l.texts {
		if found, ok := texts[letters]; ok {
			return found
		}
	}
	return localeTexts()["en"][letters]
}

// Names returns the texts that pattern letters stand for, such as MMMM or a, in
// the order of the field's values.
func (l *Locale) Names(letters string) []string { return slices.Clone(l.textsOf(letters)) }

package painless

import (
	_ "embed" // the table of symbols and patterns
	"strings"
	"sync"
)

// numberLocalesFile has a line for each locale that is not like its language, and
// for each language that is not like the root, by Java 17: the decimal separator,
// the grouping separator, both for money, minus, the exponent, NaN and the patterns of
// percentages and of money.
//
//go:embed numberlocales.txt
var numberLocalesFile string

// A numberLocale is a line of numberLocalesFile.
type numberLocale struct {
	symbols        symbols
	percent, money string // patterns
}

// plainPattern is the pattern of numbers, in all locales.
const plainPattern = "#,##0.###"

var numberLocales = sync.OnceValue(func() map[string]numberLocale {
	out := make(map[string]numberLocale)
	for line := range strings.Lines(numberLocalesFile) {
		tag, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		columns := strings.Split(rest, "|")
		s := standardSymbols
		for i, c := range []*rune{&s.point, &s.comma, &s.moneyPoint, &s.moneyComma, &s.minus} {
			*c = []rune(columns[i])[0]
		}
		s.exponent, s.nan = columns[5], columns[6]
		out[tag] = numberLocale{s, columns[7], columns[8]}
	}
	return out
})

// numberLocaleFor returns what the locale that may be the argument has, or that of
// Locale.getDefault.
func numberLocaleFor(args []Value) numberLocale {
	l := objectOf[locale](defaultLocale)
	if len(args) > 0 {
		l = objectOf[locale](args[0])
	}
	var out numberLocale
	for _, tag := range l.tags() {
		if found, ok := numberLocales()[tag]; ok {
			out = found
			break
		}
	}
	out.symbols.locale = l
	out.symbols.setCurrency(currencyOf(l))
	return out
}

// tags are the names of a locale in tables, the most exact first.
func (l locale) tags() [3]string { return [...]string{l.language + "-" + l.country, l.language, ""} }

// A numberStyle is one of the formats that NumberFormat makes.
type numberStyle int

const (
	plainNumbers numberStyle = iota
	wholeNumbers
	percentages
	money
)

// newNumberFormat returns a format in the locale that may be the argument. Money
// has the digits of the currency of the country.
func (t *thread) newNumberFormat(style numberStyle, args []Value) *decimalFormat {
	t.spend(t.at, formatSteps)
	l := numberLocaleFor(args)
	f := newDecimalFormat(l.symbols)
	switch style {
	case plainNumbers:
		f.apply(t, plainPattern)
	case wholeNumbers:
		f.apply(t, "#,##0")
		f.wholeOnly = true
	case percentages:
		f.apply(t, l.percent)
	case money:
		f.apply(t, l.money)
		if digits := l.symbols.currency.digits; digits >= 0 {
			f.minFraction, f.maxFraction = digits, digits
		}
	}
	return f
}

package painless

import (
	_ "embed" // the table of currencies
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/sluice-otel/sluice/ingest/document"
)

// currenciesFile has a line for each currency of Java 17: the code, the number,
// the digits of a fraction, the countries, the English name, the one of Locale.ROOT
// if it differs, and the symbols by locale, where they are not as in its language.
//
//	CAD|124|2|CA|Canadian Dollar||=CA$;en-CA=$;…
//
//go:embed currencies.txt
var currenciesFile string

// A currency is a java.util.Currency. Its names are English in all languages.
type currency struct {
	code           string
	number, digits int
	name, rootName string
	symbols        map[string]string // by locale
}

// JavaClass implements document.Object.
func (*currency) JavaClass() string { return "java.util.Currency" }

// AppendText implements document.Object.
func (c *currency) AppendText(dst []byte) []byte { return append(dst, c.code...) }

// Identity implements document.Object.
func (c *currency) Identity() string { return c.code }

// HashCode implements document.Object. Java's is that of the object.
func (c *currency) HashCode() int32 { return document.String(c.code).HashCode() }

// A currencyTable has the currencies by code and by country.
type currencyTable struct{ codes, countries map[string]*currency }

var currencies = sync.OnceValue(func() currencyTable {
	out := currencyTable{make(map[string]*currency), make(map[string]*currency)}
	for line := range strings.Lines(currenciesFile) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "|")
		c := &currency{code: columns[0], name: columns[4], rootName: columns[5], symbols: make(map[string]string)}
		c.number, _ = strconv.Atoi(columns[1])
		c.digits, _ = strconv.Atoi(columns[2])
		if c.rootName == "" {
			c.rootName = c.name
		}
		for symbol := range strings.SplitSeq(columns[6], ";") {
			if tag, text, ok := strings.Cut(symbol, "="); ok {
				c.symbols[tag] = text
			}
		}
		out.codes[c.code] = c
		for country := range strings.FieldsSeq(columns[3]) {
			out.countries[country] = c
		}
	}
	return out
})

// currencyOf returns the currency of the country of a locale, XXX if it has none.
func currencyOf(l locale) *currency {
	if c := currencies().countries[l.country]; c != nil {
		return c
	}
	return currencies().codes["XXX"]
}

// symbolIn is the symbol in a locale, or the code.
func (c *currency) symbolIn(l locale) string {
	for _, tag := range l.tags() {
		if symbol, ok := c.symbols[tag]; ok {
			return symbol
		}
	}
	return c.code
}

func (c *currency) nameIn(l locale) string {
	if l.language == "" {
		return c.rootName
	}
	return c.name
}

func currencyClass() classSpec {
	in := func(v Value) *currency { return objectOf[*currency](v) }
	// reader is the locale that argument 1 may be.
	reader := func(args []Value) locale {
		if len(args) > 1 {
			return objectOf[locale](args[1])
		}
		return objectOf[locale](defaultLocale)
	}
	name := func(_ *thread, args []Value) Value { return document.String(in(args[0]).nameIn(reader(args))) }
	symbol := func(_ *thread, args []Value) Value { return document.String(in(args[0]).symbolIn(reader(args))) }
	return classSpec{
		name: "Currency", java: "java.util.Currency",
		methods: []member{
			{"String getCurrencyCode()", textOf},
			{"int getDefaultFractionDigits()", func(v Value) Value { return document.Integer(int32(in(v).digits)) }},
			{"String getDisplayName()", name}, {"String getDisplayName(Locale)", name},
			{"int getNumericCode()", func(v Value) Value { return document.Integer(int32(in(v).number)) }},
			{"String getSymbol()", symbol}, {"String getSymbol(Locale)", symbol},
		},
		statics: []member{
			{"Currency getInstance(String)", func(t *thread, args []Value) Value {
				c := currencies().codes[t.text(args[0])]
				if c == nil {
					t.throw(document.IllegalArgument, "")
				}
				return document.ObjectOf(c)
			}},
			{"Set getAvailableCurrencies()", func(t *thread, _ []Value) Value {
				var all []Value
				for _, code := range slices.Sorted(maps.Keys(currencies().codes)) {
					all = append(all, document.ObjectOf(currencies().codes[code]))
				}
				t.charge(t.at, entryBytes*len(all))
				return t.newSet(document.HashOrder, all)
			}},
		},
	}
}

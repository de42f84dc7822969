package painless

import (
	"fmt"

	"github.com/sluice-otel/sluice/ingest/document"
)

// symbols is a java.text.DecimalFormatSymbols: what stands for digits and between
// them. A format has its own.
type symbols struct {
	zero, comma, point, perMill, percent, digit, separator, minus, moneyPoint, moneyComma rune

	infinity, nan, exponent string

	locale     locale
	currency   *currency // nil for a code that is none
	code, sign string    // of the currency
}

// standardSymbols are those of patterns, and of the root locale.
var standardSymbols = symbols{
	zero: '0', comma: ',', point: '.', perMill: '‰', percent: '%', digit: '#', separator: ';', minus: '-', moneyPoint: '.', moneyComma: ',',
	infinity: "∞", nan: "NaN", exponent: "E",
}

// JavaClass implements document.Object.
func (*symbols) JavaClass() string { return "java.text.DecimalFormatSymbols" }

// AppendText implements document.Object.
func (s *symbols) AppendText(dst []byte) []byte { return append(dst, s.JavaClass()...) }

// Identity implements document.Object.
func (s *symbols) Identity() string {
	shown := *s
	shown.locale = locale{}
	return fmt.Sprintf("%v", shown)
}

// HashCode implements document.Object. Java's is made of fewer of them.
func (s *symbols) HashCode() int32 { return document.String(s.Identity()).HashCode() }

func (s *symbols) setCurrency(c *currency) {
	s.currency, s.code, s.sign = c, c.code, c.symbolIn(s.locale)
}

func (s *symbols) setCode(code string) {
	if c := currencies().codes[code]; c != nil {
		s.setCurrency(c)
		return
	}
	s.currency, s.code = nil, code
}

// currencyValue is the currency, or null.
func (s *symbols) currencyValue() Value {
	if s.currency == nil {
		return document.Null
	}
	return document.ObjectOf(s.currency)
}

func symbolsIn(v Value) *symbols { return objectOf[*symbols](v) }

func decimalSymbolsClass() classSpec {
	construct := func(_ *thread, args []Value) Value {
		s := numberLocaleFor(args).symbols
		return document.ObjectOf(&s)
	}
	s := classSpec{
		name: "DecimalFormatSymbols", java: "java.text.DecimalFormatSymbols",
		methods: []member{
			{"def clone()", func(v Value) Value {
				c := *symbolsIn(v)
				return document.ObjectOf(&c)
			}},
			{"Currency getCurrency()", func(v Value) Value { return symbolsIn(v).currencyValue() }},
			{"String getInternationalCurrencySymbol()", func(v Value) Value { return document.String(symbolsIn(v).code) }},
			{"void setCurrency(Currency)", func(_ *thread, args []Value) Value {
				symbolsIn(args[0]).setCurrency(objectOf[*currency](args[1]))
				return document.Null
			}},
			{"void setInternationalCurrencySymbol(String)", func(t *thread, args []Value) Value {
				symbolsIn(args[0]).setCode(t.text(args[1]))
				return document.Null
			}},
		},
		statics: []member{
			{"DecimalFormatSymbols()", construct}, {"DecimalFormatSymbols(Locale)", construct},
			{"DecimalFormatSymbols getInstance()", construct}, {"DecimalFormatSymbols getInstance(Locale)", construct},
			localesStatic,
		},
	}
	for name, char := range map[string]func(s *symbols) *rune{
		"DecimalSeparator":         func(s *symbols) *rune { return &s.point },
		"Digit":                    func(s *symbols) *rune { return &s.digit },
		"GroupingSeparator":        func(s *symbols) *rune { return &s.comma },
		"MinusSign":                func(s *symbols) *rune { return &s.minus },
		"MonetaryDecimalSeparator": func(s *symbols) *rune { return &s.moneyPoint },
		"PatternSeparator":         func(s *symbols) *rune { return &s.separator },
		"Percent":                  func(s *symbols) *rune { return &s.percent },
		"PerMill":                  func(s *symbols) *rune { return &s.perMill },
		"ZeroDigit":                func(s *symbols) *rune { return &s.zero },
	} {
		s.methods = append(s.methods,
			member{"char get" + name + "()", func(v Value) Value { return charValue(uint16(*char(symbolsIn(v)))) }},
			member{"void set" + name + "(char)", func(_ *thread, args []Value) Value {
				*char(symbolsIn(args[0])) = rune(wholeOf(args[1]))
				return document.Null
			}})
	}
	for name, text := range map[string]func(s *symbols) *string{
		"CurrencySymbol":    func(s *symbols) *string { return &s.sign },
		"ExponentSeparator": func(s *symbols) *string { return &s.exponent },
		"Infinity":          func(s *symbols) *string { return &s.infinity },
		"NaN":               func(s *symbols) *string { return &s.nan },
	} {
		s.methods = append(s.methods,
			member{"String get" + name + "()", func(v Value) Value { return document.String(*text(symbolsIn(v))) }},
			member{"void set" + name + "(String)", func(t *thread, args []Value) Value {
				*text(symbolsIn(args[0])) = t.text(args[1])
				return document.Null
			}})
	}
	return s
}

package painless

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
)

// A decimalStyle is a java.time.format.DecimalStyle. A locale whose names of months and days
// are not known has the standard.
type decimalStyle struct{ zero, positive, negative, separator rune }

var standardDecimals = decimalStyle{'0', '+', '-', '.'}

// JavaClass implements document.Object.
func (decimalStyle) JavaClass() string { return "java.time.format.DecimalStyle" }

// AppendText implements document.Object.
func (d decimalStyle) AppendText(dst []byte) []byte {
	return fmt.Appendf(dst, "DecimalStyle[%c%c%c%c]", d.zero, d.positive, d.negative, d.separator)
}

// Identity implements document.Object.
func (d decimalStyle) Identity() string { return string(d.AppendText(nil)) }

// HashCode implements document.Object.
func (d decimalStyle) HashCode() int32 { return d.zero + d.positive + d.negative + d.separator }

func (d decimalStyle) digits() datetime.Digits {
	return datetime.Digits{Zero: d.zero, Positive: d.positive, Negative: d.negative, Point: d.separator}
}

// What the languages have that differ from the standard, and which countries do not.
var (
	commaLanguages = strings.Fields("cs da de el es fi fr hu id it nb nl nn no pl pt ro ru sk sv tr uk vi")
	minusLanguages = strings.Fields("fi nb nn no sv")
	pointCountries = strings.Fields("de_CH de_LI es_MX es_US")
)

func decimalsOf(l locale) decimalStyle {
	d := standardDecimals
	tag := l.language + "_" + l.country
	if slices.Contains(commaLanguages, l.language) && !slices.Contains(pointCountries, tag) || tag == "en_ZA" {
		d.separator = ','
	}
	if slices.Contains(minusLanguages, l.language) {
		d.negative = '\u2212'
	}
	return d
}

func decimalStyleClass() classSpec {
	in := func(v Value) decimalStyle { return objectOf[decimalStyle](v) }
	s := classSpec{
		name: "DecimalStyle", java: "java.time.format.DecimalStyle",
		constants: map[string]any{"STANDARD": document.ObjectOf(standardDecimals)},
		statics: []member{
			{"Set getAvailableLocales()", func(t *thread, _ []Value) Value { return t.newSet(document.HashOrder, availableLocales(t)) }},
			{"DecimalStyle of(Locale)", func(_ *thread, args []Value) Value {
				return document.ObjectOf(decimalsOf(objectOf[locale](args[0])))
			}},
			{"DecimalStyle ofDefaultLocale()", func(*thread, []Value) Value { return document.ObjectOf(standardDecimals) }},
		},
	}
	for name, place := range map[string]func(d *decimalStyle) *rune{
		"ZeroDigit":        func(d *decimalStyle) *rune { return &d.zero },
		"PositiveSign":     func(d *decimalStyle) *rune { return &d.positive },
		"NegativeSign":     func(d *decimalStyle) *rune { return &d.negative },
		"DecimalSeparator": func(d *decimalStyle) *rune { return &d.separator },
	} {
		s.methods = append(s.methods,
			member{"char get" + name + "()", func(v Value) Value {
				d := in(v)
				return charValue(uint16(*place(&d)))
			}},
			member{"DecimalStyle with" + name + "(char)", func(_ *thread, args []Value) Value {
				d := in(args[0])
				*place(&d) = rune(wholeOf(args[1]))
				return document.ObjectOf(d)
			}})
	}
	return s
}

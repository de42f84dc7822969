package painless

import (
	"github.com/sluice-otel/sluice/ingest/document"
)

// symbols is a java.text.DecimalFormatSymbols: what stands between the digits.
type symbols struct{ point, comma string }

// JavaClass implements document.Object.
func (symbols) JavaClass() string { return "java.text.DecimalFormatSymbols" }

// AppendText implements document.Object.
func (s symbols) AppendText(dst []byte) []byte { return append(dst, s.JavaClass()...) }

// Identity implements document.Object.
func (s symbols) Identity() string { return s.point + s.comma }

// HashCode implements document.Object.
func (symbols) HashCode() int32 { return identityHash }

// symbolsOf has the symbols of the languages, and countries, that differ from
// the root locale.
var symbolsOf = map[string]symbols{
	"de": {",", "."}, "it": {",", "."}, "es": {",", "."}, "nl": {",", "."}, "pt": {",", "."}, "da": {",", "."}, "tr": {",", "."},
	"fr": {",", "\u202f"}, "fr_CA": {",", "\u00a0"}, "pl": {",", "\u00a0"}, "ru": {",", "\u00a0"}, "cs": {",", "\u00a0"},
	"sv": {",", "\u00a0"}, "fi": {",", "\u00a0"}, "de_CH": {".", "’"},
}

// symbolsFor returns the symbols of the locale that may be the argument.
func symbolsFor(args []Value) symbols {
	if len(args) > 0 {
		l := objectOf[locale](args[0])
		for _, tag := range [...]string{l.language + "_" + l.country, l.language} {
			if s, ok := symbolsOf[tag]; ok {
				return s
			}
		}
	}
	return symbols{".", ","}
}

func decimalFormatIn(v Value) *decimalFormat { return objectOf[*decimalFormat](v) }

// onFormat adapts a method that changes a format.
func onFormat(set func(f *decimalFormat, v Value)) native {
	return func(_ *thread, args []Value) Value {
		set(decimalFormatIn(args[0]), args[1])
		return document.Null
	}
}

// ofFormat adapts a method that returns a number of digits and the like.
func ofFormat(get func(f *decimalFormat) int) native {
	return func(_ *thread, args []Value) Value { return document.Integer(int32(get(decimalFormatIn(args[0])))) }
}

func isFormat(get func(f *decimalFormat) bool) native {
	return func(_ *thread, args []Value) Value { return document.Boolean(get(decimalFormatIn(args[0]))) }
}

func affixOf(get func(f *decimalFormat) string) native {
	return func(_ *thread, args []Value) Value { return document.String(get(decimalFormatIn(args[0]))) }
}

func numberFormatClasses() []classSpec {
	return []classSpec{numberFormatClass(), decimalSymbolsClass(), decimalFormatSpec()}
}

func numberFormatClass() classSpec {
	s := classSpec{
		name: "NumberFormat", java: "java.text.NumberFormat", open: true, extends: []string{"Format"},
		methods: []member{
			{"Number parse(String)", func(t *thread, args []Value) Value {
				text := t.text(args[1])
				return t.readAll(decimalFormatIn(args[0]), text, `Unparseable number: "`+text+`"`)
			}},
			{"Number parse(String, ParsePosition)", parseAtPosition},
			{"int getMaximumFractionDigits()", ofFormat(func(f *decimalFormat) int { return f.maxFraction })},
			{"int getMaximumIntegerDigits()", ofFormat(func(f *decimalFormat) int { return f.maxWhole })},
			{"int getMinimumFractionDigits()", ofFormat(func(f *decimalFormat) int { return f.minFraction })},
			{"int getMinimumIntegerDigits()", ofFormat(func(f *decimalFormat) int { return f.minWhole })},
			{"boolean isGroupingUsed()", isFormat(func(f *decimalFormat) bool { return f.grouped })},
			{"boolean isParseIntegerOnly()", isFormat(func(f *decimalFormat) bool { return f.wholeOnly })},
			{"RoundingMode getRoundingMode()", func(v Value) Value { return roundingModes[decimalFormatIn(v).mode] }},
			{"void setGroupingUsed(boolean)", onFormat(func(f *decimalFormat, v Value) { f.grouped = v.Bool() })},
			{"void setMaximumFractionDigits(int)", onFormat(func(f *decimalFormat, v Value) {
				f.maxFraction = min(max(int(v.Int64()), 0), maxFractionDigits)
				f.minFraction = min(f.minFraction, f.maxFraction)
			})},
			{"void setMaximumIntegerDigits(int)", onFormat(func(f *decimalFormat, v Value) {
				f.maxWhole = max(int(v.Int64()), 0)
				f.minWhole = min(f.minWhole, f.maxWhole)
			})},
			{"void setMinimumFractionDigits(int)", onFormat(func(f *decimalFormat, v Value) {
				f.minFraction = min(max(int(v.Int64()), 0), maxFractionDigits)
				f.maxFraction = max(f.minFraction, f.maxFraction)
			})},
			{"void setMinimumIntegerDigits(int)", onFormat(func(f *decimalFormat, v Value) {
				f.minWhole = min(max(int(v.Int64()), 0), maxWidth)
				f.maxWhole = max(f.minWhole, f.maxWhole)
			})},
			{"void setParseIntegerOnly(boolean)", onFormat(func(f *decimalFormat, v Value) { f.wholeOnly = v.Bool() })},
			{"void setRoundingMode(RoundingMode)", onFormat(func(f *decimalFormat, v Value) { f.mode = roundingIn(v) })},
		},
	}
	for name, pattern := range map[string]string{
		"getInstance": "#,##0.###", "getNumberInstance": "#,##0.###", "getIntegerInstance": "#,##0", "getPercentInstance": "#,##0%",
	} {
		construct := func(t *thread, args []Value) Value {
			f := newDecimalFormat(symbolsFor(args))
			f.apply(t, pattern)
			f.wholeOnly = name == "getIntegerInstance"
			return document.ObjectOf(f)
		}
		s.statics = append(s.statics, member{"NumberFormat " + name + "()", construct}, member{"NumberFormat " + name + "(Locale)", construct})
	}
	return s
}

func decimalSymbolsClass() classSpec {
	in := func(v Value) symbols { return objectOf[symbols](v) }
	construct := func(_ *thread, args []Value) Value { return document.ObjectOf(symbolsFor(args)) }
	char := func(s string) Value { return charValue(unitAt(s, 0)) }
	s := classSpec{
		name: "DecimalFormatSymbols", java: "java.text.DecimalFormatSymbols",
		methods: []member{
			{"char getDecimalSeparator()", func(v Value) Value { return char(in(v).point) }},
			{"char getGroupingSeparator()", func(v Value) Value { return char(in(v).comma) }},
		},
		statics: []member{
			{"DecimalFormatSymbols()", construct}, {"DecimalFormatSymbols(Locale)", construct},
			{"DecimalFormatSymbols getInstance()", construct}, {"DecimalFormatSymbols getInstance(Locale)", construct},
		},
	}
	for name, text := range map[string]string{
		"getDigit": "#", "getMinusSign": "-", "getPatternSeparator": ";", "getPercent": "%", "getPerMill": "‰", "getZeroDigit": "0",
	} {
		s.methods = append(s.methods, member{"char " + name + "()", func(Value) Value { return char(text) }})
	}
	for name, text := range map[string]string{"getExponentSeparator": "E", "getInfinity": "∞", "getNaN": "NaN"} {
		s.methods = append(s.methods, member{"String " + name + "()", func(Value) Value { return document.String(text) }})
	}
	return s
}

func decimalFormatSpec() classSpec {
	construct := func(t *thread, args []Value) Value {
		s, pattern := symbolsFor(nil), "#,##0.###"
		if len(args) > 0 {
			pattern = t.text(args[0])
		}
		if len(args) > 1 {
			s = objectOf[symbols](args[1])
		}
		f := newDecimalFormat(s)
		f.apply(t, pattern)
		return document.ObjectOf(f)
	}
	return classSpec{
		name: "DecimalFormat", java: "java.text.DecimalFormat", extends: []string{"NumberFormat"},
		methods: []member{
			{"void applyPattern(String)", func(t *thread, args []Value) Value {
				decimalFormatIn(args[0]).apply(t, t.text(args[1]))
				return document.Null
			}},
			{"DecimalFormatSymbols getDecimalFormatSymbols()", func(v Value) Value {
				f := decimalFormatIn(v)
				return document.ObjectOf(symbols{f.point, f.comma})
			}},
			{"int getGroupingSize()", ofFormat(func(f *decimalFormat) int { return f.group })},
			{"int getMultiplier()", ofFormat(func(f *decimalFormat) int { return int(f.multiplier) })},
			{"String getNegativePrefix()", affixOf(func(f *decimalFormat) string { return f.negativePrefix })},
			{"String getNegativeSuffix()", affixOf(func(f *decimalFormat) string { return f.negativeSuffix })},
			{"String getPositivePrefix()", affixOf(func(f *decimalFormat) string { return f.prefix })},
			{"String getPositiveSuffix()", affixOf(func(f *decimalFormat) string { return f.suffix })},
			{"boolean isDecimalSeparatorAlwaysShown()", isFormat(func(f *decimalFormat) bool { return f.pointShown })},
			{"boolean isParseBigDecimal()", isFormat(func(f *decimalFormat) bool { return f.exact })},
			{"void setDecimalFormatSymbols(DecimalFormatSymbols)", onFormat(func(f *decimalFormat, v Value) {
				s := objectOf[symbols](v)
				f.point, f.comma = s.point, s.comma
			})},
			{"void setDecimalSeparatorAlwaysShown(boolean)", onFormat(func(f *decimalFormat, v Value) { f.pointShown = v.Bool() })},
			{"void setGroupingSize(int)", onFormat(func(f *decimalFormat, v Value) { f.group = max(int(v.Int64()), 0) })},
			{"void setMultiplier(int)", onFormat(func(f *decimalFormat, v Value) { f.multiplier = v.Int64() })},
			{"void setNegativePrefix(String)", onFormat(func(f *decimalFormat, v Value) { f.negativePrefix = v.Str() })},
			{"void setNegativeSuffix(String)", onFormat(func(f *decimalFormat, v Value) { f.negativeSuffix = v.Str() })},
			{"void setPositivePrefix(String)", onFormat(func(f *decimalFormat, v Value) { f.prefix = v.Str() })},
			{"void setPositiveSuffix(String)", onFormat(func(f *decimalFormat, v Value) { f.suffix = v.Str() })},
			{"void setParseBigDecimal(boolean)", onFormat(func(f *decimalFormat, v Value) { f.exact = v.Bool() })},
			{"String toPattern()", affixOf((*decimalFormat).pattern)},
		},
		statics: []member{{"DecimalFormat()", construct}, {"DecimalFormat(String)", construct}, {"DecimalFormat(String, DecimalFormatSymbols)", construct}},
	}
}

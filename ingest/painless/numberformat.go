package painless

import (
	"math"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// decimalFormatIn returns a DecimalFormat, or the settings of a ChoiceFormat.
func decimalFormatIn(v Value) *decimalFormat {
	if c, ok := v.Object().(*choiceFormat); ok {
		return &c.settings
	}
	return objectOf[*decimalFormat](v)
}

// decimalOnly is native for what a ChoiceFormat does not have.
func decimalOnly(fn native) native {
	return func(t *thread, args []Value) Value {
		if _, ok := args[0].Object().(*choiceFormat); ok {
			t.throw(unsupportedOperation, "")
		}
		return fn(t, args)
	}
}

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

// affixOf adapts a method that returns a prefix or suffix.
func affixOf(get func(f *decimalFormat) *string) native {
	return func(t *thread, args []Value) Value {
		f := decimalFormatIn(args[0])
		return t.newText(f.symbols.affix(*get(f)))
	}
}

// onAffix adapts a method that sets a prefix or suffix, in which nothing has a
// meaning.
func onAffix(get func(f *decimalFormat) *string) native {
	return func(t *thread, args []Value) Value {
		t.charge(t.at, len(t.text(args[1])))
		*get(decimalFormatIn(args[0])) = strings.ReplaceAll(args[1].Str(), "'", "''")
		return document.Null
	}
}

// patternOf is toPattern, or toLocalizedPattern with other symbols.
func (t *thread) patternOf(f *decimalFormat, s *symbols) Value {
	t.charge(t.at, 8*(max(f.minWhole, f.group)+f.maxFraction))
	if f.exponent > 0 {
		t.charge(t.at, 8*f.maxWhole)
	}
	return t.newText(f.pattern(s))
}

func numberFormatClasses() []classSpec {
	return []classSpec{currencyClass(), numberFormatClass(), decimalSymbolsClass(), decimalFormatSpec(), choiceFormatClass()}
}

func numberFormatClass() classSpec {
	s := classSpec{
		name: "NumberFormat", java: "java.text.NumberFormat", open: true, extends: []string{"Format"},
		statics:   []member{localesStatic},
		constants: map[string]any{"INTEGER_FIELD": numberInteger, "FRACTION_FIELD": numberFraction},
		methods: []member{
			{"Number parse(String)", func(t *thread, args []Value) Value {
				text := t.text(args[1])
				return t.readAll(textFormatIn(args[0]), text, `Unparseable number: "`+text+`"`)
			}},
			{"Number parse(String, ParsePosition)", parseAtPosition},
			{"int getMaximumFractionDigits()", ofFormat(func(f *decimalFormat) int { return f.maxFraction })},
			{"int getMaximumIntegerDigits()", ofFormat(func(f *decimalFormat) int { return f.maxWhole })},
			{"int getMinimumFractionDigits()", ofFormat(func(f *decimalFormat) int { return f.minFraction })},
			{"int getMinimumIntegerDigits()", ofFormat(func(f *decimalFormat) int { return f.minWhole })},
			{"boolean isGroupingUsed()", isFormat(func(f *decimalFormat) bool { return f.grouped })},
			{"boolean isParseIntegerOnly()", isFormat(func(f *decimalFormat) bool { return f.wholeOnly })},
			{"RoundingMode getRoundingMode()", decimalOnly(func(_ *thread, args []Value) Value { return roundingModes[decimalFormatIn(args[0]).mode] })},
			{"Currency getCurrency()", decimalOnly(func(_ *thread, args []Value) Value {
				return decimalFormatIn(args[0]).symbols.currencyValue()
			})},
			{"void setCurrency(Currency)", decimalOnly(onFormat((*decimalFormat).setCurrency))},
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
			{"void setRoundingMode(RoundingMode)", decimalOnly(onFormat(func(f *decimalFormat, v Value) { f.mode = roundingIn(v) }))},
		},
	}
	for name, style := range map[string]numberStyle{
		"getInstance": plainNumbers, "getNumberInstance": plainNumbers, "getIntegerInstance": wholeNumbers,
		"getPercentInstance": percentages, "getCurrencyInstance": money,
	} {
		construct := func(t *thread, args []Value) Value { return document.ObjectOf(t.newNumberFormat(style, args)) }
		s.statics = append(s.statics, member{"NumberFormat " + name + "()", construct}, member{"NumberFormat " + name + "(Locale)", construct})
	}
	return s
}

func decimalFormatSpec() classSpec {
	prefix := func(f *decimalFormat) *string { return &f.prefix }
	suffix := func(f *decimalFormat) *string { return &f.suffix }
	negativePrefix := func(f *decimalFormat) *string { return &f.negativePrefix }
	negativeSuffix := func(f *decimalFormat) *string { return &f.negativeSuffix }
	construct := func(t *thread, args []Value) Value {
		s, pattern := numberLocaleFor(nil).symbols, plainPattern
		if len(args) > 0 {
			pattern = t.text(args[0])
		}
		if len(args) > 1 {
			s = *symbolsIn(args[1])
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
				s := decimalFormatIn(v).symbols
				return document.ObjectOf(&s)
			}},
			{"int getGroupingSize()", ofFormat(func(f *decimalFormat) int { return f.group })},
			{"int getMultiplier()", ofFormat(func(f *decimalFormat) int { return int(f.multiplier) })},
			{"String getNegativePrefix()", affixOf(negativePrefix)},
			{"String getNegativeSuffix()", affixOf(negativeSuffix)},
			{"String getPositivePrefix()", affixOf(prefix)},
			{"String getPositiveSuffix()", affixOf(suffix)},
			{"boolean isDecimalSeparatorAlwaysShown()", isFormat(func(f *decimalFormat) bool { return f.pointShown })},
			{"boolean isParseBigDecimal()", isFormat(func(f *decimalFormat) bool { return f.exact })},
			{"void setDecimalFormatSymbols(DecimalFormatSymbols)", onFormat(func(f *decimalFormat, v Value) { f.symbols = *symbolsIn(v) })},
			{"void setDecimalSeparatorAlwaysShown(boolean)", onFormat(func(f *decimalFormat, v Value) { f.pointShown = v.Bool() })},
			{"void setGroupingSize(int)", func(t *thread, args []Value) Value {
				n := args[1].Int64()
				if n < 0 || n > math.MaxInt8 {
					t.throw(document.IllegalArgument, "newValue is out of valid range. value: %d", n)
				}
				decimalFormatIn(args[0]).group = int(n)
				return document.Null
			}},
			{"void setMultiplier(int)", onFormat(func(f *decimalFormat, v Value) { f.multiplier = v.Int64() })},
			{"void setNegativePrefix(String)", onAffix(negativePrefix)},
			{"void setNegativeSuffix(String)", onAffix(negativeSuffix)},
			{"void setPositivePrefix(String)", onAffix(prefix)},
			{"void setPositiveSuffix(String)", onAffix(suffix)},
			{"void setParseBigDecimal(boolean)", onFormat(func(f *decimalFormat, v Value) { f.exact = v.Bool() })},
			{"void applyLocalizedPattern(String)", func(t *thread, args []Value) Value {
				decimalFormatIn(args[0]).applyLocalized(t, t.text(args[1]))
				return document.Null
			}},
			{"String toLocalizedPattern()", func(t *thread, args []Value) Value {
				f := decimalFormatIn(args[0])
				return t.patternOf(f, &f.symbols)
			}},
			{"String toPattern()", func(t *thread, args []Value) Value { return t.patternOf(decimalFormatIn(args[0]), &standardSymbols) }},
		},
		statics: []member{{"DecimalFormat()", construct}, {"DecimalFormat(String)", construct}, {"DecimalFormat(String, DecimalFormatSymbols)", construct}},
	}
}

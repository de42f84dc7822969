package painless

import (
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A decimalFormat is a java.text.DecimalFormat. In prefixes and suffixes a quote
// stands before each character with a meaning, and before a quote.
type decimalFormat struct {
	prefix, suffix                 string // of positive numbers
	negativePrefix, negativeSuffix string
	minWhole, maxWhole             int // digits
	minFraction, maxFraction       int
	group                          int // digits of a group, 0 for no groups
	grouped                        bool
	multiplier                     int64
	exponent                       int // least digits of it, 0 for none
	pointShown                     bool
	money                          bool // the pattern has the sign of a currency
	wholeOnly, exact               bool // what parse returns: no fraction, a BigDecimal
	mode                           rounding
	symbols                        symbols
}

// maxDigits are Java's limits of DecimalFormat for numbers of primitive types.
const (
	maxWholeDigits    = math.MaxInt32
	maxFractionDigits = 340
)

// JavaClass implements document.Object.
func (*decimalFormat) JavaClass() string { return "java.text.DecimalFormat" }

// AppendText implements document.Object.
func (f *decimalFormat) AppendText(dst []byte) []byte { return append(dst, f.JavaClass()...) }

// Identity implements document.Object.
func (f *decimalFormat) Identity() string { return fmt.Sprintf("%v", *f) }

// HashCode implements document.Object. Java's is that of the prefix and of digits.
func (f *decimalFormat) HashCode() int32 { return document.String(f.prefix).HashCode() }

func (f *decimalFormat) clone() textFormat {
	c := *f
	return &c
}

func newDecimalFormat(s symbols) *decimalFormat {
	return &decimalFormat{multiplier: 1, mode: roundHalfEven, group: 3, grouped: true, symbols: s}
}

// point is what stands before a fraction.
func (f *decimalFormat) point() rune {
	if f.money {
		return f.symbols.moneyPoint
	}
	return f.symbols.point
}

// comma is what stands between groups of digits.
func (f *decimalFormat) comma() rune {
	if f.money {
		return f.symbols.moneyComma
	}
	return f.symbols.comma
}

// setCurrency leaves the digits of the fraction as they are.
func (f *decimalFormat) setCurrency(v Value) { f.symbols.setCurrency(objectOf[*currency](v)) }

// write implements textFormat.
func (f *decimalFormat) write(t *thread, v Value) fieldText {
	if k := numberKind(v); k == noPrimitive || k == primitiveChar {
		t.throw(document.IllegalArgument, "Cannot format given Object as a Number")
	}
	t.spend(t.at, formatSteps)
	var out numberText
	x, isReal := f.realOf(v)
	if x != x { // stands alone
		out.add(numberInteger, f.symbols.nan)
		return out.done()
	}
	var number decimal
	negative := math.Signbit(x)
	switch {
	case math.IsInf(x, 0):
	case isReal:
		number = f.ofDouble(t, x)
	default:
		number, negative = f.decimalOf(t, v)
	}
	prefix, suffix := f.prefix, f.suffix
	if negative {
		prefix, suffix = f.negativePrefix, f.negativeSuffix
	}
	out.addAffix(prefix, &f.symbols)
	if math.IsInf(x, 0) {
		out.add(numberInteger, f.symbols.infinity)
	} else {
		f.addDigits(t, &out, number)
	}
	out.addAffix(suffix, &f.symbols)
	return out.done()
}

// realOf returns what is to be shown for a Float or Double.
func (f *decimalFormat) realOf(v Value) (x float64, ok bool) {
	if k := v.Kind(); k != document.KindFloat && k != document.KindDouble {
		return 0, false
	}
	return v.Float64() * float64(f.multiplier), true
}

// decimalOf returns the number to format without its sign.
func (f *decimalFormat) decimalOf(t *thread, v Value) (number decimal, negative bool) {
	switch o := v.Object().(type) {
	case decimal:
		number = o
	case nil:
		number = decimal{bigOf(v), 0}
	default:
		number = decimal{big.NewInt(wholeOf(v)), 0}
	}
	number = product(number, decimal{big.NewInt(f.multiplier), 0})
	return f.fitted(t, number, f.mode), number.unscaled.Sign() < 0
}

// ofDouble takes the shortest digits that mean x, and all that it has if some
// must go: half of the last digit is then half, and not what looks like it.
// With an exponent Java takes half of a whole number for more than half.
func (f *decimalFormat) ofDouble(t *thread, x float64) decimal {
	mode := f.mode
	if f.exponent > 0 && x == math.Trunc(x) && math.Abs(x) < 1<<63 && (mode == roundHalfEven || mode == roundHalfDown) {
		mode = roundHalfUp
	}
	shortest := t.parseDecimal(strconv.FormatFloat(x, 'e', -1, 64))
	if fits := f.fitted(t, shortest, mode); fits.compareTo(decimal{new(big.Int).Abs(shortest.unscaled), shortest.scale}) == 0 {
		return fits
	}
	return f.fitted(t, t.parseDecimal(strconv.FormatFloat(x, 'f', 1100, 64)), mode)
}

// fitted rounds to the digits that are shown and leaves out the sign.
func (f *decimalFormat) fitted(t *thread, d decimal, mode rounding) decimal {
	if f.exponent > 0 {
		d = t.rounded(d, mathContext{min(f.maxWhole, maxFractionDigits) + f.maxFraction, mode})
	} else if d.scale > f.maxFraction {
		d = t.rescaled(d, f.maxFraction, mode)
	}
	return decimal{new(big.Int).Abs(d.unscaled), d.scale}
}

func (f *decimalFormat) addDigits(t *thread, out *numberText, d decimal) {
	if f.exponent > 0 {
		f.addScientific(out, d)
		return
	}
	t.spend(t.at, 1+max(d.scale, -d.scale)/64)
	whole, fraction, _ := strings.Cut(d.plain(), ".")
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if len(whole) > f.maxWhole {
		whole = whole[len(whole)-f.maxWhole:]
	}
	t.charge(t.at, 8*(f.minWhole+f.minFraction+len(whole)))
	whole = strings.Repeat("0", max(f.minWhole-len(whole), 0)) + whole
	fraction += strings.Repeat("0", max(f.minFraction-len(fraction), 0))
	if whole == "" && fraction == "" {
		whole = "0"
	}
	if f.grouped && f.group > 0 {
		t.charge(t.at, 2*entryBytes*(len(whole)/f.group))
	}
	f.addWhole(out, whole)
	f.addFraction(out, fraction)
}

// addWhole adds the digits before the point, in groups.
func (f *decimalFormat) addWhole(out *numberText, digits string) {
	from := out.Len()
	var commas []fieldSpan
	for i, c := range digits {
		if left := len(digits) - i; f.grouped && f.group > 0 && i > 0 && left%f.group == 0 {
			comma := fieldSpan{numberFields[numberComma], -1, out.Len(), out.Len() + utf8.RuneLen(f.comma())}
			commas = append(commas, comma)
			out.WriteRune(f.comma())
		}
		out.WriteRune(c - '0' + f.symbols.zero)
	}
	out.fields = append(append(out.fields, fieldSpan{numberFields[numberInteger], numberInteger, from, out.Len()}), commas...)
}

func (f *decimalFormat) addFraction(out *numberText, digits string) {
	if digits != "" || f.pointShown {
		out.add(numberPoint, string(f.point()))
	}
	out.add(numberFraction, f.symbols.digits(digits))
}

// addScientific adds the number with an exponent. With more whole digits than must be
// there, the exponent is a multiple of how many there may be.
func (f *decimalFormat) addScientific(out *numberText, d decimal) {
	digits := strings.TrimRight(d.digits(), "0")
	least := f.minWhole
	exponent := len(d.digits()) - d.scale
	if digits == "" {
		exponent = 0
	}
	if f.maxWhole > 1 && f.maxWhole > f.minWhole {
		if exponent >= 1 {
			exponent = (exponent - 1) / f.maxWhole * f.maxWhole
		} else {
			exponent = (exponent - f.maxWhole) / f.maxWhole * f.maxWhole
		}
		least = 1
	} else {
		exponent -= least
	}
	whole := len(d.digits()) - d.scale - exponent
	if digits == "" {
		whole, exponent = least, 0
	}
	total := max(len(digits), f.minWhole+f.minFraction, whole)
	digits += strings.Repeat("0", total-len(digits))
	out.add(numberInteger, f.symbols.digits(digits[:whole]))
	f.addFraction(out, digits[whole:])
	out.add(numberExponentSymbol, f.symbols.exponent)
	if exponent < 0 {
		out.add(numberExponentSign, string(f.symbols.minus))
		exponent = -exponent
	}
	shown := strconv.Itoa(exponent)
	out.add(numberExponent, f.symbols.digits(strings.Repeat("0", max(f.exponent-len(shown), 0))+shown))
}

package painless

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A decimalFormat is a java.text.DecimalFormat.
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
	wholeOnly, exact               bool // what parse returns: no fraction, a BigDecimal
	mode                           rounding
	point, comma                   string
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
func (f *decimalFormat) Identity() string { return f.pattern() + f.point + f.comma }

// HashCode implements document.Object.
func (f *decimalFormat) HashCode() int32 { return document.String(f.pattern()).HashCode() }

func newDecimalFormat(s symbols) *decimalFormat {
	return &decimalFormat{multiplier: 1, mode: roundHalfEven, group: 3, grouped: true, point: s.point, comma: s.comma}
}

// A numberPattern reads a pattern such as #,##0.00;(#).
type numberPattern struct {
	t      *thread
	text   string // what is left
	whole  string // for messages
	format *decimalFormat
}

// apply is applyPattern.
func (f *decimalFormat) apply(t *thread, pattern string) {
	p := numberPattern{t: t, text: pattern, whole: pattern, format: f}
	f.multiplier, f.exponent = 1, 0
	if pattern == "" {
		f.maxWhole, f.maxFraction, f.minWhole, f.minFraction = maxWholeDigits, maxFractionDigits, 0, 0
	}
	f.prefix = p.affix(true)
	if p.text != "" {
		p.number()
	}
	f.suffix = p.affix(false)
	f.negativePrefix, f.negativeSuffix = "-"+f.prefix, f.suffix
	if rest, ok := strings.CutPrefix(p.text, ";"); ok {
		p.text = rest
		prefix := p.affix(true)
		p.text = strings.TrimLeft(p.text, "#0,.E") // the digits are those of the positive pattern
		if suffix := p.affix(false); prefix != f.prefix || suffix != f.suffix {
			f.negativePrefix, f.negativeSuffix = prefix, suffix
		}
	}
	if p.text != "" {
		p.malformed()
	}
}

func (p *numberPattern) malformed() {
	p.t.throw(document.IllegalArgument, `Malformed pattern "%s"`, p.whole)
}

// affix reads the text before or behind the digits.
func (p *numberPattern) affix(before bool) string {
	var b strings.Builder
	quoted := false
	for text := []rune(p.text); len(text) > 0; text = text[1:] {
		switch r := text[0]; {
		case r == '\'' && len(text) > 1 && text[1] == '\'':
			b.WriteByte('\'')
			text = text[1:]
		case r == '\'':
			quoted = !quoted
		case quoted:
			b.WriteRune(r)
		case strings.ContainsRune("#0,.;", r):
			if !before && r != ';' {
				p.t.throw(document.IllegalArgument, `Unquoted special character '%c' in pattern "%s"`, r, p.whole)
			}
			p.text = string(text)
			return b.String()
		default:
			p.special(r)
			b.WriteRune(r)
		}
	}
	if quoted {
		p.malformed()
	}
	p.text = ""
	return b.String()
}

func (p *numberPattern) special(r rune) {
	by, ok := map[rune]int64{'%': 100, '‰': 1000}[r]
	if !ok {
		return
	}
	if p.format.multiplier != 1 && p.format.multiplier != by {
		p.t.throw(document.IllegalArgument, `Too many percent/per mille characters in pattern "%s"`, p.whole)
	}
	p.format.multiplier = by
}

// number reads the digits.
func (p *numberPattern) number() {
	end := len(p.text) - len(strings.TrimLeft(p.text, "#0,."))
	d := p.count(p.text[:end])
	p.text = p.text[end:]
	p.exponent(d.left + d.zeros)
	if d.zeros == 0 && d.left > 0 && d.point >= 0 { // #.# stands for 0.#, but does not show the 0
		n := max(d.point, 1)
		d.right, d.left, d.zeros = d.left-n, n-1, 1
	}
	if d.point < 0 && d.right > 0 || d.point >= 0 && (d.point < d.left || d.point > d.left+d.zeros) || d.group == 0 {
		p.malformed()
	}
	p.format.setDigits(&d)
}

// patternDigits are the digits of a pattern: # before the zeros, zeros, # behind
// them. point is how many are before the point, group behind the last comma, -1
// without one.
type patternDigits struct{ left, zeros, right, point, group int }

func (p *numberPattern) count(digits string) patternDigits {
	d := patternDigits{point: -1, group: -1}
	for _, c := range digits {
		switch {
		case c == ',':
			d.group = 0
			continue
		case c == '.' && d.point >= 0:
			p.t.throw(document.IllegalArgument, `Multiple decimal separators in pattern "%s"`, p.whole)
		case c == '.':
			d.point = d.left + d.zeros + d.right
			continue
		case c == '0' && d.right > 0:
			p.t.throw(document.IllegalArgument, `Unexpected '0' in pattern "%s"`, p.whole)
		case c == '0':
			d.zeros++
		case d.zeros > 0:
			d.right++
		default:
			d.left++
		}
		if d.group >= 0 && d.point < 0 {
			d.group++
		}
	}
	return d
}

// exponent reads E00.
func (p *numberPattern) exponent(digits int) {
	rest, ok := strings.CutPrefix(p.text, "E")
	if !ok {
		return
	}
	p.text = strings.TrimLeft(rest, "0")
	p.format.exponent = len(rest) - len(p.text)
	if digits < 1 || p.format.exponent < 1 {
		p.t.throw(document.IllegalArgument, `Malformed exponential pattern "%s"`, p.whole)
	}
}

func (f *decimalFormat) setDigits(d *patternDigits) {
	total, whole := d.left+d.zeros+d.right, d.point
	if d.point < 0 {
		whole = total
	}
	f.minWhole, f.maxWhole = whole-d.left, maxWholeDigits
	if f.exponent > 0 {
		f.maxWhole = d.left + f.minWhole
	}
	f.minFraction, f.maxFraction = 0, 0
	if d.point >= 0 {
		f.minFraction, f.maxFraction = d.left+d.zeros-d.point, total-d.point
	}
	f.grouped, f.group = d.group > 0, max(d.group, 0)
	f.pointShown = d.point == 0 || d.point == total
}

// pattern is toPattern.
func (f *decimalFormat) pattern() string {
	var b strings.Builder
	digits := max(f.group, f.minWhole) + 1
	if f.exponent > 0 {
		digits = f.maxWhole
	}
	for i := digits; i > 0; i-- {
		if i != digits && f.grouped && f.group > 0 && i%f.group == 0 {
			b.WriteByte(',')
		}
		b.WriteByte("#0"[min(max(f.minWhole-i+1, 0), 1)])
	}
	if f.maxFraction > 0 || f.pointShown {
		b.WriteByte('.')
	}
	b.WriteString(strings.Repeat("0", f.minFraction) + strings.Repeat("#", max(f.maxFraction-f.minFraction, 0)))
	if f.exponent > 0 {
		b.WriteString("E" + strings.Repeat("0", f.exponent))
	}
	out := quotedAffix(f.prefix) + b.String() + quotedAffix(f.suffix)
	if f.negativePrefix != "-"+f.prefix || f.negativeSuffix != f.suffix {
		out += ";" + quotedAffix(f.negativePrefix) + b.String() + quotedAffix(f.negativeSuffix)
	}
	return out
}

func quotedAffix(s string) string {
	s = strings.ReplaceAll(s, "'", "''")
	if strings.ContainsAny(s, "#0,.;") {
		return "'" + s + "'"
	}
	return s
}

// formatted is format of a number.
func (f *decimalFormat) formatted(t *thread, v Value) string {
	number, negative, text := f.decimalOf(t, v)
	if text == "" {
		text = f.digits(t, number)
	}
	if negative {
		return f.negativePrefix + text + f.negativeSuffix
	}
	return f.prefix + text + f.suffix
}

// decimalOf returns the number to format without its sign, or what stands for one
// that has no digits.
func (f *decimalFormat) decimalOf(t *thread, v Value) (number decimal, negative bool, text string) {
	switch o := v.Object().(type) {
	case decimal:
		number = o
	case nil:
		if k := v.Kind(); k == document.KindFloat || k == document.KindDouble {
			x := v.Float64() * float64(f.multiplier)
			switch {
			case x != x:
				return number, false, "NaN"
			case math.IsInf(x, 0):
				return number, x < 0, "∞"
			}
			return f.ofDouble(t, x), math.Signbit(x), ""
		}
		number = decimal{bigOf(v), 0}
	default:
		number = decimal{big.NewInt(wholeOf(v)), 0}
	}
	number = product(number, decimal{big.NewInt(f.multiplier), 0})
	negative = number.unscaled.Sign() < 0
	return f.fitted(t, number), negative, ""
}

// ofDouble takes the shortest digits that mean x, and all that it has if some
// must go: half of the last digit is then half, and not what looks like it.
func (f *decimalFormat) ofDouble(t *thread, x float64) decimal {
	shortest := t.parseDecimal(strconv.FormatFloat(x, 'e', -1, 64))
	if fits := f.fitted(t, shortest); fits.compareTo(decimal{new(big.Int).Abs(shortest.unscaled), shortest.scale}) == 0 {
		return fits
	}
	return f.fitted(t, t.parseDecimal(strconv.FormatFloat(x, 'f', 1100, 64)))
}

// fitted rounds to the digits that are shown and leaves out the sign.
func (f *decimalFormat) fitted(t *thread, d decimal) decimal {
	if f.exponent > 0 {
		d = t.rounded(d, mathContext{min(f.maxWhole, maxFractionDigits) + f.maxFraction, f.mode})
	} else if d.scale > f.maxFraction {
		d = t.rescaled(d, f.maxFraction, f.mode)
	}
	return decimal{new(big.Int).Abs(d.unscaled), d.scale}
}

func (f *decimalFormat) digits(t *thread, d decimal) string {
	if f.exponent > 0 {
		return f.scientific(d)
	}
	t.spend(t.at, 1+max(d.scale, -d.scale)/64)
	whole, fraction, _ := strings.Cut(d.plain(), ".")
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if len(whole) > f.maxWhole {
		whole = whole[len(whole)-f.maxWhole:]
	}
	t.charge(t.at, f.minWhole+f.minFraction)
	whole = strings.Repeat("0", max(f.minWhole-len(whole), 0)) + whole
	fraction += strings.Repeat("0", max(f.minFraction-len(fraction), 0))
	if whole == "" && fraction == "" {
		whole = "0"
	}
	if f.grouped && f.group > 0 {
		for i := len(whole) - f.group; i > 0; i -= f.group {
			whole = whole[:i] + "," + whole[i:]
		}
		whole = strings.ReplaceAll(whole, ",", f.comma)
	}
	if fraction != "" || f.pointShown {
		whole += f.point + fraction
	}
	return whole
}

// scientific is the number with an exponent. With more whole digits than must be
// there, the exponent is a multiple of how many there may be.
func (f *decimalFormat) scientific(d decimal) string {
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
	out := digits[:whole]
	if total > whole || f.pointShown {
		out += f.point + digits[whole:]
	}
	sign := ""
	if exponent < 0 {
		sign, exponent = "-", -exponent
	}
	shown := strconv.Itoa(exponent)
	return out + "E" + sign + strings.Repeat("0", max(f.exponent-len(shown), 0)) + shown
}

// write implements textFormat.
func (f *decimalFormat) write(t *thread, v Value) fieldText {
	if k := numberKind(v); k == noPrimitive || k == primitiveChar {
		t.throw(document.IllegalArgument, "Cannot format given Object as a Number")
	}
	return fieldText{text: f.formatted(t, v)}
}

func (f *decimalFormat) clone() textFormat {
	c := *f
	return &c
}

// read implements textFormat: it reads as far as there is a number.
func (f *decimalFormat) read(t *thread, text string) reading {
	rest, negative := text, false
	switch {
	case f.negativePrefix != f.prefix && len(f.negativePrefix) > len(f.prefix) && strings.HasPrefix(text, f.negativePrefix):
		rest, negative = text[len(f.negativePrefix):], true
	case strings.HasPrefix(text, f.prefix):
		rest = text[len(f.prefix):]
	default:
		return reading{}
	}
	number := f.scan(&rest)
	suffix := f.suffix
	if negative {
		suffix = f.negativeSuffix
	}
	if number == "" || !strings.HasPrefix(rest, suffix) {
		return reading{}
	}
	d := t.parseDecimal(number)
	if negative {
		d.unscaled.Neg(d.unscaled)
	}
	end := len(text) - len(rest) + len(suffix)
	if f.exact {
		return reading{t.newDecimal(d), end, true}
	}
	return reading{f.parsed(t, d, negative), end, true}
}

// parsed is a Long if there is one, else a Double.
func (f *decimalFormat) parsed(t *thread, d decimal, negative bool) Value {
	if f.multiplier != 1 {
		d = t.divided(d, decimal{big.NewInt(f.multiplier), 0}, mathContext{34, roundHalfEven})
	}
	if d.scale < 0 {
		d = t.rescaled(d, 0, roundUnnecessary)
	}
	short := d.stripped(0)
	switch {
	case negative && d.unscaled.Sign() == 0:
		return document.Double(math.Copysign(0, -1))
	case short.scale == 0 && short.unscaled.IsInt64():
		return document.Long(short.unscaled.Int64())
	}
	return document.Double(d.float())
}

// scan takes the digits, the point and the exponent from the start of a text.
func (f *decimalFormat) scan(text *string) string {
	var b strings.Builder
	point, digits := false, false
	for *text != "" {
		switch c := (*text)[0]; {
		case c >= '0' && c <= '9':
			b.WriteByte(c)
			digits = true
			*text = (*text)[1:]
			continue
		case !point && !f.wholeOnly && strings.HasPrefix(*text, f.point):
			point = true
			b.WriteByte('.')
			*text = (*text)[len(f.point):]
			continue
		case !point && f.grouped && strings.HasPrefix(*text, f.comma):
			*text = (*text)[len(f.comma):]
			continue
		case c == 'E' && digits:
			rest := strings.TrimPrefix((*text)[1:], "-")
			if n := len(rest) - len(strings.TrimLeft(rest, "0123456789")); n > 0 && n < 6 {
				b.WriteString((*text)[:len(*text)-len(rest)+n])
				*text = rest[n:]
			}
		}
		break
	}
	if !digits {
		return ""
	}
	return b.String()
}

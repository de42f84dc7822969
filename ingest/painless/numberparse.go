package painless

import (
	"math"
	"math/big"
	"strings"
	"unicode/utf8"

	"github.com/sluice-otel/sluice/ingest/document"
)

// read implements textFormat: it reads as far as there is a number.
func (f *decimalFormat) read(t *thread, text string) reading {
	t.spend(t.at, formatSteps+len(text)>>6)
	s := &f.symbols
	if s.nan != "" && strings.HasPrefix(text, s.nan) {
		return reading{document.Double(math.NaN()), len(s.nan), true}
	}
	prefix, negativePrefix := s.affix(f.prefix), s.affix(f.negativePrefix)
	positive, negative := longer(text, prefix, negativePrefix)
	rest := text
	switch {
	case positive:
		rest = text[len(prefix):]
	case negative:
		rest = text[len(negativePrefix):]
	default:
		return reading{}
	}
	number, infinite := "", s.infinity != "" && strings.HasPrefix(rest, s.infinity)
	if infinite {
		rest = rest[len(s.infinity):]
	} else if number = f.scan(&rest); number == "" {
		return reading{}
	}
	suffix, negativeSuffix := s.affix(f.suffix), s.affix(f.negativeSuffix)
	inPositive, inNegative := longer(rest, suffix, negativeSuffix)
	if positive, negative = positive && inPositive, negative && inNegative; positive == negative {
		return reading{end: len(text) - len(rest)}
	}
	if negative {
		suffix = negativeSuffix
	}
	return reading{f.value(t, number, negative), len(text) - len(rest) + len(suffix), true}
}

// longer reports which of two texts the beginning is: the longer one, or both if
// they have the same length.
func longer(text, a, b string) (isA, isB bool) {
	isA, isB = strings.HasPrefix(text, a), strings.HasPrefix(text, b)
	if isA && isB {
		return len(a) >= len(b), len(b) >= len(a)
	}
	return isA, isB
}

// value is the number of the digits that were read, or infinity if there are none.
func (f *decimalFormat) value(t *thread, digits string, negative bool) Value {
	sign := 1
	if negative {
		sign = -1
	}
	if digits == "" {
		if f.multiplier < 0 {
			sign = -sign
		}
		return document.Double(math.Inf(sign))
	}
	d := t.parseDecimal(digits)
	if negative {
		d.unscaled.Neg(d.unscaled)
	}
	switch {
	case f.multiplier == 0 && d.unscaled.Sign() == 0:
		return document.Double(math.NaN())
	case f.multiplier == 0:
		return document.Double(math.Inf(sign))
	case f.multiplier != 1:
		d = t.divided(d, decimal{big.NewInt(f.multiplier), 0}, mathContext{34, roundHalfEven})
	}
	if f.exact {
		return t.newDecimal(d)
	}
	return f.parsed(t, d, negative)
}

// parsed is a Long if there is one, else a Double.
func (f *decimalFormat) parsed(t *thread, d decimal, negative bool) Value {
	if d.scale < 0 {
		d = t.rescaled(d, 0, roundUnnecessary)
	}
	short := d.stripped(0)
	switch {
	case negative && d.unscaled.Sign() == 0 && !f.wholeOnly:
		return document.Double(math.Copysign(0, -1))
	case short.scale == 0 && short.unscaled.IsInt64():
		return document.Long(short.unscaled.Int64())
	}
	return document.Double(d.float())
}

// scan takes the digits, the point and the exponent from the start of a text. A
// comma counts only before a digit.
func (f *decimalFormat) scan(text *string) string {
	var b strings.Builder
	point, digits := false, false
	for rest := *text; rest != ""; {
		r, size := utf8.DecodeRuneInString(rest)
		digit := int64(r - f.symbols.zero)
		if digit < 0 || digit > 9 {
			digit = digitOf(r, 10)
		}
		switch {
		case digit >= 0:
			b.WriteByte('0' + byte(digit))
			digits = true
			rest = rest[size:]
			*text = rest
			continue
		case !point && !f.wholeOnly && r == f.point():
			point = true
			b.WriteByte('.')
			rest = rest[size:]
			*text = rest
			continue
		case !point && f.grouped && r == f.comma():
			rest = rest[size:]
			continue
		case digits && rest == *text && f.symbols.exponent != "":
			f.scanExponent(&b, text)
		}
		break
	}
	if !digits {
		return ""
	}
	return b.String()
}

// scanExponent takes an exponent with its digits, if there is one.
func (f *decimalFormat) scanExponent(b *strings.Builder, text *string) {
	rest, ok := strings.CutPrefix(*text, f.symbols.exponent)
	if !ok {
		return
	}
	rest, negative := strings.CutPrefix(rest, string(f.symbols.minus))
	n := len(rest) - len(strings.TrimLeft(rest, "0123456789"))
	if n == 0 || n > 5 {
		return
	}
	b.WriteByte('E')
	if negative {
		b.WriteByte('-')
	}
	b.WriteString(rest[:n])
	*text = rest[n:]
}

package painless

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A decimal is a java.math.BigDecimal: unscaled / 10^scale. It does not change.
type decimal struct {
	unscaled *big.Int
	scale    int
}

// maxPower bounds the powers of ten that a script can make.
const maxPower = maxBigBits * 30103 / 100000

// JavaClass implements document.Object.
func (decimal) JavaClass() string { return "java.math.BigDecimal" }

// AppendText implements document.Object.
func (d decimal) AppendText(dst []byte) []byte { return append(dst, d.text(1)...) }

// Identity implements document.Object: 2.0 does not equal 2.00.
func (d decimal) Identity() string {
	return string(d.unscaled.Bytes()) + d.sign() + strconv.Itoa(d.scale)
}

// HashCode implements document.Object.
func (d decimal) HashCode() int32 {
	h := int32(0)
	digits := d.unscaled.Bytes()
	for i := range (len(digits) + 3) / 4 { // BigInteger.hashCode, over its ints
		end := len(digits) - 4*((len(digits)+3)/4-1-i)
		word := uint32(0)
		for _, b := range digits[max(end-4, 0):end] {
			word = word<<8 | uint32(b)
		}
		h = 31*h + int32(word)
	}
	return 31*h*int32(d.unscaled.Sign()) + int32(d.scale)
}

func (d decimal) compareTo(o document.Object) int {
	a, b := aligned(d, o.(decimal))
	return a.Cmp(b)
}

// size is about how much work an operation is, in steps.
func (d decimal) size() int { return 1 + d.unscaled.BitLen()/64 + max(d.scale, -d.scale)/64 }

// digits returns the unscaled number without its sign.
func (d decimal) digits() string { return new(big.Int).Abs(d.unscaled).String() }

func (d decimal) precision() int { return len(d.digits()) }

// text is toString with a step of 1, toEngineeringString with a step of 3: the
// exponent is a multiple of it.
func (d decimal) text(step int) string {
	digits := d.digits()
	adjusted := len(digits) - 1 - d.scale
	if d.scale >= 0 && adjusted >= -6 {
		return d.plain()
	}
	front := 1
	if step == 3 {
		front += floorModInt(adjusted, 3)
		adjusted -= front - 1
		switch {
		case d.unscaled.Sign() == 0 && front > 1: // 0.0E+3 shows the exponent of the next step
			digits = "0" + strings.Repeat("0", 4-front)
			front, adjusted = 1, adjusted+3
		case len(digits) < front:
			digits += strings.Repeat("0", front-len(digits))
		}
	}
	out := digits[:front]
	if len(digits) > front {
		out += "." + digits[front:]
	}
	if adjusted != 0 {
		out += "E" + map[bool]string{true: "+"}[adjusted > 0] + strconv.Itoa(adjusted)
	}
	return d.sign() + out
}

func floorModInt(a, b int) int { return ((a % b) + b) % b }

func (d decimal) sign() string {
	if d.unscaled.Sign() < 0 {
		return "-"
	}
	return ""
}

// plain is toPlainString.
func (d decimal) plain() string {
	digits := d.digits()
	switch {
	case d.scale <= 0:
		if digits != "0" {
			digits += strings.Repeat("0", -d.scale)
		}
		return d.sign() + digits
	case len(digits) <= d.scale:
		digits = strings.Repeat("0", d.scale-len(digits)+1) + digits
	}
	point := len(digits) - d.scale
	return d.sign() + digits[:point] + "." + digits[point:]
}

func (d decimal) float() float64 {
	f, _ := strconv.ParseFloat(d.unscaled.String()+"E"+strconv.Itoa(-d.scale), 64)
	return f
}

// whole returns the number without its fraction.
func (d decimal) whole() *big.Int {
	if d.scale <= 0 {
		return new(big.Int).Mul(d.unscaled, power(-d.scale))
	}
	return new(big.Int).Quo(d.unscaled, power(min(d.scale, len(d.digits())+1)))
}

// stripped drops zeros at the end as long as the scale is more than least.
func (d decimal) stripped(least int) decimal {
	if d.unscaled.Sign() == 0 {
		return decimal{d.unscaled, max(least, min(d.scale, 0))}
	}
	digits := d.digits()
	zeros := len(digits) - len(strings.TrimRight(digits, "0"))
	n := max(min(zeros, d.scale-least), 0)
	return decimal{new(big.Int).Quo(d.unscaled, power(n)), d.scale - n}
}

func power(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// aligned returns the unscaled numbers of a and b at the greater of their scales.
func aligned(a, b decimal) (x, y *big.Int) {
	x, y = a.unscaled, b.unscaled
	switch n := a.scale - b.scale; {
	case abs(int64(n)) > maxPower: // only what is compared or added comes here: see newDecimal
		return new(big.Int).SetInt64(int64(x.Sign())), new(big.Int).SetInt64(int64(y.Sign()))
	case n > 0:
		y = new(big.Int).Mul(y, power(n))
	case n < 0:
		x = new(big.Int).Mul(x, power(-n))
	}
	return x, y
}

func decimalIn(v Value) decimal { return objectOf[decimal](v) }

// newDecimal returns a value after its size was counted. The scale is bounded
// like the number, so that no operation makes powers of ten without end.
func (t *thread) newDecimal(d decimal) Value {
	t.charge(t.at, entryBytes+d.unscaled.BitLen()/3)
	t.spend(t.at, 1+quadratic(d.unscaled.BitLen()/64))
	switch {
	case d.unscaled.BitLen() > maxBigBits:
		t.throw(arithmetic, "BigInteger would overflow supported range")
	case d.scale > maxPower:
		t.throw(arithmetic, "Underflow")
	case d.scale < -maxPower:
		t.throw(arithmetic, "Overflow")
	}
	return document.ObjectOf(d)
}

// parseDecimal is the constructor with a text.
func (t *thread) parseDecimal(text string) decimal {
	mantissa, exponent, hasExponent := strings.Cut(strings.ReplaceAll(text, "E", "e"), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := strings.TrimLeft(whole, "+-") + fraction
	scale := len(fraction)
	if hasExponent {
		n, err := strconv.ParseInt(exponent, 10, 32)
		if err != nil {
			t.throw(numberFormat, "")
		}
		scale -= int(n)
	}
	unscaled, ok := new(big.Int).SetString(digits, 10)
	if !ok || len(whole)-len(strings.TrimLeft(whole, "+-")) > 1 || strings.ContainsAny(digits, "+-_") {
		t.throw(numberFormat, "%s", notDecimal(text))
	}
	if strings.HasPrefix(whole, "-") {
		unscaled.Neg(unscaled)
	}
	return decimal{unscaled, scale}
}

// notDecimal is the message about the first character that no number has.
func notDecimal(text string) string {
	for _, r := range text {
		if !strings.ContainsRune("+-.eE0123456789", r) {
			return "Character " + string(r) + ` is neither a decimal digit number, decimal point, nor "e" notation exponential mark.`
		}
	}
	switch {
	case text == "":
		return "Index 0 out of bounds for length 0"
	case strings.Count(text, ".") > 1:
		return "Character array contains more than one decimal point."
	}
	return ""
}

// rounded rounds to the digits of m.
func (t *thread) rounded(d decimal, m mathContext) decimal {
	for m.precision > 0 {
		drop := d.precision() - m.precision
		if drop <= 0 {
			break
		}
		d = decimal{t.quotient(d.unscaled, power(drop), m.mode), d.scale - drop} // 9.99 has a digit more again
	}
	return d
}

// rescaled is setScale.
func (t *thread) rescaled(d decimal, scale int, mode rounding) decimal {
	switch n := scale - d.scale; {
	case n > maxPower || n < -maxPower:
		t.throw(arithmetic, "Overflow")
		return d
	case n >= 0:
		return decimal{new(big.Int).Mul(d.unscaled, power(n)), scale}
	default:
		return decimal{t.quotient(d.unscaled, power(-n), mode), scale}
	}
}

// divided is divide: exact without a precision, when the fraction must end.
func (t *thread) divided(a, b decimal, m mathContext) decimal {
	switch {
	case b.unscaled.Sign() == 0 && a.unscaled.Sign() == 0:
		t.throw(arithmetic, "Division undefined")
	case b.unscaled.Sign() == 0:
		t.throw(arithmetic, "Division by zero")
	}
	preferred := a.scale - b.scale
	if a.unscaled.Sign() == 0 {
		return decimal{new(big.Int), preferred}
	}
	if m.precision == 0 {
		return t.exactQuotient(a, b, preferred)
	}
	shift := m.precision - a.precision() + b.precision() + 1
	if shift > maxPower {
		t.throw(arithmetic, "BigInteger would overflow supported range")
	}
	n, d := a.unscaled, b.unscaled
	if shift >= 0 {
		n = new(big.Int).Mul(n, power(shift))
	} else {
		d = new(big.Int).Mul(d, power(-shift))
	}
	q, r := new(big.Int).QuoRem(n, d, new(big.Int))
	out := decimal{q, preferred + shift}
	if r.Sign() != 0 { // a digit behind the others says that there is more
		sticky := big.NewInt(int64(n.Sign() * d.Sign()))
		return t.rounded(decimal{q.Add(q.Mul(q, big.NewInt(10)), sticky), out.scale + 1}, m)
	}
	return t.rounded(out, m).stripped(preferred)
}

// exactQuotient finds the power of ten that makes the quotient whole: there is
// one if, and only if, its denominator has no factors but 2 and 5.
func (t *thread) exactQuotient(a, b decimal, preferred int) decimal {
	shared := new(big.Int).GCD(nil, nil, new(big.Int).Abs(a.unscaled), new(big.Int).Abs(b.unscaled))
	rest := new(big.Int).Quo(b.unscaled, shared)
	shift := 0
	for _, factor := range []int64{2, 5} {
		f, count := big.NewInt(factor), 0
		for {
			q, r := new(big.Int).QuoRem(rest, f, new(big.Int))
			if r.Sign() != 0 {
				break
			}
			t.spend(t.at, 1+rest.BitLen()/64)
			rest, count = q, count+1
		}
		shift = max(shift, count)
	}
	if rest.CmpAbs(big.NewInt(1)) != 0 {
		t.throw(arithmetic, "Non-terminating decimal expansion; no exact representable decimal result.")
	}
	n := new(big.Int).Mul(a.unscaled, power(shift))
	return decimal{n.Quo(n, b.unscaled), preferred + shift}
}

// wholeQuotient is divideToIntegralValue.
func (t *thread) wholeQuotient(a, b decimal, m mathContext) decimal {
	if b.unscaled.Sign() == 0 {
		t.throw(arithmetic, "Division by zero")
	}
	preferred := a.scale - b.scale
	x, y := aligned(a, b)
	if x.CmpAbs(y) < 0 {
		return decimal{new(big.Int), preferred}
	}
	q := decimal{new(big.Int).Quo(x, y), 0}.stripped(min(preferred, 0))
	if m.precision > 0 && q.stripped(math.MinInt32).precision() > m.precision {
		t.throw(arithmetic, "Division impossible")
	}
	if q.scale < preferred && (m.precision == 0 || q.precision()+preferred-q.scale <= m.precision) {
		q = t.rescaled(q, preferred, roundUnnecessary)
	}
	return q
}

func (t *thread) remainder(a, b decimal, m mathContext) decimal {
	q := t.wholeQuotient(a, b, m)
	return sum(a, decimal{new(big.Int).Neg(new(big.Int).Mul(q.unscaled, b.unscaled)), q.scale + b.scale})
}

func sum(a, b decimal) decimal {
	x, y := aligned(a, b)
	return decimal{new(big.Int).Add(x, y), max(a.scale, b.scale)}
}

// raised is pow: exact, or by ANSI X3.274 with a precision.
func (t *thread) raised(d decimal, n int64, m mathContext) decimal {
	if m.precision == 0 {
		if n < 0 || n > 999_999_999 {
			t.throw(arithmetic, "Invalid operation")
		}
		if int64(d.unscaled.BitLen())*n > maxBigBits && d.unscaled.BitLen() > 1 || abs(int64(d.scale))*n > maxPower {
			t.throw(arithmetic, "BigInteger would overflow supported range")
		}
		return decimal{new(big.Int).Exp(d.unscaled, big.NewInt(n), nil), d.scale * int(n)}
	}
	size := len(strconv.FormatInt(max(n, -n), 10))
	if n < -999_999_999 || n > 999_999_999 || size > m.precision {
		t.throw(arithmetic, "Invalid operation")
	}
	if n == 0 {
		return decimal{big.NewInt(1), 0}
	}
	work := mathContext{m.precision + size + 1, m.mode}
	acc := decimal{big.NewInt(1), 0}
	for bits := max(n, -n); bits > 0; bits >>= 1 {
		if bits&1 == 1 {
			acc = t.rounded(product(acc, d), work)
		}
		if d = t.rounded(product(d, d), work); abs(int64(d.scale)) > 4*maxPower {
			t.throw(arithmetic, "Overflow")
		}
	}
	if n < 0 {
		acc = t.divided(decimal{big.NewInt(1), 0}, acc, work)
	}
	return t.rounded(acc, m)
}

func product(a, b decimal) decimal {
	return decimal{new(big.Int).Mul(a.unscaled, b.unscaled), a.scale + b.scale}
}

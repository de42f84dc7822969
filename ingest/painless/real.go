package painless

import (
	"math"
	"math/rand/v2"
	"strconv"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// The classes Float, Double and Math.

func doubleClass() classSpec {
	return classSpec{
		name: "Double", java: "java.lang.Double", extends: []string{"Number", "Comparable"},
		methods: realMethods,
		statics: realStatics("double", "Double", []member{
			{"long doubleToLongBits(double)", func(f float64) int64 { return int64(math.Float64bits(f)) }},
			{"long doubleToRawLongBits(double)", func(f float64) int64 { return int64(math.Float64bits(f)) }},
			{"double longBitsToDouble(long)", func(v Value) Value { return document.Double(math.Float64frombits(uint64(v.Int64()))) }},
			{"double parseDouble(String)", func(t *thread, args []Value) Value { return document.Double(t.parseReal(args[0], 64)) }},
		}),
		constants: map[string]any{
			"BYTES": 8, "SIZE": 64, "MAX_EXPONENT": 1023, "MIN_EXPONENT": -1022, "MAX_VALUE": math.MaxFloat64,
			"MIN_VALUE": math.SmallestNonzeroFloat64, "MIN_NORMAL": 0x1p-1022, "NaN": math.NaN(),
			"NEGATIVE_INFINITY": math.Inf(-1), "POSITIVE_INFINITY": math.Inf(1),
		},
	}
}

func floatClass() classSpec {
	return classSpec{
		name: "Float", java: "java.lang.Float", extends: []string{"Number", "Comparable"},
		methods: realMethods,
		statics: realStatics("float", "Float", []member{
			{"int floatToIntBits(float)", func(f float64) int64 { return int64(int32(math.Float32bits(float32(f)))) }},
			{"int floatToRawIntBits(float)", func(f float64) int64 { return int64(int32(math.Float32bits(float32(f)))) }},
			{"float intBitsToFloat(int)", func(v Value) Value { return document.Float(math.Float32frombits(uint32(v.Int64()))) }},
			{"float parseFloat(String)", func(t *thread, args []Value) Value {
				return document.Float(float32(t.parseReal(args[0], 32)))
			}},
		}),
		constants: map[string]any{
			"BYTES": 4, "SIZE": 32, "MAX_EXPONENT": 127, "MIN_EXPONENT": -126, "MAX_VALUE": float32(math.MaxFloat32),
			"MIN_VALUE": float32(math.SmallestNonzeroFloat32), "MIN_NORMAL": float32(0x1p-126), "NaN": float32(math.NaN()),
			"NEGATIVE_INFINITY": float32(math.Inf(-1)), "POSITIVE_INFINITY": float32(math.Inf(1)),
		},
	}
}

var realMethods = []member{
	{"boolean isInfinite()", func(f float64) bool { return math.IsInf(f, 0) }},
	{"boolean isNaN()", math.IsNaN},
}

// realStatics has what Float and Double have in common, and the rest.
func realStatics(p, class string, rest []member) []member {
	two := "(" + p + ", " + p + ")"
	return append([]member{
		{"int compare" + two, func(f, g float64) int64 { return int64(orderReals(f, g)) }},
		{"int hashCode(" + p + ")", func(v Value) Value { return document.Integer(v.HashCode()) }},
		{"boolean isFinite(" + p + ")", func(f float64) bool { return f-f == 0 }},
		{"boolean isInfinite(" + p + ")", func(f float64) bool { return math.IsInf(f, 0) }},
		{"boolean isNaN(" + p + ")", math.IsNaN},
		{p + " max" + two, func(f, g float64) float64 { return max(f, g) }},
		{p + " min" + two, func(f, g float64) float64 { return min(f, g) }},
		{p + " sum" + two, func(f, g float64) float64 { return f + g }},
		{"String toHexString(" + p + ")", func(v Value) Value { return document.String(hexReal(v)) }},
		{"String toString(" + p + ")", textOf},
		{class + " valueOf(def)", func(t *thread, args []Value) Value {
			typ := t.lib.classes[p]
			if args[0].Kind() == document.KindString {
				return convertNumber(document.Double(t.parseReal(args[0], 64)), typ)
			}
			return t.number(t.at, args[0], typ, false)
		}},
	}, rest...)
}

// hexReal is Double.toHexString.
func hexReal(v Value) string {
	f := v.Float64()
	switch {
	case f-f != 0:
		return v.Text()
	case f == 0:
		return strings.TrimSuffix(v.Text(), "0.0") + "0x0.0p0"
	}
	text := strconv.FormatFloat(f, 'x', -1, 64)
	mantissa, exponent, _ := strings.Cut(text, "p")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	n, _ := strconv.Atoi(exponent)
	return mantissa + "p" + strconv.Itoa(n)
}

// parseReal is Double.parseDouble.
func (t *thread) parseReal(v Value, bits int) float64 {
	t.notNull(v)
	f, ok := document.ParseFloat(v.Str(), bits)
	switch {
	case ok:
	case trim(v.Str()) == "":
		t.throw(numberFormat, "empty String")
	default:
		t.throw(numberFormat, `For input string: "%s"`, v.Str())
	}
	return f
}

// mathClass is Math or StrictMath, which are the same here.
func mathClass(name string) classSpec {
	return classSpec{
		name: name, java: "java.lang." + name,
		statics: []member{
			{"double abs(double)", math.Abs},
			{"double acos(double)", math.Acos},
			{"double asin(double)", math.Asin},
			{"double atan(double)", math.Atan},
			{"double atan2(double, double)", math.Atan2},
			{"double cbrt(double)", math.Cbrt},
			{"double ceil(double)", math.Ceil},
			{"double copySign(double, double)", math.Copysign},
			{"double cos(double)", math.Cos},
			{"double cosh(double)", math.Cosh},
			{"double exp(double)", math.Exp},
			{"double expm1(double)", math.Expm1},
			{"double floor(double)", math.Floor},
			{"double hypot(double, double)", math.Hypot},
			{"double IEEEremainder(double, double)", math.Remainder},
			{"double log(double)", math.Log},
			{"double log10(double)", math.Log10},
			{"double log1p(double)", math.Log1p},
			{"double max(double, double)", func(f, g float64) float64 { return max(f, g) }},
			{"double min(double, double)", func(f, g float64) float64 { return min(f, g) }},
			{"double nextAfter(double, double)", math.Nextafter},
			{"double nextDown(double)", func(f float64) float64 { return math.Nextafter(f, math.Inf(-1)) }},
			{"double nextUp(double)", func(f float64) float64 { return math.Nextafter(f, math.Inf(1)) }},
			{"double pow(double, double)", javaPow},
			{"double random()", func(*thread, []Value) Value { return document.Double(rand.Float64()) }},
			{"double rint(double)", math.RoundToEven},
			{"long round(double)", javaRound},
			{"double scalb(double, int)", func(_ *thread, args []Value) Value {
				return document.Double(math.Ldexp(args[0].Float64(), int(args[1].Int64())))
			}},
			{"double signum(double)", func(f float64) float64 {
				if f == 0 || math.IsNaN(f) {
					return f
				}
				return math.Copysign(1, f)
			}},
			{"double sin(double)", math.Sin},
			{"double sinh(double)", math.Sinh},
			{"double sqrt(double)", math.Sqrt},
			{"double tan(double)", math.Tan},
			{"double tanh(double)", math.Tanh},
			{"double toDegrees(double)", func(f float64) float64 { return f * (180 / math.Pi) }},
			{"double toRadians(double)", func(f float64) float64 { return f * (math.Pi / 180) }},
			{"double ulp(double)", func(f float64) float64 { return math.Nextafter(math.Abs(f), math.Inf(1)) - math.Abs(f) }},
		},
		constants: map[string]any{"E": math.E, "PI": math.Pi},
	}
}

// javaRound is Math.round: half goes up.
func javaRound(f float64) int64 {
	whole := math.Floor(f)
	if f-whole >= 0.5 {
		whole++
	}
	return document.Double(whole).Int64()
}

// javaPow is Math.pow, which differs from C's in one case: a power of NaN that is
// not 0 is NaN, even of 1.
func javaPow(f, g float64) float64 {
	if math.IsNaN(g) || math.Abs(f) == 1 && math.IsInf(g, 0) {
		return math.NaN()
	}
	return math.Pow(f, g)
}

package painless

import (
	"cmp"
	"math"
	"math/bits"
	"strconv"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// The classes Integer, Long, Short and Byte.

func integerClass() classSpec {
	return classSpec{
		name: "Integer", java: "java.lang.Integer", extends: []string{"Number", "Comparable"},
		statics: wholeStatics("int", "Integer", []member{
			{"int bitCount(int)", func(i int64) int64 { return int64(bits.OnesCount32(uint32(i))) }},
			{"int compareUnsigned(int, int)", func(i, j int64) int64 { return int64(cmp.Compare(uint32(i), uint32(j))) }},
			{"int divideUnsigned(int, int)", unsigned(32, false)},
			{"int remainderUnsigned(int, int)", unsigned(32, true)},
			{"int highestOneBit(int)", func(i int64) int64 { return int64(int32(highestBit(uint64(uint32(i))))) }},
			{"int lowestOneBit(int)", func(i int64) int64 { return int64(int32(i) & -int32(i)) }},
			{"int numberOfLeadingZeros(int)", func(i int64) int64 { return int64(bits.LeadingZeros32(uint32(i))) }},
			{"int numberOfTrailingZeros(int)", func(i int64) int64 { return int64(bits.TrailingZeros32(uint32(i))) }},
			{"int parseUnsignedInt(String)", parseUnsigned(32)},
			{"int parseUnsignedInt(String, int)", parseUnsigned(32)},
			{"int reverse(int)", func(i int64) int64 { return int64(int32(bits.Reverse32(uint32(i)))) }},
			{"int reverseBytes(int)", func(i int64) int64 { return int64(int32(bits.ReverseBytes32(uint32(i)))) }},
			{"int rotateLeft(int, int)", func(i, n int64) int64 { return int64(int32(bits.RotateLeft32(uint32(i), int(n)))) }},
			{"int rotateRight(int, int)", func(i, n int64) int64 { return int64(int32(bits.RotateLeft32(uint32(i), -int(n)))) }},
			{"long toUnsignedLong(int)", func(i int64) int64 { return int64(uint32(i)) }},
			{"String toBinaryString(int)", func(i int64) string { return strconv.FormatUint(uint64(uint32(i)), 2) }},
			{"String toHexString(int)", func(i int64) string { return strconv.FormatUint(uint64(uint32(i)), 16) }},
			{"String toOctalString(int)", func(i int64) string { return strconv.FormatUint(uint64(uint32(i)), 8) }},
			{"String toUnsignedString(int)", func(i int64) string { return strconv.FormatUint(uint64(uint32(i)), 10) }},
			{"String toUnsignedString(int, int)", func(i int64, radix int) string {
				return strconv.FormatUint(uint64(uint32(i)), validRadix(radix))
			}},
		}),
		constants: map[string]any{"BYTES": 4, "SIZE": 32, "MAX_VALUE": math.MaxInt32, "MIN_VALUE": math.MinInt32},
	}
}

func longClass() classSpec {
	return classSpec{
		name: "Long", java: "java.lang.Long", extends: []string{"Number", "Comparable"},
		statics: wholeStatics("long", "Long", []member{
			{"int bitCount(long)", func(i int64) int64 { return int64(bits.OnesCount64(uint64(i))) }},
			{"int compareUnsigned(long, long)", func(i, j int64) int64 { return int64(cmp.Compare(uint64(i), uint64(j))) }},
			{"long divideUnsigned(long, long)", unsigned(64, false)},
			{"long remainderUnsigned(long, long)", unsigned(64, true)},
			{"long highestOneBit(long)", func(i int64) int64 { return int64(highestBit(uint64(i))) }},
			{"long lowestOneBit(long)", func(i int64) int64 { return i & -i }},
			{"int numberOfLeadingZeros(long)", func(i int64) int64 { return int64(bits.LeadingZeros64(uint64(i))) }},
			{"int numberOfTrailingZeros(long)", func(i int64) int64 { return int64(bits.TrailingZeros64(uint64(i))) }},
			{"long parseUnsignedLong(String)", parseUnsigned(64)},
			{"long parseUnsignedLong(String, int)", parseUnsigned(64)},
			{"long reverse(long)", func(i int64) int64 { return int64(bits.Reverse64(uint64(i))) }},
			{"long reverseBytes(long)", func(i int64) int64 { return int64(bits.ReverseBytes64(uint64(i))) }},
			{"long rotateLeft(long, int)", func(i, n int64) int64 { return int64(bits.RotateLeft64(uint64(i), int(n))) }},
			{"long rotateRight(long, int)", func(i, n int64) int64 { return int64(bits.RotateLeft64(uint64(i), -int(n))) }},
			{"String toBinaryString(long)", func(i int64) string { return strconv.FormatUint(uint64(i), 2) }},
			{"String toHexString(long)", func(i int64) string { return strconv.FormatUint(uint64(i), 16) }},
			{"String toOctalString(long)", func(i int64) string { return strconv.FormatUint(uint64(i), 8) }},
			{"String toUnsignedString(long)", func(i int64) string { return strconv.FormatUint(uint64(i), 10) }},
			{"String toUnsignedString(long, int)", func(i int64, radix int) string {
				return strconv.FormatUint(uint64(i), validRadix(radix))
			}},
		}),
		constants: map[string]any{"BYTES": 8, "SIZE": 64, "MAX_VALUE": int64(math.MaxInt64), "MIN_VALUE": int64(math.MinInt64)},
	}
}

// wholeStatics has what Integer and Long have in common, and the rest.
func wholeStatics(primitive, class string, rest []member) []member {
	width := 32
	if primitive == "long" {
		width = 64
	}
	two := "(" + primitive + ", " + primitive + ")"
	return append([]member{
		{"int compare" + two, func(i, j int64) int64 { return int64(cmp.Compare(i, j)) }},
		{class + " decode(String)", func(t *thread, args []Value) Value { return boxWidth(width, t.decode(args[0], width)) }},
		{"int hashCode(" + primitive + ")", func(v Value) Value { return document.Integer(v.HashCode()) }},
		{primitive + " max" + two, func(i, j int64) int64 { return max(i, j) }},
		{primitive + " min" + two, func(i, j int64) int64 { return min(i, j) }},
		{primitive + " sum" + two, func(i, j int64) int64 { return i + j }},
		{primitive + " parse" + map[int]string{32: "Int", 64: "Long"}[width] + "(String)", parseSigned(width)},
		{primitive + " parse" + map[int]string{32: "Int", 64: "Long"}[width] + "(String, int)", parseSigned(width)},
		{"int signum(" + primitive + ")", func(i int64) int64 { return int64(cmp.Compare(i, 0)) }},
		{"String toString(" + primitive + ")", textOf},
		{"String toString(" + primitive + ", int)", func(i int64, radix int) string {
			return strconv.FormatInt(i, validRadix(radix))
		}},
		{class + " valueOf(def)", func(t *thread, args []Value) Value {
			if args[0].Kind() == document.KindString {
				return boxWidth(width, t.parseWhole(args[0].Str(), 10, width))
			}
			return t.number(t.at, args[0], typeOfWidth(width), false)
		}},
		{class + " valueOf(String, int)", parseSigned(width)},
	}, rest...)
}

func boxWidth(width int, i int64) Value {
	if width == 64 {
		return document.Long(i)
	}
	return document.Integer(int32(i))
}

func highestBit(u uint64) uint64 {
	if u == 0 {
		return 0
	}
	return 1 << (bits.Len64(u) - 1)
}

// validRadix is what Java does with a radix that is out of range: it takes 10.
func validRadix(radix int) int {
	if radix < 2 || radix > 36 {
		return 10
	}
	return radix
}

func unsigned(width int, remainder bool) native {
	return func(t *thread, args []Value) Value {
		mask := uint64(math.MaxUint64) >> (64 - width)
		a, b := uint64(wholeOf(args[0]))&mask, uint64(wholeOf(args[1]))&mask
		switch {
		case b == 0:
			t.throw(arithmetic, "/ by zero")
		case remainder:
			return boxWidth(width, int64(a%b))
		}
		return boxWidth(width, int64(a/b))
	}
}

func parseSigned(width int) native {
	return func(t *thread, args []Value) Value {
		return boxWidth(width, t.parseWhole(t.numberText(args[0]), radixAt(args), width))
	}
}

func radixAt(args []Value) int {
	if len(args) == 2 {
		return int(args[1].Int64())
	}
	return 10
}

// numberText returns the text of a number to parse.
func (t *thread) numberText(v Value) string {
	if v.IsNull() {
		t.throw(numberFormat, "Cannot parse null string: null")
	}
	return v.Str()
}

// parseWhole is Integer.parseInt and its relatives.
func (t *thread) parseWhole(text string, radix, width int) int64 {
	if radix < 2 || radix > 36 {
		t.throw(numberFormat, "radix %d out of range", radix)
	}
	i, err := strconv.ParseInt(text, radix, width)
	if err != nil || strings.Contains(text, "_") {
		t.throwNumberFormat(text, radix)
	}
	return i
}

func (t *thread) throwNumberFormat(text string, radix int) {
	suffix := ""
	if radix != 10 {
		suffix = " under radix " + strconv.Itoa(radix)
	}
	t.throw(numberFormat, `For input string: "%s"%s`, text, suffix)
}

func parseUnsigned(width int) native {
	return func(t *thread, args []Value) Value {
		text, radix := t.numberText(args[0]), radixAt(args)
		u, err := strconv.ParseUint(strings.TrimPrefix(text, "+"), validRadix(radix), width)
		if err != nil || strings.Contains(text, "_") {
			t.throwNumberFormat(text, radix)
		}
		return boxWidth(width, int64(u))
	}
}

// decode is Long.decode: a sign, then 0x, 0X or # for hexadecimal, 0 for octal.
func (t *thread) decode(v Value, width int) int64 {
	t.notNull(v)
	text := v.Str()
	if text == "" {
		t.throw(numberFormat, "Zero length string")
	}
	sign, digits, radix := "", text, 10
	if digits[0] == '-' || digits[0] == '+' {
		sign, digits = strings.TrimPrefix(digits[:1], "+"), digits[1:]
	}
	lower := strings.ToLower(digits)
	switch {
	case strings.HasPrefix(lower, "0x"):
		digits, radix = digits[2:], 16
	case strings.HasPrefix(digits, "#"):
		digits, radix = digits[1:], 16
	case strings.HasPrefix(digits, "0") && len(digits) > 1:
		digits, radix = digits[1:], 8
	}
	if strings.HasPrefix(digits, "-") || strings.HasPrefix(digits, "+") {
		t.throw(numberFormat, "Sign character in wrong position")
	}
	return t.parseWhole(sign+digits, radix, width)
}

func byteClass() classSpec {
	return smallClass(typeByte, "Byte", map[string]any{"BYTES": 1, "SIZE": 8})
}

func shortClass() classSpec {
	s := smallClass(typeShort, "Short", map[string]any{"BYTES": 2, "SIZE": 16})
	s.statics = append(s.statics, member{"short reverseBytes(short)", func(i int64) int64 {
		return int64(int16(bits.ReverseBytes16(uint16(i))))
	}})
	return s
}

// smallClass is Byte or Short.
func smallClass(typ *class, name string, constants map[string]any) classSpec {
	width := 8 * constants["BYTES"].(int) // the callers are above
	constants["MAX_VALUE"] = 1<<(width-1) - 1
	constants["MIN_VALUE"] = -1 << (width - 1)
	mask := int64(1)<<width - 1
	parse := func(t *thread, args []Value) Value {
		text := t.numberText(args[0])
		i := t.parseWhole(text, radixAt(args), 32)
		if narrow(typ.primitive, i) != i {
			t.throw(numberFormat, `Value out of range. Value:"%s" Radix:%d`, text, radixAt(args))
		}
		return boxWhole(typ, i)
	}
	p := typ.name
	return classSpec{
		name: name, java: "java.lang." + name, extends: []string{"Number", "Comparable"},
		statics: []member{
			{"int compare(" + p + ", " + p + ")", func(i, j int64) int64 { return i - j }},
			{name + " decode(String)", func(t *thread, args []Value) Value {
				i := t.decode(args[0], 32)
				if narrow(typ.primitive, i) != i {
					t.throw(numberFormat, "Value %d out of range from input %s", i, args[0].Str())
				}
				return boxWhole(typ, i)
			}},
			{"int hashCode(" + p + ")", func(i int64) int64 { return i }},
			{p + " parse" + name + "(String)", parse},
			{p + " parse" + name + "(String, int)", parse},
			{"String toString(" + p + ")", textOf},
			{"int toUnsignedInt(" + p + ")", func(i int64) int64 { return i & mask }},
			{"long toUnsignedLong(" + p + ")", func(i int64) int64 { return i & mask }},
			{name + " valueOf(" + p + ")", itself},
			{name + " valueOf(String, int)", parse},
		},
		constants: constants,
	}
}

func typeOfWidth(width int) *class {
	if width == 64 {
		return typeLong
	}
	return typeInt
}

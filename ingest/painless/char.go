package painless

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A character is a java.lang.Character: a UTF-16 code unit.
type character uint16

// JavaClass implements document.Object.
func (character) JavaClass() string { return "java.lang.Character" }

// AppendText implements document.Object.
func (c character) AppendText(dst []byte) []byte { return utf8.AppendRune(dst, rune(c)) }

// Identity implements document.Object.
func (c character) Identity() string { return string(rune(c)) }

// HashCode implements document.Object.
func (c character) HashCode() int32 { return int32(c) }

// A small is a java.lang.Byte or java.lang.Short.
type small struct {
	short bool
	n     int16
}

// JavaClass implements document.Object.
func (s small) JavaClass() string {
	if s.short {
		return "java.lang.Short"
	}
	return "java.lang.Byte"
}

// AppendText implements document.Object.
func (s small) AppendText(dst []byte) []byte { return strconv.AppendInt(dst, int64(s.n), 10) }

// Identity implements document.Object.
func (s small) Identity() string { return strconv.Itoa(int(s.n)) }

// HashCode implements document.Object.
func (s small) HashCode() int32 { return int32(s.n) }

// Boxes that are made once, as Java does.
var (
	asciiBoxes = boxed(128, func(i int) document.Object { return character(i) })
	byteBoxes  = boxed(256, func(i int) document.Object { return small{n: int16(int8(i))} })
)

func boxed(n int, object func(int) document.Object) []Value {
	out := make([]Value, n)
	for i := range out {
		out[i] = document.ObjectOf(object(i))
	}
	return out
}

func charValue(c uint16) Value {
	if int(c) < len(asciiBoxes) {
		return asciiBoxes[c]
	}
	return document.ObjectOf(character(c))
}

// boxWhole returns a whole number as the class that belongs to a primitive type.
func boxWhole(typ *class, i int64) Value {
	switch typ.primitive {
	case primitiveLong:
		return document.Long(i)
	case primitiveChar:
		return charValue(uint16(i))
	case primitiveByte:
		return byteBoxes[uint8(i)]
	case primitiveShort:
		return document.ObjectOf(small{short: true, n: int16(i)})
	default:
		return document.Integer(int32(i))
	}
}

// wholeOf is the number in a value of a class that stands for byte, short,
// char, int or long.
func wholeOf(v Value) int64 {
	switch o := v.Object().(type) {
	case nil:
		return v.Int64()
	case character:
		return int64(o)
	case small:
		return int64(o.n)
	case decimal:
		return lowest(o.whole())
	}
	return 0
}

// objectKind is numberKind for objects.
func objectKind(o document.Object) primitive {
	switch o := o.(type) {
	case character:
		return primitiveChar
	case small:
		if o.short {
			return primitiveShort
		}
		return primitiveByte
	case decimal:
		return primitiveInt // as a BigInteger is
	}
	return noPrimitive
}

// isBig reports whether v is a BigInteger or BigDecimal, which operators take
// for an int but casts do not.
func isBig(v Value) bool {
	_, ok := v.Object().(decimal)
	return ok || v.Kind() == document.KindBigInteger
}

func characterClass() classSpec {
	return classSpec{
		name: "Character", java: "java.lang.Character", extends: []string{"Comparable"},
		methods: []member{{"char charValue()", itself}},
		statics: append([]member{
			{"int charCount(int)", func(i int64) int64 { return int64(max(1, utf16.RuneLen(rune(i)))) }},
			{"int codePointAt(CharSequence, int)", codePointAt},
			{"int compare(char, char)", func(i, j int64) int64 { return i - j }},
			{"int digit(int, int)", func(i, radix int64) int64 { return digitOf(rune(i), radix) }},
			{"char forDigit(int, int)", func(i, radix int64) int64 {
				if i < 0 || i >= radix || radix > 36 {
					return 0
				}
				return int64("0123456789abcdefghijklmnopqrstuvwxyz"[i])
			}},
			{"int getNumericValue(int)", func(i int64) int64 { return digitOf(rune(i), 36) }},
			{"int getType(int)", charType},
			{"int hashCode(char)", func(i int64) int64 { return i }},
			{"char highSurrogate(int)", func(i int64) int64 { r, _ := utf16.EncodeRune(rune(i)); return int64(r) }},
			{"char lowSurrogate(int)", func(i int64) int64 { _, r := utf16.EncodeRune(rune(i)); return int64(r) }},
			{"char reverseBytes(char)", func(i int64) int64 { return i&0xff<<8 | i>>8 }},
			{"char[] toChars(int)", func(t *thread, args []Value) Value { return t.charArray(string(rune(args[0].Int64()))) }},
			{"int toCodePoint(char, char)", func(i, j int64) int64 { return int64(utf16.DecodeRune(rune(i), rune(j))) }},
			{"char toLowerCase(char)", func(i int64) int64 { return int64(unicode.ToLower(rune(i))) }},
			{"String toString(char)", textOf},
			{"char toTitleCase(char)", func(i int64) int64 { return int64(unicode.ToTitle(rune(i))) }},
			{"char toUpperCase(char)", func(i int64) int64 { return int64(unicode.ToUpper(rune(i))) }},
			{"Character valueOf(char)", itself},
		}, slices.Concat(codePointStatics, charArrayStatics, directionStatics, charTests)...),
		constants: directionConstants(charConstants(map[string]any{
			"BYTES": 2, "SIZE": 16, "MIN_RADIX": 2, "MAX_RADIX": 36, "MIN_VALUE": rune(0), "MAX_VALUE": rune(0xffff),
			"MIN_CODE_POINT": 0, "MAX_CODE_POINT": int(unicode.MaxRune), "MIN_SUPPLEMENTARY_CODE_POINT": 0x10000,
			"MIN_HIGH_SURROGATE": rune(0xd800), "MAX_HIGH_SURROGATE": rune(0xdbff), "MIN_LOW_SURROGATE": rune(0xdc00),
			"MAX_LOW_SURROGATE": rune(0xdfff), "MIN_SURROGATE": rune(0xd800), "MAX_SURROGATE": rune(0xdfff),
		})),
	}
}

// charConstants adds the categories, by the number that getType returns.
func charConstants(out map[string]any) map[string]any {
	for i, name := range strings.Fields("UNASSIGNED UPPERCASE_LETTER LOWERCASE_LETTER TITLECASE_LETTER MODIFIER_LETTER OTHER_LETTER " +
		"NON_SPACING_MARK ENCLOSING_MARK COMBINING_SPACING_MARK DECIMAL_DIGIT_NUMBER LETTER_NUMBER OTHER_NUMBER SPACE_SEPARATOR " +
		"LINE_SEPARATOR PARAGRAPH_SEPARATOR CONTROL FORMAT - PRIVATE_USE SURROGATE DASH_PUNCTUATION START_PUNCTUATION " +
		"END_PUNCTUATION CONNECTOR_PUNCTUATION OTHER_PUNCTUATION MATH_SYMBOL CURRENCY_SYMBOL MODIFIER_SYMBOL OTHER_SYMBOL " +
		"INITIAL_QUOTE_PUNCTUATION FINAL_QUOTE_PUNCTUATION") {
		if name != "-" {
			out[name] = int8(i)
		}
	}
	return out
}

// charTests are the tests of Character.
var charTests = []member{
	{"boolean isAlphabetic(int)", runeTest(func(r rune) bool {
		return unicode.IsLetter(r) || unicode.Is(unicode.Other_Alphabetic, r) || unicode.Is(unicode.Nl, r)
	})},
	{"boolean isBmpCodePoint(int)", func(i int64) bool { return i >= 0 && i <= 0xffff }},
	{"boolean isDefined(int)", runeTest(func(r rune) bool {
		return !unicode.Is(unicode.Cn, r)
	})},
	{"boolean isDigit(int)", runeTest(unicode.IsDigit)},
	{"boolean isHighSurrogate(char)", func(i int64) bool { return i >= 0xd800 && i < 0xdc00 }},
	{"boolean isISOControl(int)", func(i int64) bool { return i >= 0 && i <= 0x9f && (i >= 0x7f || i <= 0x1f) }},
	{"boolean isIdeographic(int)", runeTest(func(r rune) bool { return unicode.Is(unicode.Ideographic, r) })},
	{"boolean isLetter(int)", runeTest(unicode.IsLetter)},
	{"boolean isLetterOrDigit(int)", runeTest(func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })},
	{"boolean isLowerCase(int)", runeTest(func(r rune) bool { return unicode.IsLower(r) || unicode.Is(unicode.Other_Lowercase, r) })},
	{"boolean isLowSurrogate(char)", func(i int64) bool { return i >= 0xdc00 && i < 0xe000 }},
	{"boolean isSpaceChar(int)", runeTest(func(r rune) bool { return unicode.Is(unicode.Z, r) })},
	{"boolean isSupplementaryCodePoint(int)", func(i int64) bool { return i > 0xffff && i <= unicode.MaxRune }},
	{"boolean isSurrogate(char)", func(i int64) bool { return i >= 0xd800 && i < 0xe000 }},
	{"boolean isIdentifierIgnorable(int)", runeTest(isIgnorable)},
	{"boolean isJavaIdentifierPart(int)", runeTest(func(r rune) bool {
		return isIdentifierStart(r) || unicode.In(r, unicode.Sc, unicode.Pc, unicode.Nd, unicode.Mc, unicode.Mn) || isIgnorable(r)
	})},
	{"boolean isJavaIdentifierStart(int)", runeTest(func(r rune) bool {
		return isIdentifierStart(r) || unicode.In(r, unicode.Sc, unicode.Pc)
	})},
	{"boolean isUnicodeIdentifierPart(int)", runeTest(func(r rune) bool {
		return isIdentifierStart(r) || unicode.In(r, unicode.Pc, unicode.Nd, unicode.Mc, unicode.Mn) || isIgnorable(r)
	})},
	{"boolean isUnicodeIdentifierStart(int)", runeTest(isIdentifierStart)},
	{"boolean isTitleCase(int)", runeTest(unicode.IsTitle)},
	{"boolean isUpperCase(int)", runeTest(func(r rune) bool { return unicode.IsUpper(r) || unicode.Is(unicode.Other_Uppercase, r) })},
	{"boolean isValidCodePoint(int)", func(i int64) bool { return i >= 0 && i <= unicode.MaxRune }},
	{"boolean isWhitespace(int)", runeTest(isJavaWhitespace)},
	{"boolean isSurrogatePair(char, char)", func(_ *thread, args []Value) Value {
		high, low := wholeOf(args[0]), wholeOf(args[1])
		return document.Boolean(high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000)
	}},
}

func runeTest(test func(rune) bool) func(int64) bool {
	return func(i int64) bool { return test(rune(i)) }
}

func isIdentifierStart(r rune) bool { return unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) }

func isIgnorable(r rune) bool {
	return r <= 8 || r >= 0xe && r <= 0x1b || r >= 0x7f && r <= 0x9f || unicode.Is(unicode.Cf, r)
}

// digitOf is Character.digit: the value of a digit, or -1.
func digitOf(r rune, radix int64) int64 {
	d := int64(-1)
	switch {
	case r >= '0' && r <= '9':
		d = int64(r - '0')
	case r >= 'a' && r <= 'z':
		d = int64(r-'a') + 10
	case r >= 'A' && r <= 'Z':
		d = int64(r-'A') + 10
	case unicode.IsDigit(r): // digits of a script are ten in a row
		for zero := r; unicode.IsDigit(zero) && zero > r-10; zero-- {
			d = int64(r - zero)
		}
	}
	if d >= radix {
		return -1
	}
	return d
}

// isJavaWhitespace is Character.isWhitespace: separators but for those that do
// not break, and some controls.
func isJavaWhitespace(r rune) bool {
	switch {
	case r >= '\t' && r <= '\r', r >= 0x1c && r <= 0x1f:
		return true
	case r == 0xa0, r == 0x2007, r == 0x202f:
		return false
	}
	return unicode.Is(unicode.Z, r)
}

// charTypes has the categories in the order of the constants of Character:
// UPPERCASE_LETTER is 1, CONTROL 15.
var charTypes = []struct {
	value int64
	table *unicode.RangeTable
}{
	{1, unicode.Lu}, {2, unicode.Ll}, {3, unicode.Lt}, {4, unicode.Lm}, {5, unicode.Lo}, {6, unicode.Mn}, {7, unicode.Me},
	{8, unicode.Mc}, {9, unicode.Nd}, {10, unicode.Nl}, {11, unicode.No}, {12, unicode.Zs}, {13, unicode.Zl}, {14, unicode.Zp},
	{15, unicode.Cc}, {16, unicode.Cf}, {18, unicode.Co}, {19, unicode.Cs}, {20, unicode.Pd}, {21, unicode.Ps}, {22, unicode.Pe},
	{23, unicode.Pc}, {24, unicode.Po}, {25, unicode.Sm}, {26, unicode.Sc}, {27, unicode.Sk}, {28, unicode.So}, {29, unicode.Pi},
	{30, unicode.Pf},
}

func charType(i int64) int64 {
	for _, t := range charTypes {
		if unicode.Is(t.table, rune(i)) {
			return t.value
		}
	}
	return 0
}

func codePointAt(t *thread, args []Value) Value {
	s, i := args[0].Text(), args[1].Int64()
	units := unitsOf(s)
	if i < 0 || i >= int64(len(units)) {
		t.throw(stringIndexOutOfBounds, "Index %d out of bounds for length %d", i, len(units))
	}
	if int(i)+1 < len(units) {
		if r := utf16.DecodeRune(rune(units[i]), rune(units[i+1])); r != unicode.ReplacementChar {
			return document.Integer(r)
		}
	}
	return document.Integer(int32(units[i]))
}

// charArray returns a char[].
func (t *thread) charArray(s string) Value {
	units := unitsOf(s)
	t.charge(t.at, entryBytes*len(units))
	a := &array{class: t.lib.arrayOf(typeChar), items: make([]Value, len(units))}
	for i, u := range units {
		a.items[i] = charValue(u)
	}
	return document.ObjectOf(a)
}

// textOfChars returns the string that a char[] holds.
func textOfChars(items []Value) string {
	units := make([]uint16, len(items))
	for i, v := range items {
		units[i] = uint16(wholeOf(v))
	}
	return string(utf16.Decode(units))
}

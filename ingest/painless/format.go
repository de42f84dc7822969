package painless

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A specifier is %[index$][flags][width][.precision]conversion of a format.
type specifier struct {
	flags            string
	width, precision int // -1 for none
	conversion       byte
}

var specifierSyntax = regexp.MustCompile(`%(\d+\$|<)?([-#+ 0,(]*)(\d+)?(\.\d+)?([a-zA-Z%])`)

// maxWidth bounds what one specifier can make.
const maxWidth = 100_000

// format is String.format.
func format(t *thread, args []Value) Value {
	text, values := t.text(args[0]), t.items(args[1])
	var out strings.Builder
	next, last := 0, 0
	for text != "" {
		at := specifierSyntax.FindStringSubmatchIndex(text)
		if at == nil {
			break
		}
		out.WriteString(text[:at[0]])
		s := t.specifier(text, at)
		index := group(text, at, 1)
		switch s.conversion {
		case '%':
			out.WriteString(s.pad("%"))
		case 'n':
			out.WriteByte('\n')
		default:
			switch {
			case index == "<":
			case index != "":
				n, _ := strconv.Atoi(strings.TrimSuffix(index, "$"))
				last = n - 1
			default:
				last = next
				next++
			}
			if last < 0 || last >= len(values) {
				t.throwWith(missingFormatArgument, []Value{document.String(text[at[0]:at[1]])}, "Format specifier '%s'", text[at[0]:at[1]])
			}
			out.WriteString(t.formatted(s, values[last]))
		}
		text = text[at[1]:]
		t.charge(t.at, s.width)
	}
	if i := strings.IndexByte(text, '%'); i >= 0 {
		t.throwWith(unknownFormatConversion, []Value{document.String("%")}, "Conversion = '%%'")
	}
	out.WriteString(text)
	return t.newText(out.String())
}

func group(text string, at []int, n int) string {
	if at[2*n] < 0 {
		return ""
	}
	return text[at[2*n]:at[2*n+1]]
}

func (t *thread) specifier(text string, at []int) specifier {
	s := specifier{flags: group(text, at, 2), width: -1, precision: -1, conversion: group(text, at, 5)[0]}
	if w := group(text, at, 3); w != "" {
		s.width, _ = strconv.Atoi(w)
	}
	if p := group(text, at, 4); p != "" {
		s.precision, _ = strconv.Atoi(p[1:])
	}
	if s.width > maxWidth || s.precision > maxWidth {
		t.throw(document.IllegalArgument, "Format specifier '%s'", text[at[0]:at[1]])
	}
	return s
}

func (s *specifier) has(flag string) bool { return strings.Contains(s.flags, flag) }

func (s *specifier) pad(text string) string {
	missing := s.width - length(text)
	switch {
	case missing <= 0:
		return text
	case s.has("-"):
		return text + strings.Repeat(" ", missing)
	}
	return strings.Repeat(" ", missing) + text
}

func (t *thread) formatted(s specifier, v Value) string {
	out := ""
	switch s.conversion | 0x20 {
	case 's':
		out = s.cut(v.Text())
	case 'b':
		out = s.cut(strconv.FormatBool(v.Bool() || !v.IsNull() && v.Kind() != document.KindBoolean))
	case 'h':
		out = s.cut(strconv.FormatUint(uint64(uint32(v.HashCode())), 16))
	case 'c':
		out = t.formatChar(s, v)
	case 'd', 'x', 'o':
		out = t.formatWhole(s, v)
	case 'f', 'e', 'g':
		out = t.formatReal(s, v)
	default:
		t.throwWith(unknownFormatConversion, []Value{document.String(string(s.conversion))}, "Conversion = '%c'", s.conversion)
	}
	if s.conversion < 'a' {
		out = strings.ToUpper(out)
	}
	return s.pad(out)
}

func (s *specifier) cut(text string) string {
	if s.precision >= 0 && s.precision < length(text) {
		return cut(text, 0, s.precision)
	}
	return text
}

func (t *thread) formatChar(s specifier, v Value) string {
	switch kind := numberKind(v); {
	case v.IsNull():
		return "null"
	case kind < primitiveByte || kind > primitiveInt:
		t.throwConversion(s, v)
	}
	return string(rune(wholeOf(v)))
}

func (t *thread) throwConversion(s specifier, v Value) {
	t.throwWith(illegalFormatConversion, []Value{charValue(uint16(s.conversion))}, "%c != %s", s.conversion, javaClass(v))
}

func (t *thread) formatWhole(s specifier, v Value) string {
	kind := numberKind(v)
	switch {
	case v.IsNull():
		return "null"
	case v.Kind() == document.KindBigInteger && s.conversion == 'd':
		text := v.Text()
		return s.signed(strings.TrimPrefix(text, "-"), text[0] == '-')
	case kind < primitiveByte || kind > primitiveLong || kind == primitiveChar || isBig(v):
		t.throwConversion(s, v)
	}
	i := wholeOf(v)
	if s.conversion == 'd' {
		return s.signed(strings.TrimPrefix(strconv.FormatInt(i, 10), "-"), i < 0)
	}
	u := uint64(i)
	switch kind {
	case primitiveByte:
		u = uint64(uint8(i))
	case primitiveShort:
		u = uint64(uint16(i))
	case primitiveInt:
		u = uint64(uint32(i))
	default:
	}
	base, prefix := 16, "0x"
	if s.conversion == 'o' {
		base, prefix = 8, "0"
	}
	if !s.has("#") {
		prefix = ""
	}
	return s.zeros(prefix, strconv.FormatUint(u, base))
}

func (t *thread) formatReal(s specifier, v Value) string {
	d, isDecimal := v.Object().(decimal)
	kind := numberKind(v)
	switch {
	case v.IsNull():
		return "null"
	case isDecimal:
	case kind != primitiveFloat && kind != primitiveDouble:
		t.throwConversion(s, v)
	default:
		f := v.Float64()
		if f-f != 0 {
			return v.Text()
		}
		// Java rounds what the shortest text of a number says: 1.005 is a half.
		d = t.parseDecimal(strconv.FormatFloat(f, 'e', -1, 64))
		if math.Signbit(f) {
			return s.signed(t.realDigits(s, d), true)
		}
	}
	return s.signed(t.realDigits(s, d), d.unscaled.Sign() < 0)
}

// realDigits returns the digits of a number, without its sign, as a conversion
// asks for.
func (t *thread) realDigits(s specifier, d decimal) string {
	precision := s.precision
	if precision < 0 {
		precision = 6
	}
	switch s.conversion | 0x20 {
	case 'e':
		return t.exponential(d, precision)
	case 'g':
		precision = max(precision, 1)
		rounded := t.rounded(d, mathContext{precision, roundHalfUp})
		n := rounded.precision() - rounded.scale - 1
		if d.unscaled.Sign() != 0 && (n < -4 || n >= precision) {
			return t.exponential(d, precision-1)
		}
		if precision -= n + 1; d.unscaled.Sign() == 0 {
			precision = max(s.precision, 1) - 1
			if s.precision < 0 {
				precision = 5
			}
		}
	}
	return strings.TrimPrefix(t.rescaled(d, precision, roundHalfUp).plain(), "-")
}

// exponential writes one digit before the point and the exponent in two digits.
func (t *thread) exponential(d decimal, precision int) string {
	d = t.rounded(d, mathContext{precision + 1, roundHalfUp})
	digits := d.digits()
	n := len(digits) - 1 - d.scale
	if digits == "0" {
		n = 0
	}
	digits += strings.Repeat("0", max(precision+1-len(digits), 0))
	sign := "+"
	if n < 0 {
		sign, n = "-", -n
	}
	out := digits[:1]
	if precision > 0 {
		out += "." + digits[1:]
	}
	if n < 10 {
		sign += "0"
	}
	return out + "e" + sign + strconv.Itoa(n)
}

// signed adds the sign and what the flags ask for.
func (s *specifier) signed(digits string, negative bool) string {
	if s.has(",") {
		digits = grouped(digits)
	}
	sign, end := "", ""
	switch {
	case negative && s.has("("):
		sign, end = "(", ")"
	case negative:
		sign = "-"
	case s.has("+"):
		sign = "+"
	case s.has(" "):
		sign = " "
	}
	return s.zeros(sign, digits+end)
}

// zeros fills the width with zeros behind a prefix if the flags say so.
func (s *specifier) zeros(prefix, digits string) string {
	if missing := s.width - len(prefix) - len(digits); s.has("0") && missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	return prefix + digits
}

// grouped puts a comma between the thousands.
func grouped(digits string) string {
	end := strings.IndexAny(digits, ".e")
	if end < 0 {
		end = len(digits)
	}
	whole := digits[:end]
	for i := end - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole + digits[end:]
}

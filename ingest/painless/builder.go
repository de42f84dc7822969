package painless

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A builder is a StringBuilder or StringBuffer.
type builder struct {
	buffer bool
	text   []byte
	wide   bool // it is not all ASCII
}

// JavaClass implements document.Object.
func (b *builder) JavaClass() string {
	if b.buffer {
		return "java.lang.StringBuffer"
	}
	return "java.lang.StringBuilder"
}

// AppendText implements document.Object.
func (b *builder) AppendText(dst []byte) []byte { return append(dst, b.text...) }

// Identity implements document.Object.
func (b *builder) Identity() string { return fmt.Sprintf("%p", b) }

// HashCode implements document.Object.
func (*builder) HashCode() int32 { return identityHash }

func builderIn(v Value) *builder {
	return objectOf[*builder](v)
}

// set makes the units the text.
func (b *builder) set(units []uint16) { b.put(append(b.text[:0], string(utf16.Decode(units))...)) }

func (b *builder) put(text []byte) { b.text, b.wide = text, !isASCII(text) }

// grow makes text, which begins with what was there, the text.
func (b *builder) grow(text []byte) {
	b.wide = b.wide || !isASCII(text[len(b.text):])
	b.text = text
}

// units returns the code units.
func (b *builder) units(t *thread) []uint16 {
	t.spend(t.at, len(b.text)>>3)
	return unitsOf(string(b.text))
}

func (t *thread) checkOffset(offset, length int) {
	if offset < 0 || offset > length {
		t.throw(stringIndexOutOfBounds, "offset %d, length %d", offset, length)
	}
}

// span returns the units from start to the least of end and the length, as
// delete and replace take them.
func (t *thread) span(b *builder, from, to Value) (units []uint16, start, end int) {
	units = b.units(t)
	start, end = int(from.Int64()), min(int(to.Int64()), len(units))
	if start < 0 || start > end {
		t.throw(stringIndexOutOfBounds, "start %d, end %d, length %d", start, end, len(units))
	}
	return units, start, end
}

func builderClass(name string) classSpec {
	construct := func(t *thread, args []Value) Value {
		b := &builder{buffer: name == "StringBuffer"}
		if len(args) > 0 {
			b.put([]byte(t.text(args[0])))
		}
		return document.ObjectOf(b)
	}
	return classSpec{
		name: name, java: "java.lang." + name, extends: []string{"CharSequence", "Appendable"},
		methods: slices.Concat(builderReads, codePointMembers, []member{
			{name + " append(def)", func(t *thread, args []Value) Value {
				b := builderIn(args[0])
				before := cap(b.text)
				b.grow(appendBuilt(b.text, args[1]))
				t.charge(t.at, cap(b.text)-before)
				return args[0]
			}},
			{name + " append(CharSequence, int, int)", appendPart},
			{name + " appendCodePoint(int)", func(t *thread, args []Value) Value {
				b := builderIn(args[0])
				b.grow(utf8.AppendRune(b.text, rune(args[1].Int64())))
				t.charge(t.at, 4)
				return args[0]
			}},
			{name + " delete(int, int)", func(t *thread, args []Value) Value {
				units, start, end := t.span(builderIn(args[0]), args[1], args[2])
				builderIn(args[0]).set(slices.Delete(units, start, end))
				return args[0]
			}},
			{name + " deleteCharAt(int)", func(t *thread, args []Value) Value {
				units, i := builderIn(args[0]).units(t), int(args[1].Int64())
				if i < 0 || i >= len(units) {
					t.throw(stringIndexOutOfBounds, "index %d,length %d", i, len(units))
				}
				builderIn(args[0]).set(slices.Delete(units, i, i+1))
				return args[0]
			}},
			{name + " insert(int, def)", func(t *thread, args []Value) Value {
				b, i := builderIn(args[0]), int(args[1].Int64())
				t.checkOffset(i, b.length(t))
				at := i
				if b.wide {
					at = offset(string(b.text), i)
				}
				b.put(slices.Insert(b.text, at, appendBuilt(nil, args[2])...))
				t.spend(t.at, len(b.text)>>8)
				t.charge(t.at, len(b.text)-at)
				return args[0]
			}},
			{name + " replace(int, int, String)", func(t *thread, args []Value) Value {
				units, start, end := t.span(builderIn(args[0]), args[1], args[2])
				text := unitsOf(t.text(args[3]))
				t.charge(t.at, len(text))
				builderIn(args[0]).set(slices.Replace(units, start, end, text...))
				return args[0]
			}},
			{name + " reverse()", func(t *thread, args []Value) Value {
				b := builderIn(args[0])
				runes := []rune(string(b.text))
				slices.Reverse(runes)
				b.text = append(b.text[:0], string(runes)...)
				t.spend(t.at, len(runes)>>3)
				return args[0]
			}},
			{"void setCharAt(int, char)", setCharAt},
			{"int length()", func(t *thread, args []Value) Value { return document.Integer(int32(builderIn(args[0]).length(t))) }},
			{"char charAt(int)", builderCharAt},
			{"void setLength(int)", func(t *thread, args []Value) Value {
				n := int(args[1].Int64())
				if n < 0 {
					t.throw(stringIndexOutOfBounds, "String index out of range: %d", n)
				}
				t.charge(t.at, n)
				units := builderIn(args[0]).units(t)
				builderIn(args[0]).set(append(units[:min(n, len(units))], make([]uint16, max(0, n-len(units)))...))
				return document.Null
			}},
		}),
		statics: []member{{name + "()", construct}, {name + "(CharSequence)", construct}},
	}
}

// appendPart is append of a part of a text.
func appendPart(t *thread, args []Value) Value {
	b := builderIn(args[0])
	part := substring(t, []Value{document.String(args[1].Text()), args[2], args[3]})
	b.grow(append(b.text, part.Str()...))
	return args[0]
}

// length returns the number of code units.
func (b *builder) length(t *thread) int {
	if !b.wide {
		return len(b.text)
	}
	t.spend(t.at, len(b.text)>>5)
	return length(string(b.text))
}

func builderCharAt(t *thread, args []Value) Value {
	b, i := builderIn(args[0]), args[1].Int64()
	if n := b.length(t); i < 0 || i >= int64(n) {
		t.throw(stringIndexOutOfBounds, "index %d,length %d", i, n)
	}
	if !b.wide {
		return charValue(uint16(b.text[i]))
	}
	return charValue(b.units(t)[i])
}

func setCharAt(t *thread, args []Value) Value {
	b, i, unit := builderIn(args[0]), args[1].Int64(), uint16(wholeOf(args[2]))
	if n := b.length(t); i < 0 || i >= int64(n) {
		t.throw(stringIndexOutOfBounds, "index %d,length %d", i, n)
	}
	if !b.wide && unit < utf8.RuneSelf {
		b.text[i] = byte(unit)
		return document.Null
	}
	units := b.units(t)
	units[i] = unit
	t.spend(t.at, len(units)>>3)
	b.set(units)
	return document.Null
}

// appendBuilt appends what StringBuilder.append(Object) does.
func appendBuilt(dst []byte, v Value) []byte {
	if a, ok := v.Object().(*array); ok && a.class.component == typeChar {
		return append(dst, textOfChars(a.items)...)
	}
	return v.AppendText(dst)
}

// builderReads are the methods of StringBuilder that String has, too.
var builderReads = []member{
	{"int capacity()", func(v Value) Value { return document.Integer(int32(max(16, length(v.Text())))) }},
	{"int codePointAt(int)", codePointAt},
	{"int indexOf(String)", func(s, o string) int { return units(s, strings.Index(s, o)) }},
	{"int indexOf(String, int)", indexFrom},
	{"int lastIndexOf(String)", func(s, o string) int { return units(s, strings.LastIndex(s, o)) }},
	{"int lastIndexOf(String, int)", lastIndexFrom},
	{"String substring(int)", substring},
	{"String substring(int, int)", substring},
}

package painless

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A builder is a StringBuilder or StringBuffer.
type builder struct {
	buffer bool
	text   []byte
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
func (b *builder) set(units []uint16) { b.text = append(b.text[:0], string(utf16.Decode(units))...) }

func (t *thread) checkOffset(offset, length int) {
	if offset < 0 || offset > length {
		t.throw(stringIndexOutOfBounds, "offset %d, length %d", offset, length)
	}
}

// span returns the units from start to the least of end and the length, as
// delete and replace take them.
func (t *thread) span(b *builder, from, to Value) (units []uint16, start, end int) {
	units = unitsOf(string(b.text))
	start, end = int(from.Int64()), min(int(to.Int64()), len(units))
	if start < 0 || start > end {
		t.throw(stringIndexOutOfBounds, "start %d, end %d, length %d", start, end, len(units))
	}
	t.spend(t.at, len(units)/64)
	return units, start, end
}

func builderClass(name string) classSpec {
	construct := func(t *thread, args []Value) Value {
		b := &builder{buffer: name == "StringBuffer"}
		if len(args) > 0 {
			b.text = append(b.text, t.text(args[0])...)
		}
		return document.ObjectOf(b)
	}
	return classSpec{
		name: name, java: "java.lang." + name, extends: []string{"CharSequence", "Appendable"},
		methods: slices.Concat(builderReads, codePointMembers, []member{
			{name + " append(def)", func(t *thread, args []Value) Value {
				b := builderIn(args[0])
				before := cap(b.text)
				b.text = appendBuilt(b.text, args[1])
				t.charge(t.at, cap(b.text)-before)
				return args[0]
			}},
			{name + " append(CharSequence, int, int)", appendPart},
			{name + " appendCodePoint(int)", func(t *thread, args []Value) Value {
				b := builderIn(args[0])
				b.text = append(b.text, string(rune(args[1].Int64()))...)
				t.charge(t.at, 4)
				return args[0]
			}},
			{name + " delete(int, int)", func(t *thread, args []Value) Value {
				units, start, end := t.span(builderIn(args[0]), args[1], args[2])
				builderIn(args[0]).set(slices.Delete(units, start, end))
				return args[0]
			}},
			{name + " deleteCharAt(int)", func(t *thread, args []Value) Value {
				units, i := unitsOf(string(builderIn(args[0]).text)), int(args[1].Int64())
				if i < 0 || i >= len(units) {
					t.throw(stringIndexOutOfBounds, "index %d,length %d", i, len(units))
				}
				builderIn(args[0]).set(slices.Delete(units, i, i+1))
				t.spend(t.at, len(units)/64)
				return args[0]
			}},
			{name + " insert(int, def)", func(t *thread, args []Value) Value {
				b, i := builderIn(args[0]), int(args[1].Int64())
				t.checkOffset(i, length(string(b.text)))
				at := offset(string(b.text), i)
				b.text = slices.Insert(b.text, at, appendBuilt(nil, args[2])...)
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
				t.spend(t.at, len(runes)/64)
				return args[0]
			}},
			{"void setCharAt(int, char)", func(t *thread, args []Value) Value {
				units, i := unitsOf(string(builderIn(args[0]).text)), int(args[1].Int64())
				if i < 0 || i >= len(units) {
					t.throw(stringIndexOutOfBounds, "index %d,length %d", i, len(units))
				}
				units[i] = uint16(wholeOf(args[2]))
				builderIn(args[0]).set(units)
				t.spend(t.at, len(units)/64)
				return document.Null
			}},
			{"void setLength(int)", func(t *thread, args []Value) Value {
				n := int(args[1].Int64())
				if n < 0 {
					t.throw(stringIndexOutOfBounds, "String index out of range: %d", n)
				}
				t.charge(t.at, n)
				units := unitsOf(string(builderIn(args[0]).text))
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
	b.text = append(b.text, part.Str()...)
	return args[0]
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

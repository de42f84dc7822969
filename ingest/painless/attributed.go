package painless

import (
	"fmt"
	"slices"

	"github.com/sluice-otel/sluice/ingest/document"
)

// An attributedText is a java.text.AttributedString: a text with values for parts
// of it.
type attributedText struct {
	units      []uint16
	breaks     []int // where attributes begin or end, in order; the first is 0
	attributes []attribute
}

// An attribute is a value for a part of a text. Later ones hide earlier ones.
type attribute struct {
	key, value Value
	from, to   int
}

// JavaClass implements document.Object.
func (*attributedText) JavaClass() string { return "java.text.AttributedString" }

// AppendText implements document.Object.
func (a *attributedText) AppendText(dst []byte) []byte { return append(dst, a.JavaClass()...) }

// Identity implements document.Object.
func (a *attributedText) Identity() string { return fmt.Sprintf("%p", a) }

// HashCode implements document.Object.
func (*attributedText) HashCode() int32 { return identityHash }

func (t *thread) newAttributedText(text string) *attributedText {
	t.charge(t.at, 4*len(text))
	return &attributedText{units: unitsOf(text), breaks: []int{0}}
}

// add adds an attribute to the units from one to another.
func (a *attributedText) add(t *thread, key, value Value, from, to int) {
	switch {
	case len(a.units) == 0:
		t.throw(document.IllegalArgument, "Can't add attribute to 0-length text")
	case from < 0 || to > len(a.units) || from >= to:
		t.throw(document.IllegalArgument, "Invalid substring range")
	}
	t.charge(t.at, 3*entryBytes)
	t.spend(t.at, len(a.breaks)/64)
	a.attributes = append(a.attributes, attribute{key, value, from, to})
	for _, at := range [...]int{from, to} {
		if i, found := slices.BinarySearch(a.breaks, at); !found && at < len(a.units) {
			a.breaks = slices.Insert(a.breaks, i, at)
		}
	}
}

// addAll adds the attributes of a map.
func (a *attributedText) addAll(t *thread, attributes Value, from, to int) {
	t.eachKey(attributes.Map(), func(key Value) bool {
		if from == to {
			t.throw(document.IllegalArgument, "Can't add attribute to 0-length text")
		}
		a.add(t, key, mapGet(attributes, key), from, to)
		return true
	})
}

// at returns the value of an attribute at a unit, null if it has none.
func (a *attributedText) at(t *thread, key Value, i int) Value {
	t.spend(t.at, 1+len(a.attributes)/16)
	for _, x := range slices.Backward(a.attributes) {
		if i >= x.from && i < x.to && x.key.Equals(key) {
			return x.value
		}
	}
	return document.Null
}

// run returns where the run of the attributes around a unit begins and ends.
func (a *attributedText) run(i int) (from, to int) {
	n, found := slices.BinarySearch(a.breaks, i)
	if !found {
		n--
	}
	if n+1 < len(a.breaks) {
		return a.breaks[n], a.breaks[n+1]
	}
	return a.breaks[n], len(a.units)
}

// runOf returns the run around a unit in which some attributes stay the same.
func (a *attributedText) runOf(t *thread, keys []Value, i int) (from, to int) {
	same := func(j int) bool {
		for _, key := range keys {
			if !a.at(t, key, i).Equals(a.at(t, key, j)) {
				return false
			}
		}
		return true
	}
	from, to = a.run(i)
	for from > 0 && same(from-1) {
		from, _ = a.run(from - 1)
	}
	for to < len(a.units) && same(to) {
		_, to = a.run(to)
	}
	return from, to
}

// An annotation is a java.text.Annotation: a value that is only of use for the
// whole text that it was given to.
type annotation struct{ value Value }

// JavaClass implements document.Object.
func (*annotation) JavaClass() string { return "java.text.Annotation" }

// AppendText implements document.Object.
func (a *annotation) AppendText(dst []byte) []byte { return a.WalkText(&document.Walk{}, dst) }

// Identity implements document.Object.
func (a *annotation) Identity() string { return fmt.Sprintf("%p", a) }

// HashCode implements document.Object.
func (*annotation) HashCode() int32 { return identityHash }

// WalkText implements document.Holder.
func (a *annotation) WalkText(w *document.Walk, dst []byte) []byte {
	return append(a.value.WalkText(w, append(dst, "java.text.Annotation[value="...)), ']')
}

// WalkIdentity implements document.Holder.
func (a *annotation) WalkIdentity(_ *document.Walk, dst []byte) []byte {
	return append(dst, a.Identity()...)
}

// WalkHash implements document.Holder.
func (a *annotation) WalkHash(*document.Walk) int32 { return identityHash }

// attributeKeys are the constants of AttributedCharacterIterator.Attribute.
var attributeKeys = enumValues("java.text.AttributedCharacterIterator$Attribute",
	"LANGUAGE:java.text.AttributedCharacterIterator$Attribute(language)",
	"READING:java.text.AttributedCharacterIterator$Attribute(reading)",
	"INPUT_METHOD_SEGMENT:java.text.AttributedCharacterIterator$Attribute(input_method_segment)")

// attributedClasses are AttributedString and what its attributes are made of.
func attributedClasses() []classSpec {
	in := func(v Value) *attributedText { return objectOf[*attributedText](v) }
	iterator := func(t *thread, args []Value) Value { return t.newAttributedIterator(in(args[0]), args[1:]) }
	return []classSpec{{
		name: "AttributedString", java: "java.text.AttributedString",
		methods: []member{
			{"void addAttribute(AttributedCharacterIterator.Attribute, Object)", func(t *thread, args []Value) Value {
				a := in(args[0])
				a.add(t, args[1], args[2], 0, len(a.units))
				return document.Null
			}},
			{"void addAttribute(AttributedCharacterIterator.Attribute, Object, int, int)", func(t *thread, args []Value) Value {
				in(args[0]).add(t, args[1], args[2], int(args[3].Int64()), int(args[4].Int64()))
				return document.Null
			}},
			{"void addAttributes(Map, int, int)", func(t *thread, args []Value) Value {
				in(args[0]).addAll(t, args[1], int(args[2].Int64()), int(args[3].Int64()))
				return document.Null
			}},
			{"AttributedCharacterIterator getIterator()", iterator},
			{"AttributedCharacterIterator getIterator(AttributedCharacterIterator.Attribute[])", iterator},
			{"AttributedCharacterIterator getIterator(AttributedCharacterIterator.Attribute[], int, int)", iterator},
		},
		statics: []member{
			{"AttributedString(String)", func(t *thread, args []Value) Value {
				return document.ObjectOf(t.newAttributedText(t.text(args[0])))
			}},
			{"AttributedString(String, Map)", func(t *thread, args []Value) Value {
				a := t.newAttributedText(t.text(args[0]))
				a.addAll(t, args[1], 0, len(a.units))
				return document.ObjectOf(a)
			}},
		},
	}, {
		name: "Annotation", java: "java.text.Annotation",
		methods: []member{{"def getValue()", func(v Value) Value { return objectOf[*annotation](v).value }}},
		statics: []member{{"Annotation(Object)", func(v Value) Value { return document.ObjectOf(&annotation{v}) }}},
	}}
}

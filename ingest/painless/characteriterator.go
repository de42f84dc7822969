package painless

import (
	"fmt"
	"unicode/utf16"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A stringIterator is a java.text.StringCharacterIterator: a place between two
// others in the UTF-16 units of a text.
type stringIterator struct {
	units          []uint16
	begin, end, at int
}

// A characterIterator is a java.text.CharacterIterator.
type characterIterator interface {
	document.Object

	place() *stringIterator
	clone() characterIterator
}

func (s *stringIterator) place() *stringIterator { return s }

func (s *stringIterator) clone() characterIterator {
	c := *s
	return &c
}

// noCharacter is CharacterIterator.DONE.
const noCharacter = '\uffff'

// JavaClass implements document.Object.
func (*stringIterator) JavaClass() string { return "java.text.StringCharacterIterator" }

// AppendText implements document.Object.
func (s *stringIterator) AppendText(dst []byte) []byte { return append(dst, s.JavaClass()...) }

// Identity implements document.Object.
func (s *stringIterator) Identity() string { return fmt.Sprint(s.units, s.begin, s.end, s.at) }

// HashCode implements document.Object.
func (s *stringIterator) HashCode() int32 {
	return document.String(string(utf16.Decode(s.units))).HashCode() ^ int32(s.at) ^ int32(s.begin) ^ int32(s.end)
}

// current returns the unit at the place.
func (s *stringIterator) current() rune {
	if s.at < s.begin || s.at >= s.end {
		return noCharacter
	}
	return rune(s.units[s.at])
}

// move goes to a place, but not out of the range.
func (s *stringIterator) move(to int) rune {
	if to < s.begin || to > s.end {
		return noCharacter
	}
	s.at = to
	return s.current()
}

func (t *thread) newStringIterator(args []Value) Value {
	text := t.text(args[0])
	t.charge(t.at, 4*len(text))
	s := &stringIterator{units: unitsOf(text)}
	s.end = len(s.units)
	switch len(args) {
	case 2:
		s.at = int(args[1].Int64())
	case 4:
		s.begin, s.end, s.at = int(args[1].Int64()), int(args[2].Int64()), int(args[3].Int64())
	}
	switch {
	case s.begin < 0 || s.begin > s.end || s.end > len(s.units):
		t.throw(document.IllegalArgument, "Invalid substring range")
	case s.at < s.begin || s.at > s.end:
		t.throw(document.IllegalArgument, "Invalid position")
	}
	return document.ObjectOf(s)
}

func placeIn(v Value) *stringIterator { return objectOf[characterIterator](v).place() }

// moving adapts a method that goes to a place and returns what is there.
func moving(fn func(s *stringIterator) rune) native {
	return func(_ *thread, args []Value) Value {
		return charValue(uint16(fn(placeIn(args[0]))))
	}
}

func characterIteratorClasses() []classSpec {
	construct := func(t *thread, args []Value) Value { return t.newStringIterator(args) }
	return []classSpec{{
		name: "CharacterIterator", java: "java.text.CharacterIterator", open: true,
		constants: map[string]any{"DONE": noCharacter},
		methods: []member{
			{"def clone()", func(v Value) Value { return document.ObjectOf(objectOf[characterIterator](v).clone()) }},
			{"char current()", moving((*stringIterator).current)},
			{"char first()", moving(func(s *stringIterator) rune { return s.move(s.begin) })},
			{"char last()", moving(func(s *stringIterator) rune { return s.move(max(s.end-1, s.begin)) })},
			{"char next()", moving(func(s *stringIterator) rune {
				if s.at >= s.end {
					return noCharacter
				}
				return s.move(s.at + 1)
			})},
			{"char previous()", moving(func(s *stringIterator) rune { return s.move(s.at - 1) })},
			{"int getBeginIndex()", func(v Value) Value { return document.Integer(int32(placeIn(v).begin)) }},
			{"int getEndIndex()", func(v Value) Value { return document.Integer(int32(placeIn(v).end)) }},
			{"int getIndex()", func(v Value) Value { return document.Integer(int32(placeIn(v).at)) }},
			{"char setIndex(int)", func(t *thread, args []Value) Value {
				s, to := placeIn(args[0]), int(args[1].Int64())
				if to < s.begin || to > s.end {
					t.throw(document.IllegalArgument, "Invalid index")
				}
				return charValue(uint16(s.move(to)))
			}},
		},
	}, {
		name: "StringCharacterIterator", java: "java.text.StringCharacterIterator", extends: []string{"CharacterIterator"},
		methods: []member{{"void setText(String)", func(t *thread, args []Value) Value {
			*placeIn(args[0]) = *placeIn(t.newStringIterator(args[1:]))
			return document.Null
		}}},
		statics: []member{
			{"StringCharacterIterator(String)", construct}, {"StringCharacterIterator(String, int)", construct},
			{"StringCharacterIterator(String, int, int, int)", construct},
		},
	}}
}

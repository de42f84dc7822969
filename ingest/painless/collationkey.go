package painless

import (
	"slices"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A collationKey is a java.text.CollationKey: a text with what it is compared by.
type collationKey struct {
	text string
	key  []uint16
}

// JavaClass implements document.Object.
func (*collationKey) JavaClass() string { return "java.text.CollationKey" }

// AppendText implements document.Object.
func (k *collationKey) AppendText(dst []byte) []byte { return append(dst, k.JavaClass()...) }

// Identity implements document.Object.
func (k *collationKey) Identity() string { return string(k.bytes()) }

// HashCode implements document.Object.
func (k *collationKey) HashCode() int32 {
	h := int32(0)
	for _, unit := range k.key {
		h = 31*h + int32(unit)
	}
	return h
}

func (k *collationKey) compareTo(o document.Object) int {
	return slices.Compare(k.key, o.(*collationKey).key)
}

// bytes returns the key with the high byte of each unit first.
func (k *collationKey) bytes() []byte {
	out := make([]byte, 0, 2*len(k.key))
	for _, unit := range k.key {
		out = append(out, byte(unit>>8), byte(unit))
	}
	return out
}

// The greatest orders in the rules of the root locale. Those of characters without a
// letter are put behind them.
const (
	maxSecondary = 0x75
	maxTertiary  = 1
)

// key is Collator.getCollationKey: all primary orders, then all secondary ones and so
// on, each one more than it is, with zeros in between.
func (c *collator) key(t *thread, text string) Value {
	t.charge(t.at, 16*len(text))
	var primary, secondary, tertiary []uint16
	elements := c.elements(t, text)
	for order := elements.next(); order != noElement; order = elements.next() {
		first, second, third := primaryOf(order), secondaryOf(order), tertiaryOf(order)
		letter := first != 0
		if letter {
			primary = append(primary, uint16(first)+1)
		} else {
			second, third = behind(second, maxSecondary), behind(third, maxTertiary)
		}
		if c.strength >= collateSecondary && (letter || second != 0) {
			secondary = append(secondary, uint16(second)+1)
		}
		if c.strength >= collateTertiary && (letter || third != 0) {
			tertiary = append(tertiary, uint16(third)+1)
		}
	}
	key := slices.Concat(primary, []uint16{0}, secondary, []uint16{0}, tertiary)
	if c.strength == collateIdentical {
		key = append(append(key, 0), unitsOf(c.decomposed(t, text))...)
	}
	return document.ObjectOf(&collationKey{text, key})
}

// behind puts an order behind the greatest one, if there is one.
func behind(order, most int32) int32 {
	if order == 0 {
		return 0
	}
	return order + most
}

func collationKeyClass() classSpec {
	in := func(v Value) *collationKey { return objectOf[*collationKey](v) }
	return classSpec{
		name: "CollationKey", java: "java.text.CollationKey", extends: []string{"Comparable"},
		methods: []member{
			{"int compareTo(CollationKey)", func(_ *thread, args []Value) Value {
				return document.Integer(int32(in(args[0]).compareTo(in(args[1]))))
			}},
			{"String getSourceString()", func(v Value) Value { return document.String(in(v).text) }},
			{"byte[] toByteArray()", func(t *thread, args []Value) Value { return t.newBytes(in(args[0]).bytes()) }},
		},
	}
}

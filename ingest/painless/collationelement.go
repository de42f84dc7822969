package painless

import (
	_ "embed" // the orders
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/sluice-otel/sluice/ingest/document"
)

// collationFile has a line for each character that the rules of Java's root locale
// have, with its orders: 16 bits of primary order, 8 of secondary and 8 of tertiary.
//
//	e4 520000,1a00
//
//go:embed collation.txt
var collationFile string

var collationOrders = sync.OnceValue(func() map[rune][]int32 {
	out := make(map[rune][]int32)
	for line := range strings.Lines(collationFile) {
		char, list, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		r, _ := strconv.ParseInt(char, 16, 32)
		for text := range strings.SplitSeq(list, ",") {
			order, _ := strconv.ParseInt(text, 16, 32)
			out[rune(r)] = append(out[rune(r)], int32(order))
		}
	}
	return out
})

// An elementIterator is a java.text.CollationElementIterator: it has a place in the
// text, and in the orders of the character there.
type elementIterator struct {
	collator *collator
	source   string
	text     string  // as it is compared
	at       int     // byte
	orders   []int32 // of a character that has several
	place    int
	rest     []int32 // of a character that has none
}

// What next returns at the end, and for a character that has no order, before its
// number.
const (
	noElement      = -1
	unmappedOrder  = 0x7fff0000
	primaryOrders  = -1 << 16
	caselessOrders = -1 << 8
)

// twoAccents are the one sequence of characters that is compared as one.
const (
	twoAccents      = "\u0308\u0301"
	combinedAccents = '\u0344'
)

func primaryOf(order int32) int32   { return int32(uint32(order) >> 16) }
func secondaryOf(order int32) int32 { return order >> 8 & 0xff }
func tertiaryOf(order int32) int32  { return order & 0xff }

// JavaClass implements document.Object.
func (*elementIterator) JavaClass() string { return "java.text.CollationElementIterator" }

// AppendText implements document.Object.
func (e *elementIterator) AppendText(dst []byte) []byte { return append(dst, e.JavaClass()...) }

// Identity implements document.Object.
func (e *elementIterator) Identity() string {
	return e.source + strconv.Itoa(e.at) + strconv.Itoa(e.place)
}

// HashCode implements document.Object.
func (*elementIterator) HashCode() int32 { return identityHash }

// elements returns an iterator at the start of a text.
func (c *collator) elements(t *thread, text string) elementIterator {
	return elementIterator{collator: c, source: text, text: c.decomposed(t, text)}
}

// next returns the next order.
func (e *elementIterator) next() int32 {
	if len(e.rest) > 0 {
		return e.takeRest()
	}
	if e.place < len(e.orders) {
		e.place++
		return e.orders[e.place-1]
	}
	e.orders, e.place = nil, 0
	if e.at == len(e.text) {
		return noElement
	}
	r, size := utf8.DecodeRuneInString(e.text[e.at:])
	if strings.HasPrefix(e.text[e.at:], twoAccents) {
		r, size = combinedAccents, len(twoAccents)
	}
	e.at += size
	orders, ok := e.ordersOf(r)
	switch {
	case !ok:
		for _, unit := range utf16.AppendRune(nil, r) {
			e.rest = append(e.rest, int32(uint32(unit)<<16))
		}
		return unmappedOrder
	case len(orders) > 1:
		e.orders, e.place = orders, 1
	}
	return orders[0]
}

// previous returns the order before. For a character that has none Java returns its
// number and 0.
func (e *elementIterator) previous() int32 {
	if len(e.rest) > 0 {
		return e.takeRest()
	}
	if e.place > 0 {
		e.place--
		return e.orders[e.place]
	}
	e.orders = nil
	if e.at == 0 {
		return noElement
	}
	r, size := utf8.DecodeLastRuneInString(e.text[:e.at])
	if strings.HasSuffix(e.text[:e.at], twoAccents) {
		r, size = combinedAccents, len(twoAccents)
	}
	e.at -= size
	orders, ok := e.ordersOf(r)
	last := len(orders) - 1
	switch {
	case !ok:
		e.rest = append(e.rest, 0)
		return r
	case last > 0:
		e.orders, e.place = orders, last
	}
	return orders[last]
}

func (e *elementIterator) takeRest() int32 {
	order := e.rest[0]
	e.rest = e.rest[1:]
	return order
}

// ordersOf returns the orders of a character, as far as they matter.
func (e *elementIterator) ordersOf(r rune) (orders []int32, ok bool) {
	orders, ok = collationOrders()[r]
	var mask int32
	switch e.collator.strength {
	case collatePrimary:
		mask = primaryOrders
	case collateSecondary:
		mask = caselessOrders
	default:
		return orders, ok
	}
	out := make([]int32, len(orders))
	for i, order := range orders {
		out[i] = order & mask
	}
	return out, ok
}

// offset is the unit of the source behind the character.
func (e *elementIterator) offset() int {
	if e.collator.decomposition == decomposeNot {
		return units(e.text, e.at)
	}
	var segments norm.Iter
	segments.InitString(e.collator.form(), e.source)
	for size := 0; size < e.at && !segments.Done(); {
		size += len(segments.Next())
	}
	return units(e.source, segments.Pos())
}

// setOffset goes to a unit of the source.
func (e *elementIterator) setOffset(to int) {
	e.orders, e.place, e.rest = nil, 0, nil
	e.at = offset(e.source, to)
	if e.collator.decomposition != decomposeNot {
		e.at = len(e.collator.form().String(e.source[:e.at]))
	}
}

// maxExpansion is how many orders the longest character has that ends with an order.
func maxExpansion(order int32) int {
	longest := 1
	for _, orders := range collationOrders() {
		if orders[len(orders)-1] == order {
			longest = max(longest, len(orders))
		}
	}
	return longest
}

func elementIteratorClass() classSpec {
	in := func(v Value) *elementIterator { return objectOf[*elementIterator](v) }
	part := func(of func(int32) int32) func(i int64) int64 {
		return func(i int64) int64 { return int64(of(int32(i))) }
	}
	return classSpec{
		name: "CollationElementIterator", java: "java.text.CollationElementIterator",
		constants: map[string]any{"NULLORDER": noElement},
		methods: []member{
			{"int getMaxExpansion(int)", func(t *thread, args []Value) Value {
				t.spend(t.at, len(collationOrders())/4)
				return document.Integer(int32(maxExpansion(int32(args[1].Int64()))))
			}},
			{"int getOffset()", func(t *thread, args []Value) Value {
				t.spend(t.at, len(in(args[0]).text)>>4)
				return document.Integer(int32(in(args[0]).offset()))
			}},
			{"int next()", func(v Value) Value { return document.Integer(in(v).next()) }},
			{"int previous()", func(v Value) Value { return document.Integer(in(v).previous()) }},
			{"void reset()", func(v Value) Value {
				in(v).setOffset(0)
				return document.Null
			}},
			{"void setOffset(int)", func(t *thread, args []Value) Value {
				e, to := in(args[0]), int(args[1].Int64())
				t.spend(t.at, len(e.source)>>4)
				if to < 0 || to > length(e.source) {
					t.throw(document.IllegalArgument, "Invalid index")
				}
				e.setOffset(to)
				return document.Null
			}},
			{"void setText(String)", func(t *thread, args []Value) Value {
				e := in(args[0])
				*e = e.collator.elements(t, t.text(args[1]))
				return document.Null
			}},
		},
		statics: []member{
			{"int primaryOrder(int)", part(primaryOf)}, {"short secondaryOrder(int)", part(secondaryOf)},
			{"short tertiaryOrder(int)", part(tertiaryOf)},
		},
	}
}

package painless

import (
	"cmp"
	"strconv"

	"golang.org/x/text/unicode/norm"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A collator is a java.text.RuleBasedCollator with the rules of the root locale,
// which are those of English, German, Italian and others, too. Languages with rules
// of their own have those of the root here.
type collator struct{ strength, decomposition int }

// The strengths of a comparison: what makes texts different.
const (
	collatePrimary   = iota // another letter
	collateSecondary        // another accent
	collateTertiary         // upper and lower case
	collateIdentical
)

// The ways to take characters apart before a comparison.
const (
	decomposeNot = iota
	decomposeCanonical
	decomposeFull
)

// JavaClass implements document.Object.
func (*collator) JavaClass() string { return "java.text.RuleBasedCollator" }

// AppendText implements document.Object.
func (c *collator) AppendText(dst []byte) []byte { return append(dst, c.JavaClass()...) }

// Identity implements document.Object.
func (c *collator) Identity() string { return strconv.Itoa(10*c.strength + c.decomposition) }

// HashCode implements document.Object. Java's is that of the rules.
func (*collator) HashCode() int32 { return identityHash }

// decomposed returns a text in the form in which it is compared.
func (c *collator) decomposed(t *thread, text string) string {
	t.spend(t.at, len(text)>>1)
	if c.decomposition == decomposeNot {
		return text
	}
	t.charge(t.at, 3*len(text))
	return c.form().String(text)
}

func (c *collator) form() norm.Form {
	if c.decomposition == decomposeFull {
		return norm.NFKD
	}
	return norm.NFD
}

// A difference is what a comparison has found so far; below a difference in letters
// only the first one counts.
type difference struct {
	result              int
	secondary, tertiary bool // still of interest
}

// ignorable notes that one text has a character without a letter where the other has
// none.
func (d *difference) ignorable(result int) {
	if d.secondary {
		d.result, d.secondary = result, false
	}
}

// sameLetter compares two elements with the same letter.
func (d *difference) sameLetter(a, b int32) {
	switch s := cmp.Compare(secondaryOf(a), secondaryOf(b)); {
	case !d.secondary:
	case s != 0:
		d.result, d.secondary = s, false
	case d.tertiary:
		d.result, d.tertiary = cmp.Compare(tertiaryOf(a), tertiaryOf(b)), false
	}
}

// compare is Collator.compare.
func (c *collator) compare(t *thread, a, b string) int {
	x, y := c.elements(t, a), c.elements(t, b)
	d := difference{secondary: c.strength >= collateSecondary, tertiary: c.strength >= collateTertiary}
	i, j := x.next(), y.next()
	for i != noElement && j != noElement {
		p, q := primaryOf(i), primaryOf(j)
		switch {
		case i == j:
			i, j = x.next(), y.next()
		case p == q:
			d.sameLetter(i, j)
			i, j = x.next(), y.next()
		case i == 0:
			i = x.next()
		case j == 0:
			j = y.next()
		case p == 0:
			d.ignorable(1)
			i = x.next()
		case q == 0:
			d.ignorable(-1)
			j = y.next()
		default:
			return cmp.Compare(p, q)
		}
	}
	if result := d.rest(i, &x, 1) + d.rest(j, &y, -1); result != 0 {
		return result
	}
	if d.result == 0 && c.strength == collateIdentical {
		return document.CompareStrings(c.decomposed(t, a), c.decomposed(t, b))
	}
	return d.result
}

// rest looks at what one text has behind the end of the other: result if there is a
// letter, else 0.
func (d *difference) rest(order int32, of *elementIterator, result int) int {
	for ; order != noElement; order = of.next() {
		if primaryOf(order) != 0 {
			return result
		}
		if secondaryOf(order) != 0 {
			d.ignorable(result)
		}
	}
	return 0
}

func collatorIn(v Value) *collator { return objectOf[*collator](v) }

func collatorClasses() []classSpec {
	construct := func(*thread, []Value) Value { return document.ObjectOf(&collator{strength: collateTertiary}) }
	compare := func(t *thread, args []Value) int {
		return collatorIn(args[0]).compare(t, t.text(args[1]), t.text(args[2]))
	}
	return []classSpec{{
		name: "Collator", java: "java.text.Collator", open: true, extends: []string{"Comparator"},
		methods: []member{
			{"def clone()", func(v Value) Value {
				c := *collatorIn(v)
				return document.ObjectOf(&c)
			}},
			{"int compare(def, def)", func(t *thread, args []Value) Value { return document.Integer(int32(compare(t, args))) }},
			{"boolean equals(String, String)", func(t *thread, args []Value) Value { return document.Boolean(compare(t, args) == 0) }},
			{"CollationKey getCollationKey(String)", func(t *thread, args []Value) Value {
				if args[1].IsNull() {
					return document.Null
				}
				return collatorIn(args[0]).key(t, args[1].Str())
			}},
			{"int getDecomposition()", func(v Value) Value { return document.Integer(int32(collatorIn(v).decomposition)) }},
			{"int getStrength()", func(v Value) Value { return document.Integer(int32(collatorIn(v).strength)) }},
			{"void setDecomposition(int)", func(t *thread, args []Value) Value {
				n := args[1].Int64()
				if n < decomposeNot || n > decomposeFull {
					t.throw(document.IllegalArgument, "Wrong decomposition mode.")
				}
				collatorIn(args[0]).decomposition = int(n)
				return document.Null
			}},
			{"void setStrength(int)", func(t *thread, args []Value) Value {
				n := args[1].Int64()
				if n < collatePrimary || n > collateIdentical {
					t.throw(document.IllegalArgument, "Incorrect comparison level.")
				}
				collatorIn(args[0]).strength = int(n)
				return document.Null
			}},
		},
		statics: []member{{"Collator getInstance()", construct}, {"Collator getInstance(Locale)", construct}, localesStatic},
		constants: map[string]any{
			"PRIMARY": collatePrimary, "SECONDARY": collateSecondary, "TERTIARY": collateTertiary, "IDENTICAL": collateIdentical,
			"NO_DECOMPOSITION": decomposeNot, "CANONICAL_DECOMPOSITION": decomposeCanonical, "FULL_DECOMPOSITION": decomposeFull,
		},
	}, {
		name: "RuleBasedCollator", java: "java.text.RuleBasedCollator", extends: []string{"Collator"},
		methods: []member{{"CollationElementIterator getCollationElementIterator(String)", func(t *thread, args []Value) Value {
			e := collatorIn(args[0]).elements(t, t.text(args[1]))
			return document.ObjectOf(&e)
		}}},
	}, collationKeyClass(), elementIteratorClass()}
}

package painless

import (
	"fmt"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A loop that changes nothing but variables, as most do, finds the same in the document
// every round. What it reads there is given before: ctx.a.b is read once, into a variable
// that scripts do not see, and a text that is looked at character by character is ASCII, of
// a length that is known. Such a loop is compiled twice, as it is and with what is given,
// and decides when it is entered which one runs: a path that needs more than look-ups,
// which may be an exception, or a text that is none or not ASCII, is for the first.
type givens struct {
	paths   map[string]*givenPath
	texts   map[*variable]*variable // with the variable that has the length
	changed map[string]bool         // the variables that the loop assigns

	loads    []*givenPath // the paths in the order of the source
	measures []measure
}

// A givenPath is a path and the variable that it is read into.
type givenPath struct {
	path *path
	to   *variable
}

// A measure is the slots of a text and of its length.
type measure struct{ text, length int }

// given compiles a loop, of which inside is what every round executes.
func (c *compiler) given(inside []node, compile func() action) action {
	if c.givens != nil {
		return compile()
	}
	changed, quiet := survey(inside)
	if !quiet {
		return compile()
	}
	g := &givens{paths: make(map[string]*givenPath), texts: make(map[*variable]*variable), changed: changed}
	var general, special action
	c.scoped(func() {
		for _, n := range inside {
			walk(n, func(n node) bool { return c.gather(g, n) })
		}
		general = compile()
		if len(g.loads)+len(g.measures) == 0 {
			return
		}
		warnings := len(c.warnings)
		c.givens = g
		special = compile()
		c.givens = nil
		c.warnings = c.warnings[:warnings]
	})
	if special == nil {
		return general
	}
	return func(t *thread) flow {
		if g.hold(t) {
			return special(t)
		}
		return general(t)
	}
}

// survey returns the variables that are assigned, and whether nothing else can be changed.
func survey(inside []node) (changed map[string]bool, quiet bool) {
	changed, quiet = make(map[string]bool), true
	assigns := func(target expression) {
		if n, ok := target.(*name); ok {
			changed[n.text] = true
		} else {
			quiet = false
		}
	}
	for _, n := range inside {
		walk(n, func(n node) bool {
			switch n := n.(type) {
			case *assignment:
				assigns(n.target)
			case *increment:
				assigns(n.target)
			case *call:
				quiet = quiet && n.x != nil && harmless[n.name]
			case *lambda, *reference, *newObject:
				quiet = false
			}
			return quiet
		})
	}
	return changed, quiet
}

// harmless are names of methods that, whatever has them, change no map.
var harmless = words(`abs add append ceil charAt codePointAt compareTo compareToIgnoreCase contains containsKey containsValue
	endsWith equals equalsIgnoreCase floor get getKey getNumericValue getOrDefault getValue hashCode indexOf isAlphabetic
	isDigit isEmpty isLetter isLetterOrDigit isLowerCase isUpperCase isWhitespace lastIndexOf length max min parseDouble
	parseFloat parseInt parseLong pow round size splitOnToken sqrt startsWith substring toLowerCase toString toUpperCase
	trim valueOf`)

func words(names string) map[string]bool {
	out := make(map[string]bool)
	for name := range strings.FieldsSeq(names) {
		out[name] = true
	}
	return out
}

// gather notes what can be given of a node.
func (c *compiler) gather(g *givens, n node) (deeper bool) {
	switch n := n.(type) {
	case *field:
		return c.gatherPath(g, n) == nil
	case *index:
		return c.gatherPath(g, n) == nil
	case *call:
		if !looksAtText(n) {
			return true
		}
		if v := c.gatherText(g, n.x); v != nil && g.texts[v] == nil {
			length := c.routine.add("", typeInt)
			g.texts[v] = length
			g.measures = append(g.measures, measure{v.slot, length.slot})
		}
	}
	return true
}

// looksAtText reports whether a call is one of the methods that want to know that a text
// is ASCII.
func looksAtText(x *call) bool {
	return !x.safe && (x.name == "length" && len(x.args) == 0 || x.name == "charAt" && len(x.args) == 1)
}

// gatherText returns the variable that a text is in for the whole of the loop, or nil.
func (c *compiler) gatherText(g *givens, x expression) *variable {
	n, ok := x.(*name)
	if !ok {
		return c.gatherPath(g, x)
	}
	v := c.find(c.routine, n.text)
	if v == nil || g.changed[n.text] || v.typ != typeDef && v.typ != c.lib.str {
		return nil
	}
	return v
}

// gatherPath returns the variable for the path that x is, nil if it is none.
func (c *compiler) gatherPath(g *givens, x expression) *variable {
	p := c.fieldPath(x)
	if p == nil || len(p.names) == 0 || !c.seesDocument() {
		return nil
	}
	k := p.key()
	if g.paths[k] == nil {
		g.paths[k] = &givenPath{path: p, to: c.routine.add("", typeDef)}
		g.loads = append(g.loads, g.paths[k])
	}
	return g.paths[k].to
}

// key tells paths apart: . and ?. are not the same, nor are names with dots in them and
// those that dots join.
func (p *path) key() string {
	var b strings.Builder
	for _, n := range p.names {
		fmt.Fprintf(&b, "%q %t ", n.text, n.safe)
	}
	return b.String()
}

// hold reads what is given, and reports whether all of it is as it must be.
func (g *givens) hold(t *thread) bool {
	for _, l := range g.loads {
		v, ok := l.path.read(t.doc)
		if !ok {
			return false
		}
		t.frame[l.to.slot] = t.seen(v)
	}
	for _, m := range g.measures {
		v := t.frame[m.text]
		if v.Kind() != document.KindString || !t.isASCII(v.Str()) {
			return false
		}
		t.frame[m.length] = document.Integer(int32(len(v.Str())))
	}
	return true
}

// givenPath compiles a path that is given.
func (c *compiler) givenPath(x expression) (code, bool) {
	if v := c.givenVariable(x); v != nil {
		return v.load(x.at()), true
	}
	return code{}, false
}

func (c *compiler) givenVariable(x expression) *variable {
	if c.givens == nil {
		return nil
	}
	if n, ok := x.(*name); ok {
		return c.find(c.routine, n.text)
	}
	p := c.fieldPath(x)
	if p == nil || c.givens.paths[p.key()] == nil {
		return nil
	}
	return c.givens.paths[p.key()].to
}

// ofGivenText compiles a call on a text that is given.
func (c *compiler) ofGivenText(x *call) (code, bool) {
	if c.givens == nil || !looksAtText(x) {
		return code{}, false
	}
	text := c.givenVariable(x.x)
	length := c.givens.texts[text]
	if length == nil {
		return code{}, false
	}
	out := length.load(x.at())
	if x.name == "charAt" {
		out = c.unitOf(x, text)
	}
	if text.typ == typeDef {
		out.typ = typeDef
	}
	return out, true
}

// unitOf is charAt.
func (c *compiler) unitOf(x *call, text *variable) code {
	at, slot := x.at(), text.slot
	i := c.expression(x.args[0])
	index, isInt := i.whole, i.typ == typeInt || i.typ == typeDef && i.whole != nil
	if !isInt {
		to := typeInt
		if text.typ != typeDef {
			index = c.convert(i, to, false).whole
		} else {
			value := c.convert(i, typeDef, false).value
			index = func(t *thread) int64 { return t.assigned(at, value(t), to).Int64() }
		}
	}
	out := wholeCode(at, typeChar, func(t *thread) int64 {
		n := index(t)
		return unitIn(t, at, slot, n)
	})
	if from := i.local - 1; from >= 0 && isInt {
		out.charAt = &charPlace{slot, from}
		out.equals = func(unit int64) func(*thread) bool {
			return func(t *thread) bool {
				s, i := t.frame[slot].Str(), t.frame[from].Int64()
				if uint64(i) < uint64(len(s)) {
					return int64(s[i]) == unit
				}
				return unitIn(t, at, slot, i) == unit // throws
			}
		}
	}
	return out
}

// unitIn returns character i of the ASCII text in a slot.
func unitIn(t *thread, at, slot int, i int64) int64 {
	s := t.frame[slot].Str()
	if uint64(i) >= uint64(len(s)) {
		t.at = at
		t.throwIndex(i, len(s))
	}
	return int64(s[i])
}

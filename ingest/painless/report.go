package painless

import (
	"slices"
	"strings"
	"unicode/utf16"
)

// A Report is what Elasticsearch's responses show of an exception that a script
// did not catch (ScriptException), beside its class and message. Offsets count
// UTF-16 code units from 0.
type Report struct {
	Script     string   // the whole source
	Stack      []string // the statement that threw, and a pointer into it
	Offset     int      // where the exception was thrown
	Start, End int      // where the statement begins, and the next one
}

// Report returns where the exception was thrown, as Elasticsearch shows it. The
// frames of Java above the statement are not in it.
func (e *RuntimeError) Report() Report {
	text := string(e.src)
	offset, start, end := e.src.statementAt(e.at)
	pointer := strings.Repeat(" ", codeUnits(text[start:offset])) + "^---- HERE"
	return Report{
		Script: text, Stack: []string{text[start:end], pointer},
		Offset: codeUnits(text[:offset]), Start: codeUnits(text[:start]), End: codeUnits(text[:end]),
	}
}

func codeUnits(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// statementAt returns where Elasticsearch would say that the node at an offset
// is, and where the statement around it begins and ends. It parses the source
// again: exceptions that reach a response are rare, and the compiled script need
// not remember its statements.
func (s source) statementAt(at int) (offset, start, end int) {
	o := outline{at: at, offset: s.dotBefore(at)}
	if t, err := parse(s); err == nil {
		for _, f := range t.functions {
			o.block(f.body)
		}
		o.block(t.body)
	}
	slices.Sort(o.starts)
	start, end = 0, len(s)
	for _, n := range o.starts {
		if n > o.offset {
			end = n
			break
		}
		start = n
	}
	return o.offset, start, end
}

// dotBefore returns the offset of the . or ?. that the name of a field or method
// at an offset comes after: Elasticsearch points there.
func (s source) dotBefore(at int) int {
	before := string(s[:at])
	if dotted, ok := strings.CutSuffix(before, "."); ok {
		return len(strings.TrimSuffix(dotted, "?"))
	}
	return at
}

// An outline collects where the statements of a script start. Operators are
// placed where their left operand starts, as Elasticsearch has it.
type outline struct {
	at     int // of the node that is looked for
	offset int // where it starts
	starts []int
}

func (o *outline) block(b *block) {
	if b == nil {
		return
	}
	for _, s := range b.statements {
		o.statement(s)
	}
}

func (o *outline) statement(s statement) {
	if b, ok := s.(*block); ok {
		o.block(b)
		return
	}
	o.starts = append(o.starts, leftmost(s))
	switch s := s.(type) {
	case *conditional:
		o.expressions(s.cond)
		o.block(s.yes)
		o.block(s.no)
	case *loop:
		for _, init := range s.init {
			o.statement(init)
		}
		o.expressions(s.cond, s.after)
		o.block(s.body)
	case *iteration:
		o.expressions(s.x)
		o.block(s.body)
	case *trying:
		o.block(s.body)
		for _, c := range s.catches {
			o.block(c.body)
		}
	case *evaluation:
		o.expressions(s.x)
	case *declaration:
		o.expressions(s.value)
	case *returning:
		o.expressions(s.x)
	case *throwing:
		o.expressions(s.x)
	}
}

func (o *outline) expressions(list ...expression) {
	for _, x := range list {
		if x == nil {
			continue
		}
		if l, ok := x.(*lambda); ok {
			o.block(l.body)
		}
		if x.at() == o.at && isOperator(x) {
			o.offset = leftmost(x)
		}
		o.expressions(parts(x)...)
	}
}

func isOperator(x expression) bool {
	switch x.(type) {
	case *binary, *assignment, *ternary, *typeTest, *increment:
		return true
	}
	return false
}

// leftmost returns where a statement or expression starts.
func leftmost(x expression) int {
	for {
		var left expression
		switch x := x.(type) {
		case *evaluation:
			left = x.x
		case *increment:
			if x.prefix {
				return x.at()
			}
			left = x.target
		case *binary, *assignment, *ternary, *typeTest, *index, *field, *call, *reference:
			left = parts(x)[0]
		}
		if left == nil {
			return x.at()
		}
		x = left
	}
}

// parts returns the expressions an expression is made of, the leftmost first.
func parts(x expression) []expression {
	switch x := x.(type) {
	case *field:
		return []expression{x.x}
	case *index:
		return []expression{x.x, x.i}
	case *call:
		return append([]expression{x.x}, x.args...)
	case *unary:
		return []expression{x.x}
	case *increment:
		return []expression{x.target}
	case *binary:
		return []expression{x.l, x.r}
	case *assignment:
		return []expression{x.target, x.value}
	case *ternary:
		return []expression{x.cond, x.yes, x.no}
	case *typeTest:
		return []expression{x.x}
	case *cast:
		return []expression{x.x}
	case *reference:
		return []expression{x.x}
	}
	return items(x)
}

// items returns the expressions inside of one that makes something.
func items(x expression) []expression {
	switch x := x.(type) {
	case *newObject:
		return x.args
	case *newArray:
		return slices.Concat(x.sizes, x.items)
	case *listLiteral:
		return x.items
	case *mapLiteral:
		return slices.Concat(x.keys, x.values)
	}
	return nil
}

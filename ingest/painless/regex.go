package painless

import (
	"errors"
	"fmt"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/regex"
)

// A pattern is a java.util.regex.Pattern. Scripts have patterns only as
// literals, so they are compiled with the script.
type pattern struct {
	text  string
	flags int32
	re    *regex.Regex
}

// JavaClass implements document.Object.
func (*pattern) JavaClass() string { return "java.util.regex.Pattern" }

// AppendText implements document.Object.
func (p *pattern) AppendText(dst []byte) []byte { return append(dst, p.text...) }

// Identity implements document.Object.
func (p *pattern) Identity() string { return fmt.Sprintf("%p", p) }

// HashCode implements document.Object.
func (*pattern) HashCode() int32 { return identityHash }

// patternFlags has the letters after a literal with their values in Java.
var patternFlags = map[rune]int32{'c': 128, 'i': 2, 'l': 16, 'm': 8, 's': 32, 'U': 256, 'u': 64, 'x': 4}

func (c *compiler) regexLiteral(x *regexLiteral) code {
	p := &pattern{text: x.pattern}
	for _, r := range x.flags {
		if p.flags&patternFlags[r] != 0 {
			c.fail(x.at(), "Unknown regex flag [%c]: it stands there twice.", r)
		}
		p.flags |= patternFlags[r]
	}
	has := func(letter rune) bool { return p.flags&patternFlags[letter] != 0 }
	var err error
	p.re, err = regex.Compile(x.pattern, regex.Settings{Dialect: regex.Java, Flags: regex.Flags{
		CaseInsensitive: has('i'), MultiLine: has('m'), DotAll: has('s'), Comments: has('x'),
		UnicodeCase: has('u') || has('U'), UnicodeClasses: has('U'), Literal: has('l'),
	}})
	if err != nil {
		c.fail(x.at(), "Error compiling regex: %v", err)
	}
	return constantCode(x.at(), c.lib.classes["Pattern"], document.ObjectOf(p))
}

// match compiles =~ (find) and ==~ (match as a whole).
func (c *compiler) match(at int, op string, l, r code) code {
	text := c.convert(l, c.lib.classes["CharSequence"], false).value
	value := c.convert(r, c.lib.classes["Pattern"], false).value
	whole := op == "==~"
	return truthCode(at, func(t *thread) bool {
		v := text(t)
		t.at = at
		s := t.text(v)
		re := t.pattern(value(t)).re
		if whole {
			return t.matched(re.MatchAll(s, nil))
		}
		return t.matched(re.Find(s, 0, nil))
	})
}

func (t *thread) pattern(v Value) *pattern {
	t.notNull(v)
	return objectOf[*pattern](v)
}

// matched returns what a search found; a search that takes too long is an
// exception.
func (t *thread) matched(found bool, err error) bool {
	t.throwRegex(err)
	return found
}

func (t *thread) throwRegex(err error) {
	switch {
	case err == nil:
	case errors.Is(err, regex.ErrBudget):
		t.throw(circuitBreaking, "[scripting] Regular expression considered too many characters")
	default:
		var in *regex.ReplacementError
		if errors.As(err, &in) && in.OutOfBounds {
			t.throw(indexOutOfBounds, "%v", err)
		}
		t.throw(document.IllegalArgument, "%v", err)
	}
}

func patternClass() classSpec {
	split := func(t *thread, args []Value) []string {
		limit := 0
		if len(args) == 3 {
			limit = int(args[2].Int64())
		}
		parts, err := t.pattern(args[0]).re.Split(t.text(args[1]), limit)
		t.throwRegex(err)
		return parts
	}
	splitArray := func(t *thread, args []Value) Value { return t.textArray(split(t, args)) }
	return classSpec{
		name: "Pattern", java: "java.util.regex.Pattern",
		methods: []member{
			{"Predicate asPredicate()", func(t *thread, args []Value) Value {
				re := t.pattern(args[0]).re
				return callableOf(func(t *thread, args []Value) Value {
					return document.Boolean(t.matched(re.Find(t.text(args[0]), 0, nil)))
				})
			}},
			{"int flags()", func(t *thread, args []Value) Value {
				p := t.pattern(args[0])
				if p.flags&patternFlags['U'] != 0 {
					return document.Integer(p.flags | patternFlags['u'])
				}
				return document.Integer(p.flags)
			}},
			{"Matcher matcher(CharSequence)", func(t *thread, args []Value) Value {
				return t.newMatcher(t.pattern(args[0]), t.text(args[1]))
			}},
			{"String pattern()", textOf},
			{"String[] split(CharSequence)", splitArray},
			{"String[] split(CharSequence, int)", splitArray},
			{"Stream splitAsStream(CharSequence)", func(t *thread, args []Value) Value {
				return collectionStream(t, []Value{splitArray(t, args)})
			}},
		},
		statics: []member{{"String quote(String)", func(s string) string {
			return `\Q` + strings.ReplaceAll(s, `\E`, `\E\\E\Q`) + `\E`
		}}},
	}
}

func regexClasses() []classSpec { return []classSpec{patternClass(), matcherClass()} }

// replaceWith replaces the matches of a pattern by what a function returns for
// each; n is how many, or -1 for all.
func (t *thread) replaceWith(args []Value, n int) Value {
	text, p, f := t.text(args[0]), t.pattern(args[1]), args[2]
	v := t.newMatcher(p, text)
	m := matcherIn(v)
	var out strings.Builder
	done := 0
	for ; n != 0 && t.find(m); n-- {
		out.WriteString(text[done:m.slots[0]])
		out.WriteString(t.text(t.call(f, v)))
		done = m.slots[1]
		t.charge(t.at, out.Len()/8)
	}
	out.WriteString(text[done:])
	return t.newText(out.String())
}

func replaceAllWith(t *thread, args []Value) Value   { return t.replaceWith(args, -1) }
func replaceFirstWith(t *thread, args []Value) Value { return t.replaceWith(args, 1) }

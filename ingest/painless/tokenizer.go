package painless

import (
	"fmt"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A tokenizer is a StringTokenizer.
type tokenizer struct {
	rest       string
	delimiters string
	returned   bool // delimiters are tokens, too
}

// JavaClass implements document.Object.
func (*tokenizer) JavaClass() string { return "java.util.StringTokenizer" }

// AppendText implements document.Object.
func (k *tokenizer) AppendText(dst []byte) []byte { return append(dst, k.JavaClass()...) }

// Identity implements document.Object.
func (k *tokenizer) Identity() string { return fmt.Sprintf("%p", k) }

// HashCode implements document.Object.
func (*tokenizer) HashCode() int32 { return identityHash }

// skip passes the delimiters that are no tokens.
func (k *tokenizer) skip() {
	if !k.returned {
		k.rest = strings.TrimLeft(k.rest, k.delimiters)
	}
}

func (k *tokenizer) next() (token string, ok bool) {
	if k.skip(); k.rest == "" {
		return "", false
	}
	end := strings.IndexAny(k.rest, k.delimiters)
	switch {
	case end < 0:
		end = len(k.rest)
	case end == 0:
		end = offset(k.rest, 1)
	}
	token, k.rest = k.rest[:end], k.rest[end:]
	return token, true
}

func tokenizerClass() classSpec {
	in := func(v Value) *tokenizer {
		return objectOf[*tokenizer](v)
	}
	construct := func(t *thread, args []Value) Value {
		k := &tokenizer{rest: t.text(args[0]), delimiters: " \t\n\r\f"}
		if len(args) > 1 {
			k.delimiters = t.text(args[1])
		}
		if len(args) > 2 {
			k.returned = args[2].Bool()
		}
		return document.ObjectOf(k)
	}
	more := func(v Value) Value {
		in(v).skip()
		return document.Boolean(in(v).rest != "")
	}
	next := func(t *thread, args []Value) Value {
		k := in(args[0])
		if len(args) > 1 {
			k.delimiters = t.text(args[1])
		}
		token, ok := k.next()
		if !ok {
			t.throw(noSuchElement, "")
		}
		return document.String(token)
	}
	return classSpec{
		name: "StringTokenizer", java: "java.util.StringTokenizer",
		methods: []member{
			{"int countTokens()", func(v Value) Value {
				k, n := *in(v), int32(0)
				for _, ok := k.next(); ok; _, ok = k.next() {
					n++
				}
				return document.Integer(n)
			}},
			{"boolean hasMoreTokens()", more},
			{"boolean hasMoreElements()", more},
			{"String nextToken()", next},
			{"String nextToken(String)", next},
			{"def nextElement()", next},
		},
		statics: []member{
			{"StringTokenizer(String)", construct}, {"StringTokenizer(String, String)", construct},
			{"StringTokenizer(String, String, boolean)", construct},
		},
	}
}

// A joiner is a StringJoiner.
type joiner struct {
	separator, prefix, suffix string
	parts                     []string
	empty                     Value // what it is without parts, null for prefix and suffix
}

// JavaClass implements document.Object.
func (*joiner) JavaClass() string { return "java.util.StringJoiner" }

// AppendText implements document.Object.
func (j *joiner) AppendText(dst []byte) []byte {
	if len(j.parts) == 0 && !j.empty.IsNull() {
		return j.empty.AppendText(dst)
	}
	return append(dst, j.prefix+strings.Join(j.parts, j.separator)+j.suffix...)
}

// Identity implements document.Object.
func (j *joiner) Identity() string { return fmt.Sprintf("%p", j) }

// HashCode implements document.Object.
func (*joiner) HashCode() int32 { return identityHash }

func joinerClass() classSpec {
	in := func(v Value) *joiner {
		return objectOf[*joiner](v)
	}
	return classSpec{
		name: "StringJoiner", java: "java.util.StringJoiner",
		methods: []member{
			{"StringJoiner add(CharSequence)", func(t *thread, args []Value) Value {
				text := args[1].Text()
				t.charge(t.at, len(text)+entryBytes)
				in(args[0]).parts = append(in(args[0]).parts, text)
				return args[0]
			}},
			{"int length()", func(v Value) Value { return document.Integer(int32(length(v.Text()))) }},
			{"StringJoiner merge(StringJoiner)", func(_ *thread, args []Value) Value {
				if o := in(args[1]); len(o.parts) > 0 {
					in(args[0]).parts = append(in(args[0]).parts, strings.Join(o.parts, o.separator))
				}
				return args[0]
			}},
			{"StringJoiner setEmptyValue(CharSequence)", func(_ *thread, args []Value) Value {
				in(args[0]).empty = textOf(args[1])
				return args[0]
			}},
		},
		statics: []member{
			{"StringJoiner(CharSequence)", func(t *thread, args []Value) Value {
				return document.ObjectOf(&joiner{separator: t.text(args[0])})
			}},
			{"StringJoiner(CharSequence, CharSequence, CharSequence)", func(t *thread, args []Value) Value {
				return document.ObjectOf(&joiner{separator: t.text(args[0]), prefix: t.text(args[1]), suffix: t.text(args[2])})
			}},
		},
	}
}

package painless

import (
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

func stringClass() classSpec {
	return classSpec{
		name: "String", java: "java.lang.String", extends: []string{"CharSequence", "Comparable"},
		methods: []member{
			{"int compareToIgnoreCase(String)", func(s, o string) int { return compareText(foldCase(s), foldCase(o)) }},
			{"String concat(String)", func(s, o string) string { return s + o }},
			{"boolean contains(CharSequence)", strings.Contains},
			{"boolean endsWith(String)", strings.HasSuffix},
			{"boolean equalsIgnoreCase(String)", func(_ *thread, args []Value) Value {
				return document.Boolean(!args[1].IsNull() && foldCase(args[0].Str()) == foldCase(args[1].Str()))
			}},
			{"int indexOf(String)", func(s, o string) int { return units(s, strings.Index(s, o)) }},
			{"int indexOf(String, int)", indexFrom},
			{"boolean isEmpty()", func(s string) bool { return s == "" }},
			{"int lastIndexOf(String)", func(s, o string) int { return units(s, strings.LastIndex(s, o)) }},
			{"String replace(CharSequence, CharSequence)", replace},
			{"def splitOnToken(String)", splitOnToken},
			{"boolean startsWith(String)", strings.HasPrefix},
			{"String substring(int)", substring},
			{"String substring(int, int)", substring},
			{"String toLowerCase()", lowerCase},
			{"String toUpperCase()", strings.ToUpper},
			{"String trim()", trim},
		},
		statics: []member{
			{"String valueOf(def)", func(v Value) Value { return document.String(v.Text()) }},
		},
	}
}

// lowerCase is strings.ToLower, quick for what has no capitals.
func lowerCase(s string) string {
	for i := range len(s) {
		if c := s[i]; c >= 0x80 || 'A' <= c && c <= 'Z' {
			return strings.ToLower(s)
		}
	}
	return s
}

// foldCase is how Java compares without case: character by character.
func foldCase(s string) string { return strings.ToLower(strings.ToUpper(s)) }

// compareText is String.compareTo: the difference of the first code units that
// differ, or of the lengths.
func compareText(a, b string) int {
	if isASCII(a) && isASCII(b) {
		for i := range min(len(a), len(b)) {
			if a[i] != b[i] {
				return int(a[i]) - int(b[i])
			}
		}
		return len(a) - len(b)
	}
	n, m := length(a), length(b)
	for i := range min(n, m) {
		if x, y := unitAt(a, i), unitAt(b, i); x != y {
			return int(x) - int(y)
		}
	}
	return n - m
}

func indexFrom(t *thread, args []Value) Value {
	s, part := args[0].Str(), t.text(args[1])
	from := min(max(int(args[2].Int64()), 0), length(s))
	start := offset(s, from)
	at := strings.Index(s[start:], part)
	if at < 0 {
		return document.Integer(-1)
	}
	return document.Integer(int32(units(s, start+at)))
}

func replace(t *thread, args []Value) Value {
	return document.String(strings.ReplaceAll(args[0].Str(), t.text(args[1]), t.text(args[2])))
}

func substring(t *thread, args []Value) Value {
	s := args[0].Str()
	n := length(s)
	from, to := int(args[1].Int64()), n
	if len(args) == 3 {
		to = int(args[2].Int64())
	}
	if from < 0 || to > n || from > to {
		t.throw(stringIndexOutOfBounds, "begin %d, end %d, length %d", from, to, n)
	}
	return document.String(cut(s, from, to))
}

// splitOnToken is Elasticsearch's own String.splitOnToken, which keeps empty
// parts at the end.
func splitOnToken(t *thread, args []Value) Value {
	token := t.text(args[1])
	if token == "" {
		t.throw(document.IllegalArgument, "The token is empty")
	}
	l := t.doc.NewList()
	for part := range strings.SplitSeq(args[0].Str(), token) {
		l.Append(document.String(part))
	}
	return document.ListOf(l)
}

// order compares two values of one class.
func order(a, b Value) int {
	switch a.Kind() {
	case document.KindString:
		return compareText(a.Str(), b.Str())
	case document.KindDateTime:
		return a.Time().Compare(b.Time())
	case document.KindBoolean:
		return truthRank(a) - truthRank(b)
	default:
		return orderNumbers(a, b)
	}
}

func truthRank(v Value) int {
	if v.Bool() {
		return 1
	}
	return 0
}

func orderNumbers(a, b Value) int {
	if numberKind(a) <= primitiveLong {
		switch x, y := wholeOf(a), wholeOf(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	}
	return orderReals(a.Float64(), b.Float64())
}

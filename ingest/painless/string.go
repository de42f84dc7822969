package painless

import (
	"crypto/sha1" //nolint:gosec // what the scripts ask for
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/sluice-otel/sluice/ingest/document"
)

func stringClass() classSpec {
	return classSpec{
		name: "String", java: "java.lang.String", extends: []string{"CharSequence", "Comparable"},
		methods: append([]member{
			{"char charAt(int)", (*thread).charAt},
			{"int length()", (*thread).length},
			{"int codePointAt(int)", codePointAt},
			{"int compareToIgnoreCase(String)", func(s, o string) int { return document.CompareStrings(foldCase(s), foldCase(o)) }},
			{"String concat(String)", func(s, o string) string { return s + o }},
			{"boolean contains(CharSequence)", strings.Contains},
			{"boolean contentEquals(CharSequence)", func(s, o string) bool { return s == o }},
			{"boolean endsWith(String)", strings.HasSuffix},
			{"boolean equalsIgnoreCase(String)", func(_ *thread, args []Value) Value {
				return document.Boolean(!args[1].IsNull() && foldCase(args[0].Str()) == foldCase(args[1].Str()))
			}},
			{"int indexOf(String)", func(s, o string) int { return units(s, strings.Index(s, o)) }},
			{"int indexOf(String, int)", indexFrom},
			{"boolean isEmpty()", func(s string) bool { return s == "" }},
			{"int lastIndexOf(String)", func(s, o string) int { return units(s, strings.LastIndex(s, o)) }},
			{"int lastIndexOf(String, int)", lastIndexFrom},
			{"boolean regionMatches(int, String, int, int)", func(t *thread, args []Value) Value {
				return regionMatches(t, append([]Value{args[0], document.Boolean(false)}, args[1:]...))
			}},
			{"boolean regionMatches(boolean, int, String, int, int)", regionMatches},
			{"String replace(CharSequence, CharSequence)", replace},
			{"boolean startsWith(String)", strings.HasPrefix},
			{"boolean startsWith(String, int)", func(t *thread, args []Value) Value {
				s, i := args[0].Str(), int(args[2].Int64())
				return document.Boolean(i >= 0 && i <= length(s) && strings.HasPrefix(s[offset(s, i):], t.text(args[1])))
			}},
			{"String substring(int)", substring},
			{"String substring(int, int)", substring},
			{"char[] toCharArray()", func(t *thread, args []Value) Value { return t.charArray(args[0].Str()) }},
			{"String toLowerCase()", lowerCase},
			{"String toLowerCase(Locale)", func(v Value) Value { return document.String(lowerCase(v.Str())) }},
			{"String toUpperCase()", upperCase},
			{"String toUpperCase(Locale)", func(v Value) Value { return document.String(upperCase(v.Str())) }},
			{"String trim()", trim},
		}, append(codePointMembers, elasticStringMethods...)...),
		statics: []member{
			{"String()", func(*thread, []Value) Value { return document.String("") }},
			{"String copyValueOf(char[])", func(v Value) Value { return document.String(textOfChars(objectOf[*array](v).items)) }},
			{"String copyValueOf(char[], int, int)", func(t *thread, args []Value) Value {
				items, from, n := objectOf[*array](args[0]).items, args[1].Int64(), args[2].Int64()
				if from < 0 || n < 0 || from+n > int64(len(items)) {
					t.throw(stringIndexOutOfBounds, "offset %d, count %d, length %d", from, n, len(items))
				}
				return document.String(textOfChars(items[from : from+n]))
			}},
			{"String format(String, def[])", format},
			{"String format(Locale, String, def[])", func(t *thread, args []Value) Value { return format(t, args[1:]) }},
			{"String join(CharSequence, Iterable)", func(t *thread, args []Value) Value { return t.join(args[1], t.text(args[0])) }},
			{"String valueOf(def)", func(v Value) Value { return document.String(string(appendBuilt(nil, v))) }},
		},
	}
}

func (t *thread) charAt(s string, i int64) int64 {
	if i >= 0 && i < int64(len(s)) && t.isASCII(s) {
		return int64(s[i])
	}
	units := t.units16(s)
	if i < 0 || i >= int64(len(units)) {
		t.throwIndex(i, len(units))
	}
	return int64(units[i])
}

func (t *thread) throwIndex(i int64, length int) {
	t.throw(stringIndexOutOfBounds, "Index %d out of bounds for length %d", i, length)
}

func (t *thread) length(s string) int64 {
	if t.isASCII(s) {
		return int64(len(s))
	}
	return int64(len(t.units16(s)))
}

// elasticStringMethods are those that Elasticsearch has added to String.
var elasticStringMethods = []member{
	{"String decodeBase64()", func(t *thread, args []Value) Value {
		data, err := base64.StdEncoding.DecodeString(args[0].Str())
		if err != nil {
			data, err = base64.RawStdEncoding.DecodeString(args[0].Str())
		}
		if err != nil {
			t.throw(document.IllegalArgument, "%s", base64Fault(args[0].Str()))
		}
		return document.String(strings.ToValidUTF8(string(data), "\ufffd"))
	}},
	{"String encodeBase64()", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }},
	{"String sha1()", func(s string) string {
		sum := sha1.Sum([]byte(s)) //nolint:gosec // what the script asks for
		return hex.EncodeToString(sum[:])
	}},
	{"String sha256()", func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return hex.EncodeToString(sum[:])
	}},
	{"String sha512()", func(s string) string {
		sum := sha512.Sum512([]byte(s))
		return hex.EncodeToString(sum[:])
	}},
	{"String[] splitOnToken(String)", splitOnToken},
	{"String[] splitOnToken(String, int)", splitOnToken},
}

// base64Fault is what Java says about text that is not base64.
func base64Fault(s string) string {
	for i := range len(s) {
		c := s[i]
		if !isLetter(c) && !isDigit(c) && c != '+' && c != '/' && c != '=' || c == '_' {
			return "Illegal base64 character " + hex.EncodeToString([]byte{c})
		}
	}
	return "Input byte array has incorrect ending byte at " + strconv.Itoa(len(s))
}

// lowerCase is String.toLowerCase in the root locale.
func lowerCase(s string) string {
	for i := range len(s) {
		if c := s[i]; c >= utf8.RuneSelf {
			return cases.Lower(language.Und).String(s)
		} else if 'A' <= c && c <= 'Z' {
			return lowerASCII(s, i)
		}
	}
	return s
}

// lowerASCII is lowerCase of a string whose first capital is at i.
func lowerASCII(s string, i int) string {
	if isASCII(s[i:]) {
		return strings.ToLower(s)
	}
	return cases.Lower(language.Und).String(s)
}

// upperCase is String.toUpperCase in the root locale.
func upperCase(s string) string {
	if isASCII(s) {
		return strings.ToUpper(s)
	}
	return cases.Upper(language.Und).String(s)
}

// foldCase is how Java compares without case: character by character.
func foldCase(s string) string { return strings.ToLower(strings.ToUpper(s)) }

func indexFrom(t *thread, args []Value) Value {
	s, part := args[0].Text(), t.text(args[1])
	from := min(max(int(args[2].Int64()), 0), length(s))
	start := offset(s, from)
	at := strings.Index(s[start:], part)
	if at < 0 {
		return document.Integer(-1)
	}
	return document.Integer(int32(units(s, start+at)))
}

func lastIndexFrom(t *thread, args []Value) Value {
	s, part, from := args[0].Text(), t.text(args[1]), int(args[2].Int64())
	if from < 0 {
		return document.Integer(-1)
	}
	end := min(offset(s, min(from, length(s)))+len(part), len(s))
	return document.Integer(int32(units(s, strings.LastIndex(s[:end], part))))
}

func regionMatches(t *thread, args []Value) Value {
	s, from, o, oFrom, n := args[0].Str(), args[2].Int64(), t.text(args[3]), args[4].Int64(), args[5].Int64()
	if from < 0 || oFrom < 0 || from+n > int64(length(s)) || oFrom+n > int64(length(o)) {
		return document.Boolean(false)
	}
	if n <= 0 {
		return document.Boolean(true)
	}
	a, b := cut(s, int(from), int(from+n)), cut(o, int(oFrom), int(oFrom+n))
	return document.Boolean(a == b || args[1].Bool() && foldCase(a) == foldCase(b))
}

func replace(t *thread, args []Value) Value {
	s, part, by := args[0].Str(), t.text(args[1]), t.text(args[2])
	if len(by) > len(part) {
		t.charge(t.at, strings.Count(s, part)*len(by))
	}
	return t.newText(strings.ReplaceAll(s, part, by))
}

func substring(t *thread, args []Value) Value {
	s := args[0].Text()
	n := int(t.length(s))
	from, to := int(args[1].Int64()), n
	if len(args) == 3 {
		to = int(args[2].Int64())
	}
	if from < 0 || to > n || from > to {
		t.throw(stringIndexOutOfBounds, "begin %d, end %d, length %d", from, to, n)
	}
	if len(s) == n { // ASCII
		return document.String(s[from:to])
	}
	return document.String(string(utf16.Decode(t.units16(s)[from:to])))
}

// splitOnToken is Elasticsearch's own String.splitOnToken, which keeps empty
// parts at the end and takes an empty token for none.
func splitOnToken(t *thread, args []Value) Value {
	s, token, limit := args[0].Str(), args[1].Str(), -1
	if len(args) == 3 && args[2].Int64() > 0 {
		limit = int(args[2].Int64())
	}
	if token == "" {
		return t.textArray([]string{s})
	}
	n := strings.Count(s, token) + 1
	if limit > 0 {
		n = min(n, limit)
	}
	t.charge(t.at, entryBytes*n)
	items := t.doc.NewItems(n)
	for i := range n - 1 {
		part, rest, _ := strings.Cut(s, token)
		items[i], s = document.String(part), rest
	}
	items[n-1] = document.String(s)
	return objectFor(array{class: t.lib.texts, items: items})
}

package painless

import (
	"unicode/utf8"

	"github.com/sluice-otel/sluice/ingest/document"
)

// Methods that count characters, of which those outside of the basic plane are two units.

// codePointMembers are the methods that String and the builders have in common.
var codePointMembers = []member{
	{"int codePointBefore(int)", codePointBefore},
	{"int codePointCount(int, int)", func(t *thread, args []Value) Value {
		return document.Integer(int32(utf8.RuneCountInString(substring(t, args).Str())))
	}},
	{"int offsetByCodePoints(int, int)", offsetByCodePoints},
	{"void getChars(int, int, char[], int)", func(t *thread, args []Value) Value {
		part := unitsOf(substring(t, args[:3]).Str())
		to, at := objectOf[*array](args[3]), args[4].Int64()
		if at < 0 || at+int64(len(part)) > int64(len(to.items)) {
			t.throw(arrayIndexOutOfBounds, "offset %d, count %d, length %d", at, len(part), len(to.items))
		}
		for i, u := range part {
			to.items[at+int64(i)] = charValue(u)
		}
		return document.Null
	}},
}

// codePointStatics are those of Character, whose receiver is an argument.
var codePointStatics = []member{
	{"int codePointBefore(CharSequence, int)", codePointBefore},
	{"int codePointCount(CharSequence, int, int)", func(t *thread, args []Value) Value {
		return document.Integer(int32(utf8.RuneCountInString(substring(t, args).Str())))
	}},
	{"int offsetByCodePoints(CharSequence, int, int)", offsetByCodePoints},
}

func codePointBefore(t *thread, args []Value) Value {
	s, i := args[0].Text(), int(args[1].Int64())
	if n := length(s); i < 1 || i > n {
		t.throw(stringIndexOutOfBounds, "Index %d out of bounds for length %d", i, n)
	}
	r, _ := utf8.DecodeLastRuneInString(cut(s, 0, i))
	return document.Integer(r)
}

// offsetByCodePoints is the index that is so many characters away from another one.
func offsetByCodePoints(t *thread, args []Value) Value {
	s, i, n := args[0].Text(), int(args[1].Int64()), int(args[2].Int64())
	size := length(s)
	if i < 0 || i > size {
		t.throw(indexOutOfBounds, "")
	}
	at := offset(s, i)
	for ; n > 0 && at < len(s); n-- {
		_, width := utf8.DecodeRuneInString(s[at:])
		at += width
	}
	for ; n < 0 && at > 0; n++ {
		_, width := utf8.DecodeLastRuneInString(s[:at])
		at -= width
	}
	if n != 0 {
		t.throw(indexOutOfBounds, "")
	}
	return document.Integer(int32(length(s[:at])))
}

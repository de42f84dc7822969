package painless

import (
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf16"

	"golang.org/x/text/unicode/bidi"

	"github.com/sluice-otel/sluice/ingest/document"
)

// directions are the names of the constants of Character for the directions of
// text, in the order of their numbers. UNDEFINED is -1.
const directions = "LEFT_TO_RIGHT RIGHT_TO_LEFT RIGHT_TO_LEFT_ARABIC EUROPEAN_NUMBER EUROPEAN_NUMBER_SEPARATOR " +
	"EUROPEAN_NUMBER_TERMINATOR ARABIC_NUMBER COMMON_NUMBER_SEPARATOR NONSPACING_MARK BOUNDARY_NEUTRAL PARAGRAPH_SEPARATOR " +
	"SEGMENT_SEPARATOR WHITESPACE OTHER_NEUTRALS LEFT_TO_RIGHT_EMBEDDING LEFT_TO_RIGHT_OVERRIDE RIGHT_TO_LEFT_EMBEDDING " +
	"RIGHT_TO_LEFT_OVERRIDE POP_DIRECTIONAL_FORMAT"

// directionConstants adds the constants of directions.
func directionConstants(out map[string]any) map[string]any {
	out["DIRECTIONALITY_UNDEFINED"] = int8(-1)
	for i, name := range strings.Fields(directions) {
		out["DIRECTIONALITY_"+name] = int8(i)
	}
	return out
}

// directionNumbers has Java's number of each class of Unicode.
var directionNumbers = map[bidi.Class]int64{
	bidi.L: 0, bidi.R: 1, bidi.AL: 2, bidi.EN: 3, bidi.ES: 4, bidi.ET: 5, bidi.AN: 6, bidi.CS: 7, bidi.NSM: 8, bidi.BN: 9,
	bidi.B: 10, bidi.S: 11, bidi.WS: 12, bidi.ON: 13, bidi.LRE: 14, bidi.LRO: 15, bidi.RLE: 16, bidi.RLO: 17, bidi.PDF: 18,
	bidi.LRI: 19, bidi.RLI: 20, bidi.FSI: 21, bidi.PDI: 22,
}

// directionality is Character.getDirectionality.
func directionality(i int64) int64 {
	r := rune(i)
	switch {
	case i < 0 || i > unicode.MaxRune || unicode.Is(unicode.Cn, r):
		return -1
	case unicode.Is(unicode.Cs, r):
		return 0
	}
	p, _ := bidi.LookupRune(r)
	return directionNumbers[p.Class()]
}

// mirroredRanges are the characters that are mirrored where text runs from right to
// left, as Java 17 has them.
const mirroredRanges = "28-29 3c 3e 5b 5d 7b 7d ab bb f3a-f3d 169b-169c 2039-203a 2045-2046 207d-207e 208d-208e 2140 2201-2204 " +
	"2208-220d 2211 2215-2216 221a-221d 221f-2222 2224 2226 222b-2233 2239 223b-224c 2252-2255 225f-2260 2262 " +
	"2264-226b 226e-228c 228f-2292 2298 22a2-22a3 22a6-22b8 22be-22bf 22c9-22cd 22d0-22d1 22d6-22ed 22f0-22ff " +
	"2308-230b 2320-2321 2329-232a 2768-2775 27c0 27c3-27c6 27c8-27c9 27cb-27cd 27d3-27d6 27dc-27de 27e2-27ef " +
	"2983-2998 299b-29a0 29a2-29af 29b8 29c0-29c5 29c9 29ce-29d2 29d4-29d5 29d8-29dc 29e1 29e3-29e5 29e8-29e9 " +
	"29f4-29f9 29fc-29fd 2a0a-2a1c 2a1e-2a21 2a24 2a26 2a29 2a2b-2a2e 2a34-2a35 2a3c-2a3e 2a57-2a58 2a64-2a65 " +
	"2a6a-2a6d 2a6f-2a70 2a73-2a74 2a79-2aa3 2aa6-2aad 2aaf-2ad6 2adc 2ade 2ae2-2ae6 2aec-2aee 2af3 2af7-2afb 2afd " +
	"2bfe 2e02-2e05 2e09-2e0a 2e0c-2e0d 2e1c-2e1d 2e20-2e29 3008-3011 3014-301b fe59-fe5e fe64-fe65 ff08-ff09 ff1c " +
	"ff1e ff3b ff3d ff5b ff5d ff5f-ff60 ff62-ff63 1d6db 1d715 1d74f 1d789 1d7c3"

var mirrored = sync.OnceValue(func() *unicode.RangeTable {
	out := &unicode.RangeTable{}
	for text := range strings.FieldsSeq(mirroredRanges) {
		first, last, ok := strings.Cut(text, "-")
		if !ok {
			last = first
		}
		lo, _ := strconv.ParseUint(first, 16, 32)
		hi, _ := strconv.ParseUint(last, 16, 32)
		if hi <= 0xffff {
			out.R16 = append(out.R16, unicode.Range16{Lo: uint16(lo), Hi: uint16(hi), Stride: 1})
		} else {
			out.R32 = append(out.R32, unicode.Range32{Lo: uint32(lo), Hi: uint32(hi), Stride: 1})
		}
	}
	return out
})

// directionStatics are the methods of Character that ask Unicode how text runs and what
// characters are called.
var directionStatics = []member{
	{"byte getDirectionality(int)", directionality},
	{"String getName(int)", charName},
	{"boolean isMirrored(int)", runeTest(func(r rune) bool { return unicode.Is(mirrored(), r) })},
}

// charArrayStatics are the methods of Character that count characters in a char[].
var charArrayStatics = []member{
	{"int codePointAt(char[], int, int)", func(t *thread, args []Value) Value {
		items, i, limit := objectOf[*array](args[0]).items, int(args[1].Int64()), int(args[2].Int64())
		if i >= limit || limit < 0 || limit > len(items) {
			t.throw(indexOutOfBounds, "")
		}
		t.checkArray(i, items)
		return document.Integer(firstRune(items[i:limit]))
	}},
	{"int codePointBefore(char[], int, int)", func(t *thread, args []Value) Value {
		items, i, start := objectOf[*array](args[0]).items, int(args[1].Int64()), int(args[2].Int64())
		if i <= start || start < 0 || start >= len(items) {
			t.throw(indexOutOfBounds, "")
		}
		t.checkArray(i-1, items)
		if i-2 >= start {
			if r := firstRune(items[i-2 : i]); r > 0xffff {
				return document.Integer(r)
			}
		}
		return document.Integer(firstRune(items[i-1 : i]))
	}},
	{"int offsetByCodePoints(char[], int, int, int, int)", offsetInChars},
	{"int toChars(int, char[], int)", func(t *thread, args []Value) Value {
		units, items, at := unitsOf(string(t.codePoint(args[0]))), objectOf[*array](args[1]).items, int(args[2].Int64())
		t.checkArray(at+len(units)-1, items)
		t.checkArray(at, items)
		for i, u := range units {
			items[at+i] = charValue(u)
		}
		return document.Integer(int32(len(units)))
	}},
}

// checkArray throws if items have no index i.
func (t *thread) checkArray(i int, items []Value) {
	if i < 0 || i >= len(items) {
		t.throw(arrayIndexOutOfBounds, "Index %d out of bounds for length %d", i, len(items))
	}
}

// firstRune is the character that chars begin with: a pair of surrogates, or a unit.
func firstRune(chars []Value) int32 {
	first := rune(wholeOf(chars[0]))
	if len(chars) > 1 {
		if r := utf16.DecodeRune(first, rune(wholeOf(chars[1]))); r != unicode.ReplacementChar {
			return r
		}
	}
	return first
}

// offsetInChars is offsetByCodePoints for a part of a char[]: its start, its length,
// where to begin and how many characters to go.
func offsetInChars(t *thread, args []Value) Value {
	items := objectOf[*array](args[0]).items
	start, count, i, n := int(args[1].Int64()), int(args[2].Int64()), int(args[3].Int64()), int(args[4].Int64())
	end := start + count
	if start < 0 || count < 0 || end > len(items) || i < start || i > end {
		t.throw(indexOutOfBounds, "")
	}
	t.spend(t.at, min(max(n, -n), count)/16)
	for ; n > 0 && i < end; n-- {
		if firstRune(items[i:end]) > 0xffff {
			i++
		}
		i++
	}
	for ; n < 0 && i > start; n++ {
		if i-2 >= start && firstRune(items[i-2:i]) > 0xffff {
			i--
		}
		i--
	}
	if n != 0 {
		t.throw(indexOutOfBounds, "")
	}
	return document.Integer(int32(i))
}

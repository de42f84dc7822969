package painless

import (
	"math/bits"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A method costs more steps than one where it looks at all of something large, so that the
// budget of steps is one of time, too: about 30 ns each.

// walking are the methods that look at all of their receiver.
var walking = map[string]bool{
	"equals": true, "hashCode": true, "toString": true, "contains": true, "containsAll": true, "containsValue": true,
	"indexOf": true, "lastIndexOf": true, "removeAll": true, "retainAll": true,
}

// slow are those of walking that take twice as long for each item of a list or map.
var slow = map[string]bool{"toString": true, "containsValue": true}

// hashing are the methods of String that take their time over each byte.
var hashing = map[string]bool{"hashCode": true, "sha1": true, "sha256": true, "sha512": true, "encodeBase64": true, "decodeBase64": true}

// weighed returns fn with a charge for the size of what it looks at, if that can be large.
func weighed(fn native, c *class, name string, params int) native {
	switch {
	case hashing[name]:
		return func(t *thread, args []Value) Value {
			t.spend(t.at, len(args[0].Str())>>5)
			t.weigh(t.at, args[0])
			return fn(t, args)
		}
	case c.name == "String" || c.name == "CharSequence" || walking[name] || copying(c, name):
		times := 1
		if slow[name] {
			times = 2
		}
		return func(t *thread, args []Value) Value {
			for range times {
				t.weigh(t.at, args[0])
			}
			return fn(t, args)
		}
	case c.name == "BigInteger" || c.name == "BigDecimal":
		return func(t *thread, args []Value) Value {
			for _, v := range args {
				t.weigh(t.at, v)
			}
			return fn(t, args)
		}
	case c.name == "List" && (name == "remove" || name == "add" && params == 2): // all behind it moves
		return func(t *thread, args []Value) Value {
			t.spend(t.at, args[0].List().Len()>>5)
			return fn(t, args)
		}
	}
	return fn
}

// copying reports whether a method is one of StringBuilder that looks at all of it and does
// not charge for that itself.
func copying(c *class, name string) bool {
	if c.name != "StringBuilder" && c.name != "StringBuffer" {
		return false
	}
	return name == "capacity" || name == "substring" || strings.HasPrefix(name, "codePoint") || strings.HasSuffix(name, "ndexOf")
}

// weigh charges for an operation on all of v.
func (t *thread) weigh(at int, v Value) {
	switch v.Kind() {
	case document.KindString:
		t.weighText(at, v.Str())
	case document.KindList, document.KindMap:
		t.spend(at, weight(v))
	case document.KindBigInteger:
		t.spend(at, quadratic(len(v.Text())/19))
	default:
		switch o := v.Object().(type) {
		case decimal:
			t.spend(at, quadratic(o.unscaled.BitLen()/bits.UintSize))
		case *builder: // which is copied
			t.spend(at, len(o.text)>>8)
			if o.wide {
				t.spend(at, len(o.text)>>5)
			}
		}
	}
}

// weighText charges for a pass over a text: over all its code units if it is not ASCII.
func (t *thread) weighText(at int, s string) {
	switch {
	case len(s) < 1<<10:
	case t.isASCII(s):
		t.spend(at, len(s)>>10)
	default:
		t.spend(at, len(s)>>5)
	}
}

// quadratic is what an operation on numbers of so many words costs.
func quadratic(words int) int { return words + words*words/4 }

// maxWeight is the most that one operation costs: one list can be in another many times,
// and a document.Walk has its own limit.
const maxWeight = maxSteps / 10

// weight is about how many values there are in v.
func weight(v Value) int {
	left := maxWeight
	take(v, &left, 0)
	return maxWeight - max(left, 0)
}

// take counts v and what is in it. What nests deeper than a document can is refused elsewhere.
func take(v Value, left *int, depth int) {
	*left -= 1
	if depth > maxNested {
		return
	}
	switch v.Kind() {
	case document.KindList:
		for i := 0; i < v.List().Len() && *left > 0; i++ {
			take(v.List().At(i), left, depth+1)
		}
	case document.KindMap:
		for i := 0; i < v.Map().Len() && *left > 0; i++ {
			take(v.Map().At(i).Value, left, depth+1)
		}
	case document.KindString:
		*left -= len(v.Str()) >> 10
	default:
	}
}

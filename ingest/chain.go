package ingest

import (
	"slices"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A chain is a number of processors in a row whose conditions compare one field
// with a text each: ctx.cisco.message_id == '106001', then 106006, and so on.
// A pipeline may have hundreds of them for every document. The chain looks at
// the field once and goes to the next processor that could run.
//
// What it passes by are conditions that are false; the one it stops at is
// evaluated as if there were no chain.
type chain struct {
	field ctxPath
	at    map[string][]int // positions in the block, by the text compared with
	end   int              // position behind the last
}

// minChain is the length from which looking into the table pays.
const minChain = 3

// chains links the processors of a block that form chains.
func (b block) chains() {
	for start := 0; start < len(b); {
		end := start + 1
		for end < len(b) && b[start].simple.sameField(b[end].simple) {
			end++
		}
		if end-start >= minChain {
			b.link(start, end)
		}
		start = end
	}
}

func (b block) link(start, end int) {
	c := &chain{field: b[start].simple.field, at: map[string][]int{}, end: end}
	for i := start; i < end; i++ {
		text := b[i].simple.text
		c.at[text] = append(c.at[text], i)
		b[i].chain = c
	}
}

// next returns the position of the next processor from i on whose condition may
// hold, or the end of the chain. The field is looked at anew every time: the
// processor that ran last may have changed it.
func (c *chain) next(d *document.Document, i int) int {
	v, ok := c.field.value(d)
	switch {
	case !ok:
		return i // the condition fails, and says how
	case v.Kind() != document.KindString:
		return c.end
	}
	at := c.at[v.Str()]
	if n, _ := slices.BinarySearch(at, i); n < len(at) {
		return at[n]
	}
	return c.end
}

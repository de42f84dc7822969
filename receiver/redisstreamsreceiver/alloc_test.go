package redisstreamsreceiver

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// manyEntries is a reply with n entries of 200 bytes.
func manyEntries(n int) []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "*1\r\n*2\r\n$1\r\ns\r\n*%d\r\n", n)
	for i := range n {
		id := fmt.Sprintf("1700000000123-%d", i)
		fmt.Fprintf(&b, "*2\r\n$%d\r\n%s\r\n*2\r\n$4\r\nbody\r\n$200\r\n%s\r\n", len(id), id, strings.Repeat("x", 200))
	}
	return []byte(b.String())
}

// What each stage allocates for an entry of a read of a thousand.
func TestAllocationsPerEntryStayDown(t *testing.T) {
	const n = 1000
	reply := manyEntries(n)
	entries, err := parseRead(reply)
	require.NoError(t, err)
	require.Len(t, entries, n)
	c, _ := logsCodec(t, logsConfig(EncodingRaw))
	done := blob{kind: blobDone, scope: "g/s", marks: marksOf(entries)}
	ids := entryIDs(entries)
	for _, stage := range []struct {
		name    string
		ceiling float64
		run     func()
	}{
		{"parse the reply", 0.05, func() { _, _ = parseRead(reply) }},
		{"make records", 4.5, func() { _, _, _ = c.decode("s", entries) }},
		{"mark as done", 0.01, func() { marksOf(entries) }},
		{"write the blob", 0.01, func() { done.encode() }},
		{"acknowledge", 0.01, func() { appendIDs(make([]any, 0, n), ids) }},
	} {
		perEntry := testing.AllocsPerRun(20, stage.run) / n
		t.Logf("%s: %.3f", stage.name, perEntry)
		assert.LessOrEqual(t, perEntry, stage.ceiling, stage.name)
	}
}

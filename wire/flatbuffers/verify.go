package flatbuffers

import (
	"encoding/binary"
	"fmt"
	"iter"
	"sync"
	"unicode/utf8"
	"unsafe"

	"github.com/sluice-otel/sluice/wire/flatbuffers/ingestfbs"
)

// fileIdentifier is that of ingest.fbs.
const fileIdentifier = "SLG1"

// Identified reports whether bytes have the file identifier of a message where it
// belongs. Whether they are one only Verify can say.
func Identified(b string) bool { return len(b) >= 8 && b[4:8] == fileIdentifier }

// A Batch is a verified message. It aliases the message, as everything does that
// is read from it: neither may change. It is read by one goroutine.
type Batch struct {
	root       *ingestfbs.LogBatch
	rejections []Rejection
	records    int
	memory     int

	next, rejected int // while it is read: the next record, the next rejection
}

// Resources returns the resources in their order. The one that is yielded is used
// again for the next.
func (b *Batch) Resources() iter.Seq[*ingestfbs.ResourceLogs] {
	return func(yield func(*ingestfbs.ResourceLogs) bool) {
		b.next, b.rejected = 0, 0
		var r ingestfbs.ResourceLogs
		for i := range b.root.ResourcesLength() {
			b.root.Resources(&r, i)
			if !yield(&r) {
				return
			}
		}
	}
}

// Records returns the records of a scope, without those that are rejected: they
// must not be read. The one that is yielded is used again for the next. Resources
// must be under way, and every scope is asked for once, in order.
func (b *Batch) Records(scope *ingestfbs.ScopeLogs) iter.Seq[*ingestfbs.LogRecord] {
	return func(yield func(*ingestfbs.LogRecord) bool) {
		var r ingestfbs.LogRecord
		for i := range scope.RecordsLength() {
			at := b.next
			b.next++
			if b.rejected < len(b.rejections) && b.rejections[b.rejected].Record == at {
				b.rejected++
				continue
			}
			scope.Records(&r, i)
			if !yield(&r) {
				return
			}
		}
	}
}

// Message returns the bytes that have been verified.
func (b *Batch) Message() []byte { return b.root.Table().Bytes }

// Len returns the number of records, without those that are rejected.
func (b *Batch) Len() int { return b.records - len(b.rejections) }

// Memory returns about what the records take in memory.
func (b *Batch) Memory() int { return b.memory }

// Rejections returns the records that are to be left out, in the order in which
// they come.
func (b *Batch) Rejections() []Rejection { return b.rejections }

// Verify checks every object of a message that a reader of this version of the
// schema comes to. An error is a *Error.
func Verify(message []byte, limits Limits) (*Batch, error) {
	v := verifiers.Get().(*verifier)
	defer v.release()
	v.message, v.limits = message, limits
	if !v.batch() {
		return nil, v.err
	}
	return &Batch{
		root: ingestfbs.GetRootAsLogBatch(message, 0), rejections: v.rejections, records: v.records, memory: v.memory,
	}, nil
}

// verifiers are larger than most that a message of one record takes besides.
var verifiers = sync.Pool{New: func() any { return &verifier{} }}

// release forgets the message and what belongs to its batch.
func (v *verifier) release() {
	*v = verifier{}
	verifiers.Put(v)
}

// ToString returns the text of a field as a string that shares its bytes. What is no
// UTF-8 is replaced, in a copy.
func ToString(field []byte) string {
	if len(field) == 0 {
		return ""
	}
	if !utf8.Valid(field) {
		return string([]rune(string(field)))
	}
	return unsafe.String(unsafe.SliceData(field), len(field)) //nolint:gosec // a Batch's bytes do not change
}

// A verifier goes through a message as a reader does.
type verifier struct {
	bounds

	limits     Limits
	records    int
	memory     int
	rejections []Rejection

	values int    // of the record so far
	reason string // why the record is rejected
}

// take counts n bytes of memory.
func (v *verifier) take(s *schema, at, n int) bool {
	v.memory += n
	return v.memory <= v.limits.Memory || v.tooMuch(s, at)
}

func (v *verifier) tooMuch(s *schema, at int) bool {
	return v.fail(s, noField, at, fmt.Sprintf("the batch would take more than %d bytes of memory", v.limits.Memory))
}

func (v *verifier) batch() bool {
	t, ok := v.root(&batchSchema, fileIdentifier)
	return ok && v.each(t, batchResources, &resourceSchema, (*verifier).resource)
}

// each checks the tables of a vector.
func (v *verifier) each(t table, slot int, s *schema, check func(*verifier, table) bool) bool {
	at, n, ok := v.vector(t, slot, object)
	if !ok {
		return false
	}
	for i := range n {
		item, ok := v.item(s, at, i)
		if !ok || !check(v, item) {
			return false
		}
	}
	return true
}

func (v *verifier) resource(t table) bool {
	return v.take(t.of, t.at, valueMemory) && v.metadata(t, resourceAttributes) && v.texts(&t.layout, t.at) &&
		v.each(t, resourceScopes, &scopeLogsSchema, (*verifier).scopeLogs)
}

func (v *verifier) scopeLogs(t table) bool {
	at, ok := v.object(t, scopeLogsScope)
	if !ok || !v.take(t.of, t.at, valueMemory) {
		return false
	}
	if at != 0 {
		scope, ok := v.table(&scopeSchema, at)
		if !ok || !v.scope(scope) {
			return false
		}
	}
	return v.each(t, scopeLogsRecords, &recordSchema, (*verifier).record)
}

func (v *verifier) scope(t table) bool {
	return v.texts(&t.layout, t.at) && v.metadata(t, scopeAttributes)
}

// metadata checks the attributes of a resource or scope. They belong to many
// records, so that a limit they exceed is one of the batch.
func (v *verifier) metadata(t table, slot int) bool {
	v.values, v.reason = 0, ""
	if !v.list(t, slot, 1) {
		return false
	}
	if v.reason != "" {
		return v.fail(t.of, slot, t.at, v.reason)
	}
	return true
}

func (v *verifier) record(t table) bool {
	v.values, v.reason = 0, ""
	if !v.take(t.of, t.at, recordMemory) {
		return false
	}
	if v.records++; v.records > v.limits.Records {
		return v.fail(t.of, noField, t.at, fmt.Sprintf("the batch has more than %d records", v.limits.Records))
	}
	ok := v.texts(&t.layout, t.at) && v.body(t) && v.list(t, recordAttributes, 1)
	if ok && v.reason != "" {
		v.rejections = append(v.rejections, Rejection{Record: v.records - 1, Reason: v.reason})
	}
	return ok
}

func (v *verifier) body(t table) bool {
	at, ok := v.object(t, recordBody)
	if !ok || at == 0 {
		return ok
	}
	return v.value(at, 1)
}

// list checks a vector of values that are depth deep. Beyond a limit of the record
// it stops, because the record is not read.
func (v *verifier) list(t table, slot, depth int) bool {
	if v.field(t, slot) == 0 {
		return true
	}
	at, n, ok := v.vector(t, slot, object)
	if !ok || n == 0 {
		return ok
	}
	switch {
	case depth > v.limits.Depth:
		v.reason = fmt.Sprintf("it is nested deeper than %d", v.limits.Depth)
		return true
	case n > v.limits.Values-v.values:
		v.reason = fmt.Sprintf("it has more than %d attributes, entries and items", v.limits.Values)
		return true
	}
	for i := range n {
		item, ok := v.follow(at + 4*i)
		if !ok {
			return v.astray(&valueSchema, at+4*i)
		}
		if !v.value(item, depth) {
			return false
		}
		if v.reason != "" {
			return true
		}
	}
	return true
}

func (v *verifier) value(at, depth int) bool {
	l := v.layoutAt(&valueSchema, at)
	if l == nil {
		return false
	}
	v.values++
	v.memory += valueMemory // texts looks at the sum
	if !v.texts(l, at) {
		return false
	}
	if l.slots <= valueItems {
		return true
	}
	return v.list(table{layout: *l, at: at}, valueItems, depth+1)
}

// texts checks the strings and bytes of a table and counts their memory. It is half of
// what a verification costs: what is right is found out without a call, and only what
// is wrong is looked at again for the reason.
func (v *verifier) texts(l *layout, at int) bool {
	end, memory := int64(len(v.message)), int64(v.memory)
	for _, off := range l.texts {
		if off == 0 {
			break
		}
		from := int64(at) + int64(off)
		start := from + int64(binary.LittleEndian.Uint32(v.message[from:]))
		if start <= from || start > end-4 {
			return v.lost(l, at)
		}
		n := int64(binary.LittleEndian.Uint32(v.message[start:]))
		if n > end-4-start {
			return v.lost(l, at)
		}
		memory += n
	}
	if memory > int64(v.limits.Memory) {
		return v.tooMuch(l.of, at)
	}
	v.memory = int(memory)
	return true
}

// lost says which of the strings and bytes of a table is not within the message.
func (v *verifier) lost(l *layout, at int) bool {
	t := table{layout: *l, at: at}
	for _, slot := range l.of.texts {
		if _, ok := v.text(t, slot); !ok {
			return false
		}
	}
	return v.fail(l.of, noField, at, "a text is outside of the message")
}

package redisstreamsreceiver

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"slices"
	"time"
)

// mark identifies an entry: after a failover or a flush the same id can be
// another message, so that the id alone does not.
type mark struct {
	id   entryID
	hash uint32 // of the fields
}

// marker makes marks.
type marker struct{ head [8]byte }

// mark hashes names and values in their order, each with its length.
func (m *marker) mark(e *entry) mark {
	hash := uint32(0)
	for _, f := range e.fields {
		binary.LittleEndian.PutUint32(m.head[:], uint32(len(f.name)))
		binary.LittleEndian.PutUint32(m.head[4:], uint32(len(f.value)))
		hash = crc32.Update(hash, castagnoli, m.head[:])
		hash = crc32.Update(hash, castagnoli, readOnlyBytes(f.name))
		hash = crc32.Update(hash, castagnoli, readOnlyBytes(f.value))
	}
	return mark{parseID(e.id), hash}
}

func marksOf(entries []entry) []mark {
	var m marker
	marks := make([]mark, len(entries))
	for i := range entries {
		marks[i] = m.mark(&entries[i])
	}
	return marks
}

// castagnoli is the polynomial that processors have an instruction for.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// blobKind says what the marks of a blob have in common.
type blobKind byte

const (
	blobDone   blobKind = 1 // the pipeline has accepted them, or they were given up
	blobIntent blobKind = 2 // the pipeline was about to be called
)

// blob is a set of marks of one stream, written at once.
type blob struct {
	kind  blobKind
	scope string // group and stream
	at    time.Time
	marks []mark   // by id
	keys  []uint64 // hashes of the keys their producers gave them
}

// encode writes the blob:
//
//	kind  scope length, scope  unix milliseconds  number of marks
//	for each mark: delta of ms, then seq (its delta where that of ms is 0), hash
//	number of keys, keys
//
// Numbers are varints but for the hash, which takes four bytes, and the keys, which
// take eight. Ids of one batch
// are close to each other, so that a mark takes about six.
func (b *blob) encode() []byte {
	to := make([]byte, 0, 32+len(b.scope)+8*len(b.marks)+8*len(b.keys))
	to = append(to, byte(b.kind))
	to = binary.AppendUvarint(to, uint64(len(b.scope)))
	to = append(to, b.scope...)
	to = binary.AppendUvarint(to, uint64(b.at.UnixMilli()))
	to = binary.AppendUvarint(to, uint64(len(b.marks)))
	var last entryID
	for _, m := range b.marks {
		to = binary.AppendUvarint(to, m.id.ms-last.ms)
		seq := m.id.seq
		if m.id.ms == last.ms {
			seq -= last.seq
		}
		to = binary.AppendUvarint(to, seq)
		to = binary.LittleEndian.AppendUint32(to, m.hash)
		last = m.id
	}
	to = binary.AppendUvarint(to, uint64(len(b.keys)))
	for _, key := range b.keys {
		to = binary.LittleEndian.AppendUint64(to, key)
	}
	return to
}

var errBadBlob = errors.New("checkpoint blob is damaged")

// parseBlob reads what encode has written.
func parseBlob(data []byte) (blob, error) {
	r := blobReader{data: data}
	b := blob{kind: blobKind(r.byte())}
	b.scope = string(r.bytes(r.uvarint()))
	b.at = time.UnixMilli(int64(r.uvarint()))
	n := r.uvarint()
	if r.failed || n > uint64(len(r.data)) || b.kind != blobDone && b.kind != blobIntent {
		return blob{}, errBadBlob
	}
	b.marks = make([]mark, 0, n)
	var last entryID
	for range n {
		ms, seq := r.uvarint(), r.uvarint()
		if ms == 0 {
			seq += last.seq
		}
		last = entryID{last.ms + ms, seq}
		b.marks = append(b.marks, mark{last, r.uint32()})
	}
	keys := r.uvarint()
	if r.failed || uint64(len(r.data)) != 8*keys {
		return blob{}, errBadBlob
	}
	for range keys {
		b.keys = append(b.keys, binary.LittleEndian.Uint64(r.bytes(8)))
	}
	if r.failed || len(r.data) > 0 || !slices.IsSortedFunc(b.marks, compareMarks) {
		return blob{}, errBadBlob
	}
	return b, nil
}

// sort puts the marks in the order of their ids, in which they mostly are.
func (b *blob) sort() {
	if !slices.IsSortedFunc(b.marks, compareMarks) {
		slices.SortFunc(b.marks, compareMarks)
	}
}

func compareMarks(a, b mark) int { return a.id.compare(b.id) }

// blobReader reads until it has failed once; then everything is zero.
type blobReader struct {
	data   []byte
	failed bool
}

func (r *blobReader) bytes(n uint64) []byte {
	if n > uint64(len(r.data)) {
		r.data, r.failed = nil, true
		return nil
	}
	taken := r.data[:n]
	r.data = r.data[n:]
	return taken
}

func (r *blobReader) byte() byte {
	if b := r.bytes(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (r *blobReader) uint32() uint32 {
	if b := r.bytes(4); len(b) == 4 {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (r *blobReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.data)
	if n <= 0 {
		r.data, r.failed = nil, true
		return 0
	}
	r.data = r.data[n:]
	return v
}

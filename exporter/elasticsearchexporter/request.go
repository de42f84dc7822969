package elasticsearchexporter

import (
	"crypto/sha256"
	"encoding/base64"

	"go.opentelemetry.io/collector/pdata/plog"
)

// A request is the body of a bulk request: for each document a line that says where
// it goes, and its own. It aliases the buffers of its writer.
type request struct {
	body  []byte
	items []item
}

// An item is a document of a request.
type item struct {
	record int // its record's place in the batch, over all resources and scopes
	start  int // of the action's line, in the writer's buffer
	source int // of the document's line
	end    int
}

// halves are two requests that are together this one, of two items or more.
func (r request) halves() (first, second request) {
	middle := len(r.items) / 2
	cut := r.items[middle].start - r.items[0].start
	return request{r.body[:cut:cut], r.items[:middle:middle]}, request{r.body[cut:], r.items[middle:]}
}

// action is the line that is before the document of an item, without its end.
func (r request) action(i int) []byte {
	base := r.items[0].start
	return r.body[r.items[i].start-base : r.items[i].source-base-1]
}

// document is the line of an item's document, without its end.
func (r request) document(i int) []byte {
	base := r.items[0].start
	return r.body[r.items[i].source-base : r.items[i].end-base-1]
}

// A writer makes requests of the records of a batch. What it returns is valid until
// it writes again.
type writer struct {
	settings *writers
	encoder  encoder
	base     placement // of the records of a scope that say nothing themselves
	place    placement // of the record that is being written
	body     []byte
	items    []item
	taken    int // items of the request that has been taken
}

// maxFreeWriters is how many writers are kept that nobody uses. A sync.Pool would lose
// their buffers, of some MiB each, at every collection.
const maxFreeWriters = 4

// writers are the writers of an exporter.
type writers struct {
	op          OpType
	base        placement
	suffix      string // of the dataset
	fingerprint bool
	maxSize     int
	encoding    Encoding
	free        chan *writer
}

func newWriters(cfg *Config) *writers {
	w := &writers{
		op: cfg.OpType, base: placement{index: cfg.Index, stream: cfg.DataStream},
		fingerprint: cfg.DocumentID == DocumentIDFingerprint, maxSize: int(cfg.Request.MaxSize),
		encoding: cfg.Encoding, free: make(chan *writer, maxFreeWriters),
	}
	if cfg.Encoding == EncodingOTel {
		w.suffix = otelSuffix
	}
	return w
}

func (w *writers) get() *writer {
	select {
	case wr := <-w.free:
		return wr
	default:
		return &writer{settings: w, encoder: newEncoder(w.encoding)}
	}
}

// put takes a writer back, unless one large document has blown up its buffer.
func (w *writers) put(wr *writer) {
	if cap(wr.body) > 2*w.maxSize {
		return
	}
	wr.reset()
	select {
	case w.free <- wr:
	default:
	}
}

func (w *writer) reset() { w.body, w.items, w.taken = w.body[:0], w.items[:0], 0 }

// enter begins a scope.
func (w *writer) enter(resource plog.ResourceLogs, scope plog.ScopeLogs) {
	w.base = w.settings.base
	w.base.read(resource.Resource().Attributes())
	w.base.read(scope.Scope().Attributes())
	w.base.stream.cleanUp(w.settings.suffix)
	w.encoder.enter(resource, scope)
}

// add writes a record, and reports whether the request is full.
func (w *writer) add(ordinal int, s *source) (full bool) {
	p := &w.place
	*p = w.base
	w.encoder.place(p, s)
	p.read(s.record.Attributes())
	if p.stream != w.base.stream {
		p.stream.cleanUp(w.settings.suffix)
	}
	start := len(w.body)
	w.body = p.appendAction(w.body, w.settings.op)
	document := len(w.body)
	w.body = append(w.encoder.append(w.body, s, p), '\n')
	if w.settings.fingerprint && p.id == "" {
		document += w.insertID(start, document)
	}
	w.items = append(w.items, item{record: ordinal, start: start, source: document, end: len(w.body)})
	return len(w.body) >= w.settings.maxSize
}

// idField is the field of an action that holds a fingerprint.
const idField = `,"_id":"`

// insertID puts the fingerprint of a document and its target into its action, and
// returns how many bytes that has made it longer. An action ends with two brackets.
func (w *writer) insertID(start, document int) int {
	sum := sha256.Sum256(w.body[start:])
	field := append(make([]byte, 0, 48), idField...)
	field = append(base64.RawURLEncoding.AppendEncode(field, sum[:16]), '"')
	at := document - len("}}\n")
	w.body = append(w.body, field...)
	copy(w.body[at+len(field):], w.body[at:len(w.body)-len(field)])
	copy(w.body[at:], field)
	return len(field)
}

// take returns what has been written as a request, without the last document if
// that has made it too large. It is valid until next.
func (w *writer) take() request {
	w.taken = len(w.items)
	if w.taken > 1 && len(w.body) > w.settings.maxSize {
		w.taken--
		end := w.items[w.taken].start
		return request{w.body[:end:end], w.items[:w.taken:w.taken]}
	}
	return request{w.body, w.items}
}

// next begins another request, with the document that the one before has not taken.
func (w *writer) next() {
	if w.taken == len(w.items) {
		w.reset()
		return
	}
	left := w.items[w.taken]
	w.body = w.body[:copy(w.body, w.body[left.start:])]
	w.items = append(w.items[:0], item{record: left.record, source: left.source - left.start, end: left.end - left.start})
	w.taken = 0
}

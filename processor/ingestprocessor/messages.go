package ingestprocessor

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/internal/flatlogs"
	"github.com/sluice-otel/sluice/wire/flatbuffers"
	"github.com/sluice-otel/sluice/wire/flatbuffers/ingestfbs"
)

// With document::format: flatbuffers a record whose body is bytes is a batch of
// records (wire/flatbuffers), each of which is a document. It is read where it lies:
// a condition on a text, a number or an attribute takes that from the message, and a
// record that is dropped for it is never made. What else touches a document makes
// that of the message (fromflat.go); a log record is made only of what is passed on.

// A messages goes through the messages among the records of one batch. It belongs to
// one goroutine.
type messages struct {
	*runner

	in      *loaded
	t       *translator
	out     plog.Logs // what the messages' records become
	count   *[outcomes]int64
	started time.Time
}

// take takes the records of a message through the pipeline. It reports whether rec was
// to be one, and whether rec leaves the batch: if its body is no message it is a
// failed document.
func (m *messages) take(ctx context.Context, rec plog.LogRecord) (taken, leaves bool) {
	message, ok := m.messageOf(rec)
	if !ok {
		return false, false
	}
	batch, verified := flatlogs.Verified(ctx, message)
	if !verified {
		var err error
		batch, err = flatbuffers.Verify(message, flatbuffers.MaxLimits())
		switch {
		case err != nil && rec.Body().Type() == pcommon.ValueTypeStr:
			return false, false // a text that only looks like one
		case err != nil:
			m.fail(rec, err)
			return true, m.leaves(failed)
		}
		m.lose(batch.Rejections())
	}
	if err := m.records(batch); err != nil {
		m.fail(rec, err)
		return true, m.leaves(failed)
	}
	return true, true
}

// lose counts records that cannot be passed on: they are not to be read. Those of a
// batch that the receiver has verified are what it has told the sender.
func (m *messages) lose(rejections []flatbuffers.Rejection) {
	for _, r := range rejections {
		m.count[failed]++
		m.failures.report(describe(document.Illegalf("record %d of a FlatBuffers message is lost: %s", r.Record, r.Reason), m.in.pipeline.Name()))
	}
}

// records takes the records of a batch. If a component has changed bytes that were
// verified before, they may be no message any more: that is an error, and nothing of
// the batch is passed on.
func (m *messages) records(batch *flatbuffers.Batch) (err error) {
	before := m.out.ResourceLogs().Len()
	defer func() {
		m.t.lazy, m.t.shapes.last = nil, nil
		if r := recover(); r != nil {
			err = fmt.Errorf("it has been changed on its way: %v", r)
			i := -1
			m.out.ResourceLogs().RemoveIf(func(plog.ResourceLogs) bool { i++; return i >= before })
		}
	}()
	m.t.lazy = &m.t.record
	m.t.lazy.translation = flatlogs.NewTranslation(m.t.set)
	for resource := range batch.Resources() {
		m.resource(batch, resource, m.t.lazy)
	}
	return nil
}

// messageOf returns the bytes that are to be a message. The texts of its records alias
// them: they are the processor's, because it changes data, and leave the batch with this
// record. Whoever has sent them may have verified them; but nothing that comes with the
// record could say so and not be forged, only the context (flatlogs.Verified).
//
// A small message can happen to be UTF-8, and a receiver that does not know what it
// receives then makes a text of it.
func (m *messages) messageOf(rec plog.LogRecord) ([]byte, bool) {
	body := rec.Body()
	switch {
	case m.cfg.Document.Format != FormatFlatBuffers:
	case body.Type() == pcommon.ValueTypeBytes:
		return m.boxes.Bytes(body), true
	case body.Type() == pcommon.ValueTypeStr && flatbuffers.Identified(body.Str()):
		return []byte(body.Str()), true
	}
	return nil, false
}

// fail counts a record whose body is no message, and says so in it.
func (m *messages) fail(rec plog.LogRecord, err error) {
	m.count[failed]++
	f := describe(document.Illegalf("the body is no FlatBuffers message: %s", err), m.in.pipeline.Name())
	m.failures.report(f)
	f.mark(rec)
}

func (m *messages) resource(batch *flatbuffers.Batch, in *ingestfbs.ResourceLogs, lazy *lazyRecord) {
	out := m.out.ResourceLogs().AppendEmpty()
	lazy.translation.Resource(in, out)
	lazy.resource = out.Resource()
	m.t.shapes.enter(lazy.resource.Attributes())
	var scope ingestfbs.ScopeLogs
	for i := range in.ScopesLength() {
		in.Scopes(&scope, i)
		to := out.ScopeLogs().AppendEmpty()
		lazy.translation.Scope(&scope, to)
		m.scope(batch, &scope, to.LogRecords(), lazy)
	}
	out.ScopeLogs().RemoveIf(func(s plog.ScopeLogs) bool { return s.LogRecords().Len() == 0 })
}

func (m *messages) scope(batch *flatbuffers.Batch, in *ingestfbs.ScopeLogs, out plog.LogRecordSlice, lazy *lazyRecord) {
	unwanted := 0
	lazy.out, lazy.keep = out, lazy.keep[:0]
	for rec := range batch.Records(in) {
		lazy.in, lazy.made, lazy.shaped = rec, false, false
		m.t.toLazyDocument(m.started)
		result := m.record(m.in.pipeline, m.t, plog.LogRecord{})
		m.count[result]++
		keep := !m.leaves(result)
		if lazy.made {
			lazy.keep = append(lazy.keep, keep)
			if !keep {
				unwanted++
			}
		}
	}
	if unwanted == 0 {
		return
	}
	i := -1
	out.RemoveIf(func(plog.LogRecord) bool { i++; return !lazy.keep[i] })
}

// moveTo adds what the messages have become to a batch.
func (m *messages) moveTo(batch plog.Logs) {
	m.out.ResourceLogs().RemoveIf(func(r plog.ResourceLogs) bool { return r.ScopeLogs().Len() == 0 })
	m.out.ResourceLogs().MoveAndAppendTo(batch.ResourceLogs())
}

// A lazyRecord is a record of a message that may never be made.
type lazyRecord struct {
	translation *flatlogs.Translation
	resource    pcommon.Resource
	out         plog.LogRecordSlice // where records are made
	keep        []bool              // which of them stay

	in     *ingestfbs.LogRecord
	made   bool
	shaped bool   // shape is that of in
	shape  *shape // nil if it has none

	view  flatbuffers.View // of in, once the shape has been looked for
	value ingestfbs.Value  // being read
}

// release forgets the message. The pool does not hold on to the memory of a record with
// very many attributes.
func (l *lazyRecord) release() {
	l.view.Release(maxPooledFields)
	*l = lazyRecord{view: l.view, keep: l.keep[:0]}
}

// whole makes the record.
func (l *lazyRecord) whole() plog.LogRecord {
	rec := l.make()
	l.translation.Record(l.in, rec)
	return rec
}

func (l *lazyRecord) make() plog.LogRecord {
	l.made = true
	return l.out.AppendEmpty()
}

// text is an attribute's value as a text.
func (l *lazyRecord) text(v *ingestfbs.Value) string {
	if v.Kind() == ingestfbs.KindText {
		return flatbuffers.ToString(v.Text())
	}
	return l.translation.Value(v).AsString()
}

// asItCame returns the record that the document was made of, unchanged: rec, or the
// lazy one.
func (t *translator) asItCame(rec plog.LogRecord) plog.LogRecord {
	if t.lazy != nil {
		return t.lazy.whole()
	}
	return rec
}

// toWrite returns the record that the document is to be written to: rec, or the lazy
// one without what the document replaces.
func (t *translator) toWrite(rec plog.LogRecord) plog.LogRecord {
	if t.lazy == nil {
		return rec
	}
	rec = t.lazy.make()
	t.lazy.translation.Fields(t.lazy.in, rec)
	if !t.include.attributes {
		t.lazy.translation.Attributes(t.lazy.in, rec)
	}
	return rec
}

// toLazyDocument makes the lazy record the translator's document, without reading it.
func (t *translator) toLazyDocument(ingested time.Time) {
	t.doc.Reset(ingested)
	t.doc.Source().FillFrom(lazyFields{t})
	t.doc.Metadata().FillFrom(lazyMetadata{t})
}

// lazyMetadata fills the metadata of the document.
type lazyMetadata struct{ t *translator }

// Fill implements document.Filler.
func (l lazyMetadata) Fill(m *document.Map) { l.t.lazy.readFlatMetadata(m) }

// Field implements document.Filler.
func (l lazyMetadata) Field(key string) (v document.Value, has, known bool) {
	s := l.t.shapeOf(l.t.lazy)
	if s == nil {
		return document.Null, false, false
	}
	for i, m := range metadataAttributes {
		if m.field == key && s.metadata[i] != noLeaf {
			l.t.lazy.view.Value(int(s.metadata[i]), &l.t.lazy.value)
			return document.String(l.t.lazy.text(&l.t.lazy.value)), true, true
		}
	}
	return document.Null, false, true
}

// Has implements document.Filler.
func (l lazyMetadata) Has(key string) (has, known bool) {
	_, has, known = l.Field(key)
	return has, known
}

// lazyFields fills the document.
type lazyFields struct{ t *translator }

// Fill implements document.Filler.
func (l lazyFields) Fill(*document.Map) { l.t.readFlat(l.t.lazy.in, l.t.lazy.resource) }

// Has implements document.Filler.
func (l lazyFields) Has(key string) (has, known bool) {
	s := l.t.shapeOf(l.t.lazy)
	return s != nil && s.root(key) >= 0, s != nil
}

// Field implements document.Filler: of a record that has a shape it finds any field.
func (l lazyFields) Field(key string) (v document.Value, has, known bool) {
	s := l.t.shapeOf(l.t.lazy)
	if s == nil {
		return document.Null, false, false
	}
	at := s.root(key)
	if at < 0 {
		return document.Null, false, true
	}
	r := &s.roots[at]
	if r.values[0].name == "" {
		return l.t.leafValue(r.values[0].leaf), true, true
	}
	object := l.t.doc.NewMap()
	for _, at := range r.values {
		if m, name := l.t.parent(object, at.name); m != nil { // nothing is in the way
			m.Add(name, l.t.leafValue(at.leaf))
		}
	}
	return document.MapOf(object), true, true
}

package document

import (
	"time"
)

// A Document is one event on its way through a pipeline.
type Document struct {
	source   *Map
	metadata *Map
	ingest   *Map // nil until somebody asks for it

	timestamp time.Time
	dropped   bool
	arena     arena
}

// New returns an empty document whose _ingest.timestamp is timestamp.
func New(timestamp time.Time) *Document {
	d := &Document{}
	d.Reset(timestamp)
	return d
}

// Reset empties the document for the next event. Every map and list that was
// made through it becomes invalid.
func (d *Document) Reset(timestamp time.Time) {
	d.arena.reset()
	d.source, d.metadata, d.ingest = d.NewMap(), d.NewMap(), nil
	d.timestamp, d.dropped = timestamp, false
}

// NewMap returns an empty map that lives until Reset.
func (d *Document) NewMap() *Map {
	m := &d.arena.maps.take(1)[0]
	m.arena = &d.arena
	return m
}

// NewList returns an empty list that lives until Reset.
func (d *Document) NewList() *List {
	l := &d.arena.lists.take(1)[0]
	l.arena = &d.arena
	return l
}

// Source returns the fields of the event: the document without its metadata.
func (d *Document) Source() *Map { return d.source }

// Metadata returns the metadata fields: _index, _id, _routing, _version ….
func (d *Document) Metadata() *Map { return d.metadata }

// Ingest returns the _ingest context, with its timestamp.
func (d *Document) Ingest() *Map {
	if d.ingest == nil {
		d.ingest = d.NewMap()
		d.ingest.Put("timestamp", DateTime(d.timestamp.UTC()))
	}
	return d.ingest
}

// Timestamp returns the time of ingestion, _ingest.timestamp.
func (d *Document) Timestamp() time.Time { return d.timestamp }

// Drop marks the document as dropped: no further processor sees it.
func (d *Document) Drop() { d.dropped = true }

// Dropped reports whether a processor dropped the document.
func (d *Document) Dropped() bool { return d.dropped }

// Copy returns a deep copy of v that belongs to d. Scalars are shared.
func (d *Document) Copy(v Value) Value {
	switch v.kind {
	case KindMap:
		m := d.NewMap()
		for k, item := range v.Map().All() {
			m.Put(k, d.Copy(item))
		}
		return MapOf(m)
	case KindList:
		l := d.NewList()
		for _, item := range v.List().All() {
			l.Append(d.Copy(item))
		}
		return ListOf(l)
	case KindNull, KindBoolean, KindInteger, KindLong, KindFloat, KindDouble, KindString, KindDateTime:
	}
	return v
}

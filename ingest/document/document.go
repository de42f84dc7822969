package document

import (
	"maps"
	"slices"
	"time"
)

// A Document is one event on its way through a pipeline.
type Document struct {
	source   *Map
	metadata *Map
	ingest   *Map // nil until somebody asks for it

	timestamp  time.Time // UTC
	pipelines  []entered // the pipelines it is in, outermost first
	flexible   bool      // field_access_pattern of the innermost
	dropped    bool
	terminated bool
	rerouted   bool
	cut        bool   // see Cut
	tally      *Tally // nil: nobody counts
	arena      arena

	// Scratch is memory that the scripts that run on the document use again,
	// one after the other. It is no part of the document.
	Scratch any
}

// entered is a pipeline that a document is in.
type entered struct {
	name     string
	flexible bool
}

// New returns an empty document whose _ingest.timestamp is timestamp.
func New(timestamp time.Time) *Document {
	d := &Document{}
	d.Reset(timestamp)
	return d
}

// Reset empties the document for the next event. Every map and list that was
// made through it becomes invalid, and so does the value of _ingest.timestamp.
func (d *Document) Reset(timestamp time.Time) {
	d.arena.reset()
	d.source, d.metadata, d.ingest = d.NewMap(), d.NewMap(), nil
	d.timestamp, d.pipelines = timestamp.UTC(), d.pipelines[:0]
	d.dropped, d.terminated, d.rerouted, d.flexible, d.cut = false, false, false, false, false
}

// NewMap returns an empty map that lives until Reset.
func (d *Document) NewMap() *Map {
	m := &d.arena.maps.take(1)[0]
	m.arena = &d.arena
	return m
}

// NewMapOf returns an empty map that iterates as the java.util.HashMap does that
// is made to hold size entries, by new HashMap(m) or a copy of a document: its
// table is just large enough.
func (d *Document) NewMapOf(size int) *Map {
	m := d.NewMap()
	m.table = uint32(tableSize(size*4/3 + 1))
	return m
}

// NewList returns an empty list that lives until Reset.
func (d *Document) NewList() *List {
	l := &d.arena.lists.take(1)[0]
	l.arena = &d.arena
	return l
}

// NewItems returns n null values that live until Reset.
func (d *Document) NewItems(n int) []Value { return d.arena.values.take(n) }

// Source returns the fields of the event: the document without its metadata.
func (d *Document) Source() *Map { return d.source }

// SetSource makes m, a map of this document, the fields of the event.
func (d *Document) SetSource(m *Map) { d.source = m }

// Metadata returns the metadata fields: _index, _id, _routing, _version ….
func (d *Document) Metadata() *Map { return d.metadata }

// Ingest returns the _ingest context, with its timestamp.
func (d *Document) Ingest() *Map {
	if d.ingest == nil {
		d.ingest = d.NewMap()
		d.ingest.Put("timestamp", dateTime(&d.timestamp))
		d.showPipeline()
	}
	return d.ingest
}

// Timestamp returns the time of ingestion, _ingest.timestamp, in UTC.
func (d *Document) Timestamp() time.Time { return d.timestamp }

// Drop marks the document as dropped: no further processor sees it.
func (d *Document) Drop() { d.dropped = true }

// Dropped reports whether a processor dropped the document.
func (d *Document) Dropped() bool { return d.dropped }

// Copy returns a deep copy of v that belongs to d. Scalars are shared.
func (d *Document) Copy(v Value) Value {
	if v.kind != KindMap && v.kind != KindList {
		return v
	}
	return d.copy(&Walk{}, v)
}

func (d *Document) copy(w *Walk, v Value) Value {
	if v.kind != KindMap && v.kind != KindList {
		return v
	}
	w.In(0)
	defer w.Out()
	if v.kind == KindMap {
		m := d.NewMapOf(v.Map().Len())
		for k, item := range v.Map().All() {
			m.Put(k, d.copy(w, item))
		}
		m.foreign = maps.Clone(v.Map().foreign)
		return MapOf(m)
	}
	l := d.NewList()
	for _, item := range v.List().All() {
		l.Append(d.copy(w, item))
	}
	return ListOf(l)
}

// maxPipelines is how deep pipelines may call each other, Elasticsearch's
// default.
const maxPipelines = 100

// EnterPipeline puts a pipeline on the stack of those the document is in and
// sets _ingest.pipeline. Paths are followed as its field_access_pattern says,
// flexible or classic. A pipeline that is on the stack already is an error, and
// so is a stack that is too deep.
func (d *Document) EnterPipeline(name string, flexible bool) error {
	if slices.ContainsFunc(d.pipelines, func(p entered) bool { return p.name == name }) {
		return Throwf(IllegalState, "Cycle detected for pipeline: %s", name)
	}
	if len(d.pipelines) >= maxPipelines {
		return Throwf(IllegalState, "Too many nested pipelines. Cannot have more than %d nested pipelines", maxPipelines)
	}
	d.pipelines = append(d.pipelines, entered{name, flexible})
	d.showPipeline()
	return nil
}

// LeavePipeline takes the innermost pipeline off the stack; an end of pipeline
// that was asked for ends here.
func (d *Document) LeavePipeline() {
	d.pipelines = d.pipelines[:len(d.pipelines)-1]
	d.terminated = false
	d.showPipeline()
}

// Pipeline returns the name of the innermost pipeline, "" outside of any.
func (d *Document) Pipeline() string {
	name, _ := d.innermost()
	return name
}

func (d *Document) innermost() (name string, flexible bool) {
	if len(d.pipelines) == 0 {
		return "", false
	}
	p := d.pipelines[len(d.pipelines)-1]
	return p.name, p.flexible
}

// Flexible reports whether the innermost pipeline's field_access_pattern is
// flexible.
func (d *Document) Flexible() bool { return d.flexible }

// Nested reports whether the innermost pipeline was called by another one.
func (d *Document) Nested() bool { return len(d.pipelines) > 1 }

// showPipeline makes the innermost pipeline's name and access pattern those of
// the document.
func (d *Document) showPipeline() {
	var name string
	switch name, d.flexible = d.innermost(); {
	case d.ingest == nil:
	case name == "":
		d.ingest.Delete("pipeline")
	default:
		d.ingest.Put("pipeline", String(name))
	}
}

// Terminate ends the innermost pipeline after the current processor.
func (d *Document) Terminate() { d.terminated = true }

// Reroute sends the document to another index: no pipeline goes on, not even
// those that called the innermost one.
func (d *Document) Reroute(index string) {
	d.metadata.Put("_index", String(index))
	d.rerouted = true
}

// Rerouted reports whether the document was rerouted and no pipeline has gone on.
func (d *Document) Rerouted() bool { return d.rerouted }

// Resume lets another pipeline go on with a document that was rerouted.
func (d *Document) Resume() { d.rerouted = false }

// Index is the text of _index, "" if there is none.
func (d *Document) Index() string {
	v, _ := d.metadata.Get("_index")
	return v.Str()
}

// Stopped reports whether the current pipeline has nothing more to do: the
// document was dropped or rerouted, or the pipeline terminated.
func (d *Document) Stopped() bool { return d.dropped || d.terminated || d.rerouted }

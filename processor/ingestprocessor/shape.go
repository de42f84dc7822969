package ingestprocessor

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/pdata/pcommon"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/wire/flatbuffers"
	"github.com/sluice-otel/sluice/wire/flatbuffers/ingestfbs"
)

// A leaf says where a record of a message has the value of a field: the number of an
// attribute, or one of those below.
type leaf int

const (
	leafText leaf = -1 - iota
	leafTime
	leafLevel
	leafTrace
	leafSpan
	noLeaf
	leafResource // the resource's first attribute; that of the next is one less
)

// A shape is the document of a record of a message without its values: which fields
// there are, and where each has its value. The records of a source have few shapes, so
// that a shape is looked up for a record, not found out: with it a field is read, and
// the document written as JSON, without a tree in between.
//
// A record has no shape if a value decides where others are: an attribute is an
// object, or the body is something else than a text.
type shape struct {
	parts    parts
	keys     [][]byte // of the attributes, in their order
	roots    []rootField
	metadata [len(metadataAttributes)]leaf // noLeaf if no attribute has it
}

// parts are what a record has beside its attributes.
type parts struct {
	text, time, level, trace, span bool
	resource                       int // its number
}

// A rootField is a key of a document.
type rootField struct {
	key    string
	values []shapeValue // below it; one without a name is its own
	json   template
}

type shapeValue struct {
	name string // below the key
	leaf leaf
}

func (s *shape) root(key string) *rootField {
	for i := range s.roots {
		if s.roots[i].key == key {
			return &s.roots[i]
		}
	}
	return nil
}

const (
	maxShapes    = 16 // that a translator remembers
	maxShapeKeys = 64 // attributes of a record that gets one
	// learnEvery is how many records a new shape may come on, in the long run: it costs
	// several times what it saves once.
	learnEvery = 8
	maxCredit  = maxShapes * learnEvery
)

// shapes are those that a translator has met, the last one first.
type shapes struct {
	known    []*shape
	resource pcommon.Map // the one that is being read
	number   int         // its number; other resources have others
	plain    bool        // it has neither objects nor lists, and resource is all of it
	credit   int         // a learnEvery for each shape that may be learnt now
	sketch   *translator // whose document has leaves as its values
	keys     [][]byte    // of the record that is being read
}

// enter begins a resource. If it is not the one before, shapes with that one's number
// are of no use any more. What is kept of it is a copy, which does not hold on to the
// message.
func (s *shapes) enter(resource pcommon.Map) {
	if s.number > 0 && s.plain && s.resource.Equal(resource) {
		return
	}
	s.number++
	s.resource, s.plain = pcommon.NewMap(), true
	for key, v := range resource.All() {
		switch v.Type() {
		case pcommon.ValueTypeStr:
			s.resource.PutStr(strings.Clone(key), strings.Clone(v.Str()))
		case pcommon.ValueTypeMap, pcommon.ValueTypeSlice:
			s.plain = false
			return
		default:
			v.CopyTo(s.resource.PutEmpty(strings.Clone(key)))
		}
	}
}

// shapeOf returns the shape of the lazy record, nil if it has none.
func (t *translator) shapeOf(l *lazyRecord) *shape {
	if !l.shaped {
		l.shaped, l.shape = true, nil
		if p, ok := t.partsOf(l); ok && t.shapes.readKeys(l.in) {
			l.shape = t.lookUp(p, t.shapes.keys)
		}
	}
	return l.shape
}

// readKeys reads the keys of a record's attributes, and reports false if the value of
// one is an object.
func (s *shapes) readKeys(in *ingestfbs.LogRecord) bool {
	var maps bool
	s.keys, maps = flatbuffers.AppendKeys(s.keys[:0], in)
	return !maps && len(s.keys) <= maxShapeKeys
}

// release forgets the message, but not what shapes its records had.
func (s *shapes) release() {
	clear(s.keys[:cap(s.keys)])
	if cap(s.keys) > 2*maxShapeKeys {
		s.keys = nil
	}
}

func (t *translator) partsOf(l *lazyRecord) (p parts, ok bool) {
	in := l.in
	p = parts{text: in.Text() != nil, time: in.Time() != 0, resource: t.shapes.number}
	if t.include[PartSeverity] {
		n := in.Severity()
		p.level = len(in.SeverityText()) > 0 || n > 0 && n <= maxSeverity
	}
	if t.include[PartTrace] {
		id := in.TraceId(&l.trace)
		p.trace = id != nil && id.High()|id.Low() != 0
		p.span = in.SpanId() != 0
	}
	return p, t.shapes.plain && (p.text || in.Body(&l.value) == nil)
}

func (t *translator) lookUp(p parts, keys [][]byte) *shape {
	t.shapes.credit = min(t.shapes.credit+1, maxCredit)
	known := t.shapes.known
	for i, s := range known {
		if s.is(p, keys) {
			copy(known[1:], known[:i])
			known[0] = s
			return s
		}
	}
	if t.shapes.credit < learnEvery {
		return nil
	}
	t.shapes.credit -= learnEvery
	s := t.learn(p, keys)
	t.shapes.known = slices.Insert(known[:min(len(known), maxShapes-1)], 0, s)
	return s
}

func (s *shape) is(p parts, keys [][]byte) bool {
	if s.parts != p || len(s.keys) != len(keys) {
		return false
	}
	for i := range keys {
		if !bytes.Equal(s.keys[i], keys[i]) {
			return false
		}
	}
	return true
}

// learn finds a shape out by placing leaves where readFlat and readRecord place values.
func (t *translator) learn(p parts, keys [][]byte) *shape {
	s := &shape{parts: p, keys: make([][]byte, len(keys))}
	names := make([]string, len(keys))
	for i := range keys {
		s.keys[i] = bytes.Clone(keys[i])
		names[i] = flatbuffers.ToString(s.keys[i])
	}
	for i, m := range metadataAttributes {
		if s.metadata[i] = leaf(slices.Index(names, m.attribute)); s.metadata[i] < 0 {
			s.metadata[i] = noLeaf
		}
	}
	if t.shapes.sketch == nil {
		t.shapes.sketch = &translator{include: t.include, doc: document.New(time.Time{})}
	}
	sketch := t.shapes.sketch
	sketch.doc.Reset(time.Time{})
	sketch.placeText(p)
	if t.include[PartAttributes] {
		sketch.placeLeaves(names, func(i int) leaf { return leaf(i) })
	}
	if t.include[PartResource] {
		names = names[:0]
		for name := range t.shapes.resource.All() {
			names = append(names, name)
		}
		sketch.placeLeaves(names, func(i int) leaf { return leafResource - leaf(i) })
	}
	sketch.placeParts(p)
	for key, v := range sketch.doc.Source().All() {
		r := t.rootField(key, v)
		if key == timestampField { // it comes first in the JSON
			s.roots = slices.Insert(s.roots, 0, r)
		} else {
			s.roots = append(s.roots, r)
		}
	}
	return s
}

func leafAsValue(l leaf) document.Value { return document.Integer(int32(l)) }

func (t *translator) placeText(p parts) {
	if p.text {
		t.doc.Source().Put(messageField, leafAsValue(leafText))
	}
	if p.time {
		t.doc.Source().Put(timestampField, leafAsValue(leafTime))
	}
}

// placeLeaves adds attributes, those without a dot in their name first.
func (t *translator) placeLeaves(names []string, leaf func(i int) leaf) {
	for i, name := range names {
		if strings.IndexByte(name, '.') < 0 {
			putNew(t.doc.Source(), name, leafAsValue(leaf(i)))
		}
	}
	for i, name := range names {
		if strings.IndexByte(name, '.') >= 0 && metadataField(name) == "" {
			t.placeDotted(name, leafAsValue(leaf(i)))
		}
	}
}

func (t *translator) placeParts(p parts) {
	if p.level {
		t.fill(levelField, leafAsValue(leafLevel))
	}
	if p.trace {
		t.fill(traceField, leafAsValue(leafTrace))
	}
	if p.span {
		t.fill(spanField, leafAsValue(leafSpan))
	}
}

// leafValue is the value of a leaf of the lazy record.
func (t *translator) leafValue(at leaf) document.Value {
	l := t.lazy
	switch {
	case at >= 0:
		l.in.Attributes(&l.value, int(at))
		return t.flatValue(&l.value)
	case at <= leafResource:
		return t.resourceValue(at)
	case at == leafText:
		return document.String(flatbuffers.ToString(l.in.Text()))
	case at == leafTime:
		t.timestamp = formatTime(pcommon.Timestamp(l.in.Time()).AsTime())
		return document.String(t.timestamp)
	default:
		return document.String(string(t.appendPart(nil, at)))
	}
}

func (t *translator) resourceValue(at leaf) document.Value {
	i := leafResource
	for _, v := range t.shapes.resource.All() {
		if i == at {
			return t.value(v)
		}
		i--
	}
	return document.Null
}

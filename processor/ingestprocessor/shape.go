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
	places   [placesOfRoots]uint8          // in roots, plus 1, by their hash and behind it; 0 is free
	stream   bool                          // a root names where the document goes
	metadata [len(metadataAttributes)]leaf // noLeaf if no attribute has it
	steered  bool                          // one has
}

// placesOfRoots is a power of two and larger than the number of roots can be: those of
// maxShapeKeys attributes, as many of the resource and a few parts.
const placesOfRoots = 256

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

// root returns the place of a key in the roots, or -1.
func (s *shape) root(key string) int {
	for h := hashOf(key); ; h = (h + 1) % placesOfRoots {
		at := int(s.places[h]) - 1
		if at < 0 || s.roots[at].key == key {
			return at
		}
	}
}

// hashOf tells the keys of a document apart well enough.
func hashOf(key string) int {
	if key == "" {
		return 0
	}
	n := len(key)
	return (31*n + 7*int(key[0]) + int(key[n-1])) % placesOfRoots
}

// placeRoots makes root find them.
func (s *shape) placeRoots() {
	for i := range s.roots {
		key := s.roots[i].key
		h := hashOf(key)
		for s.places[h] != 0 {
			h = (h + 1) % placesOfRoots
		}
		s.places[h] = uint8(i + 1)
		s.stream = s.stream || namesStream(key)
	}
}

const (
	maxShapes    = 16 // that a translator remembers
	maxShapeKeys = 64 // attributes of a record that gets one, and of its resource
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
	plain    bool        // it is not large, has neither objects nor lists, and resource is all of it
	credit   int         // a learnEvery for each shape that may be learnt now
	sketch   *translator // whose document has leaves as its values
	keys     [][]byte    // of the record that is being read
	last     *shape      // of the record before, of the same message; nil if it has none
}

// enter begins a resource. If it is not the one before, shapes with that one's number
// are of no use any more. What is kept of it is a copy, which does not hold on to the
// message.
func (s *shapes) enter(resource pcommon.Map) {
	if s.number > 0 && s.plain && s.resource.Equal(resource) {
		return
	}
	s.number++
	s.resource, s.plain = pcommon.NewMap(), resource.Len() <= maxShapeKeys
	if !s.plain {
		return
	}
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
		l.shaped = true
		l.shape = t.findShape(l)
	}
	return l.shape
}

// shapeOfLazy is shapeOf the lazy record, nil if there is none.
func (t *translator) shapeOfLazy() *shape {
	if t.lazy == nil {
		return nil
	}
	return t.shapeOf(t.lazy)
}

// findShape compares keys only where they are not those of the record before.
func (t *translator) findShape(l *lazyRecord) *shape {
	l.view.Read(l.in)
	p, ok := t.partsOf(&l.view)
	last := t.shapes.last
	switch {
	case !ok:
		last = nil
	case last != nil && last.parts == p && l.view.Alike():
		return last
	case !t.shapes.readKeys(&l.view):
		last = nil
	default:
		last = t.lookUp(p, t.shapes.keys)
	}
	t.shapes.last = last
	return last
}

// readKeys reads the keys of a record's attributes, and reports false if the value of
// one is an object.
func (s *shapes) readKeys(v *flatbuffers.View) bool {
	s.keys = s.keys[:0]
	for i := range v.Attributes() {
		if v.Kind(i) == ingestfbs.KindMap || i == maxShapeKeys {
			return false
		}
		s.keys = append(s.keys, v.Key(i))
	}
	return true
}

// release forgets the message, but not what shapes its records had.
func (s *shapes) release() {
	clear(s.keys[:cap(s.keys)])
	s.last = nil
}

func (t *translator) partsOf(v *flatbuffers.View) (p parts, ok bool) {
	text := v.HasText()
	p = parts{text: text, time: v.Time() != 0, resource: t.shapes.number}
	if t.include.severity {
		n := v.Severity()
		p.level = n > 0 && n <= maxSeverity || len(v.SeverityText()) > 0
	}
	if t.include.trace {
		high, low := v.TraceID()
		p.trace, p.span = high|low != 0, v.SpanID() != 0
	}
	return p, t.shapes.plain && (text || !v.HasBody())
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
		} else {
			s.steered = true
		}
	}
	if t.shapes.sketch == nil {
		t.shapes.sketch = &translator{include: t.include, doc: document.New(time.Time{})}
	}
	sketch := t.shapes.sketch
	sketch.doc.Reset(time.Time{})
	sketch.placeText(p)
	if t.include.attributes {
		sketch.placeLeaves(names, func(i int) leaf { return leaf(i) })
	}
	if t.include.resource {
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
	s.placeRoots()
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
		return t.attributeValue(int(at))
	case at <= leafResource:
		return t.resourceValue(at)
	case at == leafText:
		return document.String(flatbuffers.ToString(l.view.Text()))
	case at == leafTime:
		t.timestamp = formatTime(pcommon.Timestamp(l.view.Time()).AsTime())
		return document.String(t.timestamp)
	default:
		return document.String(string(t.appendPart(nil, at)))
	}
}

// attributeValue is the value of attribute i of the lazy record, which has a shape.
func (t *translator) attributeValue(i int) document.Value {
	l := t.lazy
	switch l.view.Kind(i) {
	case ingestfbs.KindText:
		return document.String(flatbuffers.ToString(l.view.TextOf(i)))
	case ingestfbs.KindInt:
		return document.Number(l.view.IntegerOf(i))
	default:
		l.view.Value(i, &l.value)
		return t.flatValue(&l.value)
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

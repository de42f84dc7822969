package document

// Get returns the value at p. Every error is an illegal_argument_exception
// with Elasticsearch's text (IngestDocument.getFieldValue).
func (d *Document) Get(p Path) (Value, error) {
	segments, err := p.elements(d.flexible)
	if err != nil {
		return Null, err
	}
	v, at, fault := d.walk(&p, segments)
	if fault != none {
		return Null, d.pathError(&p, segments, v, at, fault)
	}
	return v, nil
}

// Lookup returns the value at p and whether the field is there; it never makes
// an error. A field may be present with null (IngestDocument.hasField).
func (d *Document) Lookup(p Path) (Value, bool) {
	segments, err := p.elements(d.flexible)
	if err != nil {
		return Null, false
	}
	v, _, fault := d.walk(&p, segments)
	return valueIf(v, fault)
}

func valueIf(v Value, fault pathFault) (Value, bool) {
	if fault != none {
		return Null, false
	}
	return v, true
}

// LookupInRange is Lookup, but an index beyond the end of its list is an error, and
// so is a path that the access pattern does not know (hasField with failOutOfRange).
func (d *Document) LookupInRange(p Path) (Value, bool, error) {
	segments, err := p.elements(d.flexible)
	if err != nil {
		return Null, false, err
	}
	v, at, fault := d.walk(&p, segments)
	if fault == outOfBounds {
		return Null, false, d.pathError(&p, segments, v, at, fault)
	}
	v, ok := valueIf(v, fault)
	return v, ok, nil
}

// LookupClassic is Lookup with the classic access pattern, whatever that of the
// pipeline is. Templates see the document so.
func (d *Document) LookupClassic(p Path) (Value, bool) {
	v, _, fault := walkClassic(d.root(&p), p.segments)
	return valueIf(v, fault)
}

// Has reports whether the field p is present, be it with null.
func (d *Document) Has(p Path) bool {
	_, ok := d.Lookup(p)
	return ok
}

func (d *Document) root(p *Path) Value {
	switch p.root {
	case rootIngest:
		return MapOf(d.Ingest())
	case rootMetadata:
		return MapOf(d.metadata)
	case rootSource:
	}
	return MapOf(d.source)
}

// walk follows segments of p from its root. Without a fault it returns the value
// at their end, else the last one it came to and the segment that was at fault.
func (d *Document) walk(p *Path, segments []segment) (Value, int, pathFault) {
	if d.flexible {
		return walkFlexible(p, d.root(p), segments)
	}
	return walkClassic(d.root(p), segments)
}

func walkClassic(v Value, segments []segment) (Value, int, pathFault) {
	for i := range segments {
		s := &segments[i]
		switch v.kind {
		case KindMap:
			next, ok := v.Map().Get(s.name)
			if !ok {
				return v, i, notPresent
			}
			v = next
		case KindList:
			if fault := inList(v.List(), s, s.isInt); fault != none {
				return v, i, fault
			}
			v = v.List().At(s.index)
		case KindNull:
			return v, i, resolveNull
		default:
			return v, i, resolveObject
		}
	}
	return v, len(segments), none
}

func inList(l *List, s *segment, isIndex bool) pathFault {
	switch {
	case !isIndex:
		return notAnInteger
	case s.index < 0 || s.index >= l.Len():
		return outOfBounds
	}
	return none
}

// walkFlexible looks in every map for the next element, then for that and the
// one after it joined by a dot, and so on; it takes the first key there is. The
// fault notPresent is at the first element that was looked for in v.
func walkFlexible(p *Path, v Value, segments []segment) (Value, int, pathFault) {
	for i := 0; i < len(segments); {
		s := &segments[i]
		switch v.kind {
		case KindMap:
			if s.bracketed {
				return v, i, resolveIndex
			}
			next, used := longestKey(p, v.Map(), segments[i:])
			if used == 0 {
				return v, i, notPresent
			}
			v, i = next, i+used
			continue
		case KindList:
			if !s.bracketed {
				return v, i, resolveObject
			}
			if fault := inList(v.List(), s, true); fault != none {
				return v, i, fault
			}
			v = v.List().At(s.index)
		case KindNull:
			return v, i, resolveNull
		default:
			return v, i, resolveObject
		}
		i++
	}
	return v, len(segments), none
}

// longestKey returns the value of the shortest key that the elements make and
// how many of them it takes, 0 if there is none.
func longestKey(p *Path, m *Map, segments []segment) (Value, int) {
	for i := range names(segments) {
		if v, ok := m.Get(p.joined(&segments[0], &segments[i])); ok {
			return v, i + 1
		}
	}
	return Null, 0
}

// names returns how many of the segments come before the first index.
func names(segments []segment) int {
	for i := range segments {
		if segments[i].bracketed {
			return i
		}
	}
	return len(segments)
}

// pathError makes an error of a fault that walk found.
func (d *Document) pathError(p *Path, segments []segment, v Value, at int, fault pathFault) error {
	s := &segments[at]
	e := &pathError{fault: fault, class: d.class(v), elem: s.name, path: p.text}
	switch {
	case fault == outOfBounds:
		e.elem, e.size = indexText(s), v.List().Len()
	case fault == resolveIndex:
		e.elem = indexText(s)
	case fault == notPresent && d.flexible:
		e.elem = p.joined(s, &segments[at+names(segments[at:])-1])
	}
	return e
}

// class is the Java class of v. That of the document itself shows only where
// the flexible pattern finds an index right at the root.
func (d *Document) class(v Value) string {
	if m := v.Map(); m != nil && (m == d.source || m == d.metadata) {
		return "org.elasticsearch.ingest.IngestCtxMap"
	}
	return v.kind.Class()
}

// Set writes v at p. Missing parents are created as maps; a list element must
// exist (IngestDocument.setFieldValue). With the flexible pattern what is not
// there becomes one key with dots.
func (d *Document) Set(p Path, v Value) error {
	at, err := d.place(&p, setting)
	if err != nil {
		return err
	}
	at.set(v)
	return nil
}

// Append adds v to the list at p: a missing field becomes a list, a scalar the
// first item of one, and a list v adds its items. With unique an item that is
// there already is left out (IngestDocument.appendFieldValue).
func (d *Document) Append(p Path, v Value, unique bool) error {
	at, err := d.place(&p, setting)
	if err != nil {
		return err
	}
	old, present := at.get()
	if changed, ok := d.appended(old, v, present, unique); ok {
		at.set(changed)
	}
	return nil
}

// Remove deletes the field p (IngestDocument.removeField).
func (d *Document) Remove(p Path) error {
	at, err := d.place(&p, removing)
	if err != nil {
		return err
	}
	if at.list != nil {
		at.list.RemoveAt(at.index)
		return nil
	}
	if !at.parent.Delete(at.key) {
		return &pathError{fault: notPresent, elem: at.key, path: p.text}
	}
	return nil
}

// A place is where a field is or would be: a key of a map or an item of a list.
type place struct {
	parent *Map
	key    string
	list   *List // instead of parent
	index  int
}

func (at *place) get() (Value, bool) {
	if at.list != nil {
		return at.list.At(at.index), true
	}
	return at.parent.Get(at.key)
}

func (at *place) set(v Value) {
	if at.list != nil {
		at.list.Set(at.index, v)
		return
	}
	at.parent.Put(at.key, v)
}

// A purpose is what a place is wanted for.
type purpose uint8

const (
	setting  purpose = iota // the classic pattern creates missing parents
	removing                // the field must be there
)

// inTheWay is the fault of a parent that cannot have the field.
func (why purpose) inTheWay(parent Value) pathFault {
	faults := [...]struct{ null, object, index pathFault }{
		setting:  {setNullParent, setObjectParent, resolveIndex},
		removing: {removeNull, removeObject, resolveObject},
	}[why]
	switch parent.kind {
	case KindNull:
		return faults.null
	case KindMap: // an index in brackets
		return faults.index
	default:
		return faults.object
	}
}

// place finds the place of the field p.
func (d *Document) place(p *Path, why purpose) (place, error) {
	segments, err := p.elements(d.flexible)
	if err != nil {
		return place{}, err
	}
	last := len(segments) - 1
	parent, at, fault := d.walk(p, segments[:last])
	leaf := &segments[last]
	key := leaf.name
	switch {
	case fault == none:
	case fault == notPresent && d.flexible && names(segments[at:]) == last+1-at:
		key = p.joined(&segments[at], leaf)
	case fault == notPresent && !d.flexible && why == setting:
		parent = d.createParents(parent.Map(), segments[at:last])
	default:
		return place{}, d.pathError(p, segments[:last], parent, at, fault)
	}
	switch {
	case parent.kind == KindMap && !leaf.bracketed:
		return place{parent: parent.Map(), key: key}, nil
	case parent.kind == KindList:
		if fault = d.leafInList(parent.List(), leaf); fault == none {
			return place{list: parent.List(), index: leaf.index}, nil
		}
	default:
		fault = why.inTheWay(parent)
	}
	return place{}, d.pathError(p, segments, parent, last, fault)
}

func (d *Document) leafInList(l *List, leaf *segment) pathFault {
	if !d.flexible {
		return inList(l, leaf, leaf.isInt)
	}
	if !leaf.bracketed {
		return resolveObject
	}
	return inList(l, leaf, true)
}

func (d *Document) createParents(m *Map, segments []segment) Value {
	for i := range segments {
		next := d.NewMap()
		m.Put(segments[i].name, MapOf(next))
		m = next
	}
	return MapOf(m)
}

// appended returns the list that a field becomes, false if it stays as it is.
func (d *Document) appended(old, v Value, present, unique bool) (Value, bool) {
	list := old.List()
	switch {
	case list != nil:
	case !present:
		list = d.NewList()
	default:
		list = d.NewList()
		list.Append(old)
	}
	before := list.Len()
	add := func(item Value) {
		if !unique || !list.Contains(item) {
			list.Append(item)
		}
	}
	if items := v.List(); items != nil {
		for _, item := range items.All() {
			add(item)
		}
	} else {
		add(v)
	}
	if list.Len() == before {
		return Null, false // a scalar stays a scalar, an absent field absent
	}
	return ListOf(list), true
}

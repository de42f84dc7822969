package document

// step resolves one element inside v.
func step(v Value, s *segment, path string) (Value, error) {
	switch v.kind {
	case KindMap:
		if found, ok := v.Map().Get(s.name); ok {
			return found, nil
		}
		return Null, &pathError{fault: notPresent, elem: s.name, path: path}
	case KindList:
		if err := checkIndex(v.List(), s, path); err != nil {
			return Null, err
		}
		return v.List().At(s.index), nil
	case KindNull:
		return Null, &pathError{fault: resolveNull, elem: s.name, path: path}
	case KindBoolean, KindInteger, KindLong, KindFloat, KindDouble, KindString, KindDateTime:
	}
	return Null, &pathError{fault: resolveObject, kind: v.kind, elem: s.name, path: path}
}

func checkIndex(l *List, s *segment, path string) error {
	if !s.isInt {
		return &pathError{fault: notAnInteger, elem: s.name, path: path}
	}
	if s.index < 0 || s.index >= l.Len() {
		return &pathError{fault: outOfBounds, kind: KindList, elem: s.name, path: path, size: l.Len()}
	}
	return nil
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

// Get returns the value at p. Every error is an illegal_argument_exception
// with Elasticsearch's text (IngestDocument.getFieldValue).
func (d *Document) Get(p Path) (Value, error) {
	v := d.root(&p)
	for i := range p.segments {
		var err error
		if v, err = step(v, &p.segments[i], p.text); err != nil {
			return Null, err
		}
	}
	return v, nil
}

// Lookup returns the value at p and whether the field is there; it never makes
// an error. A field may be present with null (IngestDocument.hasField).
func (d *Document) Lookup(p Path) (Value, bool) {
	v := d.root(&p)
	for i := range p.segments {
		s := &p.segments[i]
		switch v.kind {
		case KindMap:
			found, ok := v.Map().Get(s.name)
			if !ok {
				return Null, false
			}
			v = found
		case KindList:
			l := v.List()
			if !s.isInt || s.index < 0 || s.index >= l.Len() {
				return Null, false
			}
			v = l.At(s.index)
		default:
			return Null, false
		}
	}
	return v, true
}

// Has reports whether the field p is present, be it with null.
func (d *Document) Has(p Path) bool {
	_, ok := d.Lookup(p)
	return ok
}

// Set writes v at p. Missing parents are created as maps; a list element must
// exist (IngestDocument.setFieldValue).
func (d *Document) Set(p Path, v Value) error {
	return d.write(p, v, setLeaf)
}

// Append adds v to the list at p: a missing field becomes a list, a scalar the
// first item of one, and a list v adds its items. With unique an item that is
// there already is left out (IngestDocument.appendFieldValue).
func (d *Document) Append(p Path, v Value, unique bool) error {
	return d.write(p, v, func(d *Document, slot, v Value, present bool) (Value, bool) {
		return d.appended(slot, v, present, unique)
	})
}

// A leafWriter makes the new value of a field from the old one; false leaves
// the field as it is.
type leafWriter func(d *Document, old, v Value, present bool) (Value, bool)

func setLeaf(_ *Document, _, v Value, _ bool) (Value, bool) { return v, true }

func (d *Document) write(p Path, v Value, leaf leafWriter) error {
	parent, err := d.parentForWrite(&p)
	if err != nil {
		return err
	}
	last := &p.segments[len(p.segments)-1]
	switch parent.kind {
	case KindMap:
		m := parent.Map()
		old, present := m.Get(last.name)
		if changed, ok := leaf(d, old, v, present); ok {
			m.Put(last.name, changed)
		}
		return nil
	case KindList:
		l := parent.List()
		if err := checkIndex(l, last, p.text); err != nil {
			return err
		}
		if changed, ok := leaf(d, l.At(last.index), v, true); ok {
			l.Set(last.index, changed)
		}
		return nil
	case KindNull:
		return &pathError{fault: setNullParent, elem: last.name, path: p.text}
	case KindBoolean, KindInteger, KindLong, KindFloat, KindDouble, KindString, KindDateTime:
	}
	return &pathError{fault: setObjectParent, kind: parent.kind, elem: last.name, path: p.text}
}

// parentForWrite walks to the parent of p, creating missing maps.
func (d *Document) parentForWrite(p *Path) (Value, error) {
	v := d.root(p)
	for i := range p.segments[:len(p.segments)-1] {
		s := &p.segments[i]
		if v.kind == KindMap {
			next, ok := v.Map().Get(s.name)
			if !ok {
				next = MapOf(d.NewMap())
				v.Map().Put(s.name, next)
			}
			v = next
			continue
		}
		next, err := step(v, s, p.text)
		if err != nil {
			return Null, err
		}
		v = next
	}
	return v, nil
}

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

// Remove deletes the field p (IngestDocument.removeField).
func (d *Document) Remove(p Path) error {
	v := d.root(&p)
	for i := range p.segments[:len(p.segments)-1] {
		var err error
		if v, err = step(v, &p.segments[i], p.text); err != nil {
			return err
		}
	}
	last := &p.segments[len(p.segments)-1]
	switch v.kind {
	case KindMap:
		if !v.Map().Delete(last.name) {
			return &pathError{fault: notPresent, elem: last.name, path: p.text}
		}
		return nil
	case KindList:
		if err := checkIndex(v.List(), last, p.text); err != nil {
			return err
		}
		v.List().RemoveAt(last.index)
		return nil
	case KindNull:
		return &pathError{fault: removeNull, elem: last.name, path: p.text}
	case KindBoolean, KindInteger, KindLong, KindFloat, KindDouble, KindString, KindDateTime:
	}
	return &pathError{fault: removeObject, kind: v.kind, elem: last.name, path: p.text}
}

package document

// Cut makes the document finite. What a script leaves behind when it fails may
// contain itself, or the same value more often than anybody can visit; where that
// is, null takes its place, and the document is no longer what its pipelines made.
func (d *Document) Cut() {
	if d.finite() {
		return
	}
	d.cut = true
	c := cutter{left: maxWalkValues / 2}
	for _, m := range d.roots() {
		c.mapping(m, 0)
	}
}

// WasCut reports whether Cut has changed the document.
func (d *Document) WasCut() bool { return d.cut }

func (d *Document) roots() []*Map {
	roots := []*Map{d.source, d.metadata}
	if d.ingest != nil {
		roots = append(roots, d.ingest)
	}
	return roots
}

// finite reports whether a Walk comes to the end of the document.
func (d *Document) finite() (ok bool) {
	defer func() {
		if r := recover(); r != nil {
			if _, is := r.(*Exception); !is {
				panic(r)
			}
		}
	}()
	var w Walk
	for _, m := range d.roots() {
		visit(&w, MapOf(m))
	}
	return true
}

func visit(w *Walk, v Value) {
	w.In(0)
	switch v.Kind() {
	case KindMap:
		for _, item := range v.Map().All() {
			visit(w, item)
		}
	case KindList:
		for _, item := range v.List().All() {
			visit(w, item)
		}
	default:
		if h, ok := v.Object().(Holder); ok {
			h.WalkText(w, nil)
		}
	}
	w.Out()
}

// A cutter puts null where it comes too deep or to too many values, and in place
// of objects that hold others.
type cutter struct{ left int }

func (c *cutter) mapping(m *Map, depth int) {
	for i := range m.Len() {
		e := m.At(i)
		if !c.keep(e.Value, depth) {
			m.Put(e.Key, Null)
		}
	}
}

func (c *cutter) list(l *List, depth int) {
	for i := range l.Len() {
		if !c.keep(l.At(i), depth) {
			l.Set(i, Null)
		}
	}
}

func (c *cutter) keep(v Value, depth int) bool {
	if c.left--; c.left < 0 {
		return false
	}
	if (v.Kind() == KindMap || v.Kind() == KindList) && depth >= maxWalkDepth/2 {
		return false
	}
	switch v.Kind() {
	case KindMap:
		c.mapping(v.Map(), depth+1)
	case KindList:
		c.list(v.List(), depth+1)
	default:
		_, holds := v.Object().(Holder)
		return !holds
	}
	return true
}

package painless

import (
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
)

// maxSettled is how many values a document may have after a script that has put
// lists or maps into others. One that holds itself has more than any number.
const maxSettled = 4 << 20

// maxNested is how deep they may nest.
const maxNested = 1000

// settle makes what the script has left in the document values that other
// processors know: a Set becomes a List, an object its text. Like Elasticsearch
// it refuses what contains itself, which can only be a list or map that the script has
// put somewhere: where there are no objects these are all that it looks at.
func (t *thread) settle() {
	s := settler{t: t, left: maxSettled}
	if !t.unsettled {
		for _, v := range t.held {
			s.value(v, 0)
		}
		return
	}
	for _, m := range [...]*document.Map{t.doc.Source(), t.doc.Metadata()} {
		s.mapping(m, 0)
	}
}

type settler struct {
	t    *thread
	left int
}

func (s *settler) mapping(m *document.Map, depth int) {
	for i := 0; i < m.Len(); i++ {
		e := m.At(i)
		k := m.KeyAt(i)
		if k.Kind() != document.KindString {
			s.t.throwAt(0, document.ClassCast, "class %s cannot be cast to class java.lang.String", javaClass(k))
		}
		if settled, changed := s.value(e.Value, depth); changed {
			m.Put(e.Key, settled)
		}
	}
}

// value returns what takes the place of v, and whether that is another value.
func (s *settler) value(v Value, depth int) (Value, bool) {
	if s.left--; s.left < 0 || depth > maxNested {
		s.t.throwAt(0, document.IllegalArgument, "Iterable object is self-referencing itself (ingest script)")
	}
	switch v.Kind() {
	case document.KindMap:
		s.mapping(v.Map(), depth+1)
	case document.KindList:
		l := v.List()
		for i := range l.Len() {
			if settled, changed := s.value(l.At(i), depth+1); changed {
				l.Set(i, settled)
			}
		}
	default:
		if o := v.Object(); o != nil {
			return s.object(v, o, depth)
		}
	}
	return v, false
}

func (s *settler) object(v Value, o document.Object, depth int) (Value, bool) {
	switch o := o.(type) {
	case small:
		return document.Integer(int32(o.n)), true
	case decimal:
		return document.Double(o.float()), true
	case *gregorian:
		return document.DateTime(o.time()), true
	case *date:
		return document.DateTime(o.time()), true
	case moment:
		return o.settled(), true
	case iterable:
		list := s.t.newList(s.t.items(v))
		s.value(list, depth+1)
		return list, true
	}
	return document.String(v.Text()), true
}

// settled returns what Elasticsearch writes for a date or time.
func (m moment) settled() Value {
	switch m.chronology {
	case instant, offsetDateTime:
		return document.DateTime(m.t)
	case localDateTime:
		return document.String(string(appendNanos(m.t.AppendFormat(nil, "2006-01-02T15:04:05"), m.t)))
	case localTime:
		return document.String(string(appendNanos(m.t.AppendFormat(nil, "15:04:05"), m.t)))
	default:
	}
	return document.String(m.Identity())
}

// appendNanos appends the fraction of a second in three digits, or more if there
// are.
func appendNanos(dst []byte, t time.Time) []byte {
	dst = t.AppendFormat(dst, ".000000000")
	for n := 0; n < 6 && dst[len(dst)-1] == '0'; n++ {
		dst = dst[:len(dst)-1]
	}
	return dst
}

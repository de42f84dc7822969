package painless

import (
	"fmt"
	"slices"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A deque is an ArrayDeque, Stack, Vector or PriorityQueue. (A LinkedList is a
// list like any other here.)
type deque struct {
	java       string
	items      []Value
	sorted     bool  // a PriorityQueue, whose first is the least
	comparator Value // of a PriorityQueue
}

// JavaClass implements document.Object.
func (d *deque) JavaClass() string { return d.java }

// AppendText implements document.Object.
func (d *deque) AppendText(dst []byte) []byte { return d.WalkText(&document.Walk{}, dst) }

// Identity implements document.Object.
func (d *deque) Identity() string { return fmt.Sprintf("%p", d) }

// HashCode implements document.Object.
func (d *deque) HashCode() int32 { return d.WalkHash(&document.Walk{}) }

// WalkText implements document.Holder.
func (d *deque) WalkText(w *document.Walk, dst []byte) []byte {
	dst = append(dst, '[')
	for i, v := range d.items {
		if i > 0 {
			dst = append(dst, ", "...)
		}
		dst = v.WalkText(w, dst)
	}
	return append(dst, ']')
}

// WalkIdentity implements document.Holder.
func (d *deque) WalkIdentity(_ *document.Walk, dst []byte) []byte {
	return append(dst, d.Identity()...)
}

// WalkHash implements document.Holder.
func (d *deque) WalkHash(w *document.Walk) int32 {
	h := int32(1)
	for _, v := range d.items {
		h = 31*h + v.WalkHash(w)
	}
	return h
}

func (d *deque) each(t *thread, yield func(Value) bool) {
	at, size := t.at, len(d.items)
	for i := 0; i < len(d.items); i++ {
		if len(d.items) != size {
			t.throwAt(at, concurrentModification, "")
		}
		if !yield(d.items[i]) {
			return
		}
	}
}

func (d *deque) size() int { return len(d.items) }

func (d *deque) has(v Value) bool { return slices.ContainsFunc(d.items, v.Equals) }

func (d *deque) add(t *thread, v Value) bool {
	d.insert(t, len(d.items), v)
	return true
}

func (d *deque) retain(_ *thread, keep func(Value) bool) bool {
	before := len(d.items)
	d.items = slices.DeleteFunc(d.items, func(v Value) bool { return !keep(v) })
	return len(d.items) < before
}

// insert puts v at a place; a PriorityQueue chooses it.
func (d *deque) insert(t *thread, i int, v Value) {
	t.charge(t.at, entryBytes)
	if d.sorted {
		t.notNull(v)
		i, _ = slices.BinarySearchFunc(d.items, v, func(item, v Value) int {
			return t.order(item, v, d.comparator)*2 + 1 // behind what is equal
		})
	}
	d.items = slices.Insert(d.items, i, v)
	t.spend(t.at, (len(d.items)-i)/64)
}

func (d *deque) get(i int) Value { return d.items[i] }

func (d *deque) removeAt(_ *thread, i int) { d.items = slices.Delete(d.items, i, i+1) }

// A line is what has two ends: a deque or a list.
type line interface {
	size() int
	get(i int) Value
	insert(t *thread, i int, v Value)
	removeAt(t *thread, i int)
}

func lineIn(v Value) line {
	if v.Kind() == document.KindList {
		return listItems{v}
	}
	return objectOf[*deque](v)
}

func (c listItems) get(i int) Value { return item(c.of, c.of.List().At(i)) }

func (c listItems) insert(t *thread, i int, v Value) {
	listInsert(t, []Value{c.of, document.Integer(int32(i)), v})
}

func (c listItems) removeAt(t *thread, i int) {
	t.mutable(t.at, c.of)
	c.of.List().RemoveAt(i)
}

// end returns where the first or last item is; without one it is -1 or an
// exception.
func (t *thread) endOf(l line, last, must bool) int {
	n := l.size()
	switch {
	case n == 0 && must:
		t.throw(noSuchElement, "")
	case n == 0 || last:
		return n - 1
	}
	return 0
}

func dequeIn(v Value) *deque { return objectOf[*deque](v) }

func queueClass() classSpec {
	return classSpec{name: "Queue", java: "java.util.Queue", open: true, extends: []string{"Collection"}, methods: queueMethods}
}

func dequeInterface() classSpec {
	return classSpec{name: "Deque", java: "java.util.Deque", open: true, extends: []string{"Queue"}, methods: append(dequeMethods, dequeRemove)}
}

// linkedListClass is a List with the methods of Deque. Its values are lists like
// those of ArrayList, which is why every ArrayList is one.
func linkedListClass() classSpec {
	return classSpec{
		name: "LinkedList", java: "java.util.LinkedList", open: true, extends: []string{"AbstractSequentialList", "Deque"},
		methods: slices.Concat(queueMethods, dequeMethods, []member{{"def clone()", func(t *thread, args []Value) Value {
			return t.newList(t.items(args[0]))
		}}}),
		statics: []member{
			{"LinkedList()", func(t *thread, _ []Value) Value { return t.newList(nil) }},
			{"LinkedList(Collection)", func(t *thread, args []Value) Value { return t.newList(t.items(args[0])) }},
		},
	}
}

func dequeClasses() []classSpec {
	var out []classSpec
	for _, c := range []struct{ name, extends string }{
		{"ArrayDeque", "Deque"}, {"PriorityQueue", "AbstractQueue"}, {"Vector", "Collection"}, {"Stack", "Vector"},
	} {
		out = append(out, dequeSpec(c.name, c.extends))
	}
	return out
}

func dequeSpec(name, extends string) classSpec {
	java := "java.util." + name
	construct := func(t *thread, args []Value) Value {
		d := &deque{java: java, sorted: name == "PriorityQueue"}
		if len(args) == 1 && d.sorted {
			d.comparator = args[0]
		} else if len(args) == 1 {
			d.items = t.items(args[0])
		}
		return document.ObjectOf(d)
	}
	s := classSpec{name: name, java: java, extends: []string{extends}, open: name == "Vector"}
	param := "Collection"
	switch name {
	case "ArrayDeque":
		s.methods = slices.Concat(queueMethods, dequeMethods, []member{dequeRemove, {"def clone()", func(v Value) Value {
			d := *dequeIn(v)
			d.items = slices.Clone(d.items)
			return document.ObjectOf(&d)
		}}})
	case "PriorityQueue":
		s.methods, param = queueMethods, "Comparator"
	case "Vector":
		s.methods = slices.Concat(indexedMethods, vectorMethods)
	case "Stack":
		s.methods = stackMethods
	}
	s.statics = []member{{name + "()", construct}, {name + "(" + param + ")", construct}}
	return s
}

func taking(last, must bool) native {
	return func(t *thread, args []Value) Value {
		l := lineIn(args[0])
		i := t.endOf(l, last, must)
		if i < 0 {
			return document.Null
		}
		v := l.get(i)
		l.removeAt(t, i)
		return v
	}
}

func looking(last, must bool) native {
	return func(t *thread, args []Value) Value {
		l := lineIn(args[0])
		if i := t.endOf(l, last, must); i >= 0 {
			return l.get(i)
		}
		return document.Null
	}
}

// adding inserts the argument at one of the ends and returns result.
func adding(last bool, result Value) native {
	return func(t *thread, args []Value) Value {
		l, i := lineIn(args[0]), 0
		if last {
			i = l.size()
		}
		l.insert(t, i, args[1])
		return result
	}
}

var truthValue = document.Boolean(true)

var queueMethods = []member{
	{"def element()", looking(false, true)}, {"boolean offer(def)", adding(true, truthValue)}, {"def peek()", looking(false, false)},
	{"def poll()", taking(false, false)}, {"def remove()", taking(false, true)},
}

var dequeMethods = []member{
	{"void addFirst(def)", adding(false, document.Null)}, {"void addLast(def)", adding(true, document.Null)},
	{"def getFirst()", looking(false, true)}, {"def getLast()", looking(true, true)},
	{"boolean offerFirst(def)", adding(false, truthValue)}, {"boolean offerLast(def)", adding(true, truthValue)},
	{"def peekFirst()", looking(false, false)}, {"def peekLast()", looking(true, false)},
	{"def pollFirst()", taking(false, false)}, {"def pollLast()", taking(true, false)},
	{"def pop()", taking(false, true)}, {"void push(def)", adding(false, document.Null)},
	{"def removeFirst()", taking(false, true)}, {"def removeLast()", taking(true, true)},
	{"Iterator descendingIterator()", func(t *thread, args []Value) Value {
		items := t.items(args[0])
		slices.Reverse(items)
		return newIterator(t, []Value{t.newList(items)})
	}},
	{"boolean removeLastOccurrence(def)", func(t *thread, args []Value) Value {
		l := lineIn(args[0])
		for i := l.size() - 1; i >= 0; i-- {
			if l.get(i).Equals(args[1]) {
				l.removeAt(t, i)
				return truthValue
			}
		}
		return document.Boolean(false)
	}},
	{"boolean removeFirstOccurrence(def)", removeFirst},
}

// indexedMethods are those of List for what is no list here.
var indexedMethods = []member{
	{"def get(int)", func(t *thread, args []Value) Value { return dequeIn(args[0]).at(t, args[1]) }},
	{"def set(int, def)", func(t *thread, args []Value) Value {
		d := dequeIn(args[0])
		old := d.at(t, args[1])
		d.items[args[1].Int64()] = args[2]
		return old
	}},
	{"def remove(int)", func(t *thread, args []Value) Value {
		d, i := dequeIn(args[0]), int(args[1].Int64())
		old := d.at(t, args[1])
		d.items = slices.Delete(d.items, i, i+1)
		return old
	}},
	{"int indexOf(def)", func(_ *thread, args []Value) Value {
		return document.Integer(int32(slices.IndexFunc(dequeIn(args[0]).items, args[1].Equals)))
	}},
	{"int getLength()", func(v Value) Value { return document.Integer(int32(len(dequeIn(v).items))) }},
}

func (d *deque) at(t *thread, i Value) Value {
	t.checkIndex(t.at, int(i.Int64()), len(d.items))
	return d.items[i.Int64()]
}

// dequeRemove is for deques that are no lists, where the argument is a place.
var dequeRemove = member{"boolean remove(def)", removeFirst}

func removeFirst(t *thread, args []Value) Value {
	l := lineIn(args[0])
	for i := range l.size() {
		if l.get(i).Equals(args[1]) {
			l.removeAt(t, i)
			return truthValue
		}
	}
	return document.Boolean(false)
}

var vectorMethods = []member{
	{"Enumeration elements()", func(t *thread, args []Value) Value { return t.enumeration(t.items(args[0])) }},
	{"void copyInto(Object[])", func(t *thread, args []Value) Value {
		from, to := dequeIn(args[0]).items, objectOf[*array](args[1])
		if len(from) > len(to.items) {
			t.throw(arrayIndexOutOfBounds, "arraycopy: last destination index %d out of bounds for object array[%d]", len(from), len(to.items))
		}
		copy(to.items, from)
		return document.Null
	}},
	{"int lastIndexOf(def, int)", func(t *thread, args []Value) Value {
		items, i := dequeIn(args[0]).items, int(args[2].Int64())
		if i >= len(items) {
			t.throw(indexOutOfBounds, "%d >= %d", i, len(items))
		}
		for ; i >= 0 && !items[i].Equals(args[1]); i-- {
		}
		return document.Integer(int32(max(i, -1)))
	}},
	{"void addElement(def)", adding(true, document.Null)},
	{"def elementAt(int)", func(t *thread, args []Value) Value { return dequeIn(args[0]).at(t, args[1]) }},
	{"def firstElement()", looking(false, true)}, {"def lastElement()", looking(true, true)},
	{"void insertElementAt(def, int)", func(t *thread, args []Value) Value {
		d, i := dequeIn(args[0]), int(args[2].Int64())
		t.checkIndex(t.at, i, len(d.items)+1)
		d.insert(t, i, args[1])
		return document.Null
	}},
	{"void removeAllElements()", func(v Value) Value {
		dequeIn(v).items = nil
		return document.Null
	}},
	{"boolean removeElement(def)", func(_ *thread, args []Value) Value {
		d := dequeIn(args[0])
		i := slices.IndexFunc(d.items, args[1].Equals)
		if i >= 0 {
			d.items = slices.Delete(d.items, i, i+1)
		}
		return document.Boolean(i >= 0)
	}},
	{"void removeElementAt(int)", func(t *thread, args []Value) Value {
		d := dequeIn(args[0])
		d.at(t, args[1])
		d.removeAt(t, int(args[1].Int64()))
		return document.Null
	}},
	{"void setElementAt(def, int)", func(t *thread, args []Value) Value {
		d := dequeIn(args[0])
		d.at(t, args[2])
		d.items[args[2].Int64()] = args[1]
		return document.Null
	}},
	{"def clone()", func(v Value) Value {
		d := *dequeIn(v)
		d.items = slices.Clone(d.items)
		return document.ObjectOf(&d)
	}},
}

var stackMethods = []member{
	{"def push(def)", func(t *thread, args []Value) Value {
		adding(true, document.Null)(t, args)
		return args[1]
	}},
	{"def pop()", taking(true, true)}, {"def peek()", looking(true, true)},
	{"boolean empty()", func(v Value) Value { return document.Boolean(len(dequeIn(v).items) == 0) }},
	{"int search(def)", func(_ *thread, args []Value) Value {
		d := dequeIn(args[0])
		for i, v := range slices.Backward(d.items) {
			if v.Equals(args[1]) {
				return document.Integer(int32(len(d.items) - i))
			}
		}
		return document.Integer(-1)
	}},
}

package painless

import (
	"fmt"
	"runtime"
	"slices"

	"github.com/sluice-otel/sluice/ingest/document"
)

// Value is what scripts compute with: the values of documents, and objects of
// the classes that only scripts know.
type Value = document.Value

// A thread executes one script once. The document keeps it for the next script;
// what it holds of the last one stays until the next overwrites it, which is
// never more than maxKept values.
type thread struct {
	src       source
	lib       *library
	doc       *document.Document
	params    Value
	functions Functions
	readOnly  bool // the document is seen through a read-only view
	finished  bool // the script came to its end without an exception

	vars      []Value // stack of the variables, a window for each routine
	base      int     // where the window of the innermost routine starts
	frame     []Value // the window itself
	result    Value   // what the routine returns
	args      []Value // stack of the arguments of calls of methods
	orders    []int   // stack of the orders in which maps are being iterated over
	ascii     string  // the last long text that was
	wide      string  // the last text that was not, with its code units
	units     []uint16
	grown     []byte  // the text that concatenate has made last
	at        int     // where the innermost call of a method is, for its exceptions
	depth     int     // of calls
	unsettled bool    // an object was put into a list or map, or more than maxHeld lists and maps
	held      []Value // the lists and maps that were

	steps  int // left
	loops  int // left to the innermost function
	memory int // bytes left
}

// The budgets of one execution. Elasticsearch's is maxLoops, for every function
// by itself; the other three are ours.
const (
	maxLoops  = 1_000_000  // rounds of loops in one call of a function
	maxSteps  = 10_000_000 // rounds of loops and calls altogether
	maxCalls  = 1_000      // calls inside of each other
	maxMemory = 64 << 20   // bytes of strings, lists and maps that are made
)

// maxHeld is from how many lists and maps on the whole document is settled.
const maxHeld = 16

// maxKept bounds the stacks that are kept for the next execution.
const maxKept = 1024

// entryBytes is about what an entry of a map or an item of a list takes.
const entryBytes = 40

// newThread returns a thread to run a script on d.
func newThread(src source, lib *library, d *document.Document) *thread {
	t, ok := d.Scratch.(*thread)
	if !ok {
		t = &thread{doc: d}
	}
	d.Scratch = nil // a script that runs meanwhile needs its own
	t.src, t.lib, t.finished = src, lib, false
	return t
}

// prepare makes a thread ready for more than an expression.
func (t *thread) prepare() {
	t.vars, t.args, t.orders, t.base, t.frame, t.depth = t.vars[:0], t.args[:0], t.orders[:0], 0, nil, 0
	t.unsettled, t.held = false, t.held[:0]
	t.steps, t.loops, t.memory = maxSteps, maxLoops, maxMemory
}

// end gives t back and turns an exception that nobody caught into err. It is
// deferred. Asking for an exception costs more than a short script, so a script
// that came to its end says so.
func (t *thread) end(err *error) {
	if !t.finished {
		*err = t.thrown(recover())
	}
	t.ascii, t.wide, t.units, t.grown = "", "", nil, nil // they may be large
	if cap(t.vars) <= maxKept && cap(t.args) <= maxKept {
		t.doc.Scratch = t
	}
}

// thrown returns the exception of a script that was recovered. A mistake in this
// package, which the runtime of Go found, is one, too: it must not take down
// more than the document.
func (t *thread) thrown(r any) *RuntimeError {
	switch r := r.(type) {
	case *RuntimeError:
		if r.Line == 0 {
			t.place(r, t.at)
		}
		return r
	case *document.Exception: // of a document.Walk
		out := &RuntimeError{Exception: r, fatal: true}
		t.place(out, t.at)
		return out
	case runtime.Error:
		message := "internal error: " + r.Error()
		out := &RuntimeError{Exception: &document.Exception{Class: document.IllegalState, Message: message}, fatal: true}
		t.place(out, t.at)
		return out
	}
	panic(r)
}

// place says where in the script err was thrown.
func (t *thread) place(err *RuntimeError, at int) {
	err.src, err.at = t.src, at
	err.Line, err.Column = t.src.position(at)
}

// throwAt ends the execution with an exception of the script at an offset. It
// unwinds by panicking: an exception is rare, and so no closure needs to look
// for one.
func (t *thread) throwAt(at int, class document.Class, format string, args ...any) {
	t.raise(at, &RuntimeError{Exception: &document.Exception{Class: class, Message: fmt.Sprintf(format, args...)}})
}

func (t *thread) raise(at int, err *RuntimeError) {
	t.place(err, at)
	panic(err)
}

// throw is throwAt for a method that is being called.
func (t *thread) throw(class document.Class, format string, args ...any) {
	t.throwAt(t.at, class, format, args...)
}

// throwNull is the exception of a null where Java needs an object, by the name
// it has in Elasticsearch's own code.
func (t *thread) throwNull(at int, operand string) {
	t.throwAt(at, document.NullPointer, `Cannot invoke "Object.getClass()" because "%s" is null`, operand)
}

// throwNullReceiver is the exception of . on null.
func (t *thread) throwNullReceiver(at int, member string) {
	t.throwAt(at, document.NullPointer, "cannot access method/field [%s] from a null def reference", member)
}

// exceed ends the execution because a budget is used up; a script cannot catch
// that.
func (t *thread) exceed(at int, message string) {
	t.raise(at, &RuntimeError{Exception: &document.Exception{Class: scriptBudget, Message: message}, fatal: true})
}

// tick counts a round of a loop.
func (t *thread) tick(at int) {
	t.loops--
	t.steps--
	if t.loops|t.steps < 0 {
		t.exhausted(at)
	}
}

func (t *thread) exhausted(at int) {
	if t.loops < 0 {
		t.exceed(at, "The maximum number of statements that can be executed in a loop has been reached.")
	}
	t.spend(at, 0)
}

// spend counts n steps.
func (t *thread) spend(at, n int) {
	if t.steps -= n; t.steps < 0 {
		t.exceed(at, fmt.Sprintf("The script has executed more than %d steps.", maxSteps))
	}
}

// charge counts bytes that are allocated.
func (t *thread) charge(at, bytes int) {
	if t.memory -= bytes; t.memory < 0 {
		t.exceed(at, fmt.Sprintf("The script has allocated more than %d bytes.", maxMemory))
	}
}

// keep returns what is put into a list or map for v: a copy if it is frozen. It
// notes what there is to settle at the end of the script.
func (t *thread) keep(v Value) Value {
	switch k := v.Kind(); {
	case k == document.KindList || k == document.KindMap:
		if len(t.held) == maxHeld {
			t.unsettled = true
		} else {
			t.held = append(t.held, v)
		}
	case v.Object() == nil:
		return v
	default:
		t.unsettled = true
	}
	if v.IsFrozen() {
		return t.doc.Copy(v)
	}
	return v
}

// run executes a routine in a window of its own and returns its result.
func (t *thread) run(at int, r *routine, body action, args, captured []Value) Value {
	outer, size := t.enter(at, r)
	copy(t.frame, args)
	for i, c := range r.captured {
		t.frame[c.to.slot] = captured[i]
	}
	return t.leave(r, body(t), outer, size)
}

// runOne is run with one argument and nothing captured.
func (t *thread) runOne(at int, r *routine, body action, arg Value) Value {
	outer, size := t.enter(at, r)
	t.frame[0] = arg
	return t.leave(r, body(t), outer, size)
}

// enter makes a window for a routine and returns where the one around it is, for leave.
func (t *thread) enter(at int, r *routine) (outer, size int) {
	if t.depth++; t.depth > maxCalls {
		t.exceed(at, fmt.Sprintf("The script has more than %d calls inside of each other.", maxCalls))
	}
	t.spend(at, 1)
	outer, size = t.base, len(t.frame)
	t.base = len(t.vars)
	t.vars = slices.Grow(t.vars, r.size)[:t.base+r.size]
	t.frame = t.vars[t.base:]
	return outer, size
}

func (t *thread) leave(r *routine, f flow, outer, size int) Value {
	if f != flowReturn {
		t.result = r.result.zero()
	}
	t.vars, t.base, t.frame = t.vars[:t.base], outer, t.vars[outer:outer+size]
	t.depth--
	return t.result
}

// A mark is a state of the stacks to go back to after an exception.
type mark struct{ vars, base, size, args, order, depth, loops int }

func (t *thread) mark() mark {
	return mark{len(t.vars), t.base, len(t.frame), len(t.args), len(t.orders), t.depth, t.loops}
}

func (t *thread) reset(m mark) {
	t.vars, t.args, t.orders = t.vars[:m.vars], t.args[:m.args], t.orders[:m.order]
	t.base, t.frame = m.base, t.vars[m.base:m.base+m.size]
	t.depth, t.loops = m.depth, m.loops
}

// protect executes an action and returns the exception that it threw, or nil.
// Budgets that are used up go on.
func (t *thread) protect(a action) (f flow, thrown *RuntimeError) {
	m := t.mark()
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		err := t.thrown(r)
		if err.fatal {
			panic(err)
		}
		t.reset(m)
		thrown = err
	}()
	return a(t), nil
}

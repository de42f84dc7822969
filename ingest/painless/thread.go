package painless

import (
	"fmt"
	"sync"

	"github.com/sluice-otel/sluice/ingest/document"
)

// Value is what scripts compute with: the values of documents.
type Value = document.Value

// A thread executes one script once. Threads are reused: what they hold of the
// last execution stays until the next one overwrites it, which is never more
// than the deepest stacks so far.
type thread struct {
	src      source
	lib      *library
	doc      *document.Document
	readOnly bool // the document is seen through a read-only view
	finished bool // the script came to its end without an exception

	args []Value // stack of the arguments of calls of methods
	at   int     // where the innermost call of a method is, for its exceptions
}

var threads = sync.Pool{New: func() any { return &thread{} }}

func newThread(src source, lib *library, d *document.Document) *thread {
	t := threads.Get().(*thread) //nolint:forcetypeassert,errcheck // the pool holds nothing else
	t.src, t.lib, t.doc, t.args, t.finished = src, lib, d, t.args[:0], false
	return t
}

// end gives t back and turns an exception that nobody caught into err. It is
// deferred. Asking for an exception costs more than a short script, so a script
// that came to its end says so.
func (t *thread) end(err *error) {
	if !t.finished {
		switch r := recover().(type) {
		case *RuntimeError:
			*err = r
		default:
			panic(r)
		}
	}
	t.doc = nil
	threads.Put(t)
}

// throwAt ends the execution with an exception of the script at an offset. It
// unwinds by panicking: an exception is rare, and so no closure needs to look
// for one.
func (t *thread) throwAt(at int, class document.Class, format string, args ...any) {
	line, column := t.src.position(at)
	panic(&RuntimeError{
		Exception: &document.Exception{Class: class, Message: fmt.Sprintf(format, args...)},
		Line:      line, Column: column,
	})
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

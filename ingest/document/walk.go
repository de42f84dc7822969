package document

// A Walk bounds the way through nested values. Documents are bounded already,
// by the parser; what a script makes may contain itself, or the same value so
// often that nobody can visit it all. Beyond the bounds a Walk panics with an
// *Exception, which whoever runs scripts recovers. The zero Walk is ready.
type Walk struct{ depth, values int }

const (
	maxWalkDepth  = 2_000
	maxWalkValues = 1_000_000
	maxWalkText   = 64 << 20
)

// StackOverflow is the class of the exception that ends a Walk: what Java throws.
const StackOverflow Class = "stack_overflow_error"

// In says that the walk goes into a value; text is how long the text is that is
// being made of it all.
func (w *Walk) In(text int) {
	w.depth++
	w.values++
	switch {
	case w.depth > maxWalkDepth:
		panic(&Exception{Class: StackOverflow, Message: "the value contains itself, or is nested too deeply"})
	case w.values > maxWalkValues, text > maxWalkText:
		panic(&Exception{Class: StackOverflow, Message: "the value is too large"})
	}
}

// Out says that the walk leaves a value.
func (w *Walk) Out() { w.depth-- }

// A Holder is an Object that holds other values. The methods do what those of
// Object do, and hand the Walk on.
type Holder interface {
	Object
	WalkText(w *Walk, dst []byte) []byte
	WalkIdentity(w *Walk, dst []byte) []byte
	WalkHash(w *Walk) int32
}

package document

import "unsafe"

// kindObject is the kind of a value that holds an Object. It is not exported,
// because nothing but scripts and this package sees such values: a script turns
// what it leaves in a document into values of the other kinds.
const kindObject = KindDateTime + 1

// An Object is a value of a Java class that only scripts know: a Set, a
// Matcher, a Character.
type Object interface {
	// JavaClass returns the name of its class, such as java.util.HashSet.
	JavaClass() string
	// AppendText appends what Object.toString returns.
	AppendText(dst []byte) []byte
	// Identity returns a string that is the same for objects of the class that
	// Object.equals holds equal, and for no others.
	Identity() string
	// HashCode is Object.hashCode.
	HashCode() int32
}

// ObjectOf returns a value that holds o. It allocates.
func ObjectOf(o Object) Value {
	return Value{kind: kindObject, ref: unsafe.Pointer(&o)} //nolint:gosec // read back only by Value.Object
}

// ObjectAt returns a value that holds *o, which must not change. It allocates nothing:
// where an object is made it can have room for the interface that holds it beside it.
func ObjectAt(o *Object) Value {
	return Value{kind: kindObject, ref: unsafe.Pointer(o)} //nolint:gosec // read back only by Value.Object
}

// Object returns the object that v holds, nil if it is of another kind.
func (v Value) Object() Object {
	if v.kind != kindObject {
		return nil
	}
	return *(*Object)(v.ref)
}

func (v Value) equalsObject(o Value) bool {
	a, b := v.Object(), o.Object()
	return a.JavaClass() == b.JavaClass() && a.Identity() == b.Identity()
}

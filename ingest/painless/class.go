package painless

import (
	"slices"
	"strconv"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A class is a type of the language: a primitive type, def, or a class that
// scripts may use.
type class struct {
	name       string // as scripts write it
	java       string // its name in Java, and in messages
	primitive  primitive
	is         []*class // the class and all that it extends
	final      bool     // no other class extends it
	functional bool     // an interface that lambdas implement
	methods    map[string]*method
	getters    map[string]*method // by the fields that they are of
	statics    map[string]*method // constructors are called new
	constants  map[string]constant
	component  *class // of an array
}

// A constant is a static field.
type constant struct {
	typ   *class
	value Value
}

// A primitive is the kind of a primitive type; the numbers are in the order in
// which they widen.
type primitive uint8

const (
	noPrimitive primitive = iota // a class, or def
	primitiveVoid
	primitiveBoolean
	primitiveByte
	primitiveShort
	primitiveChar
	primitiveInt
	primitiveLong
	primitiveFloat
	primitiveDouble
)

// The primitive types, and def: any value, its class known when it is there.
var (
	typeDef     = &class{name: "def", java: "def"}
	typeVoid    = &class{name: "void", java: "void", primitive: primitiveVoid}
	typeBoolean = &class{name: "boolean", java: "boolean", primitive: primitiveBoolean}
	typeByte    = &class{name: "byte", java: "byte", primitive: primitiveByte}
	typeShort   = &class{name: "short", java: "short", primitive: primitiveShort}
	typeChar    = &class{name: "char", java: "char", primitive: primitiveChar}
	typeInt     = &class{name: "int", java: "int", primitive: primitiveInt}
	typeLong    = &class{name: "long", java: "long", primitive: primitiveLong}
	typeFloat   = &class{name: "float", java: "float", primitive: primitiveFloat}
	typeDouble  = &class{name: "double", java: "double", primitive: primitiveDouble}
)

// isNumber reports whether c is a primitive number, char included.
func (c *class) isNumber() bool { return c.primitive >= primitiveByte }

// isWhole reports whether c is byte, short, char, int or long.
func (c *class) isWhole() bool { return c.isNumber() && c.primitive <= primitiveLong }

// isA reports whether a value of class c can be used as an o.
func (c *class) isA(o *class) bool {
	if a, b := c.component, o.component; a != nil && b != nil {
		if a.primitive != noPrimitive || b.primitive != noPrimitive {
			return a == b
		}
		return a == typeDef || b == typeDef || a.isA(b)
	}
	return c == o || slices.Contains(c.is, o)
}

// A method is a method, static method or constructor of a class.
type method struct {
	class     *class // that declares it
	signature string // as in its member
	name      string
	params    []*class
	result    *class
	fn        native
	source    any // the Go function that fn adapts
}

// A native is the Go side of a method. args are the receiver, if there is one,
// and the arguments, converted to the classes of the parameters; they are valid
// during the call.
type native func(t *thread, args []Value) Value

// A classSpec is a class as the file about it writes it down.
type classSpec struct {
	name, java string
	extends    []string // classes listed before it
	open       bool     // other classes extend it
	functional bool     // lambdas implement it
	methods    []member
	statics    []member
	constants  map[string]any // static fields: bool, int8, int, int64, float32, float64, rune, string or a Value of the class
}

// A member pairs a signature such as "boolean startsWith(String)" with its Go
// function, in one of the forms that adapt knows.
type member struct {
	signature string
	fn        any
}

// key is how methods are looked up: Painless overloads by number of arguments
// only.
func key(name string, arity int) string { return name + "/" + strconv.Itoa(arity) }

// javaKinds names the class of the values of a kind.
var javaKinds = [...]string{
	document.KindNull: "", document.KindBoolean: "Boolean", document.KindInteger: "Integer", document.KindLong: "Long",
	document.KindBigInteger: "BigInteger",
	document.KindFloat:      "Float", document.KindDouble: "Double",
	document.KindString: "String", document.KindList: "ArrayList", document.KindMap: "HashMap", document.KindDateTime: "ZonedDateTime",
}

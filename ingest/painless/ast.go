package painless

import "strings"

// A position is where a node of the tree starts: a byte offset in the source.
type position int

func (p position) at() int { return int(p) }

// An expression is a node that has a value.
type expression interface{ at() int }

type (
	// A literal is null, true, false, a number or a string.
	literal struct {
		position
		token token
	}

	// A name is a variable, or the first part of a class name.
	name struct {
		position
		text string
	}

	// A field is x.name, x?.name or x.0.
	field struct {
		position // of the name
		x        expression
		name     string
		safe     bool // ?.
	}

	// An index is x[i].
	index struct {
		position // of the bracket
		x, i     expression
	}

	// A call is x.name(args), x?.name(args), or name(args) with x nil.
	call struct {
		position // of the name
		x        expression
		name     string
		args     []expression
		safe     bool // ?.
	}

	// A unary is !x, ~x, -x or +x.
	unary struct {
		position
		op string
		x  expression
	}

	// An increment is ++x, --x, x++ or x--.
	increment struct {
		position
		op     string // ++ or --
		target expression
		prefix bool
	}

	// A binary is l op r, elvis (?:) included.
	binary struct {
		position // of the operator
		op       string
		l, r     expression
	}

	// An assignment is target = value, or target op= value with op set.
	assignment struct {
		position // of the operator
		op       string
		target   expression
		value    expression
	}

	// A ternary is cond ? yes : no.
	ternary struct {
		position
		cond, yes, no expression
	}

	// A typeTest is x instanceof typ.
	typeTest struct {
		position
		x   expression
		typ typeName
	}

	// A cast is (typ) x.
	cast struct {
		position
		typ typeName
		x   expression
	}

	// A newObject is new typ(args).
	newObject struct {
		position
		typ  typeName
		args []expression
	}

	// A newArray is new int[2][3], or new int[] {1, 2} with items not nil.
	newArray struct {
		position
		typ   typeName // of the whole array
		sizes []expression
		items []expression
	}

	// A listLiteral is [a, b].
	listLiteral struct {
		position
		items []expression
	}

	// A mapLiteral is [a: b, c: d].
	mapLiteral struct {
		position
		keys, values []expression
	}

	// A regexLiteral is /pattern/flags.
	regexLiteral struct {
		position
		pattern, flags string
	}

	// A lambda is (a, b) -> body.
	lambda struct {
		position
		params []parameter
		body   *block // an expression is a block that returns it
	}

	// A reference is Class::method, Class::new, this::function or value::method.
	reference struct {
		position
		x      expression // nil for this:: and a type
		typ    typeName   // set if x may be a class
		method string
	}
)

// A typeName is a type as it is written: String, java.util.List, int[].
type typeName struct {
	position
	text string
	dims int // pairs of brackets
}

func (t typeName) String() string {
	return t.text + strings.Repeat("[]", t.dims)
}

// A parameter of a function or lambda; the type of a lambda's may be left out.
type parameter struct {
	typ  typeName
	name string
}

// A statement is a node that is executed.
type statement interface{ at() int }

type (
	block struct {
		position
		statements []statement
	}

	// An evaluation is an expression for its effect; the last one of a script is
	// its result.
	evaluation struct {
		position
		x expression
	}

	// A declaration is typ name = value of one variable; value may be nil.
	declaration struct {
		position
		typ   typeName
		name  string
		value expression
	}

	// A conditional is if (cond) yes else no; no may be nil.
	conditional struct {
		position
		cond    expression
		yes, no *block
	}

	// A loop is for (init; cond; after) body, while or do … while. What is left
	// out is nil.
	loop struct {
		position
		init      []statement
		cond      expression
		after     expression
		body      *block
		bodyFirst bool // do … while
	}

	// An iteration is for (typ name : x) or for (name in x).
	iteration struct {
		position
		typ  typeName
		name string
		x    expression
		body *block
	}

	// A jump is break or continue.
	jump struct {
		position
		op string
	}

	// A returning is return x; x may be nil.
	returning struct {
		position
		x expression
	}

	// A throwing is throw x.
	throwing struct {
		position
		x expression
	}

	// A trying is try body with its catches.
	trying struct {
		position
		body    *block
		catches []catching
	}

	catching struct {
		position
		typ  typeName
		name string
		body *block
	}
)

// A function is one a script defines.
type function struct {
	position
	result typeName
	name   string
	params []parameter
	body   *block
}

// A tree is a parsed script.
type tree struct {
	functions []*function
	body      *block
}

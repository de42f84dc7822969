package painless

import (
	"cmp"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// functionTypes has the functional interfaces with their one method. Lambdas
// and method references are objects of all of them.
var functionTypes = []struct{ name, method string }{
	{"BiConsumer", "void accept(def, def)"},
	{"BiFunction", "def apply(def, def)"},
	{"BinaryOperator", "def apply(def, def)"},
	{"BiPredicate", "boolean test(def, def)"},
	{"BooleanSupplier", "boolean getAsBoolean()"},
	{"Consumer", "void accept(def)"},
	{"DoubleBinaryOperator", "double applyAsDouble(double, double)"},
	{"DoubleConsumer", "void accept(double)"},
	{"DoubleFunction", "def apply(double)"},
	{"DoublePredicate", "boolean test(double)"},
	{"DoubleSupplier", "double getAsDouble()"},
	{"DoubleToIntFunction", "int applyAsInt(double)"},
	{"DoubleToLongFunction", "long applyAsLong(double)"},
	{"DoubleUnaryOperator", "double applyAsDouble(double)"},
	{"Function", "def apply(def)"},
	{"IntBinaryOperator", "int applyAsInt(int, int)"},
	{"IntConsumer", "void accept(int)"},
	{"IntFunction", "def apply(int)"},
	{"IntPredicate", "boolean test(int)"},
	{"IntSupplier", "int getAsInt()"},
	{"IntToDoubleFunction", "double applyAsDouble(int)"},
	{"IntToLongFunction", "long applyAsLong(int)"},
	{"IntUnaryOperator", "int applyAsInt(int)"},
	{"LongBinaryOperator", "long applyAsLong(long, long)"},
	{"LongConsumer", "void accept(long)"},
	{"LongFunction", "def apply(long)"},
	{"LongPredicate", "boolean test(long)"},
	{"LongSupplier", "long getAsLong()"},
	{"LongToDoubleFunction", "double applyAsDouble(long)"},
	{"LongToIntFunction", "int applyAsInt(long)"},
	{"LongUnaryOperator", "long applyAsLong(long)"},
	{"ObjDoubleConsumer", "void accept(def, double)"},
	{"ObjIntConsumer", "void accept(def, int)"},
	{"ObjLongConsumer", "void accept(def, long)"},
	{"Observer", "void update(Observable, Object)"},
	{"Predicate", "boolean test(def)"},
	{"Supplier", "def get()"},
	{"ToDoubleBiFunction", "double applyAsDouble(def, def)"},
	{"ToDoubleFunction", "double applyAsDouble(def)"},
	{"ToIntBiFunction", "int applyAsInt(def, def)"},
	{"ToIntFunction", "int applyAsInt(def)"},
	{"ToLongBiFunction", "long applyAsLong(def, def)"},
	{"TemporalQuery", "def queryFrom(TemporalAccessor)"},
	{"ToLongFunction", "long applyAsLong(def)"},
	{"UnaryOperator", "def apply(def)"},
}

// functionPackages has the packages of those that are not in java.util.function.
var functionPackages = map[string]string{"Observer": "java.util.", "TemporalQuery": "java.time.temporal."}

func functionClasses() []classSpec {
	var out []classSpec
	for _, f := range functionTypes {
		result, _, _ := strings.Cut(f.method, " ")
		s := classSpec{name: f.name, java: cmp.Or(functionPackages[f.name], "java.util.function.") + f.name, open: true, functional: true}
		s.methods = []member{{f.method, func(t *thread, args []Value) Value {
			v := t.call(args[0], args[1:]...)
			if result == "void" || result == "def" {
				return v
			}
			return t.assigned(t.at, v, t.lib.classes[result])
		}}}
		s.methods = append(s.methods, membersOf(f.name)...)
		s.statics = staticsOf(f.name)
		out = append(out, s)
	}
	return append(out, comparatorClass())
}

// membersOf returns the default methods of an interface: what Predicate has is
// the same for all tests, what Function has for all operators.
func membersOf(name string) []member {
	switch name {
	case "BiPredicate", "DoublePredicate", "IntPredicate", "LongPredicate", "Predicate":
		return predicateMembers(name)
	case "DoubleConsumer", "IntConsumer", "LongConsumer", "Consumer", "BiConsumer":
		return []member{{name + " andThen(" + name + ")", func(_ *thread, args []Value) Value { return both(args[0], args[1]) }}}
	case "DoubleUnaryOperator", "IntUnaryOperator", "LongUnaryOperator":
		return []member{
			{name + " andThen(" + name + ")", func(_ *thread, args []Value) Value { return then(args[0], args[1]) }},
			{name + " compose(" + name + ")", func(_ *thread, args []Value) Value { return then(args[1], args[0]) }},
		}
	}
	return functionMembers[name]
}

func predicateMembers(name string) []member {
	return []member{
		{name + " and(" + name + ")", func(_ *thread, args []Value) Value { return joined(args[0], args[1], false) }},
		{name + " or(" + name + ")", func(_ *thread, args []Value) Value { return joined(args[0], args[1], true) }},
		{name + " negate()", func(_ *thread, args []Value) Value {
			f := args[0]
			return callableOf(func(t *thread, args []Value) Value { return document.Boolean(!t.holds(f, args...)) })
		}},
	}
}

// staticsOf returns the static methods of an interface.
func staticsOf(name string) []member {
	switch name {
	case "Function", "UnaryOperator", "DoubleUnaryOperator", "IntUnaryOperator", "LongUnaryOperator":
		return []member{{name + " identity()", func(*thread, []Value) Value {
			return callableOf(func(_ *thread, args []Value) Value { return args[0] })
		}}}
	case "BinaryOperator":
		return []member{
			{"BinaryOperator maxBy(Comparator)", func(_ *thread, args []Value) Value { return chosen(args[0], 1) }},
			{"BinaryOperator minBy(Comparator)", func(_ *thread, args []Value) Value { return chosen(args[0], -1) }},
		}
	case "Predicate":
		return []member{{"Predicate isEqual(def)", func(_ *thread, args []Value) Value {
			v := args[0]
			return callableOf(func(_ *thread, args []Value) Value {
				return document.Boolean(v.IsNull() && args[0].IsNull() || !v.IsNull() && v.Equals(args[0]))
			})
		}}}
	}
	return nil
}

// chosen returns the greater of two values (1) or the lesser (-1), the first if
// they are equal.
func chosen(comparator Value, sign int) Value {
	return callableOf(func(t *thread, args []Value) Value {
		a, b := args[0], args[1]
		if t.order(a, b, comparator)*sign >= 0 {
			return a
		}
		return b
	})
}

// functionMembers has the default methods of the other interfaces.
var functionMembers = map[string][]member{
	"Function": {
		{"Function andThen(Function)", func(_ *thread, args []Value) Value { return then(args[0], args[1]) }},
		{"Function compose(Function)", func(_ *thread, args []Value) Value { return then(args[1], args[0]) }},
	},
	"BiFunction": {{"BiFunction andThen(Function)", func(_ *thread, args []Value) Value { return then(args[0], args[1]) }}},
}

func then(first, second Value) Value {
	return callableOf(func(t *thread, args []Value) Value { return t.call(second, t.call(first, args...)) })
}

func both(first, second Value) Value {
	return callableOf(func(t *thread, args []Value) Value {
		own := append([]Value(nil), args...)
		t.call(first, own...)
		return t.call(second, own...)
	})
}

// joined is the and or the or of two predicates: the second is asked if the
// first is not the answer.
func joined(first, second Value, answer bool) Value {
	return callableOf(func(t *thread, args []Value) Value {
		own := append([]Value(nil), args...)
		if t.holds(first, own...) == answer {
			return document.Boolean(answer)
		}
		return document.Boolean(t.holds(second, own...))
	})
}

func comparatorClass() classSpec {
	keyed := func(_ *thread, args []Value) Value { return comparing(args[0], comparatorAt(args, 1)) }
	thenKeyed := func(_ *thread, args []Value) Value {
		return thenComparing(args[0], comparing(args[1], comparatorAt(args, 2)))
	}
	return classSpec{
		name: "Comparator", java: "java.util.Comparator", open: true, functional: true,
		methods: []member{
			{"int compare(def, def)", func(t *thread, args []Value) Value {
				return document.Integer(int32(t.order(args[1], args[2], args[0])))
			}},
			{"Comparator reversed()", func(_ *thread, args []Value) Value { return reversed(args[0]) }},
			{"Comparator thenComparing(Comparator)", func(_ *thread, args []Value) Value { return thenComparing(args[0], args[1]) }},
			{"Comparator thenComparing(Function, Comparator)", thenKeyed},
			{"Comparator thenComparingDouble(ToDoubleFunction)", thenKeyed},
			{"Comparator thenComparingInt(ToIntFunction)", thenKeyed},
			{"Comparator thenComparingLong(ToLongFunction)", thenKeyed},
		},
		statics: []member{
			{"Comparator comparing(Function)", keyed},
			{"Comparator comparing(Function, Comparator)", keyed},
			{"Comparator comparingDouble(ToDoubleFunction)", keyed},
			{"Comparator comparingInt(ToIntFunction)", keyed},
			{"Comparator comparingLong(ToLongFunction)", keyed},
			{"Comparator naturalOrder()", func(*thread, []Value) Value { return comparing(document.Null, document.Null) }},
			{"Comparator reverseOrder()", func(*thread, []Value) Value { return reversed(document.Null) }},
			{"Comparator nullsFirst(Comparator)", func(_ *thread, args []Value) Value { return nullsAt(args[0], -1) }},
			{"Comparator nullsLast(Comparator)", func(_ *thread, args []Value) Value { return nullsAt(args[0], 1) }},
		},
	}
}

func comparatorAt(args []Value, i int) Value {
	if i < len(args) {
		return args[i]
	}
	return document.Null
}

// comparing compares what a function makes of the values, or them if it is null.
func comparing(f, comparator Value) Value {
	return callableOf(func(t *thread, args []Value) Value {
		a, b := args[0], args[1]
		if !f.IsNull() {
			a, b = t.call(f, a), t.call(f, b)
		}
		return document.Integer(int32(t.order(a, b, comparator)))
	})
}

func reversed(comparator Value) Value {
	return callableOf(func(t *thread, args []Value) Value {
		return document.Integer(int32(t.order(args[1], args[0], comparator)))
	})
}

func thenComparing(first, second Value) Value {
	return callableOf(func(t *thread, args []Value) Value {
		a, b := args[0], args[1]
		if n := t.order(a, b, first); n != 0 {
			return document.Integer(int32(n))
		}
		return document.Integer(int32(t.order(a, b, second)))
	})
}

// nullsAt compares null as less than anything (-1) or greater (1).
func nullsAt(comparator Value, null int32) Value {
	return callableOf(func(t *thread, args []Value) Value {
		a, b := args[0], args[1]
		switch {
		case a.IsNull() && b.IsNull():
			return document.Integer(0)
		case a.IsNull():
			return document.Integer(null)
		case b.IsNull():
			return document.Integer(-null)
		}
		return document.Integer(int32(t.order(a, b, comparator)))
	})
}

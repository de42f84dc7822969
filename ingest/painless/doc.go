// Package painless compiles the Painless scripting language of Elasticsearch.
// grammar.txt is the language.
//
// A source goes through scanner.go (tokens), parser.go and expression.go (the
// tree in ast.go) and compile.go, which checks types and methods, so that what
// cannot work fails when a pipeline is loaded, and makes closures. What they
// are made of: code.go (an expression with its type), convert.go (casts),
// operator.go, path.go (ctx.a?.b), member.go and invoke.go (fields and
// methods). dynamic.go has what operators do with values of type def. thread.go
// is one execution.
//
// A class is a table of methods in a file of its own, or with its relatives:
// object.go, string.go, list.go, map.go, number.go. class.go lists them,
// library.go puts them together, native.go adapts their Go functions.
//
// # Semantics
//
// Those of Java where they show: == compares numbers by value whatever their
// class and never fails on null; . on null is a null_pointer_exception and ?.
// is null; a missing key of a map reads as null; strings are measured in UTF-16
// code units. Messages are Elasticsearch's. A condition sees the document
// through a read-only view, which has two consequences that real pipelines may
// lean on: a list or map of the document is no ArrayList or HashMap for
// instanceof, and as the left side of == it equals nothing: ctx.a == ctx.b is
// false for two equal lists.
//
// Mistakes that Elasticsearch finds when a script is compiled are errors here,
// too. A method that no class has, called on a value whose class is not known, is
// only a warning, as the call may never be reached.
//
// # Limits
//
// A source has at most 65,535 bytes and nests at most 200 levels. Half of a
// character outside of the basic plane, as substring can cut one, is lost.
package painless

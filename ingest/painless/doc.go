// Package painless compiles and runs Painless, the scripting language of
// Elasticsearch: the conditions of processors and the scripts of the script
// processor. grammar.txt is the language, docs/painless.md what users need to
// know of it, with all classes.
//
// A source goes through scanner.go (tokens), parser.go and expression.go (the
// tree in ast.go) and compile.go, which checks types and methods, so that what
// cannot work fails when a pipeline is loaded, and makes closures. Those are made
// of
//
//	code.go, convert.go             an expression with its type; casts
//	literal.go, operator.go         values and operators
//	path.go, member.go, invoke.go   ctx.a?.b, fields, methods
//	scope.go, assign.go             variables and other places
//	statement.go, loop.go           statements
//	exception.go                    throw and try
//	lambda.go                       lambdas, references, functions
//	dynamic.go                      operators on values of type def
//
// What is frequent has a faster way, which does the same:
//
//	probe.go, fieldtest.go          conditions on fields
//	given.go, counter.go            loops that change variables only
//	fused.go                        streams of lists, values().removeIf
//	table.go                        literals that are only looked into
//
// thread.go is one execution, with its budgets; script.go and condition.go are
// the ways in; settle.go is what happens to the document at the end.
//
// # Classes
//
// A class is a table of signatures with Go functions, in a file of its own or
// with its relatives. specs.go lists them, library.go puts them together,
// native.go adapts the functions. To add a method, add a line to the table and
// one to testdata/examples; to add a class, its function to specs. An object of a
// class that documents do not have is a Go type that implements document.Object.
//
// # Semantics
//
// Those of Java where they show: == compares numbers by value whatever their
// class and never fails on null; . on null is a null_pointer_exception and ?.
// is null; a missing key of a map reads as null; maps iterate by hash; strings
// are measured in UTF-16 code units. Messages are Elasticsearch's. A condition
// sees the document through a read-only view, which has two consequences that
// real pipelines may lean on: a list or map of the document is no ArrayList or
// HashMap for instanceof, and as the left side of == it equals nothing:
// ctx.a == ctx.b is false for two equal lists.
//
// Mistakes that Elasticsearch finds when a script is compiled are errors here,
// too. A method that no class has, called on a value whose class is not known, is
// only a warning, as the call may never be reached.
package painless

// Package painless compiles the Painless scripting language of Elasticsearch,
// so far the expressions that the `if` conditions of ingest pipelines consist
// of. grammar.txt is the language.
//
// A source goes through scanner.go (tokens), parser.go (the tree in ast.go),
// check.go (types and methods, so that what cannot work fails when a pipeline
// is loaded) and compile.go (closures). What a closure does with a value is in
// path.go (ctx.a?.b), compare.go, and a file per class: string.go, list.go,
// map.go, number.go. A class is a table of methods; classes.go puts them
// together.
//
// # Semantics
//
// Those of Java where they show: == compares numbers by value whatever their
// class and never fails on null; . on null is a null_pointer_exception and ?.
// is null; a missing key of a map reads as null. Messages are Elasticsearch's.
// A condition sees the document through a read-only view, which has two
// consequences that real pipelines may lean on: a list or map of the document
// is no ArrayList or HashMap for instanceof, and it equals nothing but null
// comparisons: ctx.a == ctx.b is false for two equal lists.
//
// # Limits
//
// A source has at most 65,535 bytes and nests at most 200 levels. There are no
// loops in a condition, so it needs no further budget.
package painless

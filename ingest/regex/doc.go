// Package regex matches regular expressions that Go's regexp cannot: those of
// Oniguruma in Ruby's syntax, which Elasticsearch's grok speaks, and those of
// java.util.regex, which its gsub, split, kv and Painless speak.
//
// Compile turns an expression into a program for a backtracking matcher; the
// program does not change and is safe for concurrent use. An expression goes
// through these files:
//
//	parse.go ruby.go java.go bracket.go property.go text to nodes (node.go)
//	analyze.go                                      what a node can begin with, its length, its literals
//	compile.go choice.go repeat.go                  nodes to instructions (program.go)
//	search.go                                       where in a text a match can start at all
//	machine.go scan.go assertion.go stack.go        the matcher
//	replace.go split.go                             Java's replaceAll and split
//
// # Semantics
//
// Texts are UTF-8; positions are byte offsets; a character is a code point, and
// a byte that is not UTF-8 is a character of its own, U+FFFD. Case is folded
// rune by rune: ß does not match SS. \w, \d, \s and \b follow what Elasticsearch
// runs on: in Ruby's dialect the classes are ASCII and \b is Unicode, as Joni
// has it; in Java's both are ASCII, as JDK 19 and later have it.
//
// Not supported, and refused when compiled: subexpression calls, conditionals, \X,
// \N{name} and most of Java's Unicode blocks.
//
// # Bounds
//
// Matching never recurses: choices that may have to be taken back are on a
// stack of their own, which is pooled. Work is counted in steps, and a match
// that needs more than Settings.Steps, or more stack than 64 MiB, ends with
// ErrBudget. Expressions are bounded in nesting and in the size of their
// program.
package regex

// Package step holds the processors of ingest pipelines, one file each.
//
// A processor has three forms. Its Type reads the options of a definition into
// a typed value such as Set; that value, which Go code can also write down
// itself, compiles to a Step once; the Step runs for every document. What can
// be decided at compile time (paths, templates, patterns, formats) is, and a
// mistake found then names its option.
//
// To add a processor, copy the shape of lowercase in case.go, list the Type in
// builtin.go and add a data file to testdata. A third party does the same in a
// package of its own and hands the Type to ingest.WithTypes.
package step

// Package ingest runs Elasticsearch ingest pipelines: Compile takes their
// definitions, unchanged, and Pipeline.Run takes documents through them.
//
// The package depends on no collector. Read compile.go for what happens once,
// flow.go for what happens for every document and what a failure does, comparison.go
// and chain.go for conditions that need no script; package step has the
// processors, package document the documents.
//
// A Builder does what a definition does, with typed processors of package step.
//
// Definitions are checked as a whole: Compile returns every mistake, with file,
// line, processor and option, or a Set that is ready to run. A Set does not
// change and is safe for concurrent use.
//
// # Failures
//
//	what fails                        what happens
//	a definition                      Compile returns *definition.Error for each mistake; nothing runs
//	a processor                       ignore_failure: next processor; else its on_failure, then the next
//	                                  processor; else the on_failure of the pipeline, then the end of it;
//	                                  else Run returns a *Failure
//	a condition                       as a processor without ignore_failure and on_failure: in Elasticsearch
//	                                  the condition stands outside of both
//	a processor inside on_failure     its own ignore_failure and on_failure, else the list fails: the next
//	                                  outer on_failure, else Run returns the *Failure
//	a step that panics                a failure of that processor; the process goes on
package ingest

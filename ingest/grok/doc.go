// Package grok matches texts against grok patterns, as Elasticsearch's grok
// processor does: %{NAME:field:type} stands for a definition of a pattern bank,
// everything else is a regular expression in Oniguruma's Ruby syntax.
//
// bank.go has the banks, whose definitions are the data files below patterns;
// expand.go makes one regular expression of a pattern; grok.go compiles and
// matches; capture.go says which groups are which fields; native.go and the
// files beside it have hand-written matchers for the definitions that patterns
// are mostly made of.
//
// # Failures
//
//	what fails                   what the caller sees
//	a pattern                    Compile returns a *PatternError with its index
//	a text that does not match   Match returns false
//	a match that runs away       Match returns ErrInterrupted
package grok

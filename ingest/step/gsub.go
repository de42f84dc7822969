package step

import (
	"errors"
	"fmt"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/regex"
)

// Gsub replaces the matches of a regular expression in a text. Pattern and
// replacement are those of java.util.regex: $1 and ${name} are groups.
type Gsub struct {
	TextField
	Pattern     string
	Replacement string
}

func readGsub(o *Options) Processor {
	return Gsub{TextField: readTextField(o), Pattern: o.String("pattern"), Replacement: o.String("replacement")}
}

// Compile implements Processor. A mistake in the replacement is no error here:
// Java finds it only when there is something to replace.
func (g Gsub) Compile(Env) (Step, error) {
	re, err := regex.Compile(g.Pattern, regex.Settings{Dialect: regex.Java})
	if err != nil {
		return nil, InOption("pattern", fmt.Errorf("[pattern] Invalid regex pattern. %w", err))
	}
	replacement := re.Replacement(g.Replacement)
	return g.compile(func(text string) (document.Value, error) {
		out, err := replacement.Replace(text)
		return document.String(out), regexFailure(err)
	})
}

// regexFailure returns the exception of an error of package regex; nil stays nil.
func regexFailure(err error) error {
	if err == nil {
		return nil
	}
	if mistake, ok := errors.AsType[*regex.ReplacementError](err); ok {
		if mistake.OutOfBounds {
			return document.Throwf(document.IndexOutOfBounds, "%s", mistake.Message)
		}
		return document.Illegalf("%s", mistake.Message)
	}
	if syntax, ok := errors.AsType[*regex.SyntaxError](err); ok {
		return document.Throwf(patternSyntax, "%s", syntax.Error())
	}
	return document.Throwf(runtimeException, "%s", err.Error())
}

// patternSyntax is the class of Java's PatternSyntaxException.
const patternSyntax document.Class = "pattern_syntax_exception"

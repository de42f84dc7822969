package step

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"

	"github.com/sluice-otel/sluice/ingest/document"
)

// Lowercase turns a text to lower case.
type Lowercase struct{ TextField }

func readLowercase(o *Options) Processor { return Lowercase{readTextField(o)} }

// Compile implements Processor.
func (l Lowercase) Compile(Env) (Step, error) { return l.compile(lower) }

// lower is String.toLowerCase(Locale.ROOT).
func lower(s string) (document.Value, error) {
	if isASCII(s) {
		return document.String(strings.ToLower(s)), nil
	}
	return document.String(cases.Lower(language.Und).String(s)), nil
}

// Uppercase turns a text to upper case.
type Uppercase struct{ TextField }

func readUppercase(o *Options) Processor { return Uppercase{readTextField(o)} }

// Compile implements Processor.
func (u Uppercase) Compile(Env) (Step, error) { return u.compile(upper) }

// upper is String.toUpperCase(Locale.ROOT), which makes SS of ß.
func upper(s string) (document.Value, error) {
	if isASCII(s) {
		return document.String(strings.ToUpper(s)), nil
	}
	return document.String(cases.Upper(language.Und).String(s)), nil
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

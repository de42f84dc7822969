package painless

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const documentation = "../../docs/painless.md"

// TestDocumentation holds docs/painless.md to the classes there are and to the
// examples that TestExamples checks. With -update it is written anew below the
// line that says so.
func TestDocumentation(t *testing.T) {
	data, err := os.ReadFile(documentation)
	require.NoError(t, err)
	head, _, found := strings.Cut(string(data), generatedBelow)
	require.True(t, found, "the line %q is missing", generatedBelow)
	want := head + generatedBelow + classReference(t)
	if *update {
		require.NoError(t, os.WriteFile(documentation, []byte(want), 0o600))
		return
	}
	assert.Equal(t, want, string(data))
}

const generatedBelow = "<!-- Below this line: go test ./ingest/painless -run TestDocumentation -update -->\n"

// classReference describes the classes and has the examples.
func classReference(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	l := standard()
	b.WriteString("\n## Classes\n")
	for _, s := range specs() {
		c := l.classes[s.java]
		if hidden(&s) || s.functional && s.name != "Comparator" || c.isA(l.classes["Exception"]) {
			continue
		}
		fmt.Fprintf(&b, "\n### %s\n\n`%s`", c.name, c.java)
		if len(s.extends) > 0 {
			b.WriteString(", has the methods of " + strings.Join(s.extends, ", "))
		}
		b.WriteString("\n")
		writeMembers(&b, &s)
		writeExamples(t, &b, c.name)
	}
	b.WriteString("\n## Functional interfaces\n\nLambdas and method references are of all of them.\n\n```java\n")
	for _, f := range functionTypes {
		b.WriteString(f.name + ": " + f.method + "\n")
	}
	b.WriteString("```\n")
	writeExamples(t, &b, "Function")
	b.WriteString("\n## Exceptions\n\nEach can be made with a message or without, if no other constructor is shown, has `getMessage()`, and is caught by what it extends.\n\n```java\n")
	for _, e := range exceptionTypes {
		b.WriteString(e.java + " extends " + e.extends + "\n")
		if d := detailOf(e.java); d != nil {
			writeDetail(&b, d)
		}
	}
	b.WriteString("```\n")
	writeExamples(t, &b, "Exception")
	return b.String()
}

// writeDetail writes the constructor and the getters of an exception.
func writeDetail(b *strings.Builder, d *detail) {
	if d.params != "" {
		b.WriteString("  new " + d.java[strings.LastIndexByte(d.java, '.')+1:] + "(" + d.params + ")\n")
	}
	for _, g := range d.getters {
		b.WriteString("  " + g.signature + "\n")
	}
}

// hidden reports whether scripts have no use for the name of a class.
func hidden(s *classSpec) bool {
	return s.name == "Lambda" || strings.HasPrefix(s.name, "Unmodifiable") || strings.HasPrefix(s.name, "HashMap.") ||
		s.name == "ZoneRegion" || s.name == "Parsed" || s.name == "DateTimeFormatter.ClassicFormat"
}

func writeMembers(b *strings.Builder, s *classSpec) {
	var lines []string
	for _, m := range s.statics {
		static := "static " + m.signature
		if !strings.Contains(m.signature[:strings.IndexByte(m.signature, '(')], " ") {
			static = "new " + m.signature
		}
		lines = append(lines, static)
	}
	for name := range s.constants {
		lines = append(lines, "static "+name)
	}
	slices.SortFunc(lines, byName)
	own := make([]string, 0, len(s.methods))
	for _, m := range s.methods {
		own = append(own, m.signature)
	}
	slices.SortFunc(own, byName)
	if lines = append(lines, own...); len(lines) > 0 {
		b.WriteString("\n```java\n" + strings.Join(lines, "\n") + "\n```\n")
	}
}

// byName orders signatures by what they name.
func byName(a, b string) int {
	name := func(s string) string {
		head, _, _ := strings.Cut(s, "(")
		return head[strings.LastIndexByte(head, ' ')+1:]
	}
	return cmp.Or(cmp.Compare(name(a), name(b)), cmp.Compare(a, b))
}

func writeExamples(t *testing.T, b *strings.Builder, class string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata/examples", class+".txt"))
	if err != nil {
		return
	}
	b.WriteString("\n```groovy\n" + string(data) + "```\n")
}

// Every file of examples is of a class.
func TestExamplesAreOfClasses(t *testing.T) {
	files, err := filepath.Glob("testdata/examples/*.txt")
	require.NoError(t, err)
	for _, file := range files {
		assert.Contains(t, standard().classes, strings.TrimSuffix(filepath.Base(file), ".txt"))
	}
}

// Signatures are written alike.
func TestSignatures(t *testing.T) {
	for _, s := range specs() {
		seen := make(map[string]bool)
		for _, m := range slices.Concat(s.methods, s.statics) {
			assert.Regexp(t, `^([\w.]+(\[\])* )?[\w.]+\(([\w.]+(\[\])*(, [\w.]+(\[\])*)*)?\)$`, m.signature)
			assert.False(t, seen[m.signature], "%s has %s twice", s.name, m.signature)
			seen[m.signature] = true
		}
	}
}

package regex_test

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/sluice-otel/sluice/ingest/regex"
)

var update = flag.Bool("update", false, "rewrite the expectations in testdata")

// TestData runs the cases in testdata, a line each: an expression and a text,
// quoted as in Go, and after => the positions of the match and its groups,
// "none", or "error: " and what is wrong with the expression.
func TestData(t *testing.T) {
	for file, dialect := range map[string]regex.Dialect{"ruby": regex.Ruby, "java": regex.Java} {
		t.Run(file, func(t *testing.T) { runFile(t, "testdata/"+file+".txtar", dialect) })
	}
}

func runFile(t *testing.T, file string, dialect regex.Dialect) {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	require.NoError(t, err)
	for i := range archive.Files {
		section := &archive.Files[i]
		t.Run(section.Name, func(t *testing.T) {
			var out strings.Builder
			for line := range strings.Lines(string(section.Data)) {
				input, _, found := strings.Cut(line, " => ")
				require.True(t, found, line)
				out.WriteString(input + " => " + result(t, input, dialect) + "\n")
			}
			if *update {
				section.Data = []byte(out.String())
				return
			}
			assert.Equal(t, string(section.Data), out.String())
		})
	}
	if *update {
		require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o600))
	}
}

func result(t *testing.T, input string, dialect regex.Dialect) string {
	t.Helper()
	quoted, err := strconv.QuotedPrefix(input)
	require.NoError(t, err, input)
	expr, err := strconv.Unquote(quoted)
	require.NoError(t, err, input)
	text, err := strconv.Unquote(strings.TrimSpace(input[len(quoted):]))
	require.NoError(t, err, input)
	re, err := regex.Compile(expr, regex.Settings{Dialect: dialect})
	if err != nil {
		return "error: " + err.Error()
	}
	slots := make([]int, re.Slots())
	found, err := re.Find(text, 0, slots)
	require.NoError(t, err, input)
	if !found {
		return "none"
	}
	return positions(slots)
}

func positions(slots []int) string {
	var parts []string
	for i := 0; i < len(slots); i += 2 {
		parts = append(parts, fmt.Sprintf("%d-%d", slots[i], slots[i+1]))
	}
	return strings.Join(parts, " ")
}

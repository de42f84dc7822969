package painless

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestExamples evaluates the lines of testdata/examples: a script, and behind =>
// the text of its result. With -update that is written down.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob("testdata/examples/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			var out strings.Builder
			for line := range strings.Lines(string(data)) {
				script, want, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " => ")
				got := evaluated(t, script)
				if !*update {
					assert.Equal(t, want, got, script)
				}
				out.WriteString(script + " => " + got + "\n")
			}
			if *update {
				require.NoError(t, os.WriteFile(file, []byte(out.String()), 0o600))
			}
		})
	}
}

// evaluated returns the text of the result of a script on one line.
func evaluated(t *testing.T, script string) string {
	t.Helper()
	v, err := value(t, script)
	if err != nil {
		return "error: " + strings.ReplaceAll(err.Error(), "\n", " ")
	}
	return strings.ReplaceAll(v.Text(), "\n", `\n`)
}

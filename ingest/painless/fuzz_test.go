package painless

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"
)

// FuzzScript compiles and runs what it is given: it must not panic, must end,
// and must do the same twice.
func FuzzScript(f *testing.F) {
	for _, s := range typicalScripts {
		f.Add(s.source)
	}
	for _, src := range seeds(f) {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		s, err := CompileScript(src, Settings{})
		if err != nil {
			require.ErrorAs(t, err, new(*Error))
			return
		}
		first, started := outcome(t, s), time.Now()
		if strings.Contains(src, "andom") || strings.Contains(src, "currentTime") || strings.Contains(src, "nanoTime") ||
			strings.Contains(src, "shuffle") || strings.Contains(src, "Date()") {
			return
		}
		assert.Equal(t, first, outcome(t, s))
		assert.Less(t, time.Since(started), 20*time.Second)
	})
}

func outcome(t *testing.T, s *Script) string {
	t.Helper()
	d := newDocument(t, typicalEvent)
	if err := s.Run(d); err != nil {
		require.ErrorAs(t, err, new(*RuntimeError))
		require.NotContains(t, err.Error(), "internal error")
		return err.Error()
	}
	return ""
}

// seeds are the scripts of the data files and of the assertions.
func seeds(t testing.TB) []string {
	t.Helper()
	var out []string
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		require.NoError(t, err)
		for _, c := range archive.Files {
			src, _, _ := strings.Cut(string(c.Data), "\n---\n")
			out = append(out, src)
		}
	}
	examples, err := filepath.Glob("testdata/examples/*.txt")
	require.NoError(t, err)
	for _, file := range examples {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		for line := range strings.Lines(string(data)) {
			src, _, _ := strings.Cut(line, " => ")
			out = append(out, src)
		}
	}
	return append(out, assertionScripts(t)...)
}

func assertionScripts(t testing.TB) []string {
	t.Helper()
	file, err := os.Open(filepath.Join(os.Getenv("SLUICE_DATA"), "ingest/painless/assertions.jsonl"))
	if err != nil {
		return nil
	}
	defer file.Close()
	var out []string
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		var a struct{ Script string }
		require.NoError(t, json.Unmarshal(scanner.Bytes(), &a))
		out = append(out, a.Script)
	}
	return out
}

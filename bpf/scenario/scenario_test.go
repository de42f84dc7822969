//go:build linux && (amd64 || arm64)

package scenario_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/sluice-otel/sluice/bpf/scenario"
)

var update = flag.Bool("update", false, "rewrite the expectations")

// TestModel runs the data files through the model. That the kernel does the same
// is shown by package bpf's privileged tests.
func TestModel(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			got := run(t, archive)
			want := slices.IndexFunc(archive.Files, func(f txtar.File) bool { return f.Name == "want" })
			if *update {
				archive.Files[want].Data = []byte(got)
				require.NoError(t, os.WriteFile(file, txtar.Format(archive), 0o600))
			}
			assert.Equal(t, string(archive.Files[want].Data), got)
		})
	}
}

func run(t *testing.T, archive *txtar.Archive) string {
	t.Helper()
	s, err := scenario.Parse(archive)
	require.NoError(t, err)
	m := s.Machine(uint64(24 * time.Hour))
	var out strings.Builder
	for _, step := range s.Steps {
		m.Nanos += uint64(step.After)
		for range step.Times {
			frame := step.Frame
			frame.Data = slices.Clone(frame.Data)
			r := m.Run(frame)
			fmt.Fprintf(&out, "%d %s %d\n", r.Policy, scenario.Names[r.Verdict], r.Wire)
		}
	}
	return out.String()
}

func TestFrameErrorsNameTheWord(t *testing.T) {
	for text, want := range map[string]string{
		"ip4=1.2.3>1.2.3.4": `"ip4=1.2.3>1.2.3.4": `,
		"tcp=1":             `"tcp=1": `,
		"pay=x":             `"pay=x": `,
		"jumbo":             `"jumbo": unknown word`,
	} {
		_, err := scenario.ParseFrame(text)
		assert.ErrorContains(t, err, want)
	}
}

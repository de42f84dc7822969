package linefile_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/internal/linefile"
)

func TestFullFileIsMovedAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "letters")
	require.NoError(t, os.WriteFile(path, []byte("a\n"), 0o600))
	f := linefile.New(path, 5)
	require.NoError(t, f.Open())
	for _, line := range []string{"b\n", "c\n", "longer than all\n", "d\n"} {
		require.NoError(t, f.Write([]byte(line)))
	}
	require.NoError(t, f.Close())
	require.NoError(t, f.Close(), "twice is once")
	assert.Equal(t, "d\n", read(t, path))
	assert.Equal(t, "longer than all\n", read(t, path+".1"))
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

func TestMistakeNamesTheSetting(t *testing.T) {
	err := linefile.New(filepath.Join(t.TempDir(), "no", "folder"), 1).Open()
	require.ErrorContains(t, err, "dead_letter::path: ")
}

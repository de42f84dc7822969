package step_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/step"
)

func TestStoredScriptsComeFromAFolder(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "double.painless", "ctx.a *= params.by")
	write(t, dir, "stored.json", `{"script":{"lang":"painless","source":"ctx.b = 1"}}`)
	write(t, dir, "README.md", "not a script")
	scripts, err := step.ReadScripts(dir)
	require.NoError(t, err)
	set, err := ingest.Compile([]ingest.Source{{Name: "main", File: "main", Data: []byte(
		`processors: [{script: {id: double, params: {by: 2}}}, {script: {id: stored}}]`)}}, ingest.WithFiles(step.Files{Scripts: scripts}))
	require.NoError(t, err)
	pipeline, _ := set.Pipeline("main")
	d := document.New(time.Time{})
	d.Source().Put("a", document.Integer(21))
	require.NoError(t, pipeline.Run(d))
	assert.JSONEq(t, `{"a":42,"b":1}`, string(document.MapOf(d.Source()).AppendJSON(nil)))
}

func TestAFolderWithBrokenScriptsIsRefused(t *testing.T) {
	for name, content := range map[string]string{
		"a.json": `{`, "b.json": `{"script":{"lang":"expression","source":"1"}}`, "c.json": `{"script":{"lang":"painless"}}`,
	} {
		dir := t.TempDir()
		write(t, dir, name, content)
		_, err := step.ReadScripts(dir)
		require.ErrorContains(t, err, "read script "+name[:1], name)
	}
	dir := t.TempDir()
	write(t, dir, "a.json", `{"script":{"lang":"painless","source":"1"}}`)
	write(t, dir, "a.painless", `1`)
	_, err := step.ReadScripts(dir)
	require.ErrorContains(t, err, "define the script a")
	_, err = step.ReadScripts(filepath.Join(dir, "gone"))
	require.ErrorContains(t, err, "read scripts")
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
}

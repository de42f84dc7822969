package pipeline

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func run(t *testing.T, stdin string, args ...string) (string, error) {
	t.Helper()
	cmd := NewCommand()
	var out bytes.Buffer
	cmd.SetIn(bytes.NewBufferString(stdin))
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestSimulateEntersTheFirstFile(t *testing.T) {
	dir := t.TempDir()
	outer := write(t, dir+"/outer.yml", "processors: [{pipeline: {name: inner}}]")
	inner := write(t, dir+"/inner.yml", `processors: [{set: {field: a, value: "{{{message}}}!"}}]`)
	out, err := run(t, `[{"message": "hello"}]`, "simulate", outer, inner)
	require.NoError(t, err, out)
	assert.Contains(t, out, `"a": "hello!"`)

	docs := write(t, dir+"/docs.json", `{"docs": [{"_source": {"message": "from a file"}}]}`)
	out, err = run(t, "", "simulate", dir+"/outer.yml", dir+"/inner.yml", "--docs", docs, "--pipeline", "inner", "--verbose")
	require.NoError(t, err, out)
	assert.Contains(t, out, `"processor_results"`)
	assert.Contains(t, out, `"a": "from a file!"`)
}

func TestLintPrintsNothingForWhatRuns(t *testing.T) {
	dir := t.TempDir()
	write(t, dir+"/good.yml", "processors: [{set: {field: a, value: 1}}]")
	out, err := run(t, "", "lint", dir)
	require.NoError(t, err)
	assert.Empty(t, out)
}

func TestLintNamesEveryMistake(t *testing.T) {
	file := write(t, t.TempDir()+"/bad.yml", "processors:\n  - sett: {}\n  - set: {field: a, valeu: 1}\n")
	out, err := run(t, "", "lint", file)
	require.Error(t, err)
	assert.Contains(t, out, `bad.yml:2:5: pipeline "bad": processors[0].sett`)
	assert.Contains(t, out, `bad.yml:3:21: pipeline "bad": processors[1].set: valeu:`)
	_, err = run(t, "", "lint", "no-such-file.yml")
	require.Error(t, err)
}

func TestLintWarnsOfMethodsThatNoClassHas(t *testing.T) {
	file := write(t, t.TempDir()+"/p.yml", "processors:\n  - set: {if: ctx.a.startWith('x'), field: a, value: 1}\n"+
		"  - foreach: {field: b, processor: {script: {source: ctx.c.tolowercase()}}}\n")
	out, err := run(t, "", "lint", file)
	require.NoError(t, err)
	assert.Contains(t, out, `p.yml:2:15: pipeline "p": processors[0].set: if: 1:7: `)
	assert.Contains(t, out, "did you mean [startsWith]?")
	assert.Contains(t, out, `: source: 1:7: `)
	assert.Contains(t, out, "did you mean [toLowerCase]?")
}

func TestStoredScriptsComeFromTheFolderOfTheFlag(t *testing.T) {
	dir := t.TempDir()
	file := write(t, dir+"/p.yml", "processors: [{script: {id: double}}]")
	write(t, dir+"/scripts/double.painless", "ctx.a *= 2")
	out, err := run(t, `[{"a": 21}]`, "simulate", file, "--scripts", dir+"/scripts")
	require.NoError(t, err, out)
	assert.Contains(t, out, `"a": 42`)
	out, err = run(t, "", "lint", file, "--scripts", dir+"/scripts")
	require.NoError(t, err, out)
	assert.Empty(t, out)
	out, err = run(t, "", "lint", file)
	require.Error(t, err)
	assert.Contains(t, out, "unable to find script [double] in cluster state")
	for _, command := range []string{"lint", "simulate", "test"} {
		_, err = run(t, "[]", command, file, "--scripts", dir+"/gone")
		require.Error(t, err, command)
	}
}

func TestTestRunsPackagesAndCounts(t *testing.T) {
	dir := t.TempDir()
	stream := dir + "/packages/acme/data_stream/log"
	write(t, stream+"/elasticsearch/ingest_pipeline/default.yml",
		"processors: [{set: {field: a, value: 1}}]")
	cases := stream + "/_dev/test/pipeline"
	write(t, cases+"/test-good.json", `{"events": [{"x": 1}]}`)
	write(t, cases+"/test-good.json-expected.json", `{"expected": [{"x": 1, "a": 1}]}`)
	out, err := run(t, "", "test", dir)
	require.NoError(t, err, out)
	assert.Equal(t, "1 passed, 0 failed, 0 skipped\n", out)

	write(t, cases+"/test-bad.json", `{"events": [{"x": 1}]}`)
	write(t, cases+"/test-bad.json-expected.json", `{"expected": [{"x": 1, "a": 2}]}`)
	out, err = run(t, "", "test", dir)
	require.Error(t, err)
	assert.Contains(t, out, "FAIL acme/log/test-bad.json\n     event 0: a: want 2, got 1\n")
	assert.Contains(t, out, "1 passed, 1 failed, 0 skipped\n")

	_, err = run(t, "", "test", t.TempDir())
	require.ErrorContains(t, err, "there is no _dev/test/pipeline below")
}

package ingestprocessor

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest/step"
)

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

const setA = "processors: [{set: {field: a, value: 1}}]"

func inlineSet() map[string]any {
	return map[string]any{"processors": []any{map[string]any{"set": map[string]any{"field": "a", "value": 1}}}}
}

func TestValidateReportsEveryProblemByItsKey(t *testing.T) {
	dir := t.TempDir()
	good, bad := write(t, dir, "good.yml", setA), write(t, dir, "bad.yml", "processors: [{sett: {}}, {set: {field: a}}]")
	empty := t.TempDir()
	for name, c := range map[string]struct {
		change func(*Config)
		want   []string
	}{
		"no pipeline":         {func(*Config) {}, []string{"files: there is no pipeline"}},
		"a file that is gone": {func(c *Config) { c.Files = []string{good, dir + "/gone.yml"} }, []string{"files::1: read pipeline: ", "gone.yml"}},
		"an empty folder":     {func(c *Config) { c.Files = []string{empty} }, []string{"files::0: read folder ", "it has no .yml, .yaml, .json file"}},
		"two mistakes in a file": {func(c *Config) { c.Files = []string{bad} }, []string{
			`bad.yml:1:15: pipeline "bad": processors[0].sett: No processor type exists with name [sett]; did you mean "set"?`,
			`bad.yml:1:27: pipeline "bad": processors[1].set: value: [value] required property is missing`,
		}},
		"a mistake in an inline definition": {
			func(c *Config) {
				c.Definitions = map[string]any{"p": map[string]any{"processors": []any{map[string]any{"drop": map[string]any{"x": 1}}}}}
			},
			[]string{`definitions::p: pipeline "p": processors[0].drop: x: processor [drop] doesn't support`},
		},
		"several and none chosen": {
			func(c *Config) { c.Definitions = map[string]any{"a": inlineSet(), "b": inlineSet()} },
			[]string{"pipeline: must say which of a, b the records enter"},
		},
		"an unknown one chosen": {
			func(c *Config) { c.Definitions = map[string]any{"access": inlineSet()}; c.Pipeline = "acess" },
			[]string{`pipeline: there is no "acess"; did you mean "access"?`},
		},
		"one name twice": {
			func(c *Config) { c.Files = []string{good}; c.Definitions = map[string]any{"good": inlineSet()} },
			[]string{"another file defines a pipeline of this name"},
		},
		"databases that are not there": {
			func(c *Config) {
				c.Files, c.GeoIP.Directory = []string{good}, dir+"/geo"
				c.UserAgent.Directory, c.UserAgent.Regexes = dir+"/ua", dir+"/regexes.yaml"
			},
			[]string{"geoip::directory: stat ", "user_agent::directory: stat ", "user_agent::regexes: stat "},
		},
		"wrong words": {
			func(c *Config) {
				c.Files = []string{good}
				c.Document = DocumentConfig{Target: "here", Include: []Part{"body"}}
				c.OnFailure = "retry"
			},
			[]string{`document::target: "here" is neither attributes, body nor json`, `document::include: "body" is not one of`, `on_failure: "retry" is neither pass nor drop`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := NewFactory().CreateDefaultConfig().(*Config)
			c.change(cfg)
			err := cfg.Validate()
			for _, want := range c.want {
				require.ErrorContains(t, err, want)
			}
		})
	}
}

func TestPipelinesComeFromFilesFoldersAndTheConfiguration(t *testing.T) {
	dir := t.TempDir()
	file := write(t, t.TempDir(), "one.json", `{"processors": []}`)
	write(t, dir, "two.yml", setA)
	write(t, dir, "three.yaml", setA)
	write(t, dir, "notes.txt", "not a pipeline")
	cfg := NewFactory().CreateDefaultConfig().(*Config)
	cfg.Files, cfg.Definitions = []string{file, dir}, map[string]any{"four": inlineSet()}
	sources, err := cfg.sources()
	require.NoError(t, err)
	var names []string
	for _, s := range sources {
		names = append(names, s.Name)
	}
	assert.Equal(t, []string{"one", "three", "two", "four"}, names)
}

func TestStoredScriptsComeFromTheirFolder(t *testing.T) {
	dir := t.TempDir()
	cfg := NewFactory().CreateDefaultConfig().(*Config)
	cfg.Definitions = map[string]any{"p": map[string]any{"processors": []any{map[string]any{"script": map[string]any{"id": "double"}}}}}
	require.ErrorContains(t, cfg.Validate(), "unable to find script [double]")
	cfg.Scripts.Directory = dir
	require.ErrorContains(t, cfg.Validate(), "unable to find script [double]")
	write(t, dir, "double.painless", "ctx.a *= 2")
	require.NoError(t, cfg.Validate())
	assert.Contains(t, cfg.watched(), dir, "a change of a script is a change of the pipelines")
	cfg.Scripts.Directory = dir + "/gone"
	require.ErrorContains(t, cfg.Validate(), "scripts::directory: read scripts: ")
}

func TestProcessorTypeThatIsAddedTwiceIsAnErrorOfEveryConfiguration(t *testing.T) {
	set := step.Type{Name: "set"}
	cfg := NewFactory(WithProcessorTypes(set)).CreateDefaultConfig().(*Config)
	cfg.Definitions = map[string]any{"p": inlineSet()}
	require.ErrorContains(t, cfg.Validate(), `processor type "set" is registered twice`)
}

func TestVariablesReachTheTemplates(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "acme", "log")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "ingest"), 0o750))
	write(t, dir, "manifest.yml", "var: [{name: level, default: 7}]\ningest_pipeline: ingest/entry.yml\n")
	write(t, dir, "ingest/entry.yml", "processors: [{set: {field: a, value: {< .level >}}}]")
	cfg := NewFactory().CreateDefaultConfig().(*Config)
	cfg.Files = []string{dir}
	require.NoError(t, cfg.Validate())
	assert.Contains(t, cfg.watched(), filepath.Join(dir, "ingest"))

	cfg.Variables = map[string]any{"level": "["}
	require.ErrorContains(t, cfg.Validate(), "entry.yml: ")
}

package ingest_test

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/definition"
	"github.com/sluice-otel/sluice/ingest/document"
)

// through takes a source through the pipeline that is first and returns the result.
func through(t *testing.T, sources []ingest.Source, text string) string {
	t.Helper()
	set, err := ingest.Compile(sources)
	require.NoError(t, err)
	p, ok := set.Pipeline(sources[0].Name)
	require.True(t, ok)
	d := document.New(time.Time{})
	d.SetSource(parse(t, d, text).Map())
	require.NoError(t, p.Run(d))
	return string(document.MapOf(d.Source()).AppendJSON(nil))
}

func TestAFilesetOfFilebeatIsReadAsItIs(t *testing.T) {
	sources, err := ingest.ReadPath("testdata/module/acme/log")
	require.NoError(t, err)
	require.Len(t, sources, 2)
	assert.Equal(t, "acme-log-entry-plain", sources[0].Name)
	assert.Equal(t, "acme-log-common", sources[1].Name)
	assert.JSONEq(t, `{
		"time": "2026-03-05 10:00", "@timestamp": "2026-03-05T10:00:00.000Z", "level": "debug", "local": true,
		"next": "acme-log-common", "networks": ["loopback", "10.0.0.0/8"], "networks_text": "[loopback 10.0.0.0/8]"
	}`, through(t, sources, `{"time": "2026-03-05 10:00", "level": "debug"}`))
}

func TestVariablesOfAFilesetCanBeSet(t *testing.T) {
	sources, err := ingest.ReadPath("testdata/module/acme/log")
	require.NoError(t, err)
	for i := range sources {
		vars := maps.Clone(sources[i].Template.Variables)
		vars["convert_timezone"], vars["networks"] = true, []any{"10.0.0.0/8"}
		sources[i].Template.Variables = vars
	}
	assert.JSONEq(t, `{
		"time": "2026-03-05 10:00", "@timestamp": "2026-03-05T10:00:00.000+02:00", "event": {"timezone": "+02:00"},
		"next": "acme-log-common", "networks": ["10.0.0.0/8"], "networks_text": "[10.0.0.0/8]"
	}`, through(t, sources, `{"time": "2026-03-05 10:00", "event": {"timezone": "+02:00"}}`))
}

// One file, or its folder, has the variables, but the names of the files.
func TestAFileOfAFilesetIsATemplate(t *testing.T) {
	for _, path := range []string{"testdata/module/acme/log/ingest/entry-plain.yml", "testdata/module/acme/log/ingest/common.json"} {
		s, err := ingest.ReadFile(path)
		require.NoError(t, err)
		_, err = ingest.Compile([]ingest.Source{s})
		require.NoError(t, err)
	}
	var sources []ingest.Source
	for _, name := range []string{"entry-plain.yml", "common.json"} {
		found, err := ingest.ReadPath("testdata/module/acme/log/ingest/" + name)
		require.NoError(t, err)
		sources = append(sources, found...)
	}
	assert.Contains(t, through(t, sources, `{"time": "2026-03-05 10:00"}`), `"next":"common"`)
}

func TestAFolderWithAnotherManifestIsNoFileset(t *testing.T) {
	dir := t.TempDir()
	stream := filepath.Join(dir, "data_stream", "log")
	folder := filepath.Join(stream, "ingest_pipeline")
	require.NoError(t, os.MkdirAll(folder, 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(stream, "manifest.yml"), []byte("title: a data stream"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "default.yml"), []byte(
		"processors: [{pipeline: {name: '{{ IngestPipeline \"sub\" }}'}}]"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "sub.json"), []byte(`{"processors": [{"set": {"field": "a", "value": 1}}]}`), 0o600))
	sources, err := ingest.ReadPath(folder)
	require.NoError(t, err)
	assert.JSONEq(t, `{"a": 1}`, through(t, sources, `{}`))
}

func TestAFilesetThatIsNotRightSaysSo(t *testing.T) {
	for manifest, want := range map[string]string{
		"ingest_pipeline: gone.yml":        "gone.yml",
		"ingest_pipeline: [":               "read fileset: ",
		"ingest_pipeline: '{{ if }}.yml'":  "ingest_pipeline: template: ",
		"ingest_pipeline: {a: b}":          "read fileset: ",
		"ingest_pipeline: '{{ .nosuch }}'": "<no value>",
		"var: 3\ningest_pipeline: a.yml":   "read fileset: ",
	} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "manifest.yml"), []byte(manifest), 0o600))
		_, err := ingest.ReadPath(dir)
		require.ErrorContains(t, err, want, manifest)
	}
}

func TestAMistakeInATemplateHasItsPlace(t *testing.T) {
	for text, want := range map[string]string{
		"processors:\n  - drop: {< if .a >}\n":                                       "f.yml:3: template: unexpected EOF",
		"processors:\n  - drop:\n      if: ctx.a > {< .level >}\n":                   "f.yml:3: a variable of the template has no value",
		"processors:\n  - drop: {< tojson 1 2 >}\n":                                  "f.yml:2:14: template: executing",
		"processors:\n  - drop: {< if .a >}{< nosuch >}{< end >}\n":                  "f.yml:2: template: function \"nosuch\" not defined",
		"processors:\n  - drop: {}\n{< range $i, $x := .list >}  - dorp:\n{< end >}": `f.yml:3:5: pipeline "f": processors[1].dorp`,
	} {
		_, err := ingest.Compile([]ingest.Source{{
			Name: "f", File: "f.yml", Data: []byte(text), Template: definition.Template{Variables: map[string]any{"list": []any{1}}},
		}})
		require.ErrorContains(t, err, want, text)
	}
}

// What only looks like a template is a text.
func TestOrdinaryDefinitionsAreNoTemplates(t *testing.T) {
	sources := []ingest.Source{{Name: "p", Data: []byte(
		`processors: [{dissect: {field: m, pattern: '{<%{a}>}'}}, {set: {field: b, value: '{<b>}'}}, {set: {field: c, value: '{< if>}'}}]`)}}
	assert.JSONEq(t, `{"m": "{<x>}", "a": "x", "b": "{<b>}", "c": "{< if>}"}`, through(t, sources, `{"m": "{<x>}"}`))
}

func TestATemplateDoesNotGrowWithoutEnd(t *testing.T) {
	list := make([]any, 1000)
	_, err := definition.Template{Variables: map[string]any{"l": list}}.Expand("f",
		[]byte("{< range $a := .l >}{< range $b := $.l >}{< range $c := $.l >}padding {< end >}{< end >}{< end >}"))
	require.ErrorContains(t, err, "the template makes more than 16777216 bytes")
}

func TestTheAnswerOfGETHasItsPipelinesByID(t *testing.T) {
	file := filepath.Join(t.TempDir(), "export.json")
	export := `{
  "outer" : {
    "processors" : [{"pipeline": {"name": "inner"}}],
    "created_date_millis" : 1
  },
  "inner" : { "version": 3,
    "processors" : [
      {"set": {"field": "a", "value": 1}}
    ]
  }
}`
	require.NoError(t, os.WriteFile(file, []byte(export), 0o600))
	sources, err := ingest.ReadPath(file)
	require.NoError(t, err)
	require.Len(t, sources, 2)
	assert.Equal(t, "outer", sources[0].Name)
	assert.JSONEq(t, `{"a": 1}`, through(t, sources, `{}`))

	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(export, "value", "valeu", 1)), 0o600))
	sources, err = ingest.ReadPath(file)
	require.NoError(t, err)
	_, err = ingest.Compile(sources)
	require.ErrorContains(t, err, `export.json:8:30: pipeline "inner": processors[0].set: valeu: `)
}

func TestWhatIsNoAnswerOfGETIsAPipeline(t *testing.T) {
	for _, text := range []string{
		`{"processors": [{"set": {"field": "a", "value": 1}}]}`,
		`{"processors": [], "_meta": {"processors": []}}`,
		`{}`, `{"x": 1}`, `{"x": {"processors": 1}}`, `[]`, `{"x"`, `{"a": {"processors": []}, "b": {}}`, `processors: []`,
	} {
		file := filepath.Join(t.TempDir(), "p.json")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		sources, err := ingest.ReadPath(file)
		require.NoError(t, err)
		require.Len(t, sources, 1, text)
		assert.Equal(t, "p", sources[0].Name)
		assert.Equal(t, text, string(sources[0].Data))
	}
}

package step

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/painless"
)

// Script runs a Painless script on the document.
type Script struct {
	Source string         // of an inline script
	ID     string         // of a stored script, instead of Source
	Params document.Value // a map, or null
}

func readScript(o *Options) Processor {
	s := Script{Source: o.OptionalString("source", ""), ID: o.OptionalString("id", "")}
	if s.Source == "" {
		s.Source = o.OptionalString("inline", "") // its name before Elasticsearch 6
	}
	if lang := o.OptionalString("lang", "painless"); lang != "painless" {
		o.Failf("lang", "script_lang not supported [%s]", lang)
	}
	if o.Has("params") {
		s.Params = o.Value("params")
		if s.Params.Kind() != document.KindMap {
			o.Failf("params", "[params] property isn't a map, but of type [%s]", s.Params.Kind().Class())
		}
	}
	switch {
	case s.Source == "" && s.ID == "":
		o.Failf("source", "must specify either [source] for an inline script or [id] for a stored script")
	case s.Source != "" && s.ID != "":
		o.Failf("id", "must specify either [source] for an inline script or [id] for a stored script, not both")
	}
	return s
}

// Compile implements Processor.
func (s Script) Compile(env Env) (Step, error) {
	source, option := s.Source, "source"
	if s.ID != "" {
		option = "id"
		var ok bool
		if source, ok = env.Files().Scripts[s.ID]; !ok {
			return nil, InOption(option, fmt.Errorf("unable to find script [%s] in cluster state", s.ID))
		}
	}
	compiled, err := painless.CompileScript(source, painless.Settings{Params: s.Params, Functions: scriptFunctions()})
	if err != nil {
		return nil, InOption(option, err)
	}
	return compiled, nil
}

// ReadScripts reads a folder of stored scripts: NAME.painless is the source of
// the script NAME, NAME.json the body of Elasticsearch's PUT _scripts/NAME. Other
// files are left alone.
func ReadScripts(dir string) (map[string]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("read scripts: %w", err)
	}
	out := make(map[string]string)
	for _, e := range entries {
		name, ext := strings.TrimSuffix(e.Name(), filepath.Ext(e.Name())), filepath.Ext(e.Name())
		if e.IsDir() || ext != ".painless" && ext != ".json" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(dir, e.Name())) //nolint:gosec // the operator names the folder
		if err != nil {
			return nil, fmt.Errorf("read script %s: %w", name, err)
		}
		if _, twice := out[name]; twice {
			return nil, fmt.Errorf("read scripts: two files in %s define the script %s", dir, name)
		}
		if out[name], err = scriptSource(ext, data); err != nil {
			return nil, fmt.Errorf("read script %s: %w", name, err)
		}
	}
	return out, nil
}

func scriptSource(ext string, data []byte) (string, error) {
	if ext == ".painless" {
		return string(data), nil
	}
	var stored struct {
		Script struct{ Lang, Source string }
	}
	if err := json.Unmarshal(data, &stored); err != nil {
		return "", err
	}
	switch s := stored.Script; {
	case s.Lang != "painless":
		return "", fmt.Errorf("script_lang not supported [%s]", s.Lang)
	case s.Source == "":
		return "", errors.New("must specify source for stored script")
	}
	return stored.Script.Source, nil
}

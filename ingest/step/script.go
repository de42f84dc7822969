package step

import (
	"fmt"

	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/painless"
)

// Script runs a Painless script on the document.
type Script struct {
	Source string         // of an inline script
	ID     string         // of a stored script, instead of Source
	Params document.Value // a map, or null
}

// A ScriptStore is an Env that has stored scripts.
type ScriptStore interface {
	// StoredScript returns the source of a script by its id.
	StoredScript(id string) (source string, ok bool)
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
		if store, has := env.(ScriptStore); has {
			source, ok = store.StoredScript(s.ID)
		}
		if !ok {
			return nil, InOption(option, fmt.Errorf("unable to find script [%s] in cluster state", s.ID))
		}
	}
	compiled, err := painless.CompileScript(source, painless.Settings{Params: s.Params, Functions: scriptFunctions()})
	if err != nil {
		return nil, InOption(option, err)
	}
	return compiled, nil
}

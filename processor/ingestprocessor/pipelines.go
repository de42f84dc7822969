package ingestprocessor

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/ingest"
	"github.com/sluice-otel/sluice/ingest/definition"
	"github.com/sluice-otel/sluice/ingest/spelling"
)

// compile reads and compiles all pipelines and returns the one records enter.
// Every mistake found on the way is in the error.
func (c *Config) compile() (*ingest.Pipeline, error) {
	sources, err := c.sources()
	errs := []error{err}
	files, err := c.databases()
	errs = append(errs, err)
	set, err := ingest.Compile(sources, ingest.WithTypes(c.types...), ingest.WithFiles(files),
		ingest.WithDefaultPipelines(c.defaultPipelines()...))
	hideInlinePositions(err)
	errs = append(errs, err)
	// A source that could not be read may be the one that is missing here.
	if errs[0] == nil {
		_, err = c.entry(sources)
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	name, _ := c.entry(sources)
	p, _ := set.Pipeline(name)
	return p, nil
}

func (c *Config) defaultPipelines() []ingest.DefaultPipeline {
	out := make([]ingest.DefaultPipeline, len(c.DefaultPipelines))
	for i, d := range c.DefaultPipelines {
		out[i] = ingest.DefaultPipeline(d)
	}
	return out
}

// entry returns the name of the pipeline records enter.
func (c *Config) entry(sources []ingest.Source) (string, error) {
	names := make([]string, len(sources))
	for i, s := range sources {
		names[i] = s.Name
	}
	slices.Sort(names)
	switch {
	case len(names) == 0:
		return "", errors.New("files: there is no pipeline; name files or folders here, or write one under definitions")
	case slices.Contains(names, c.Pipeline):
		return c.Pipeline, nil
	case c.Pipeline != "":
		return "", noPipeline(c.Pipeline, names)
	case len(names) > 1:
		return "", fmt.Errorf("pipeline: must say which of %s the records enter", strings.Join(names, ", "))
	}
	return names[0], nil
}

func noPipeline(name string, names []string) error {
	if nearest := spelling.Nearest(name, names); nearest != "" {
		return fmt.Errorf("pipeline: there is no %q; did you mean %q?", name, nearest)
	}
	return fmt.Errorf("pipeline: there is no %q, only %s", name, strings.Join(names, ", "))
}

// sources reads the definitions, those of files first. What can be read is
// returned even if something else cannot.
func (c *Config) sources() ([]ingest.Source, error) {
	var sources []ingest.Source
	var errs []error
	for i, path := range c.Files {
		read, err := ingest.ReadPath(path)
		if err != nil {
			errs = append(errs, fmt.Errorf("files::%d: %w", i, err))
		}
		sources = append(sources, read...)
	}
	for _, name := range slices.Sorted(maps.Keys(c.Definitions)) {
		s, err := inline(name, c.Definitions[name])
		if err != nil {
			errs = append(errs, err)
			continue
		}
		sources = append(sources, s)
	}
	for i := range sources {
		t := &sources[i].Template
		t.Variables = maps.Clone(t.Variables)
		if t.Variables == nil {
			t.Variables = map[string]any{}
		}
		maps.Copy(t.Variables, c.Variables)
	}
	return sources, errors.Join(errs...)
}

// inlineKey starts what stands for the file name of an inline definition.
const inlineKey = "definitions::"

// inline turns a definition that the collector has parsed back into text: the
// engine has one way in.
func inline(name string, definition any) (ingest.Source, error) {
	data, err := json.Marshal(definition)
	if err != nil {
		return ingest.Source{}, fmt.Errorf("%s%s: %w", inlineKey, name, err)
	}
	return ingest.Source{Name: name, File: inlineKey + name, Data: data}, nil
}

// hideInlinePositions takes line and column out of the mistakes in inline
// definitions: they are places in a text that nobody has seen.
func hideInlinePositions(err error) {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			hideInlinePositions(e)
		}
		return
	}
	var in *definition.Error
	if errors.As(err, &in) && strings.HasPrefix(in.Position.File, inlineKey) {
		in.Position.Line, in.Position.Column = 0, 0
	}
}

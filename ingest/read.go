package ingest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/ingest/definition"
)

// A Source is one pipeline definition: the name other pipelines call it by, the
// file it is from (for messages) and its YAML or JSON.
type Source struct {
	Name string
	File string
	Data []byte
	// Template fills in a definition that is a template.
	Template definition.Template
}

// ReadFile returns the definition in a file; the pipeline's name is the file's
// without its extension. A file in a fileset of Filebeat has the fileset's variables.
func ReadFile(path string) (Source, error) {
	data, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	if err != nil {
		return Source{}, fmt.Errorf("read pipeline: %w", err)
	}
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	s := Source{Name: name, File: path, Data: data}
	switch m, err := readManifest(filepath.Dir(filepath.Dir(path))); {
	case err == nil:
		s.Template.Variables = m.variables()
	case !errors.Is(err, fs.ErrNotExist):
		return Source{}, err
	}
	return s, nil
}

var extensions = []string{".yml", ".yaml", ".json"}

// ReadPath returns the definition in a file, or those in the pipeline files
// directly in a folder (*.yml, *.yaml, *.json), by name. What could be read is
// returned beside an error.
//
// A file that is the answer of GET _ingest/pipeline has as many as there are in it,
// by their ids. Of a folder that is a fileset of a Filebeat module, such as module/nginx/access,
// it returns the pipelines that its manifest lists, under the names that Filebeat gives
// them, without the version: nginx-access-pipeline.
func ReadPath(path string) ([]Source, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read pipeline: %w", err)
	}
	if info.IsDir() {
		return readFolder(path)
	}
	s, err := ReadFile(path)
	if err != nil {
		return nil, err
	}
	return s.split(), nil
}

func readFolder(path string) ([]Source, error) {
	if m, err := readManifest(path); err == nil {
		return m.sources()
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, fmt.Errorf("read folder: %w", err)
	}
	var sources []Source
	for _, e := range entries {
		if e.IsDir() || !slices.Contains(extensions, filepath.Ext(e.Name())) {
			continue
		}
		s, err := ReadFile(filepath.Join(path, e.Name()))
		if err != nil {
			return sources, err
		}
		sources = append(sources, s.split()...)
	}
	if len(sources) == 0 {
		return nil, fmt.Errorf("read folder %s: it has no %s file", path, strings.Join(extensions, ", "))
	}
	return sources, nil
}

package packagetest

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sluice-otel/sluice/ingest"
)

// A stream is what the manifest.yml of a data stream says about pipelines; there
// may be none.
type stream struct {
	Type          string `yaml:"type"`
	Dataset       string `yaml:"dataset"`
	Elasticsearch struct {
		IngestPipeline struct {
			Name string `yaml:"name"`
		} `yaml:"ingest_pipeline"`
	} `yaml:"elasticsearch"`
}

func (t *Test) readStream() (stream, error) {
	var s stream
	data, err := os.ReadFile(filepath.Join(t.stream, "manifest.yml"))
	if err == nil {
		err = yaml.Unmarshal(data, &s)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s, fmt.Errorf("read manifest.yml: %w", err)
	}
	s.Type = cmp.Or(s.Type, "logs")
	s.Dataset = cmp.Or(s.Dataset, t.Package+"."+t.DataStream)
	return s, nil
}

// entry is the pipeline events enter.
func (s *stream) entry() string { return cmp.Or(s.Elasticsearch.IngestPipeline.Name, "default") }

// index is the data stream documents are for.
func (s *stream) index() string { return s.Type + "-" + s.Dataset + "-default" }

// sources returns the pipelines of the data stream; {{ IngestPipeline "x" }}
// names the sibling x, and the data stream's routes are at the end of the entry.
func (t *Test) sources(entry string) ([]ingest.Source, error) {
	dir := filepath.Join(t.stream, "elasticsearch", "ingest_pipeline")
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []ingest.Source
	for _, e := range entries {
		file := filepath.Join(dir, e.Name())
		name, linked := strings.CutSuffix(e.Name(), ".link")
		if ext := filepath.Ext(name); ext != ".yml" && ext != ".json" {
			continue
		}
		if linked {
			if file, err = followLink(file); err != nil {
				return nil, err
			}
		}
		s, err := ingest.ReadFile(file)
		if err != nil {
			return nil, err
		}
		s.Name = strings.TrimSuffix(name, filepath.Ext(name))
		s.File = t.Package + "/" + t.DataStream + "/" + name
		if s.Data, err = s.Template.Expand(s.File, s.Data); err != nil {
			return nil, err
		}
		if s.Name == entry {
			if err := t.addRoutes(&s); err != nil {
				return nil, err
			}
		}
		out = append(out, s)
	}
	return out, nil
}

// followLink returns the file that a link stands for: a path, from where the link
// is, with a checksum after it.
func followLink(file string) (string, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	path, _, _ := strings.Cut(strings.TrimSpace(string(data)), " ")
	if path == "" {
		return "", fmt.Errorf("read %s: it names no file", file)
	}
	return filepath.Join(filepath.Dir(file), filepath.FromSlash(path)), nil
}

package ingest

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"github.com/sluice-otel/sluice/ingest/definition"
)

// A manifest is the manifest.yml of a fileset of Filebeat, as far as pipelines go.
type manifest struct {
	folder string // of the fileset

	Variables []struct {
		Name    string `yaml:"name"`
		Default any    `yaml:"default"`
	} `yaml:"var"`
	Pipelines pipelineFiles `yaml:"ingest_pipeline"`
}

// pipelineFiles are paths below the fileset: one, or a list, of which the first is
// the pipeline that events enter.
type pipelineFiles []string

// UnmarshalYAML implements yaml.Unmarshaler.
func (f *pipelineFiles) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*f = pipelineFiles{n.Value}
		return nil
	}
	return n.Decode((*[]string)(f))
}

// readManifest reads the manifest of a fileset. The error is fs.ErrNotExist if the
// folder is no fileset: integration packages have a manifest.yml, too.
func readManifest(folder string) (*manifest, error) {
	file := filepath.Join(folder, "manifest.yml")
	data, err := os.ReadFile(file) //nolint:gosec // below what the operator names
	if err != nil {
		return nil, fmt.Errorf("read fileset: %w", fs.ErrNotExist)
	}
	m := &manifest{folder: folder}
	if err := yaml.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("read fileset: %s: %w", file, err)
	}
	if len(m.Pipelines) == 0 {
		return nil, fmt.Errorf("read fileset: %s: %w", file, fs.ErrNotExist)
	}
	return m, nil
}

// variables are the values that variables have unless somebody sets them.
func (m *manifest) variables() map[string]any {
	out := make(map[string]any, len(m.Variables))
	for _, v := range m.Variables {
		out[v.Name] = v.Default
	}
	return out
}

// sources reads the pipelines that the manifest lists. Filebeat names them after
// module and fileset.
func (m *manifest) sources() ([]Source, error) {
	folder, err := filepath.Abs(m.folder)
	if err != nil {
		return nil, err
	}
	t := definition.Template{Variables: m.variables()}
	t.Prefix = filepath.Base(filepath.Dir(folder)) + "-" + filepath.Base(folder) + "-"
	var out []Source
	for _, file := range m.Pipelines {
		file, err := t.ExpandText(file, "{{", "}}")
		if err != nil {
			return out, fmt.Errorf("read fileset: %s: ingest_pipeline: %w", m.folder, err)
		}
		s, err := ReadFile(filepath.Join(m.folder, filepath.FromSlash(file)))
		if err != nil {
			return out, err
		}
		s.Name, s.Template = t.Prefix+s.Name, t
		out = append(out, s)
	}
	return out, nil
}

package packagetest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"github.com/sluice-otel/sluice/ingest"
)

// A route is an entry of routing_rules.yml: where documents of a data set go.
type route struct {
	Source string `yaml:"source_dataset"`
	Rules  []struct {
		Dataset   any    `yaml:"target_dataset"` // a text or a list of them
		Namespace any    `yaml:"namespace"`
		If        string `yaml:"if"`
	} `yaml:"rules"`
}

// reroute is the processor that a rule becomes.
type reroute struct {
	Tag       string `yaml:"tag"`
	If        string `yaml:"if,omitempty"`
	Dataset   any    `yaml:"dataset,omitempty"`
	Namespace any    `yaml:"namespace,omitempty"`
}

// addRoutes appends the rules of the data stream's routing_rules.yml, if it has
// one, to the processors of a pipeline.
func (t *Test) addRoutes(s *ingest.Source) error {
	file := filepath.Join(t.stream, "routing_rules.yml")
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var routes []route
	if err := yaml.Unmarshal(data, &routes); err != nil {
		return fmt.Errorf("read %s: %w", file, err)
	}
	var processors []any
	for _, r := range routes {
		for _, rule := range r.Rules {
			processors = append(processors, map[string]reroute{
				"reroute": {Tag: r.Source, If: rule.If, Dataset: rule.Dataset, Namespace: rule.Namespace},
			})
		}
	}
	return appendProcessors(s, processors)
}

func appendProcessors(s *ingest.Source, processors []any) error {
	var root, more yaml.Node
	if err := yaml.Unmarshal(s.Data, &root); err != nil {
		return fmt.Errorf("%s: %w", s.File, err)
	}
	if err := more.Encode(processors); err != nil {
		return err
	}
	pipeline := root.Content[0]
	for i := 0; i+1 < len(pipeline.Content); i += 2 {
		if pipeline.Content[i].Value == "processors" {
			list := pipeline.Content[i+1]
			list.Content = append(list.Content, more.Content...)
		}
	}
	var err error
	s.Data, err = yaml.Marshal(&root)
	return err
}

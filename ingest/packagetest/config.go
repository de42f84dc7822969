package packagetest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A config is test-common-config.yml with the case's own -config.yml over it.
type config struct {
	Fields        map[string]any    `yaml:"fields"`
	DynamicFields map[string]string `yaml:"dynamic_fields"`
	Multiline     struct {
		FirstLinePattern string `yaml:"first_line_pattern"`
	} `yaml:"multiline"`
	Skip struct {
		Reason string `yaml:"reason"`
		Link   string `yaml:"link"`
	} `yaml:"skip"`
}

// skipped is why the test does not run, "" if it does.
func (c *config) skipped() string { return strings.TrimSpace(c.Skip.Reason + " " + c.Skip.Link) }

func (t *Test) config() (config, error) {
	var merged any
	for _, file := range []string{filepath.Join(filepath.Dir(t.file), "test-common-config.yml"), t.file + "-config.yml"} {
		data, err := os.ReadFile(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var own any
		if err == nil {
			err = yaml.Unmarshal(data, &own)
		}
		if err != nil {
			return config{}, fmt.Errorf("read %s: %w", file, err)
		}
		merged = merge(merged, own)
	}
	var c config
	data, err := yaml.Marshal(merged)
	if err == nil {
		err = yaml.Unmarshal(data, &c)
	}
	return c, err
}

// merge lays one value over another as go-ucfg does: maps by key, lists by
// index; a key without a value is gone.
func merge(under, over any) any {
	switch o := over.(type) {
	case map[string]any:
		u, ok := under.(map[string]any)
		if !ok {
			u = map[string]any{}
		}
		for k, v := range o {
			if v == nil {
				delete(u, k)
			} else {
				u[k] = merge(u[k], v)
			}
		}
		return u
	case []any:
		if u, ok := under.([]any); ok && len(u) > 0 {
			for i, v := range o {
				if i == len(u) {
					u = append(u, nil)
				}
				u[i] = merge(u[i], v)
			}
			return u
		}
	case nil:
		return under
	}
	return over
}

var errNull = errors.New("it is null")

// complete puts the fields of the config into an event, dotted names expanded,
// and returns it as elastic-package sends it: keys sorted, the last of those
// that repeat.
func (c *config) complete(event json.RawMessage) ([]byte, error) {
	m, err := decode(event)
	if err != nil || m == nil {
		return nil, fmt.Errorf("an event is an object: %w", cmp.Or(err, errNull))
	}
	for name, value := range c.Fields {
		if err := put(m, name, value); err != nil {
			return nil, fmt.Errorf("fields: %w", err)
		}
	}
	return json.Marshal(m)
}

func put(m map[string]any, name string, value any) error {
	for {
		first, rest, dotted := strings.Cut(name, ".")
		if !dotted {
			m[name] = value
			return nil
		}
		next, ok := m[first].(map[string]any)
		if !ok {
			if _, taken := m[first]; taken {
				return fmt.Errorf("%s is no object", first)
			}
			next = map[string]any{}
			m[first] = next
		}
		m, name = next, rest
	}
}

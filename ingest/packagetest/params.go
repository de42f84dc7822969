package packagetest

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/sluice-otel/sluice/ingest"
)

// sortParams sorts the keys of the params of scripts. elastic-package sends
// pipelines as JSON that Go's encoder wrote, so that the keys arrive sorted; it
// shows where a script iterates over them, because keys in one bucket of a
// HashMap keep their order. It reports whether there were any.
func sortParams(sources []ingest.Source) (bool, error) {
	found := false
	for i := range sources {
		s := &sources[i]
		if !bytes.Contains(s.Data, []byte("params:")) {
			continue
		}
		found = true
		var root yaml.Node
		err := yaml.Unmarshal(s.Data, &root)
		if err == nil {
			sortBelow(&root, false)
			s.Data, err = yaml.Marshal(&root)
		}
		if err != nil {
			return found, fmt.Errorf("%s: %w", s.File, err)
		}
	}
	return found, nil
}

// sortBelow sorts the maps inside of n if it is, or is inside of, a params.
func sortBelow(n *yaml.Node, sorted bool) {
	if n.Kind != yaml.MappingNode {
		for _, item := range n.Content {
			sortBelow(item, sorted)
		}
		return
	}
	pairs := slices.Collect(slices.Chunk(n.Content, 2))
	for _, pair := range pairs {
		sortBelow(pair[1], sorted || pair[0].Value == "params")
	}
	if sorted {
		slices.SortStableFunc(pairs, func(a, b []*yaml.Node) int { return strings.Compare(a[0].Value, b[0].Value) })
		n.Content = slices.Concat(pairs...)
	}
}

package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// decode returns JSON as encoding/json has it, numbers as json.Number.
func decode(data []byte) (any, error) {
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.UseNumber()
	var out any
	err := dec.Decode(&out)
	return out, err
}

func decoded(m *document.Map) any {
	v, err := decode(document.MapOf(m).AppendJSON(nil))
	if err != nil {
		return err
	}
	return v
}

// lookup follows keys and indices.
func lookup(v any, path []string) (any, bool) {
	for _, key := range path {
		switch in := v.(type) {
		case map[string]any:
			next, ok := in[key]
			if !ok {
				return nil, false
			}
			v = next
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i < 0 || i >= len(in) {
				return nil, false
			}
			v = in[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// same compares numbers by value, whatever Go type they have.
func same(want, got any) bool {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for k, v := range w {
			if other, has := g[k]; !has || !same(v, other) {
				return false
			}
		}
		return true
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for i := range w {
			if !same(w[i], g[i]) {
				return false
			}
		}
		return true
	}
	if x, ok := number(want); ok {
		y, ok := number(got)
		return ok && x == y
	}
	return want == got
}

func number(v any) (float64, bool) {
	switch n := v.(type) {
	case json.Number, int, int64, uint64, float64:
		f, err := strconv.ParseFloat(fmt.Sprint(n), 64)
		return f, err == nil
	}
	return 0, false
}

func show(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(data)
}

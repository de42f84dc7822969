package elasticsearchtest

import "strings"

// filter leaves of an answer what filter_path names: paths with commas between them,
// of keys with dots, * being any key. Lists are looked through.
func filter(v any, paths string) any {
	var split [][]string
	for path := range strings.SplitSeq(paths, ",") {
		split = append(split, strings.Split(path, "."))
	}
	out, _ := keep(v, split)
	return out
}

func keep(v any, paths [][]string) (any, bool) {
	for _, path := range paths {
		if len(path) == 0 {
			return v, true
		}
	}
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, item := range v {
			if kept, ok := keep(item, below(paths, key)); ok {
				out[key] = kept
			}
		}
		return out, len(out) > 0
	case []any:
		var out []any
		for _, item := range v {
			if kept, ok := keep(item, paths); ok {
				out = append(out, kept)
			}
		}
		return out, len(out) > 0
	}
	return nil, false
}

// below are the rests of those paths that begin with key.
func below(paths [][]string, key string) [][]string {
	var out [][]string
	for _, path := range paths {
		if len(path) > 0 && (path[0] == key || path[0] == "*") {
			out = append(out, path[1:])
		}
	}
	return out
}

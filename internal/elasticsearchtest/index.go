package elasticsearchtest

import (
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
)

// A Document is one that has been indexed.
type Document struct {
	ID      string
	Routing string
	Source  map[string]any
}

// An index is an index or a data stream.
type index struct {
	name      string
	stream    bool
	documents []Document
	places    map[string]int    // of ids
	fields    map[string]string // their types by dotted path
}

// isStream reports whether the templates that come with Elasticsearch make a data
// stream of this name.
func isStream(name string) bool {
	kind, rest, ok := strings.Cut(name, "-")
	return ok && strings.Contains(rest, "-") && (kind == "logs" || kind == "metrics" || kind == "traces")
}

// check returns why a name cannot be that of an index.
func check(name string) *failure {
	invalid := func(why string) *failure {
		return &failure{http.StatusBadRequest, "invalid_index_name_exception", "Invalid index name [" + name + "], " + why, nil}
	}
	switch {
	case strings.ToLower(name) != name:
		return invalid("must be lowercase")
	case strings.ContainsAny(name, "\\/*?\"<>| ,#:"):
		return invalid("must not contain the following characters ['\\\\','/','*','?','\"','<','>','|',' ',',']")
	case strings.HasPrefix(name, "-"), strings.HasPrefix(name, "_"), strings.HasPrefix(name, "+"):
		return invalid("must not start with '_', '-', or '+'")
	}
	return nil
}

// put indexes a document. create is the action of that name.
func (x *index) put(create bool, id, routing string, source map[string]any) (created bool, f *failure) {
	if x.stream {
		if !create {
			return false, &failure{http.StatusBadRequest, "illegal_argument_exception", "only write ops with an op_type of create are allowed in data streams", nil}
		}
		if _, ok := source["@timestamp"]; !ok {
			return false, x.unparsable(id, "data stream timestamp field [@timestamp] is missing", nil)
		}
	}
	if place, ok := x.places[id]; ok {
		if create {
			return false, &failure{http.StatusConflict, "version_conflict_engine_exception", "[" + id + "]: version conflict, document already exists (current version [1])", nil}
		}
		x.documents[place].Source = source
		return false, nil
	}
	types := map[string]string{}
	if f := x.mapObject("", source, id, types); f != nil {
		return false, f
	}
	maps.Copy(x.fields, types)
	x.places[id] = len(x.documents)
	x.documents = append(x.documents, Document{id, routing, source})
	return true, nil
}

func (x *index) unparsable(id, why string, cause *failure) *failure {
	return &failure{http.StatusBadRequest, "document_parsing_exception", fmt.Sprintf("[1:1] %s in document with id '%s'", why, id), cause}
}

// mapObject checks the fields of an object against the mapping, and notes the types
// of those it does not know yet.
func (x *index) mapObject(prefix string, object map[string]any, id string, types map[string]string) *failure {
	for key, v := range object {
		if key == "" {
			return x.unparsable(id, "field name cannot be an empty string", nil)
		}
		if f := x.mapField(prefix+key, v, id, types); f != nil {
			return f
		}
	}
	return nil
}

func (x *index) mapField(path string, v any, id string, types map[string]string) *failure {
	for i := range path { // the objects that the dots make
		if path[i] == '.' {
			if f := x.note(path[:i], "object", "object", id, types); f != nil {
				return f
			}
		}
	}
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		for _, item := range v {
			if f := x.mapField(path, item, id, types); f != nil {
				return f
			}
		}
		return nil
	case map[string]any:
		if f := x.note(path, "object", "object", id, types); f != nil {
			return f
		}
		return x.mapObject(path+".", v, id, types)
	case string:
		return x.note(path, "text", v, id, types)
	case bool:
		return x.note(path, "boolean", strconv.FormatBool(v), id, types)
	default:
		text := fmt.Sprint(v)
		if strings.ContainsAny(text, ".eE") {
			return x.note(path, "float", text, id, types)
		}
		return x.note(path, "long", text, id, types)
	}
}

// note compares a value with the type that its field has, from this document or an
// earlier one.
func (x *index) note(path, kind, text, id string, types map[string]string) *failure {
	known, ok := x.fields[path]
	if !ok {
		known, ok = types[path]
	}
	switch {
	case !ok:
		types[path] = kind
	case known == kind, known == "text" && kind != "object":
	case known == "object":
		return x.unparsable(id, "object mapping for ["+path+"] tried to parse field ["+path+"] as object, but found a concrete value", nil)
	case kind == "object" || !parses(known, text):
		f := x.unparsable(id, "failed to parse field ["+path+"] of type ["+known+"]",
			&failure{0, "illegal_argument_exception", "For input string: \"" + text + "\"", nil})
		f.reason += ". Preview of field's value: '" + text + "'"
		return f
	}
	return nil
}

func parses(kind, text string) bool {
	switch kind {
	case "boolean":
		return text == "true" || text == "false" || text == ""
	default: // long and float; a long drops what is behind the point
		_, err := strconv.ParseFloat(text, 64)
		return err == nil
	}
}

package document

import (
	"strconv"
	"strings"
)

// A Path names a field, compiled from its dotted form: source.ip, tags.0,
// _ingest.timestamp. The zero Path is not valid; use ParsePath.
type Path struct {
	text     string
	root     root
	segments []segment
}

// A root is the map a path starts from.
type root uint8

const (
	rootSource   root = iota
	rootMetadata      // _index, _id, …: beside the fields, not among them
	rootIngest        // _ingest.…
)

// A segment is one element of a path. On a map it is a key, on a list an index.
type segment struct {
	name  string
	index int  // valid if isInt
	isInt bool // name is an integer as Java's Integer.parseInt reads it
}

var metadataFields = map[string]bool{
	"_index": true, "_id": true, "_routing": true, "_version": true, "_version_type": true,
	"_if_seq_no": true, "_if_primary_term": true, "_dynamic_templates": true, "_type": true,
}

// ParsePath compiles a dotted field path. Like Elasticsearch it splits at every
// dot, drops empty elements at the end, strips a leading "_source." and takes
// "_ingest." as the ingest metadata (IngestDocument.FieldPath).
func ParsePath(path string) (Path, error) {
	if path == "" {
		return Path{}, Illegalf("path cannot be null nor empty")
	}
	p := Path{text: path}
	rest := path
	if after, ok := strings.CutPrefix(path, "_ingest."); ok {
		p.root, rest = rootIngest, after
	} else {
		rest = strings.TrimPrefix(path, "_source.")
	}
	rest = strings.TrimRight(rest, ".")
	if rest == "" {
		return Path{}, Illegalf("path [%s] is not valid", path)
	}
	for name := range strings.SplitSeq(rest, ".") {
		p.segments = append(p.segments, newSegment(name))
	}
	if p.root == rootSource && metadataFields[p.segments[0].name] {
		p.root = rootMetadata
	}
	return p, nil
}

func newSegment(name string) segment {
	i, err := strconv.ParseInt(name, 10, 32)
	return segment{name: name, index: int(i), isInt: err == nil}
}

// MustPath is ParsePath for paths known at compile time; it panics on an error.
func MustPath(path string) Path {
	p, err := ParsePath(path)
	if err != nil {
		panic(err)
	}
	return p
}

// String returns the path as it was written.
func (p Path) String() string { return p.text }

// Leaf returns the last element of the path.
func (p Path) Leaf() string { return p.segments[len(p.segments)-1].name }

// Elements returns the elements after the root.
func (p Path) Elements() []string {
	out := make([]string, len(p.segments))
	for i, s := range p.segments {
		out[i] = s.name
	}
	return out
}

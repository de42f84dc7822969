package document

import (
	"strconv"
	"strings"
)

// A Path names a field, compiled from its dotted form: source.ip, tags.0,
// _ingest.timestamp. The zero Path is not valid; use ParsePath.
//
// What it means depends on the field_access_pattern of the pipeline that uses
// it. The classic pattern takes every element as one key, or as an index if it
// comes upon a list. The flexible pattern also finds keys with dots in them, and
// writes an index as tags[0].
type Path struct {
	text     string
	root     root
	segments []segment
	// flexible are the elements for the flexible pattern: nil if they are the
	// same, which they are without brackets.
	flexible []segment
	// inflexible says why the path is none in the flexible pattern.
	inflexible error
}

// A root is the map a path starts from.
type root uint8

const (
	rootSource   root = iota
	rootMetadata      // _index, _id, …: beside the fields, not among them
	rootIngest        // _ingest.…
)

// A segment is one element of a path, text[start:end].
type segment struct {
	name       string // with its brackets, for a bracketed one
	start, end int
	index      int
	isInt      bool // classic: name is an integer as Integer.parseInt reads it
	bracketed  bool // flexible: [index]
}

var metadataFields = map[string]bool{
	"_index": true, "_id": true, "_routing": true, "_version": true, "_version_type": true,
	"_if_seq_no": true, "_if_primary_term": true, "_dynamic_templates": true, "_type": true,
}

// ParsePath compiles a dotted field path. Like Elasticsearch it splits at every
// dot, drops empty elements at the end, strips a leading "_source." and takes
// "_ingest." as the ingest metadata (IngestDocument.FieldPath). Brackets that
// make no path in the flexible pattern are an error when it is used there.
func ParsePath(path string) (Path, error) {
	if path == "" {
		return Path{}, Illegalf("path cannot be null nor empty")
	}
	p := Path{text: path}
	start := 0
	switch {
	case strings.HasPrefix(path, "_ingest."):
		p.root, start = rootIngest, len("_ingest.")
	case strings.HasPrefix(path, "_source."):
		start = len("_source.")
	}
	end := start + len(strings.TrimRight(path[start:], "."))
	if end == start {
		return Path{}, Illegalf("path [%s] is not valid", path)
	}
	if err := p.split(start, end); err != nil {
		return Path{}, err
	}
	if p.root == rootSource && metadataFields[p.segments[0].name] {
		p.root = rootMetadata
	}
	if strings.ContainsAny(path[start:end], "[]") {
		p.flexible, p.inflexible = splitBrackets(path, p.segments)
	}
	return p, nil
}

// MustPath is ParsePath for paths known at compile time; it panics on an error.
func MustPath(path string) Path {
	p, err := ParsePath(path)
	if err != nil {
		panic(err)
	}
	return p
}

// maxElements bounds how deep a path nests: templates make paths of foreign
// texts, and nothing that Elasticsearch reads or writes is nested deeper.
const maxElements = 1000

func (p *Path) split(start, end int) error {
	elements := 1 + strings.Count(p.text[start:end], ".")
	if elements > maxElements {
		return Illegalf("path with %d elements exceeds the maximum of %d", elements, maxElements)
	}
	p.segments = make([]segment, 0, elements)
	for start <= end {
		length := strings.IndexByte(p.text[start:end], '.')
		if length < 0 {
			length = end - start
		}
		if length == 0 {
			return Illegalf("path [%s] is not valid", p.text)
		}
		name := p.text[start : start+length]
		index, isInt := ParseInt(name, 32)
		p.segments = append(p.segments, segment{
			name: name, start: start, end: start + length, index: int(index), isInt: isInt,
		})
		start += length + 1
	}
	return nil
}

// splitBrackets makes elements of their own of the indices in tags[0][1].
func splitBrackets(path string, from []segment) ([]segment, error) {
	var out []segment
	for _, s := range from {
		open := strings.IndexByte(s.name, '[')
		if open < 0 && !strings.Contains(s.name, "]") {
			out = append(out, s)
			continue
		}
		if open <= 0 {
			return nil, Illegalf("path [%s] is not valid", path)
		}
		out = append(out, segment{name: s.name[:open], start: s.start, end: s.start + open})
		for rest := s.name[open:]; rest != ""; {
			index, length, err := parseBracket(rest, path)
			if err != nil {
				return nil, err
			}
			out = append(out, segment{name: rest[:length], index: index, bracketed: true})
			rest = rest[length:]
		}
	}
	return out, nil
}

// parseBracket reads the [n] that text starts with.
func parseBracket(text, path string) (index, length int, err error) {
	end := strings.IndexByte(text, ']')
	if text[0] != '[' || end < 0 {
		return 0, 0, Illegalf("path [%s] is not valid", path)
	}
	number, ok := ParseInt(text[1:end], 32)
	if !ok {
		return 0, 0, &pathError{fault: notAnInteger, elem: text[1:end], path: path}
	}
	if number < 0 {
		return 0, 0, Throwf(IndexOutOfBounds, "Index out of range: %d", number)
	}
	return int(number), end + 1, nil
}

// String returns the path as it was written.
func (p Path) String() string { return p.text }

// elements returns the elements in one of the two patterns.
func (p *Path) elements(flexible bool) ([]segment, error) {
	if !flexible || p.flexible == nil && p.inflexible == nil {
		return p.segments, nil
	}
	return p.flexible, p.inflexible
}

// joined is the text of the elements from one to another, dots included: the
// key that the flexible pattern looks for.
func (p *Path) joined(from, to *segment) string { return p.text[from.start:to.end] }

// indexText is the index of a list element as messages show it.
func indexText(s *segment) string { return strconv.Itoa(s.index) }

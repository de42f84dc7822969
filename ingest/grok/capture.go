package grok

import "strings"

// A Type is the class a captured text is to be converted to.
type Type uint8

// The types of %{NAME:field:type}; any other word there is String.
const (
	String Type = iota
	Integer
	Long
	Float
	Double
	Boolean
)

func typeOf(name string) Type {
	switch name {
	case "int":
		return Integer
	case "long":
		return Long
	case "float":
		return Float
	case "double":
		return Double
	case "boolean":
		return Boolean
	}
	return String
}

// A Capture is a text that a pattern captured.
type Capture struct {
	Field int // index of Grok.Fields
	Type  Type
	Text  string // aliases the text that was matched
}

// A target is the field a group of a regular expression is captured to.
type target struct {
	group int
	field int
	typ   Type
}

// splitName takes a group's name, NAME:field:type or field, apart.
func splitName(group string) (field string, typ Type) {
	parts := strings.Split(group, ":")
	for len(parts) > 1 && parts[len(parts)-1] == "" {
		parts = parts[:len(parts)-1] // as String.split in Java
	}
	switch len(parts) {
	case 1:
		return parts[0], String
	case 3:
		return parts[1], typeOf(parts[2])
	}
	return parts[1], String
}

// targets returns the groups of a regular expression in the order in which
// Elasticsearch takes them: by field, and for one field by the name of the group
// as it first occurs. Fields that are new are added to fields.
func targets(names []string, fields *[]string) []target {
	var out []target
	taken := make([]bool, len(names))
	take := func(name string) {
		field, typ := splitName(name)
		for group, n := range names {
			if n == name && !taken[group] {
				taken[group] = true
				out = append(out, target{group: group, field: fieldIndex(field, fields), typ: typ})
			}
		}
	}
	for first, name := range names {
		if name == "" || taken[first] {
			continue
		}
		field, _ := splitName(name)
		for _, other := range names[first:] {
			if f, _ := splitName(other); f == field && other != "" {
				take(other)
			}
		}
	}
	return out
}

func fieldIndex(field string, fields *[]string) int {
	for i, f := range *fields {
		if f == field {
			return i
		}
	}
	*fields = append(*fields, field)
	return len(*fields) - 1
}

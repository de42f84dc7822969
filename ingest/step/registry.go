package step

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// A Registry knows the processor types by name. It does not change after New.
type Registry struct {
	types map[string]Type
	names []string // sorted
}

// NewRegistry returns a registry of the given types; two of one name are an
// error.
func NewRegistry(types ...Type) (*Registry, error) {
	r := &Registry{types: make(map[string]Type, len(types))}
	for _, t := range types {
		if _, twice := r.types[t.Name]; twice {
			return nil, fmt.Errorf("processor type %q is registered twice", t.Name)
		}
		r.types[t.Name] = t
		r.names = append(r.names, t.Name)
	}
	slices.Sort(r.names)
	return r, nil
}

// Lookup returns the type of the given name.
func (r *Registry) Lookup(name string) (Type, bool) {
	t, ok := r.types[name]
	return t, ok
}

// NameOf returns the name of the type that p is of, the Go type if it is none of
// the registry's.
func (r *Registry) NameOf(p Processor) string {
	want := reflect.TypeOf(p)
	for _, name := range r.names {
		if reflect.TypeOf(r.types[name].Read(&Options{})) == want {
			return name
		}
	}
	return strings.ToLower(want.Name())
}

// Names returns the names of all types, sorted.
func (r *Registry) Names() []string { return r.names }

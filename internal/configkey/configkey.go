// Package configkey helps with misspelt keys in a component's configuration.
//
// A component's Config uses it as its own Unmarshal:
//
//	func (c *Config) Unmarshal(conf *confmap.Conf) error { return configkey.Unmarshal(conf, c) }
package configkey

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/confmap"

	"github.com/sluice-otel/sluice/ingest/spelling"
)

// Unmarshal decodes conf into the struct that config points to. If that fails
// the error names, beside the collector's reason, every unknown key with the
// known one closest to it.
func Unmarshal(conf *confmap.Conf, config any) error {
	err := conf.Unmarshal(config)
	if err == nil {
		return nil
	}
	return errors.Join(append([]error{err}, unknown(conf.ToStringMap(), reflect.TypeOf(config).Elem(), "")...)...)
}

// unknown returns an error for each key of m, at any depth, that has no field.
func unknown(m map[string]any, t reflect.Type, prefix string) []error {
	fields := fieldsOf(t)
	known := slices.Sorted(maps.Keys(fields))
	var errs []error
	for _, key := range slices.Sorted(maps.Keys(m)) {
		field, ok := fields[key]
		inner, isMap := m[key].(map[string]any)
		switch {
		case !ok:
			errs = append(errs, noSuchKey(prefix+key, spelling.Nearest(key, known)))
		case isMap && plain(field):
			errs = append(errs, unknown(inner, field, prefix+key+"::")...)
		}
	}
	return errs
}

func noSuchKey(key, nearest string) error {
	if nearest == "" {
		return fmt.Errorf("%s: there is no such key", key)
	}
	return fmt.Errorf("%s: there is no such key; did you mean %q?", key, nearest)
}

// plain reports whether t is a struct whose fields are its keys: not one that
// decodes itself, such as an optional.
func plain(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && !reflect.PointerTo(t).Implements(reflect.TypeFor[confmap.Unmarshaler]())
}

// fieldsOf returns the types of t's fields by key, those of squashed structs
// among them.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("mapstructure"), ",")
		switch {
		case strings.Contains(options, "squash"):
			maps.Copy(out, fieldsOf(f.Type))
		case name != "" && name != "-":
			out[name] = f.Type
		}
	}
	return out
}

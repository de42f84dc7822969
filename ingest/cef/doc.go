// Package cef reads ArcSight's Common Event Format as Elasticsearch's cef
// processor does: seven headers that end with a pipe, then extensions, which are
// pairs key=value.
//
// event.go has the headers, extension.go the pairs, field.go the names and types
// of the standard keys.
package cef

// Package document holds the tree an ingest pipeline works on: the fields of
// one event, its metadata (_index, _id …) and the _ingest context.
//
// Values keep the identity Elasticsearch gives them in Java (Integer is not
// Long, Float is not Double), because error messages, fingerprints and
// List.contains depend on it. value.go has the scalars, container.go lists and
// maps, path.go and access.go the field paths and what reading, writing and
// removing by path means, document.go the whole, arena.go the memory.
//
// Ownership: a Document owns every map and list created through it. They live
// in its arena and are valid until Reset, which recycles them; strings are
// ordinary Go strings and outlive it. A Document is not safe for concurrent
// use.
package document

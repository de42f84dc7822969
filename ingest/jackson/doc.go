// Package jackson reads JSON text as Elasticsearch does: the dialect of its
// parser, its number classes and its error texts, because pipelines store those
// texts and people search for them.
//
// The dialect is JSON with comments (/* */ and //); keys may repeat only if
// that is asked for. parser.go has the grammar, text.go strings and numbers,
// error.go the messages of Jackson 2.17.
package jackson

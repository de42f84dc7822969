// Package uri takes URIs apart as Java does, whose classes Elasticsearch's
// uri_parts is made of: java.net.URI reads RFC 2396 strictly, java.net.URL takes
// nearly everything behind a protocol it knows.
//
// uri.go is the one, authority.go its hosts, url.go the other, character.go
// what characters may stand where.
package uri

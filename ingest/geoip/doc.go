// Package geoip looks addresses up in MaxMind DB files, those of MaxMind and of
// IPinfo, and names what is known as Elasticsearch's geoip and ip_location
// processors do.
//
// databases.go has the files of a folder, kind.go which kinds of databases there
// are and which properties they have, lookup.go the lookup.
package geoip

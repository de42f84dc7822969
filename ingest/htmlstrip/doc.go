// Package htmlstrip takes the markup out of HTML as Lucene's HTMLStripCharFilter
// does, which Elasticsearch's html_strip is made of.
//
// Inline elements go without a trace, other tags, scripts and styles become a
// line feed, comments, processing instructions and declarations vanish,
// character references are resolved. What only looks like markup stays.
//
// strip.go has the text outside of tags, tag.go what a tag is, hidden.go the
// parts that are not shown, entity.go the character references.
package htmlstrip

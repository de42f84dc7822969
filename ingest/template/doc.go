// Package template renders the Mustache templates of ingest pipelines:
// {{{source.ip}}} in a processor's option becomes the field's text.
//
// A template is parsed once (parse.go), its names are compiled to paths
// (name.go), and executing it appends literals and values to one buffer
// (render.go). value.go does the same for options that are maps or lists with
// templates inside.
//
// The language is the part of Mustache that makes sense in a pipeline, with
// the behaviour of mustache.java as Elasticsearch sets it up:
//
//	{{{x}}} {{&x}}         the text of x as it is
//	{{x}}                  the text of x, escaped for the media type
//	{{#x}}…{{/x}}          once for each item of a list, once for any other
//	                       value, not at all for null, false, "" and an empty list
//	{{^x}}…{{/x}}          where {{#x}} would render nothing
//	{{.}}                  the item, inside of a section
//	{{! … }}               nothing
//
// Names are dotted paths; list.0 is an item and list.size the length. A field
// that is missing or null renders as nothing. A list renders as {0=a, 1=b}, a
// map as {k=v}. {{{#x}}} is a variable whose name is "#x", not a section.
// Partials and delimiter changes are errors of Compile. Three sections are
// functions (function.go):
//
//	{{#toJson}}x{{/toJson}}  the list or map x as JSON
//	{{#join}}x{{/join}}      the items of the list x, separated by commas, or by
//	                         what {{#join delimiter='; '}} says
//	{{#url}}…{{/url}}        the text inside, encoded for a URL
package template

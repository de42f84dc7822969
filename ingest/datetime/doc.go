// Package datetime parses and prints dates as the date processor of
// Elasticsearch does: java.time patterns, ISO8601, UNIX, UNIX_MS, TAI64N and
// the named formats such as strict_date_optional_time.
//
// A format is compiled once (parser.go). A java.time pattern becomes a list of
// elements (pattern.go, builder.go, element.go) that are matched from left to
// right (parse.go, offset.go, zonetext.go); of the fields found, resolve.go
// and week.go make a date and a time, by the rules of java.time.format.Parsed;
// convert.go fills in what is missing, as Elasticsearch does. print.go is the
// other direction. ISO 8601 and epochs have parsers of their own (iso8601.go,
// epoch.go).
//
// A pattern of the usual kind has a shorter reader beside its elements (plain.go),
// which leaves all but the usual texts to them.
//
// The behaviour is that of Elasticsearch 9 on Java 25, with its error texts;
// testdata has tables that Java made. Names of months and days come from CLDR, in
// the languages of localenames.txt; zone names are English. Patterns with the
// letter B, in the morning, are refused.
package datetime

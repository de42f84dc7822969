// Package useragent tells browser, operating system and device from a user agent
// string, as Elasticsearch's user_agent processor does.
//
// The expressions are those of the ua-parser project, in its YAML format; they
// are matched as java.util.regex would. library.go has the files, parser.go the
// matching, devicetype.go the kind of device that Elasticsearch adds.
package useragent

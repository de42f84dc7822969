// Package dissect takes texts apart at fixed delimiters, as the dissect
// processor of Elasticsearch does: %{clientip} - [%{ts}] "%{verb} %{path}".
//
// Compile reads a pattern (pattern.go, key.go) into keys and the delimiters
// behind them; matching (match.go) is a search for one delimiter after the other.
// The keys:
//
//	%{name}     a field
//	%{name->}   a field; the delimiter behind it may be repeated
//	%{+name}    appended to the field of that name
//	%{+name/2}  appended in the order of the numbers
//	%{*k} %{&k} the name of a field, and its value
//	%{?name} %{} nothing
package dissect

package uri

import "strings"

// Parts are the parts of a URI. A part that is not there is nil.
type Parts struct {
	Scheme, UserInfo, Host, Path, Query, Fragment *string
	Port                                          int // -1 for none
}

// Parse takes s apart as java.net.URI, else as java.net.URL does; false if it is
// neither. Escapes are resolved by the first only.
func Parse(s string) (Parts, bool) {
	p := parser{text: s, parts: Parts{Port: -1}}
	if p.uri() {
		p.parts.decode()
		return p.parts, true
	}
	return parseURL(s)
}

// decode resolves the escapes as the getters of java.net.URI do.
func (p *Parts) decode() {
	for _, part := range [...]**string{&p.UserInfo, &p.Path, &p.Query, &p.Fragment} {
		if *part != nil {
			text := unescape(**part)
			*part = &text
		}
	}
}

// A parser reads a URI strictly. Its methods report false for what is none.
type parser struct {
	text  string
	parts Parts
}

// uri reads [scheme:]rest[#fragment].
func (p *parser) uri() bool {
	rest, fragment, hasFragment := strings.Cut(p.text, "#")
	if i := strings.IndexAny(rest, ":/?"); i >= 0 && rest[i] == ':' {
		scheme := rest[:i]
		if scheme == "" || !letter.has(scheme[0]) || !onlyOf(scheme, schemeChars) {
			return false
		}
		p.parts.Scheme = &scheme
		rest = rest[i+1:]
	}
	if hasFragment {
		if !valid(fragment, uriChars) {
			return false
		}
		p.parts.Fragment = &fragment
	}
	if p.parts.Scheme != nil && !strings.HasPrefix(rest, "/") {
		return rest != "" && valid(rest, uriChars) // opaque, such as mailto:
	}
	return p.hierarchical(rest)
}

// hierarchical reads [//authority][path][?query].
func (p *parser) hierarchical(s string) bool {
	if after, ok := strings.CutPrefix(s, "//"); ok {
		end := strings.IndexAny(after, "/?")
		if end < 0 {
			end = len(after)
		}
		if after == "" && p.parts.Fragment == nil {
			return false // nothing follows
		}
		if end > 0 && !p.authority(after[:end]) {
			return false
		}
		s = after[end:]
	}
	path, query, hasQuery := strings.Cut(s, "?")
	if !valid(path, pathChars) {
		return false
	}
	p.parts.Path = &path
	if hasQuery {
		p.parts.Query = &query
	}
	return valid(query, uriChars)
}

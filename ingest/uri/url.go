package uri

import (
	"strconv"
	"strings"
)

// protocols are those java.net.URL has a handler for, as far as logs have them.
var protocols = map[string]bool{"http": true, "https": true, "ftp": true, "file": true}

// parseURL takes s apart as java.net.URL: nothing is checked but the protocol,
// the port and brackets.
func parseURL(s string) (Parts, bool) {
	s = strings.TrimFunc(s, func(r rune) bool { return r <= ' ' })
	if len(s) >= 4 && strings.EqualFold(s[:4], "url:") {
		s = s[4:]
	}
	protocol, rest, ok := strings.Cut(s, ":")
	protocol = strings.ToLower(protocol)
	if !ok || !protocols[protocol] {
		return Parts{}, false
	}
	p := Parts{Scheme: &protocol, Port: -1}
	if before, ref, ok := strings.Cut(rest, "#"); ok {
		rest, p.Fragment = before, &ref
	}
	if before, query, ok := strings.Cut(rest, "?"); ok {
		rest, p.Query = before, &query
	}
	host := ""
	p.Host = &host
	hasAuthority := strings.HasPrefix(rest, "//") && !strings.HasPrefix(rest, "////")
	if hasAuthority {
		authority := rest[2:]
		rest = ""
		if i := strings.IndexByte(authority, '/'); i >= 0 {
			authority, rest = authority[:i], authority[i:]
		}
		if !p.urlAuthority(authority) {
			return p, false
		}
	}
	p.Path = &rest
	return p, true
}

func (p *Parts) urlAuthority(s string) bool {
	switch user, host, ok := strings.Cut(s, "@"); {
	case strings.Count(s, "@") > 1:
		return true // neither user nor host
	case ok:
		p.UserInfo, s = &user, host
	}
	port := ""
	switch {
	case strings.HasPrefix(s, "["):
		end := strings.IndexByte(s, ']')
		if end <= 2 || !isIPv6(s[1:end]) || len(s) > end+1 && s[end+1] != ':' {
			return false
		}
		s, port = s[:end+1], strings.TrimPrefix(s[end+1:], ":")
	default:
		s, port, _ = strings.Cut(s, ":")
	}
	p.Host = &s
	if port == "" {
		return true
	}
	n, err := strconv.ParseInt(port, 10, 32)
	p.Port = int(n)
	return err == nil && n >= -1
}

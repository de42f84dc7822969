package uri

import (
	"net/netip"
	"strconv"
	"strings"
)

// authority reads [user@]host[:port]. What is no host but consists of the right
// characters is the name of a registry: it has no parts.
func (p *parser) authority(s string) bool {
	isName := valid(s, registryChars)
	isServer := valid(s, serverChars)
	if strings.LastIndexByte(s, ']') > 0 {
		isServer = isServer || onlyOf(strings.ReplaceAll(s, "%", ""), serverChars)
	}
	if isServer && p.server(s) {
		return true
	}
	p.parts.UserInfo, p.parts.Host, p.parts.Port = nil, nil, -1
	return isName
}

func (p *parser) server(s string) bool {
	if user, rest, ok := strings.Cut(s, "@"); ok {
		if !valid(user, userInfoChars) {
			return false
		}
		p.parts.UserInfo = &user
		s = rest
	}
	end := hostEnd(s)
	if end <= 0 {
		return false
	}
	host := s[:end]
	p.parts.Host = &host
	return s[end:] == "" || s[end] == ':' && p.port(s[end+1:])
}

func (p *parser) port(s string) bool {
	if s == "" {
		return true
	}
	n, err := strconv.ParseInt(s, 10, 32)
	p.parts.Port = int(n)
	return err == nil && onlyOf(s, digit)
}

// hostEnd returns the length of the host at the start of s, or -1.
func hostEnd(s string) int {
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 0 || !isIPv6(s[1:end]) {
			return -1
		}
		return end + 1
	}
	end := strings.IndexByte(s, ':')
	if end < 0 {
		end = len(s)
	}
	if isIPv4(s[:end]) || isHostname(s[:end]) {
		return end
	}
	return -1
}

// isIPv6 takes a scope behind the address.
func isIPv6(s string) bool {
	address, scope, scoped := strings.Cut(s, "%")
	ip, err := netip.ParseAddr(address)
	return err == nil && ip.Is6() && (!scoped || scope != "" && onlyOf(scope, scopeChars))
}

// isIPv4 takes leading zeros, as Java does.
func isIPv4(s string) bool {
	parts := strings.Split(s, ".")
	for _, part := range parts {
		n, err := strconv.ParseUint(part, 10, 31)
		if err != nil || n > 255 {
			return false
		}
	}
	return len(parts) == 4
}

// isHostname takes labels of letters, digits and inner dashes; the last of
// several begins with a letter. A dot may end the name.
func isHostname(s string) bool {
	labels := strings.Split(strings.TrimSuffix(s, "."), ".")
	for _, label := range labels {
		if label == "" || label[0] == '-' || label[len(label)-1] == '-' || !onlyOf(label, hostChars) {
			return false
		}
	}
	last := labels[len(labels)-1]
	return len(labels) == 1 || letter.has(last[0])
}

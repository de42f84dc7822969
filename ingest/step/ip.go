package step

import (
	"net/netip"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// parseIP is InetAddresses.forString: no zone, and an IPv4 address in IPv6 form
// is an IPv4 address.
func parseIP(s string) (netip.Addr, error) {
	text, _, _ := strings.Cut(s, "%")
	ip, err := netip.ParseAddr(text)
	if err != nil {
		return ip, document.Illegalf("'%s' is not an IP string literal.", s)
	}
	return ip.Unmap(), nil
}

// parseRange is CIDRUtils' reading of a range: an address with the length of its
// prefix, or one address.
func parseRange(s string) (netip.Prefix, error) {
	address, length, ok := strings.Cut(s, "/")
	if strings.Contains(length, "/") {
		return netip.Prefix{}, document.Illegalf("Expected [ip/prefix] but was [%s]", s)
	}
	ip, err := parseIP(address)
	if err != nil {
		return netip.Prefix{}, err
	}
	if !ok {
		return netip.PrefixFrom(ip, ip.BitLen()), nil
	}
	bits, ok := document.ParseInt(length, 32)
	if !ok {
		return netip.Prefix{}, document.Illegalf(`For input string: "%s"`, length)
	}
	prefix, err := ip.Prefix(int(bits))
	if err != nil {
		return prefix, document.Illegalf("Illegal prefix length [%d] in [%s]. Must be 0-32 for IPv4 ranges, 0-128 for IPv6 ranges", bits, s)
	}
	return prefix, nil
}

package painless

import (
	"net/netip"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A cidr is Elasticsearch's own class CIDR: a range of addresses.
type cidr struct{ netip.Prefix }

// JavaClass implements document.Object.
func (cidr) JavaClass() string { return "org.elasticsearch.painless.api.CIDR" }

// AppendText implements document.Object.
func (c cidr) AppendText(dst []byte) []byte { return append(dst, c.String()...) }

// Identity implements document.Object.
func (c cidr) Identity() string { return c.String() }

// HashCode implements document.Object.
func (c cidr) HashCode() int32 { return document.String(c.String()).HashCode() }

func cidrClass() classSpec {
	return classSpec{
		name: "CIDR", java: "org.elasticsearch.painless.api.CIDR",
		methods: []member{{"boolean contains(String)", func(t *thread, args []Value) Value {
			if args[1].Str() == "" { // or null
				return document.Boolean(false)
			}
			c := objectOf[cidr](args[0])
			return document.Boolean(c.Contains(t.address(args[1].Str())))
		}}},
		statics: []member{{"CIDR(String)", func(t *thread, args []Value) Value {
			text := t.text(args[0])
			p, err := netip.ParsePrefix(text)
			if err != nil {
				a := t.address(text)
				p = netip.PrefixFrom(a, a.BitLen())
			}
			return document.ObjectOf(cidr{p.Masked()})
		}}},
	}
}

// address reads an address; one of IPv4 within IPv6 is one of IPv4.
func (t *thread) address(text string) netip.Addr {
	a, err := netip.ParseAddr(text)
	if err != nil {
		t.throw(document.IllegalArgument, "'%s' is not an IP string literal.", text)
	}
	return a.Unmap()
}

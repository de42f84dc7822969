package step

import (
	"crypto/sha1" //nolint:gosec // the specification's hash
	"encoding/base64"
	"encoding/binary"
	"net/netip"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// CommunityID computes the Community ID of a network flow, version 1 of
// https://github.com/corelight/community-id-spec. Every field is optional and
// has the default of Elasticsearch. As in Elasticsearch 8, which the expectations
// of the Elastic integrations are from, a port of 0 and a protocol that has no
// name are mistakes.
type CommunityID struct {
	SourceIP, SourcePort, DestinationIP, DestinationPort string
	IANANumber, Transport, ICMPType, ICMPCode            string
	TargetField                                          string
	Seed                                                 int
	FailOnMissing                                        bool // ignore_missing: false
}

func readCommunityID(o *Options) Processor {
	c := CommunityID{
		SourceIP:        o.OptionalString("source_ip", ""),
		SourcePort:      o.OptionalString("source_port", ""),
		DestinationIP:   o.OptionalString("destination_ip", ""),
		DestinationPort: o.OptionalString("destination_port", ""),
		IANANumber:      o.OptionalString("iana_number", ""),
		Transport:       o.OptionalString("transport", ""),
		ICMPType:        o.OptionalString("icmp_type", ""),
		ICMPCode:        o.OptionalString("icmp_code", ""),
		TargetField:     o.OptionalString("target_field", ""),
		Seed:            o.Int("seed", 0),
		FailOnMissing:   !o.Bool("ignore_missing", true),
	}
	if c.Seed < 0 || c.Seed > 65535 {
		o.Failf("seed", "[seed] must be a value between 0 and 65535")
	}
	return c
}

// Compile implements Processor.
func (c CommunityID) Compile(Env) (Step, error) {
	s := &communityIDStep{ignoreMissing: !c.FailOnMissing, seed: uint16(c.Seed)}
	for _, f := range []struct {
		option, name, fallback string
		path                   *document.Path
	}{
		{"source_ip", c.SourceIP, "source.ip", &s.sourceIP},
		{"source_port", c.SourcePort, "source.port", &s.sourcePort},
		{"destination_ip", c.DestinationIP, "destination.ip", &s.destinationIP},
		{"destination_port", c.DestinationPort, "destination.port", &s.destinationPort},
		{"iana_number", c.IANANumber, "network.iana_number", &s.ianaNumber},
		{"transport", c.Transport, "network.transport", &s.transport},
		{"icmp_type", c.ICMPType, "icmp.type", &s.icmpType},
		{"icmp_code", c.ICMPCode, "icmp.code", &s.icmpCode},
		{"target_field", c.TargetField, "network.community_id", &s.target},
	} {
		name := f.name
		if name == "" {
			name = f.fallback
		}
		var err error
		if *f.path, err = document.ParsePath(name); err != nil {
			return nil, InOption(f.option, err)
		}
	}
	return s, nil
}

type communityIDStep struct {
	sourceIP, sourcePort, destinationIP, destinationPort document.Path
	ianaNumber, transport, icmpType, icmpCode            document.Path
	target                                               document.Path
	seed                                                 uint16
	ignoreMissing                                        bool
}

// Run implements Step.
func (s *communityIDStep) Run(d *document.Document) error {
	f, ok, err := s.flow(d)
	switch {
	case err != nil:
		return err
	case !ok && s.ignoreMissing:
		return nil
	case !ok:
		return document.Illegalf("unable to construct flow from document")
	}
	id, err := f.id(s.seed)
	if err != nil {
		return err
	}
	return d.Set(s.target, document.String(id))
}

// A flow is what identifies the packets of a conversation. For ICMP the ports
// are the type and code of the messages.
type flow struct {
	source, destination         netip.Addr
	protocol                    int
	sourcePort, destinationPort int
	oneWay                      bool // ICMP messages that nothing answers
}

// The protocols that are more than a number.
const (
	icmp   = 1
	tcp    = 6
	udp    = 17
	icmpV6 = 58
	sctp   = 132
)

var protocols = map[string]int{
	"icmp": icmp, "igmp": 2, "tcp": tcp, "udp": udp, "gre": 47, "ipv6-icmp": icmpV6, "icmpv6": icmpV6,
	"eigrp": 88, "ospf": 89, "pim": 103, "sctp": sctp,
}

// flow reads the flow of a document; false if an address or the protocol is
// missing.
func (s *communityIDStep) flow(d *document.Document) (f flow, ok bool, err error) {
	source, hasSource, err := requiredText(d, s.sourceIP, s.ignoreMissing)
	if err != nil {
		return f, false, err
	}
	destination, hasDestination, err := requiredText(d, s.destinationIP, s.ignoreMissing)
	if err != nil || !hasSource || !hasDestination {
		return f, false, err
	}
	if f.source, err = parseIP(source); err != nil {
		return f, false, err
	}
	if f.destination, err = parseIP(destination); err != nil {
		return f, false, err
	}
	protocol, _ := d.Lookup(s.ianaNumber)
	if protocol.IsNull() {
		if protocol, err = required(d, s.transport, s.ignoreMissing); err != nil || protocol.IsNull() {
			return f, false, err
		}
	}
	if f.protocol, err = protocolNumber(protocol); err != nil {
		return f, false, err
	}
	switch f.protocol {
	case tcp, udp, sctp:
		err = s.ports(d, &f)
	case icmp, icmpV6:
		err = s.messages(d, &f)
	}
	return f, err == nil, err
}

func protocolNumber(v document.Value) (int, error) {
	n := v.Int64()
	switch {
	case v.IsNumber():
	case v.Kind() == document.KindString:
		if known, ok := protocols[strings.ToLower(v.Str())]; ok {
			return known, nil
		}
		var ok bool
		if n, ok = document.ParseInt(v.Str(), 32); !ok {
			return 0, document.Illegalf("could not convert string [%s] to transport protocol", v.Str())
		}
	default:
		return 0, document.Illegalf("could not convert value of type [%s] to transport protocol", v.Kind().Class())
	}
	for _, known := range protocols {
		if int(int32(n)) == known {
			return known, nil
		}
	}
	return 0, document.Illegalf("unknown transport protocol number [%d]", int32(n))
}

func (s *communityIDStep) ports(d *document.Document, f *flow) (err error) {
	if f.sourcePort, err = s.port(d, s.sourcePort, "source port"); err != nil {
		return err
	}
	f.destinationPort, err = s.port(d, s.destinationPort, "destination port")
	return err
}

func (s *communityIDStep) port(d *document.Document, path document.Path, what string) (int, error) {
	v, err := required(d, path, s.ignoreMissing)
	if err != nil {
		return 0, err
	}
	n, err := intOf(v, what)
	if err == nil && (n < 1 || n > 65535) {
		err = document.Illegalf("invalid %s [%s]", what, v.Text())
	}
	return n, err
}

// intOf reads a number or a text of digits; null is 0.
func intOf(v document.Value, what string) (int, error) {
	switch {
	case v.IsNull():
		return 0, nil
	case v.IsNumber():
		return int(int32(v.Int64())), nil
	case v.Kind() == document.KindString:
		if n, ok := document.ParseInt(v.Str(), 32); ok {
			return int(n), nil
		}
	}
	return 0, document.Illegalf("unable to parse %s [%s]", what, v.Text())
}

// answers are the ICMP message types that answer each other, both ways but
// where only one is listed.
var (
	answers = map[int]int{8: 0, 0: 8, 13: 14, 14: 13, 15: 16, 10: 9, 9: 10, 17: 18, 18: 17}

	answersV6 = map[int]int{
		128: 129, 129: 128, 133: 134, 134: 133, 136: 135, 135: 136, 130: 131, 139: 140, 140: 139, 144: 145, 145: 144,
	}
)

func (s *communityIDStep) messages(d *document.Document, f *flow) (err error) {
	kind, _ := d.Lookup(s.icmpType)
	code, _ := d.Lookup(s.icmpCode)
	if f.sourcePort, err = intOf(kind, "icmp type"); err != nil {
		return err
	}
	if f.destinationPort, err = intOf(code, "icmp code"); err != nil {
		return err
	}
	table := answers
	if f.protocol == icmpV6 {
		table = answersV6
	}
	answer, ok := table[f.sourcePort]
	if f.oneWay = !ok; ok {
		f.destinationPort = answer
	}
	return nil
}

// id returns the Community ID: both directions of a flow have the same.
func (f *flow) id(seed uint16) (string, error) {
	if !f.oneWay && !f.ordered() {
		f.source, f.destination = f.destination, f.source
		f.sourcePort, f.destinationPort = f.destinationPort, f.sourcePort
	}
	data := binary.BigEndian.AppendUint16(nil, seed)
	data = append(append(data, f.source.AsSlice()...), f.destination.AsSlice()...)
	data = append(data, byte(f.protocol), 0)
	switch f.protocol {
	case tcp, udp, sctp, icmp, icmpV6:
		for _, port := range [...]int{f.sourcePort, f.destinationPort} {
			if port < 0 || port > 65535 {
				return "", document.Throwf(document.IllegalState, "number [%d] must be a value between 0 and 65535", port)
			}
			data = binary.BigEndian.AppendUint16(data, uint16(port))
		}
	}
	sum := sha1.Sum(data) //nolint:gosec // the specification's hash
	return "1:" + base64.StdEncoding.EncodeToString(sum[:]), nil
}

func (f *flow) ordered() bool {
	if order := f.source.Compare(f.destination); order != 0 {
		return order < 0
	}
	return f.sourcePort < f.destinationPort
}

//go:build linux && (amd64 || arm64)

package model

import (
	"encoding/binary"
	"net/netip"

	"github.com/sluice-otel/sluice/bpf"
)

// Frame is a packet as the kernel hands it to the program.
type Frame struct {
	Data      []byte // from the Ethernet header on
	Direction bpf.Direction

	// Segments and SegmentSize are set of a packet that GRO has put together or
	// that will be cut by GSO. WireLen is what the kernel has worked out for the
	// wire, on egress only.
	Segments    uint32
	SegmentSize uint32
	WireLen     uint32
}

// packet is what the policies are about.
type packet struct {
	wire      uint32
	segments  uint32
	headers   uint32
	ip        bool // false: exempt
	peer      netip.Addr
	proto     uint8
	hasPorts  bool
	peerPort  uint16
	port      uint16
	localPort uint16
	tagged    bool
	ecn       int // where the byte is that says the packet may be marked
}

const (
	protoHopByHop = 0
	protoTCP      = 6
	protoUDP      = 17
	protoRouting  = 43
	protoFragment = 44
	protoAH       = 51
	protoICMPv6   = 58
	protoDstOpts  = 60
)

func parse(f Frame) packet {
	p := packet{segments: 1, wire: uint32(len(f.Data))}
	etherType, at := etherType(f.Data)
	p.tagged = at > 14
	switch etherType {
	case 0x0800:
		p.parseIPv4(f, at)
	case 0x86DD:
		p.parseIPv6(f, at)
	}
	if p.ip {
		p.measure(f)
	}
	return p
}

// etherType skips up to two VLAN tags. Of a frame that ends within them it is 0.
func etherType(data []byte) (etherType uint16, at int) {
	for at, tags := 12, 0; at+2 <= len(data); at, tags = at+4, tags+1 {
		t := binary.BigEndian.Uint16(data[at:])
		if tags == 2 || t != 0x8100 && t != 0x88A8 {
			return t, at + 2
		}
	}
	return 0, 0
}

func (p *packet) parseIPv4(f Frame, at int) {
	d := f.Data[at:]
	if len(d) < 20 || d[0]>>4 != 4 || d[0]&15 < 5 {
		return
	}
	length := int(d[0]&15) * 4
	p.ip, p.proto = true, d[9]
	p.peer = netip.AddrFrom4([4]byte(d[12:16]))
	if f.Direction == bpf.Egress {
		p.peer = netip.AddrFrom4([4]byte(d[16:20]))
	}
	p.ecn = at + 1
	p.headers = uint32(at + length)
	if binary.BigEndian.Uint16(d[6:])&0x3fff == 0 {
		p.parseTransport(f, at+length)
	}
}

func (p *packet) parseIPv6(f Frame, at int) {
	d := f.Data[at:]
	if len(d) < 40 || d[0]>>4 != 6 {
		return
	}
	p.ip, p.proto = true, d[6]
	p.peer = netip.AddrFrom16([16]byte(d[8:24]))
	if f.Direction == bpf.Egress {
		p.peer = netip.AddrFrom16([16]byte(d[24:40]))
	}
	p.ecn = at + 1
	at, fragment := p.skipExtensions(f.Data, at+40)
	p.headers = uint32(at)
	if fragment {
		return
	}
	if p.proto == protoICMPv6 && at < len(f.Data) && f.Data[at] >= 133 && f.Data[at] <= 137 {
		p.ip = false
		return
	}
	p.parseTransport(f, at)
}

func (p *packet) skipExtensions(d []byte, at int) (end int, fragment bool) {
	for range 6 {
		if at+8 > len(d) {
			break
		}
		length := 8 + int(d[at+1])*8
		switch p.proto {
		case protoFragment:
			length = 8
			fragment = fragment || binary.BigEndian.Uint16(d[at+2:])&0xfff9 != 0
		case protoAH:
			length = 8 + int(d[at+1])*4
		case protoHopByHop, protoRouting, protoDstOpts:
		default:
			return at, fragment
		}
		p.proto = d[at]
		at += length
	}
	return at, fragment
}

func (p *packet) parseTransport(f Frame, at int) {
	d := f.Data[min(at, len(f.Data)):]
	length := uint32(8)
	switch {
	case p.proto == protoUDP && len(d) >= 8:
	case p.proto == protoTCP && len(d) >= 20:
		length = uint32(d[12]>>4) * 4
	default:
		return
	}
	src, dst := binary.BigEndian.Uint16(d), binary.BigEndian.Uint16(d[2:])
	p.headers += length
	p.hasPorts = true
	p.port = dst
	p.peerPort, p.localPort = src, dst
	if f.Direction == bpf.Egress {
		p.peerPort, p.localPort = dst, src
	}
}

func (p *packet) measure(f Frame) {
	segments, length := f.Segments, uint32(len(f.Data))
	if segments == 0 && f.SegmentSize > 0 && length > p.headers {
		segments = (length - p.headers + f.SegmentSize - 1) / f.SegmentSize
	}
	p.segments = max(segments, 1)
	p.wire = length + (p.segments-1)*p.headers
	if f.Direction == bpf.Egress {
		p.wire = f.WireLen
	}
}

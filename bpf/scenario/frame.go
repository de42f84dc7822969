//go:build linux && (amd64 || arm64)

package scenario

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/sluice-otel/sluice/bpf"
	"github.com/sluice-otel/sluice/bpf/model"
)

// builder appends header after header. Each is announced by a number in the one
// before.
type builder struct {
	frame model.Frame
	next  int  // where the number of the next header goes
	wide  bool // it has two bytes
	cut   int
}

// ParseFrame builds a packet from words:
//
//	vlan=10 qinq=10 arp       tags, or a frame that is not IP
//	ip4=SRC>DST ip6=SRC>DST   addresses; then, of IPv4: opt=N (words), frag=N (offset), mf, tos=N
//	hop dst rt ah frag6=N     extension headers of IPv6; tc=N its traffic class
//	tcp=S>D udp=S>D icmp6=N   transport; tcp with doff=N
//	pay=N cut=N               payload; what is left of the frame
//	segs=N size=N wire=N out  what the kernel knows, and the direction
func ParseFrame(text string) (model.Frame, error) {
	b := &builder{frame: model.Frame{Direction: bpf.Ingress, Data: make([]byte, 12, 128)}, cut: -1}
	b.frame.Data = append(b.frame.Data, 0, 0)
	b.next, b.wide = 12, true
	for word := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(word, "=")
		if err := b.add(name, value); err != nil {
			return model.Frame{}, fmt.Errorf("%q: %w", word, err)
		}
	}
	if b.cut >= 0 && b.cut < len(b.frame.Data) {
		b.frame.Data = b.frame.Data[:b.cut]
	}
	if b.frame.Direction == bpf.Egress && b.frame.WireLen == 0 {
		b.frame.WireLen = uint32(len(b.frame.Data))
	}
	return b.frame, nil
}

func (b *builder) add(name, value string) error {
	switch name {
	case "ip4", "ip6":
		return b.addresses(name, value)
	case "tcp", "udp":
		return b.transport(name, value)
	case "out":
		b.frame.Direction = bpf.Egress
		return nil
	case "arp":
		b.follow(0x0806)
		b.put(make([]byte, 28)...)
		return nil
	}
	n := 0
	if value != "" {
		var err error
		if n, err = strconv.Atoi(value); err != nil {
			return err
		}
	}
	return b.number(name, n)
}

// number adds what is said with a number or none.
func (b *builder) number(name string, n int) error {
	ip := b.next - 9 // of IPv4: next is its protocol
	switch name {
	case "vlan":
		b.tag(0x8100, n)
	case "qinq":
		b.tag(0x88A8, n)
	case "opt":
		b.frame.Data[ip] += byte(n)
		b.put(make([]byte, 4*n)...)
	case "frag":
		b.frame.Data[ip+7] |= byte(n)
	case "mf":
		b.frame.Data[ip+6] |= 0x20
	case "tos":
		b.frame.Data[ip+1] = byte(n)
	case "tc":
		b.frame.Data[b.next-5] = byte(n) << 4
		b.frame.Data[b.next-6] |= byte(n) >> 4
	case "hop", "dst", "rt", "ah", "frag6":
		b.extension(name, n)
	case "icmp6":
		b.follow(58)
		b.put(byte(n), 0, 0, 0, 0, 0, 0, 0)
	case "doff":
		b.frame.Data[len(b.frame.Data)-8] = byte(n) << 4
		b.put(make([]byte, 4*(n-5))...)
	case "pay":
		b.put(make([]byte, n)...)
	case "cut":
		b.cut = n
	case "segs":
		b.frame.Segments = uint32(n)
	case "size":
		b.frame.SegmentSize = uint32(n)
	case "wire":
		b.frame.WireLen = uint32(n)
	default:
		return errors.New("unknown word")
	}
	return nil
}

func (b *builder) put(bytes ...byte) { b.frame.Data = append(b.frame.Data, bytes...) }

// follow says in the header before what follows it.
func (b *builder) follow(number uint16) {
	if b.wide {
		binary.BigEndian.PutUint16(b.frame.Data[b.next:], number)
		return
	}
	b.frame.Data[b.next] = byte(number)
}

func (b *builder) tag(etherType uint16, id int) {
	b.follow(etherType)
	b.put(byte(id>>8), byte(id), 0, 0)
	b.next = len(b.frame.Data) - 2
}

func (b *builder) addresses(name, value string) error {
	from, to, _ := strings.Cut(value, ">")
	src, err1 := netip.ParseAddr(from)
	dst, err2 := netip.ParseAddr(to)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	at := len(b.frame.Data)
	if name == "ip4" {
		b.follow(0x0800)
		b.put(0x45, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0, 0)
		b.next = at + 9
	} else {
		b.follow(0x86DD)
		b.put(0x60, 0, 0, 0, 0, 0, 59, 64)
		b.next = at + 6
	}
	b.wide = false
	b.put(src.AsSlice()...)
	b.put(dst.AsSlice()...)
	return nil
}

func (b *builder) extension(name string, n int) {
	number := map[string]uint16{"hop": 0, "dst": 60, "rt": 43, "ah": 51, "frag6": 44}[name]
	b.follow(number)
	b.next = len(b.frame.Data)
	switch name {
	case "frag6":
		b.put(59, 0, byte(n>>5), byte(n<<3), 0, 0, 0, 0)
	case "ah":
		b.put(59, byte(1+n), 0, 0)
		b.put(make([]byte, 8+4*n)...)
	default:
		b.put(59, byte(n))
		b.put(make([]byte, 6+8*n)...)
	}
}

func (b *builder) transport(name, value string) error {
	from, to, _ := strings.Cut(value, ">")
	src, err1 := strconv.ParseUint(from, 10, 16)
	dst, err2 := strconv.ParseUint(to, 10, 16)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	ports := []byte{byte(src >> 8), byte(src), byte(dst >> 8), byte(dst)}
	if name == "udp" {
		b.follow(17)
		b.put(append(ports, 0, 0, 0, 0)...)
		return nil
	}
	b.follow(6)
	b.put(append(ports, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 0x10, 0, 0, 0, 0, 0, 0)...)
	return nil
}

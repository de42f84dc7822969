//go:build linux && (amd64 || arm64)

package engine

import (
	"time"

	"github.com/sluice-otel/sluice/bpf"
	"github.com/sluice-otel/sluice/extension/shaperextension/policy"
)

const (
	// defaultLargest is the largest packet that GRO builds, unless the interface
	// says otherwise (BIG TCP).
	defaultLargest = 65536

	// smallestSegment is used for how many packets the largest one counts as.
	smallestSegment = 512

	// sourceBurst is the least a source may send at once within its share: a batch
	// of telemetry should not be cut in two.
	sourceBurst = 256 << 10

	// The kernel paces payload; of a full segment with timestamps the wire has more.
	segmentPayload, segmentOnWire = 1448, 1514
)

var modes = map[policy.Mode]uint8{
	policy.Police: bpf.ModePolice, policy.Observe: bpf.ModeObserve, policy.ECN: bpf.ModeECN, policy.Pace: bpf.ModePace,
}

// parameters returns what the programs read of a bucket, for a part of its limit
// and a committed share of each source.
func (b *bucket) parameters(factor float64, share policy.Rate) bpf.Policy {
	switch b.policy.Mode {
	case policy.Pace:
		return bpf.Policy{Mode: bpf.ModePace, Mult: pacedBytes(scale(uint64(b.policy.Rate), factor))}
	case policy.QueueMode:
		return b.queue()
	case policy.Police, policy.Observe, policy.ECN:
	}
	cost, least := b.cost(factor)
	burst := max(bpf.Units(b.policy.Burst), least)
	p := bpf.Policy{
		Mult:      cost.Mult,
		Shift:     cost.Shift,
		Burst:     burst,
		Committed: burst,
		EcnLow:    burst / ecnFraction,
		Next:      b.next,
		Sketch:    b.sketch,
		Mode:      modes[b.policy.Mode],
	}
	if b.packets {
		p.Flags = bpf.FlagPackets
	}
	if b.shared {
		reserve(&p, least)
	}
	if b.sketch != 0 {
		b.promise(&p, share)
	}
	return p
}

// pacedBytes returns the bytes of payload per second that make a rate on the wire.
func pacedBytes(bitsPerSecond uint64) uint64 {
	return max(1, bitsPerSecond/8*segmentPayload/segmentOnWire)
}

// ecnFraction of the burst is where marking begins.
const ecnFraction = 16

// cost returns the cost of a byte or packet, and the least burst: two of the
// largest packets, or one could never pass.
func (b *bucket) cost(factor float64) (bpf.Cost, uint64) {
	largest := max(b.largest, defaultLargest)
	if b.packets {
		c := bpf.PerPacket(max(1, scale(b.policy.PacketRate, factor)))
		return c, c.Of(2 * largest / smallestSegment)
	}
	c := bpf.PerByte(max(1, scale(uint64(b.policy.Rate), factor)))
	return c, c.Of(2 * largest)
}

func scale(n uint64, factor float64) uint64 { return uint64(float64(n)*factor + 0.5) }

// reserve keeps a quarter of the bucket for packets within their source's share.
// What is beyond a share is refused first, and those are not.
func reserve(p *bpf.Policy, least uint64) {
	p.Burst = max(p.Committed-p.Committed/4, least)
	p.Committed = max(p.Committed, p.Burst+least)
}

func (b *bucket) promise(p *bpf.Policy, share policy.Rate) {
	c := bpf.PerByte(uint64(share))
	p.SrcMult, p.SrcShift = c.Mult, c.Shift
	p.SrcBurst = max(bpf.Units(b.policy.Burst), c.Of(max(sourceBurst, 2*b.largest)))
}

func (b *bucket) queue() bpf.Policy {
	if b.policy.Queue.Device != "" {
		return bpf.Policy{Mode: bpf.ModeRedirect, Target: b.device, Next: b.next}
	}
	class, _ := policy.ParseClass(b.policy.Queue.Class) // Validate has
	return bpf.Policy{Mode: bpf.ModeQueue, Target: class, Next: b.next}
}

// delay is how far a bucket is ahead of now.
func delay(tat, now uint64) time.Duration {
	return max(0, bpf.Duration(int64(tat-now)))
}

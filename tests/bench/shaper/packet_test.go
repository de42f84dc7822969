//go:build privileged && linux && (amd64 || arm64)

package shaper

import (
	"net/netip"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/bpf"
	"github.com/sluice-otel/sluice/bpf/naive"
	"github.com/sluice-otel/sluice/bpf/scenario"
)

// sources is how many senders the packets of a run come from, at random.
const sources = 1 << 16

// run measures a program: the least of five test runs, in ns per packet. The first
// program of a chain gives every packet a random source, or leaves it.
func run(b *testing.B, program *ebpf.Program, frame []byte) float64 {
	b.Helper()
	best := time.Hour
	for range 5 {
		_, took, err := program.Benchmark(frame, 1_000_000, nil)
		require.NoError(b, err)
		best = min(best, took)
	}
	return float64(best.Nanoseconds())
}

func empty(b *testing.B) *ebpf.Program {
	b.Helper()
	return program(b, asm.Instructions{asm.Mov.Imm(asm.R0, -1), asm.Return()})
}

func program(b *testing.B, code asm.Instructions) *ebpf.Program {
	b.Helper()
	p, err := ebpf.NewProgram(&ebpf.ProgramSpec{Type: ebpf.SchedCLS, License: "Dual BSD/GPL", Instructions: code})
	require.NoError(b, err)
	b.Cleanup(func() { _ = p.Close() })
	return p
}

// withRandomSource is a program that writes a random source address into the
// packet and goes on to another.
func withRandomSource(b *testing.B, next *ebpf.Program) *ebpf.Program {
	b.Helper()
	table, err := ebpf.NewMap(&ebpf.MapSpec{Type: ebpf.ProgramArray, KeySize: 4, ValueSize: 4, MaxEntries: 1})
	require.NoError(b, err)
	b.Cleanup(func() { _ = table.Close() })
	require.NoError(b, table.Put(uint32(0), next))
	const data, dataEnd, source = 76, 80, 26 // offsets in __sk_buff, and in the frame
	return program(b, asm.Instructions{
		asm.Mov.Reg(asm.R6, asm.R1),
		asm.FnGetPrandomU32.Call(),
		asm.And.Imm(asm.R0, sources-1),
		asm.LoadMem(asm.R2, asm.R6, data, asm.Word),
		asm.LoadMem(asm.R3, asm.R6, dataEnd, asm.Word),
		asm.Mov.Reg(asm.R4, asm.R2),
		asm.Add.Imm(asm.R4, 34),
		asm.JGT.Reg(asm.R4, asm.R3, "out"),
		asm.StoreMem(asm.R2, source, asm.R0, asm.Word),
		asm.Mov.Reg(asm.R1, asm.R6),
		asm.LoadMapPtr(asm.R2, table.FD()),
		asm.Mov.Imm(asm.R3, 0),
		asm.FnTailCall.Call(),
		asm.Mov.Imm(asm.R0, -1).WithSymbol("out"),
		asm.Return(),
	})
}

// ours loads the shaper with rules under policy 1, or 2 where rules say so.
func ours(b *testing.B, rules bpf.Ruleset, change func(*bpf.Policy)) *bpf.Objects {
	b.Helper()
	o, err := bpf.Load()
	require.NoError(b, err)
	b.Cleanup(func() { _ = o.Close() })
	c, burst := bpf.PerByte(400e9), bpf.Units(250*time.Millisecond)
	p := bpf.Policy{Mult: c.Mult, Shift: c.Shift, Burst: burst, Committed: burst}
	require.NoError(b, o.SetPolicy(2, p))
	change(&p)
	require.NoError(b, o.SetPolicy(1, p))
	require.NoError(b, o.SetBucket(1, bpf.Now()))
	require.NoError(b, o.SetBucket(2, bpf.Now()))
	require.NoError(b, o.ClearSketch(1, bpf.Now()-bpf.Units(time.Hour)))
	require.NoError(b, o.Install(rules))
	return o
}

// BenchmarkPacket is the cost of one packet above that of a program that does
// nothing.
func BenchmarkPacket(b *testing.B) {
	frame, err := scenario.ParseFrame("ip4=10.1.2.3>10.0.0.1 tcp=40000>4317 pay=946")
	require.NoError(b, err)
	idle := empty(b)
	base, chained := run(b, idle, frame.Data), run(b, withRandomSource(b, idle), frame.Data)
	report := func(b *testing.B, ns, base float64) {
		b.Helper()
		for b.Loop() { // the work is in the kernel's test run
		}
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(ns-base, "ns/packet")
		b.ReportMetric(ns, "ns-with-harness")
	}
	iface := func(total uint32) []bpf.Iface {
		return []bpf.Iface{{Index: scenario.Index, Direction: bpf.Ingress, Total: total}}
	}
	rule := bpf.Rule{Index: scenario.Index, Direction: bpf.Ingress, Proto: 6, Port: 4317, Policy: 1}
	byPeer := rule
	byPeer.Prefix = netip.MustParsePrefix("10.0.0.0/8")
	plain := func(*bpf.Policy) {}
	c := bpf.PerByte(1e9)
	perSource := func(p *bpf.Policy) {
		p.Sketch, p.SrcMult, p.SrcShift, p.SrcBurst = 1, c.Mult, c.Shift, bpf.Units(250*time.Millisecond)
	}
	slow := func(p *bpf.Policy) { p.Mult <<= 12 }
	for _, bench := range []struct {
		name   string
		rules  bpf.Ruleset
		change func(*bpf.Policy)
		random bool
	}{
		{"no policy", bpf.Ruleset{}, plain, false},
		{"total", bpf.Ruleset{Ifaces: iface(1)}, plain, false},
		{"total, refused", bpf.Ruleset{Ifaces: iface(1)}, slow, false},
		{"port", bpf.Ruleset{Ifaces: iface(0), Rules: []bpf.Rule{rule}}, plain, false},
		{"peer and port", bpf.Ruleset{Ifaces: iface(0), Rules: []bpf.Rule{byPeer}}, plain, false},
		{"peer and port and total", bpf.Ruleset{Ifaces: iface(2), Rules: []bpf.Rule{byPeer}}, plain, false},
		{"port, per source", bpf.Ruleset{Ifaces: iface(0), Rules: []bpf.Rule{rule}}, perSource, false},
		{"port, 65536 random sources, not shared", bpf.Ruleset{Ifaces: iface(0), Rules: []bpf.Rule{rule}}, plain, true},
		{"port, 65536 random sources, per source", bpf.Ruleset{Ifaces: iface(0), Rules: []bpf.Rule{rule}}, perSource, true},
	} {
		b.Run(bench.name, func(b *testing.B) {
			program, base := ours(b, bench.rules, bench.change).Ingress, base
			if bench.random {
				program, base = withRandomSource(b, program), chained
			}
			report(b, run(b, program, frame.Data), base)
		})
	}
	b.Run("naive", func(b *testing.B) {
		l, err := naive.Load()
		require.NoError(b, err)
		b.Cleanup(func() { _ = l.Close() })
		require.NoError(b, l.Set(scenario.Index, 400e9, 1<<33))
		report(b, run(b, l.Program, frame.Data), base)
	})
}

//go:build privileged && linux && (amd64 || arm64)

package bpf_test

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/sluice-otel/sluice/bpf"
	"github.com/sluice-otel/sluice/bpf/model"
	"github.com/sluice-otel/sluice/bpf/scenario"
)

// skb is the context of a test run: struct __sk_buff up to gso_size, of which
// only some members may be set.
type skb struct {
	_        [8]uint32
	Priority uint32
	_        [31]uint32
	WireLen  uint32
	Segments uint32
	_        [2]uint32
	GSOSize  uint32
	_        [3]uint32
}

func load(t testing.TB) *bpf.Objects {
	t.Helper()
	o, err := bpf.Load(bpf.UnderTest(scenario.Seed))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, o.Close()) })
	require.NoError(t, o.PaceErr)
	return o
}

// kernel runs frames through the loaded programs and the model, and requires
// both to agree.
type kernel struct {
	t       testing.TB
	objects *bpf.Objects
	model   *model.Machine
}

func newKernel(t testing.TB, o *bpf.Objects, s *scenario.Scenario, start uint64) *kernel {
	t.Helper()
	k := &kernel{t: t, objects: o, model: s.Machine(start)}
	require.NoError(t, o.ResetCounters(0))
	for id, p := range s.Policies {
		require.NoError(t, o.SetPolicy(id, p))
		require.NoError(t, o.SetBucket(id, start*bpf.UnitsPerNano))
		require.NoError(t, o.ResetCounters(id))
	}
	for _, id := range policiesWithoutParameters(s) {
		require.NoError(t, o.SetPolicy(id, bpf.Policy{}))
		require.NoError(t, o.SetBucket(id, start*bpf.UnitsPerNano))
		require.NoError(t, o.ResetCounters(id))
		k.model.Buckets[id] = start * bpf.UnitsPerNano
	}
	require.NoError(t, o.ClearSketch(1, 0))
	require.NoError(t, o.Install(s.Rules))
	return k
}

func policiesWithoutParameters(s *scenario.Scenario) []uint32 {
	var ids []uint32
	for _, i := range s.Rules.Ifaces {
		ids = append(ids, i.Total)
	}
	for _, r := range s.Rules.Rules {
		ids = append(ids, r.Policy)
	}
	return slices.DeleteFunc(ids, func(id uint32) bool {
		_, ok := s.Policies[id]
		return id == 0 || ok
	})
}

// run takes one frame through both and compares verdict, mark, buckets and
// counters.
func (k *kernel) run(f model.Frame, text string) {
	k.t.Helper()
	if isShort(f.Data) {
		return
	}
	require.NoError(k.t, k.objects.SetTest(k.model.Nanos, k.model.Dice))
	program := k.objects.Ingress
	if f.Direction == bpf.Egress {
		program = k.objects.Egress
	}
	in := skb{WireLen: f.WireLen, Segments: f.Segments, GSOSize: f.SegmentSize}
	out, data := skb{}, make([]byte, len(f.Data)+64)
	opts := &ebpf.RunOptions{Data: f.Data, DataOut: data, Context: &in, ContextOut: &out}
	verdict, err := program.Run(opts)
	require.NoError(k.t, err, text)

	frame := f
	frame.Data = slices.Clone(f.Data)
	want := k.model.Run(frame)
	action, queue := int32(-1), want.Target // NEXT
	switch {
	case want.Verdict == bpf.VerdictDropped:
		action = 2 // SHOT
	case k.model.Policies[want.Policy].Mode == bpf.ModeRedirect:
		action, queue = 7, 0 // REDIRECT
	}
	require.Equal(k.t, action, int32(verdict), "%s: verdict", text)
	bits := ecn(f.Data)
	if want.Verdict == bpf.VerdictMarked {
		bits = 3
	}
	require.Equal(k.t, bits, ecn(opts.DataOut), "%s: marked", text)
	require.Equal(k.t, queue, out.Priority, "%s: queue", text)
	k.compare(text)
}

// isShort tells whether the kernel refuses a test run with the frame: it wants a
// whole fixed header of the protocol that the frame claims.
func isShort(data []byte) bool {
	switch binary.BigEndian.Uint16(data[12:]) {
	case 0x0800:
		return len(data) < 34
	case 0x86DD:
		return len(data) < 54
	}
	return false
}

// ecn returns the two bits of IPv4 and IPv6; a marked packet has both set.
func ecn(data []byte) byte {
	if binary.BigEndian.Uint16(data[12:]) == 0x86DD {
		return data[15] >> 4 & 3
	}
	return data[15] & 3
}

func (k *kernel) compare(text string) {
	k.t.Helper()
	for id, want := range k.model.Buckets {
		got, err := k.objects.Bucket(id)
		require.NoError(k.t, err)
		require.Equal(k.t, want, got, "%s: bucket %d", text, id)
		stats, err := k.objects.Counters(id)
		require.NoError(k.t, err)
		require.Equal(k.t, k.model.Counters[id], stats, "%s: counters %d", text, id)
	}
	stats, err := k.objects.Counters(0)
	require.NoError(k.t, err)
	require.Equal(k.t, k.model.Counters[0], stats, "%s: counters of no policy", text)
}

func TestProgramIsTheModel(t *testing.T) {
	o := load(t)
	files, err := filepath.Glob("scenario/testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			require.NoError(t, err)
			s, err := scenario.Parse(archive)
			require.NoError(t, err)
			k := newKernel(t, o, s, uint64(24*time.Hour))
			for _, step := range s.Steps {
				k.model.Nanos += uint64(step.After)
				for range step.Times {
					k.run(step.Frame, step.Text)
				}
			}
		})
	}
}

// Buckets from 1 kbit/s to 400 Gbit/s, idle for days, and a clock that wraps
// (which takes nine years) in the middle of a run.
func TestArithmeticIsTheModel(t *testing.T) {
	o := load(t)
	rng := rand.New(rand.NewPCG(1, 2))
	starts := map[string]uint64{
		"a day":  uint64(24 * time.Hour),
		"signed": 1<<57 - uint64(time.Second),
		"wrap":   1<<58 - uint64(time.Second),
	}
	for name, start := range starts {
		for _, rate := range []uint64{1e3, 64e3, 1e6, 10e6, 100e6, 1e9, 10e9, 100e9, 400e9} {
			s := &scenario.Scenario{Policies: map[uint32]bpf.Policy{}}
			s.Rules.Ifaces = []bpf.Iface{{Index: scenario.Index, Direction: bpf.Ingress, Total: 1}}
			c := bpf.PerByte(rate)
			burst := max(bpf.Units(250*time.Millisecond), c.Of(131072))
			s.Policies[1] = bpf.Policy{Mult: c.Mult, Shift: c.Shift, Burst: burst, Committed: burst}
			k := newKernel(t, o, s, start)
			for range 300 {
				size := 42 + rng.IntN(1400)
				f := model.Frame{Direction: bpf.Ingress, Data: udp(size)}
				if rng.IntN(4) == 0 {
					f.Segments = uint32(1 + rng.IntN(45))
				}
				k.run(f, name)
				switch rng.IntN(8) {
				case 0:
					k.model.Nanos += uint64(rng.Int64N(int64(10 * time.Second)))
				case 1:
					k.model.Nanos += uint64(rng.Int64N(int64(240 * time.Hour)))
				default:
					k.model.Nanos += uint64(size) * 8e9 / rate
				}
			}
		}
	}
}

func udp(size int) []byte {
	f, _ := scenario.ParseFrame("ip4=10.0.0.2>10.0.0.1 udp=1>2")
	return append(f.Data, make([]byte, size-len(f.Data))...)
}

// Crowded slots of the port table are told apart by the hash map behind them.
func TestEveryPortOfManyIsFound(t *testing.T) {
	o := load(t)
	s := &scenario.Scenario{Policies: map[uint32]bpf.Policy{}}
	s.Rules.Ifaces = []bpf.Iface{{Index: scenario.Index, Direction: bpf.Ingress}}
	for port := range 20000 {
		if port%2 == 1 {
			s.Rules.Rules = append(s.Rules.Rules, bpf.Rule{
				Index: scenario.Index, Direction: bpf.Ingress, Proto: 17, Port: uint16(port), Policy: uint32(port%1000 + 1),
			})
		}
	}
	s.Rules.Rules = append(s.Rules.Rules, bpf.Rule{
		Index: scenario.Index, Direction: bpf.Ingress, Port: 80, Proto: 17, Policy: 7,
		Prefix: netip.MustParsePrefix("10.0.0.0/8"),
	})
	k := newKernel(t, o, s, uint64(time.Hour))
	for port := 1; port < 20000; port += 97 {
		f := model.Frame{Direction: bpf.Ingress, Data: udp(60)}
		binary.BigEndian.PutUint16(f.Data[36:], uint16(port))
		k.run(f, "port")
	}
}

// More rules than there is room for are an error, after which the old ones are in
// force, and nothing of the failed ones is found later.
func TestFailedInstallLeavesNothing(t *testing.T) {
	o := load(t)
	s := &scenario.Scenario{Policies: map[uint32]bpf.Policy{}}
	s.Rules.Ifaces = []bpf.Iface{{Index: scenario.Index, Direction: bpf.Ingress, Total: 1}}
	k := newKernel(t, o, s, uint64(time.Hour))
	tooMany := bpf.Ruleset{Ifaces: s.Rules.Ifaces}
	for i := range 1 << 17 {
		tooMany.Rules = append(tooMany.Rules, bpf.Rule{
			Index: scenario.Index, Direction: bpf.Ingress, Proto: uint8(6 + 11*(i>>16)), Port: uint16(i), Policy: 2,
		})
	}
	require.ErrorContains(t, o.Install(tooMany), "write rule")
	f := model.Frame{Direction: bpf.Ingress, Data: udp(60)}
	k.run(f, "the old rules")
	require.NoError(t, o.Install(s.Rules))
	k.run(f, "the next ones")
}

// What is unknown, cut short or mad passes or is charged, as the model says, and
// never upsets the program.
func FuzzProgram(f *testing.F) {
	o := load(f)
	for _, text := range []string{
		"ip4=10.0.0.2>10.0.0.1 tcp=1>4317 pay=10",
		"qinq=1 vlan=2 ip6=::2>::1 hop dst=2 frag6=1 ah=3 udp=1>4317",
		"ip4=10.0.0.2>10.0.0.1 opt=3 mf udp=1>2 pay=30",
	} {
		frame, err := scenario.ParseFrame(text)
		require.NoError(f, err)
		f.Add(frame.Data, uint16(0), uint16(0), uint32(1000), false)
	}
	s := &scenario.Scenario{Policies: map[uint32]bpf.Policy{}}
	c := bpf.PerByte(1e9)
	for id := range uint32(4) {
		s.Policies[id+1] = bpf.Policy{Mult: c.Mult, Shift: c.Shift, Burst: bpf.Units(time.Millisecond), Committed: bpf.Units(2 * time.Millisecond)}
	}
	leaf := s.Policies[1]
	leaf.Sketch, leaf.SrcMult, leaf.SrcShift, leaf.SrcBurst = 1, 4*c.Mult, c.Shift, bpf.Units(time.Millisecond)
	s.Policies[1] = leaf
	for _, d := range []bpf.Direction{bpf.Ingress, bpf.Egress} {
		s.Rules.Ifaces = append(s.Rules.Ifaces, bpf.Iface{Index: scenario.Index, Direction: d, Total: 4})
		s.Rules.Rules = append(s.Rules.Rules,
			bpf.Rule{Index: scenario.Index, Direction: d, Proto: 6, Port: 4317, Policy: 1},
			bpf.Rule{Index: scenario.Index, Direction: d, Proto: 17, Policy: 2},
			bpf.Rule{Index: scenario.Index, Direction: d, Prefix: netip.MustParsePrefix("::/1"), Policy: 3},
			bpf.Rule{Index: scenario.Index, Direction: d, Prefix: netip.MustParsePrefix("10.0.0.0/8"), Policy: 3})
	}
	k := newKernel(f, o, s, uint64(time.Hour))
	f.Fuzz(func(t *testing.T, data []byte, segments, size uint16, wait uint32, egress bool) {
		// The kernel's test runs take Ethernet frames that are not only a header, and
		// give IPv4 and IPv6 ones a whole network header.
		if len(data) < 60 || len(data) > 2000 {
			t.Skip("not a frame")
		}
		k.t = t
		k.model.Nanos += uint64(wait)
		frame := model.Frame{Direction: bpf.Ingress, Data: data, Segments: uint32(segments), SegmentSize: uint32(size)}
		if egress {
			frame.Direction, frame.WireLen = bpf.Egress, uint32(len(data))+uint32(segments)
		}
		k.run(frame, "fuzz")
	})
}

//go:build linux && (amd64 || arm64)

package bpf

import (
	"encoding/binary"
	"fmt"
	"math"
	"unsafe"

	"github.com/cilium/ebpf"
	"golang.org/x/sys/unix"
)

const (
	policySize = int64(unsafe.Sizeof(Policy{}))
	bucketSize = int64(unsafe.Sizeof(Bucket{}))
	cellSize   = 8
)

// memory is the part of the maps that this process has mapped. A store of an
// aligned word is one store; packets may see a policy half changed, once per CPU.
type memory struct{ policies, buckets, sketches, sockets *ebpf.Memory }

func (m *memory) open(maps *shaperMaps) error {
	for _, o := range []struct {
		into  **ebpf.Memory
		table *ebpf.Map
	}{
		{&m.policies, maps.Policies},
		{&m.buckets, maps.Buckets},
		{&m.sketches, maps.Sketches},
		{&m.sockets, maps.PacedSockets},
	} {
		mem, err := o.table.Memory()
		if err != nil {
			return Unsupported("map the memory of "+o.table.String(), err)
		}
		*o.into = mem
	}
	return nil
}

// Now returns the buckets' clock, in units.
func Now() uint64 { return monotonic() * UnitsPerNano }

func monotonic() uint64 {
	var ts unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts) // cannot fail for this clock
	return uint64(ts.Nano())
}

// Beat tells the programs that this process is alive. Once it has been called,
// everything passes when the last call is 5 s old.
func (o *Objects) Beat() error { return o.Heartbeat.Set(monotonic()) }

// SetDisabled makes everything pass, or not.
func (o *Objects) SetDisabled(off bool) error {
	var v uint32
	if off {
		v = 1
	}
	return o.Disabled.Set(v)
}

// SetTest sets the inputs of programs loaded with UnderTest.
func (o *Objects) SetTest(nowNanos uint64, dice uint32) error {
	if err := o.TestNow.Set(nowNanos); err != nil {
		return err
	}
	return o.TestDice.Set(dice)
}

// SetPolicy changes the parameters of a policy. Its bucket keeps its state.
func (o *Objects) SetPolicy(id uint32, p Policy) error {
	_, err := o.memory.policies.WriteAt(unsafe.Slice((*byte)(unsafe.Pointer(&p)), policySize), int64(id)*policySize) //nolint:gosec // the layout is the map's
	return err
}

// SetBucket sets a bucket's arrival time. At now + burst it is empty.
func (o *Objects) SetBucket(id uint32, tat uint64) error {
	return writeWord(o.memory.buckets, int64(id)*bucketSize, tat)
}

// Bucket returns a bucket's arrival time. What it is ahead of now is the delay
// that a queue of the same rate would have.
func (o *Objects) Bucket(id uint32) (uint64, error) {
	return readWord(o.memory.buckets, int64(id)*bucketSize)
}

// ClampBucket moves a bucket that is further ahead than burst back to there. It
// follows a change to a shorter burst; otherwise the bucket would first have to
// work off what it was allowed before.
func (o *Objects) ClampBucket(id uint32, now, burst uint64) error {
	tat, err := o.Bucket(id)
	if err != nil || int64(tat-now) <= int64(burst) {
		return err
	}
	return o.SetBucket(id, now+burst)
}

// Counters returns the counters of a policy, summed over CPUs. Id 0 has what no
// policy is about.
func (o *Objects) Counters(id uint32) (Stats, error) {
	var sum Stats
	var perCPU []Stats
	if err := o.maps.Counters.Lookup(id, &perCPU); err != nil {
		return sum, fmt.Errorf("read counters of policy %d: %w", id, err)
	}
	for _, s := range perCPU {
		sum.add(s)
	}
	return sum, nil
}

func (s *shaperStats) add(o Stats) {
	s.PassedPackets += o.PassedPackets
	s.PassedBytes += o.PassedBytes
	s.DroppedPackets += o.DroppedPackets
	s.DroppedBytes += o.DroppedBytes
	s.MarkedPackets += o.MarkedPackets
	s.MarkedBytes += o.MarkedBytes
	s.WouldPackets += o.WouldPackets
	s.WouldBytes += o.WouldBytes
	s.CommittedBytes += o.CommittedBytes
	s.Retries += o.Retries
	s.Contended += o.Contended
	s.Lost += o.Lost
}

// ResetCounters sets the counters of a policy to zero.
func (o *Objects) ResetCounters(id uint32) error {
	cpus, err := ebpf.PossibleCPU()
	if err != nil {
		return err
	}
	return o.maps.Counters.Put(id, make([]Stats, cpus))
}

// Sockets returns how many sockets a policy paces.
func (o *Objects) Sockets(id uint32) (uint64, error) {
	return readWord(o.memory.sockets, int64(id)*8)
}

// ClearSketch makes every source of a sketch, counted from 1, one that has been
// idle since the given time. That should be well before now: a source whose time is
// recent is active.
func (o *Objects) ClearSketch(sketch uint32, since uint64) error {
	cells := make([]byte, 2*SketchCells*cellSize)
	for i := 0; i < len(cells); i += cellSize {
		binary.LittleEndian.PutUint64(cells[i:], since)
	}
	_, err := o.memory.sketches.WriteAt(cells, o.sketchOffset(sketch))
	return err
}

func (o *Objects) sketchOffset(sketch uint32) int64 {
	return int64(sketch-1) * 2 * int64(SketchCells) * cellSize
}

// ActiveSources estimates how many sources have sent since the given time, by
// linear counting over one row of the sketch. It is good to some percent up to
// 30,000 sources, and says no more than about 160,000.
func (o *Objects) ActiveSources(sketch uint32, since uint64) (float64, error) {
	cells := make([]byte, SketchCells*cellSize)
	if _, err := o.memory.sketches.ReadAt(cells, o.sketchOffset(sketch)); err != nil {
		return 0, err
	}
	idle := 0
	for i := 0; i < len(cells); i += cellSize {
		if int64(binary.LittleEndian.Uint64(cells[i:])-since) <= 0 {
			idle++
		}
	}
	n := float64(SketchCells)
	return -n * math.Log(max(float64(idle), 0.5)/n), nil
}

func writeWord(m *ebpf.Memory, at int64, v uint64) error {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], v)
	_, err := m.WriteAt(b[:], at)
	return err
}

func readWord(m *ebpf.Memory, at int64) (uint64, error) {
	var b [8]byte
	_, err := m.ReadAt(b[:], at)
	return binary.LittleEndian.Uint64(b[:]), err
}

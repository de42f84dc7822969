//go:build privileged && linux && (amd64 || arm64)

package bpf_test

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/cilium/ebpf"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/sluice-otel/sluice/bpf"
	"github.com/sluice-otel/sluice/bpf/naive"
	"github.com/sluice-otel/sluice/bpf/scenario"
)

// flood runs a program on two CPUs at once for about the given time, and
// returns how long it really was.
func flood(t *testing.T, program *ebpf.Program, frame []byte, atLeast time.Duration) time.Duration {
	t.Helper()
	if runtime.NumCPU() < 2 {
		t.Skip("this machine has one CPU, and the race needs two")
	}
	start := time.Now()
	var wg sync.WaitGroup
	for cpu := range 2 {
		wg.Go(func() {
			runtime.LockOSThread()
			defer runtime.UnlockOSThread()
			var set unix.CPUSet
			set.Set(cpu)
			if !assert.NoError(t, unix.SchedSetaffinity(0, &set)) {
				return
			}
			for time.Since(start) < atLeast {
				_, _, err := program.Benchmark(frame, 100_000, nil)
				assert.NoError(t, err)
			}
			for i := range runtime.NumCPU() {
				set.Set(i)
			}
			assert.NoError(t, unix.SchedSetaffinity(0, &set))
		})
	}
	wg.Wait()
	return time.Since(start)
}

// Two CPUs on one bucket: what has passed is the limit. A burst of 100 ms, because
// a shared machine may take both CPUs away for some 10 ms, in which an idle bucket
// overflows, as it should.
func TestTwoCPUsKeepTheLimit(t *testing.T) {
	o, err := bpf.Load()
	require.NoError(t, err)
	defer func() { require.NoError(t, o.Close()) }()
	for _, rate := range []uint64{10e6, 100e6, 1e9, 8e9} {
		c, burst := bpf.PerByte(rate), bpf.Units(100*time.Millisecond)
		require.NoError(t, o.SetPolicy(1, bpf.Policy{Mult: c.Mult, Shift: c.Shift, Burst: burst, Committed: burst}))
		require.NoError(t, o.ResetCounters(1))
		require.NoError(t, o.SetBucket(1, bpf.Now()+burst))
		require.NoError(t, o.Install(bpf.Ruleset{Ifaces: []bpf.Iface{{Index: scenario.Index, Direction: bpf.Ingress, Total: 1}}}))
		took := flood(t, o.Ingress, udp(1000), time.Second)
		s, err := o.Counters(1)
		require.NoError(t, err)
		got := float64(s.PassedBytes*8) / took.Seconds() / float64(rate)
		t.Logf("%d Mbit/s: admitted %.4f of the limit, %d retries, %d contended", rate/1e6, got, s.Retries, s.Contended)
		assert.InDelta(t, 1, got, 0.01, "%d bit/s", rate)
	}
}

// The control: the naive bucket does not. If it did here, the test above would
// show nothing.
func TestTwoCPUsBreakTheNaiveBucket(t *testing.T) {
	l, err := naive.Load()
	require.NoError(t, err)
	defer func() { require.NoError(t, l.Close()) }()
	const rate = 100e6
	require.NoError(t, l.Set(scenario.Index, rate, rate/8/10))
	took := flood(t, l.Program, udp(1000), time.Second)
	passed, err := l.Passed(scenario.Index)
	require.NoError(t, err)
	got := float64(passed*8) / took.Seconds() / rate
	t.Logf("admitted %.2f of the limit", got)
	assert.Greater(t, got, 1.5)
}

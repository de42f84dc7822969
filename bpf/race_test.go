//go:build privileged && linux && (amd64 || arm64)

package bpf_test

import (
	"context"
	"fmt"
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
	"github.com/sluice-otel/sluice/internal/netlab"
)

// flood runs a program on two CPUs at once until the returned function is called.
func flood(t *testing.T, program *ebpf.Program, frame []byte) (stop func()) {
	t.Helper()
	if runtime.NumCPU() < 2 {
		t.Skip("this machine has one CPU, and the race needs two")
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	for cpu := range 2 {
		wg.Go(func() {
			runtime.LockOSThread() // and never unlocked: the thread, with its CPU, ends
			var set unix.CPUSet
			set.Set(cpu)
			if err := unix.SchedSetaffinity(0, &set); err != nil {
				t.Error(err)
				return
			}
			for ctx.Err() == nil {
				_, _, err := program.Benchmark(frame, 20_000, nil)
				assert.NoError(t, err)
			}
		})
	}
	return sync.OnceFunc(func() {
		cancel()
		wg.Wait()
	})
}

// reading is the state of a bucket at one moment.
type reading struct {
	at, tat uint64
	bytes   uint64
}

// read repeats until nothing has come between clock, bucket and counters.
func read(t *testing.T, o *bpf.Objects, id uint32) reading {
	t.Helper()
	for {
		r := reading{at: bpf.Now()}
		s, err := o.Counters(id)
		require.NoError(t, err)
		r.bytes = s.PassedBytes
		r.tat, err = o.Bucket(id)
		require.NoError(t, err)
		if bpf.Now()-r.at < bpf.Units(100*time.Microsecond) {
			return r
		}
	}
}

// admitted returns how much has passed as a part of what the bucket says has
// passed, over a second in which it was never full: on a busy machine even two CPUs
// of flood come to rest now and then. An update that is lost makes it more than 1.
func admitted(t *testing.T, o *bpf.Objects, rate float64) (float64, error) {
	t.Helper()
	var bytes, allowed uint64
	deadline := time.Now().Add(8 * time.Second)
	for allowed < bpf.Units(time.Second) {
		if time.Now().After(deadline) {
			return 0, fmt.Errorf("only %s of flood that kept the bucket in use", bpf.Duration(int64(allowed)))
		}
		before := read(t, o, 1)
		pass(t.Context(), 20*time.Millisecond)
		after := read(t, o, 1)
		took := after.at - before.at
		if int64(before.tat-before.at) < int64(took) {
			continue
		}
		bytes += after.bytes - before.bytes
		allowed += after.tat - before.tat
	}
	return float64(bytes) * 8 / rate / bpf.Duration(int64(allowed)).Seconds(), nil
}

func pass(ctx context.Context, d time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	<-ctx.Done()
}

// Two CPUs on one bucket: what has passed is the limit.
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
		start, stop := time.Now(), flood(t, o.Ingress, udp(1000))
		defer stop()
		var got float64
		netlab.Undisturbed(t, func() (err error) {
			got, err = admitted(t, o, float64(rate))
			return err
		})
		stop()
		took := time.Since(start)
		s, err := o.Counters(1)
		require.NoError(t, err)
		overall := float64(s.PassedBytes) * 8 / took.Seconds() / float64(rate)
		t.Logf("%d Mbit/s: admitted %.4f of the limit, %.4f by the wall clock, %d retries, %d contended", rate/1e6, got, overall, s.Retries, s.Contended)
		assert.InDelta(t, 1, got, 0.01, "%d bit/s", rate)
		assert.Less(t, overall, 1.01, "%d bit/s, from an empty bucket", rate)
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
	netlab.Undisturbed(t, func() error {
		before, err := l.Passed(scenario.Index)
		require.NoError(t, err)
		start, stop := time.Now(), flood(t, l.Program, udp(1000))
		pass(t.Context(), time.Second)
		stop()
		passed, err := l.Passed(scenario.Index)
		require.NoError(t, err)
		got := float64((passed-before)*8) / time.Since(start).Seconds() / rate
		t.Logf("admitted %.2f of the limit", got)
		if got < 1.5 {
			return fmt.Errorf("admitted only %.2f of the limit", got)
		}
		return nil
	})
}

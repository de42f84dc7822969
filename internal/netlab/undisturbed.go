//go:build linux

package netlab

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	attempts = 6

	// misses of a claim on a machine that did nothing else make it wrong.
	misses = 3

	// disturbed is the part of the processors that others may have had before a
	// measurement says nothing.
	disturbed = 0.1

	// jiffy is the unit of /proc/stat, USER_HZ.
	jiffy = 10 * time.Millisecond
)

// Undisturbed measures until the claim holds, which measure returns nil for. What
// TCP, or a bucket, can do in a second depends on having the processors: a miss
// counts only if other processes had less than a tenth of them meanwhile. The test
// fails with the third such miss, and is skipped, with the reason, if the machine
// is never left alone.
func Undisturbed(t *testing.T, measure func() error) {
	t.Helper()
	missed := 0
	var last error
	for range attempts {
		before, start := othersTime(t), time.Now()
		if last = measure(); last == nil {
			return
		}
		others := (othersTime(t) - before).Seconds() / time.Since(start).Seconds() / float64(cpus(t))
		t.Logf("%v, while other processes had %.0f %% of the processors", last, 100*max(0, others))
		if others < disturbed {
			missed++
		}
		require.Less(t, missed, misses, "%v", last)
	}
	t.Skipf("the machine is too busy: other processes took the processors in each of %d attempts; the last: %v", attempts, last)
}

// othersTime is the processor time that went to other processes, or was stolen from
// this machine, since it started.
func othersTime(t testing.TB) time.Duration {
	t.Helper()
	fields := strings.Fields(statLines(t)[0])
	var busy time.Duration
	for i, field := range fields[1:9] { // user nice system idle iowait irq softirq steal
		n, err := strconv.ParseInt(field, 10, 64)
		require.NoError(t, err)
		if i != 3 && i != 4 {
			busy += time.Duration(n) * jiffy
		}
	}
	return busy - ProcessorTime(t)
}

func cpus(t testing.TB) (n int) {
	t.Helper()
	for _, line := range statLines(t)[1:] {
		if strings.HasPrefix(line, "cpu") {
			n++
		}
	}
	return n
}

func statLines(t testing.TB) []string {
	t.Helper()
	text, err := os.ReadFile("/proc/stat")
	require.NoError(t, err)
	return strings.Split(string(text), "\n")
}

// ProcessorTime is what this process has used, and the kernel's threads that
// finish what interrupts began: the work of a sender, a receiver and the network
// between them.
func ProcessorTime(t testing.TB) time.Duration {
	t.Helper()
	var total time.Duration
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var usage syscall.Rusage
		require.NoError(t, syscall.Getrusage(who, &usage))
		total += time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	}
	names, err := filepath.Glob("/proc/[0-9]*/comm")
	require.NoError(t, err)
	for _, name := range names {
		comm, err := os.ReadFile(name) //nolint:gosec // of /proc
		if err != nil || !strings.HasPrefix(string(comm), "ksoftirqd/") {
			continue
		}
		stat, err := os.ReadFile(filepath.Join(filepath.Dir(name), "schedstat"))
		if err != nil {
			continue
		}
		ns, _ := strconv.ParseInt(strings.Fields(string(stat))[0], 10, 64)
		total += time.Duration(ns)
	}
	return total
}

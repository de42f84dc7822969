// Package peers measures parts of Sluice against other programs that do the
// same work, in one run. Its dependencies are its own: it is a module apart.
package peers

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// A contender does a piece of work n times; ours comes first in a contest.
type contender struct {
	name string
	work func(n int)
}

// A score is what one unit of work cost.
type score struct {
	time   time.Duration
	allocs float64
	bytes  float64
}

const (
	rounds = 5
	// roundTime is about how long a contender works in a round.
	roundTime = 200 * time.Millisecond
)

// contest lets the contenders work in turn, several rounds, so that a slow
// moment of the machine hits all of them, and reports for each the median and
// how many times as long as the first it took.
func contest(b *testing.B, contenders ...contender) {
	b.Helper()
	scores := make([][]score, len(contenders))
	units := make([]int, len(contenders))
	for i, c := range contenders {
		units[i] = calibrate(c.work)
	}
	for range rounds {
		for i, c := range contenders {
			scores[i] = append(scores[i], measure(c.work, units[i]))
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "\n  %-24s %12s %12s %12s %12s", "", "time", "allocations", "bytes", "time × ours")
	first := median(scores[0])
	for i, c := range contenders {
		s := median(scores[i])
		ratio := float64(s.time) / float64(first.time)
		fmt.Fprintf(&out, "\n  %-24s %12v %12.1f %12.0f %12.1f", c.name, s.time, s.allocs, s.bytes, ratio)
		if i > 0 {
			b.ReportMetric(ratio, strings.ReplaceAll(c.name, " ", "_")+"/ours")
		}
	}
	b.ReportMetric(float64(first.time), "ns/op")
	b.Log(out.String())
}

// calibrate returns how many units of work take about roundTime.
func calibrate(work func(int)) int {
	for n := 1; ; n *= 2 {
		start := time.Now()
		work(n)
		if took := time.Since(start); took > roundTime/8 || n >= 1<<28 {
			return max(1, int(float64(n)*float64(roundTime)/float64(took)))
		}
	}
}

func measure(work func(int), n int) score {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	work(n)
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	return score{
		time:   took / time.Duration(n),
		allocs: float64(after.Mallocs-before.Mallocs) / float64(n),
		bytes:  float64(after.TotalAlloc-before.TotalAlloc) / float64(n),
	}
}

func median(scores []score) score {
	sorted := slices.Clone(scores)
	slices.SortFunc(sorted, func(a, b score) int { return cmp.Compare(a.time, b.time) })
	return sorted[len(sorted)/2]
}

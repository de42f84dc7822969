package bpf

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// A gigabyte costs what it should within a millionth, from 1 kbit/s to 400 Gbit/s.
func TestCostIsExact(t *testing.T) {
	for _, rate := range []uint64{1e3, 64e3, 1e6, 10e6, 1e9, 10e9, 100e9, 400e9} {
		c := PerByte(rate)
		for _, size := range []uint32{1500, 65536, 1 << 20} {
			want := float64(size) * 8 / float64(rate) * float64(Units(time.Second))
			assert.InEpsilon(t, want, float64(c.Of(size)), 1e-6+0.6/want, "%d bytes at %d bit/s", size, rate)
		}
	}
}

func TestCostDoesNotOverflow(t *testing.T) {
	for rate := uint64(1); rate < 1e12; rate *= 3 {
		c := PerByte(rate)
		const largest = 1 << 19 // BIG TCP
		assert.Less(t, float64(c.Mult)*largest, float64(math.MaxInt64), "%d bit/s", rate)
		assert.Greater(t, c.Of(largest), c.Of(largest/2), "%d bit/s", rate)
	}
}

func TestPacketCost(t *testing.T) {
	assert.Equal(t, Units(time.Millisecond), PerPacket(1000).Of(1))
	assert.Equal(t, Units(45*time.Second), PerPacket(1).Of(45))
}

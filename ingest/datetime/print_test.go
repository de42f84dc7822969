package datetime

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestUsualFormatPrintsAsItsElementsDo(t *testing.T) {
	fast, err := CompilePrinter(millisFormat, Root)
	require.NoError(t, err)
	require.True(t, fast.millis)
	slow := *fast
	slow.millis = false
	random := rand.New(rand.NewPCG(1, 2))
	offsets := []int{0, 3600, -3600, 5*3600 + 1800, -34, 90, -12 * 3600, 14 * 3600}
	for range 20_000 {
		at := time.Unix(random.Int64N(500_000_000_000)-100_000_000_000, random.Int64N(1e9)).
			In(time.FixedZone("", offsets[random.IntN(len(offsets))]))
		got, gotErr := fast.Print(at)
		want, wantErr := slow.Print(at)
		require.Equal(t, want, got, at)
		assert.Equal(t, wantErr == nil, gotErr == nil, at)
	}
}

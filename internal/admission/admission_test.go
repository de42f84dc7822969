package admission

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestReservationsShareTheLimit(t *testing.T) {
	a := New(100)
	first, second := a.Reserve(), a.Reserve()
	assert.True(t, first.Grow(60))
	assert.False(t, second.Grow(41), "there is no room")
	assert.EqualValues(t, 60, a.Used(), "nothing was taken")
	assert.True(t, second.Grow(40))
	first.Release()
	first.Release()
	assert.EqualValues(t, 40, a.Used(), "given back once")
	assert.True(t, first.Grow(60))
}

func TestTheLimitHoldsWhateverComesAtOnce(t *testing.T) {
	a := New(1000)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 1000 {
				r := a.Reserve()
				if r.Grow(300) {
					assert.LessOrEqual(t, a.Used(), int64(1000+7*300), "at most what the others ask for at this moment")
				}
				r.Release()
			}
		})
	}
	wg.Wait()
	assert.Zero(t, a.Used())
}

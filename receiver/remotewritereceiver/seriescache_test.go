package remotewritereceiver

import (
	"fmt"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/consumer/consumertest"

	"github.com/sluice-otel/sluice/wire/remotewrite"
	"github.com/sluice-otel/sluice/wire/remotewrite/remotewritetest"
)

func identityOf(i int) *identity {
	encoded := fmt.Sprintf("series %d", i)
	return &identity{encoded: encoded, hash: hashEncoded([]byte(encoded))}
}

func TestCacheFindsWhatItHolds(t *testing.T) {
	c := newSeriesCache(1 << 20)
	for i := range 500 {
		c.put(identityOf(i))
	}
	for i := range 500 {
		id := identityOf(i)
		require.Equal(t, id.encoded, c.get(id.hash, []byte(id.encoded)).encoded)
	}
	other := []byte("other")
	assert.Nil(t, c.get(hashEncoded(other), other))
}

// Two series with the same hash must not be taken for each other.
func TestCacheComparesLabelsNotHashes(t *testing.T) {
	c := newSeriesCache(1 << 20)
	id := identityOf(1)
	c.put(id)
	assert.Nil(t, c.get(id.hash, []byte("series 2")))
}

// The same, where a series of 2.0 is known by its attributes: one list each, even if
// all hashes were the same.
func TestAttributesAreComparedNotHashes(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	h := newTestHandler(t, cfg, time.Now, &refusingConsumer{})
	tr := newTranslation(h.memory, &cfg.Limits)
	for _, text := range []string{"a", "b", "k", "v"} {
		tr.symbols = append(tr.symbols, newSymbol(text, true))
	}
	known := tr.listed([]uint32{0, 1, 2, 3})
	assert.True(t, tr.has(known, []uint32{0, 1, 2, 3}))
	for _, other := range [][]uint32{{}, {0, 1}, {2, 3, 0, 1}, {0, 1, 2, 1}, {0, 1, 3, 3}, {0, 1, 2, 3, 2, 3}} {
		assert.False(t, tr.has(known, other), other)
	}
	assert.False(t, tr.has(&identity{encoded: "of 1.0"}, nil))
}

// What the cache holds must not pin the symbols of a request that has long been
// answered.
func TestRememberedAttributesShareTheirStrings(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	h := newTestHandler(t, cfg, time.Now, &refusingConsumer{})
	texts := map[*byte]bool{}
	for range 3 {
		tr := newTranslation(h.memory, &cfg.Limits)
		require.NoError(t, tr.read(remotewrite.V2, "", benchBody(remotewrite.V2), h.admission.Reserve()))
		for i := range tr.series {
			for _, kv := range tr.series[i].id.list {
				texts[unsafe.StringData(kv.key)] = true
			}
		}
		tr.release()
	}
	assert.Less(t, len(texts), 20, "strings for names of attributes, of which there are ten or so")
}

func TestCacheStaysWithinItsBytes(t *testing.T) {
	const limit = 100_000
	c := newSeriesCache(limit)
	var tasks sync.WaitGroup
	for g := range 4 {
		tasks.Go(func() {
			for i := range 20_000 {
				id := identityOf(g*20_000 + i)
				c.put(id)
				c.get(id.hash, []byte(id.encoded))
			}
		})
	}
	tasks.Wait()
	assert.LessOrEqual(t, c.bytes.Load(), int64(limit))
	var bytes, count int64
	for i := range c.slots {
		if id := c.slots[i].Load(); id != nil {
			bytes += id.size()
			count++
		}
	}
	assert.Equal(t, bytes, c.bytes.Load(), "the books are right")
	assert.Equal(t, count, c.count.Load())
}

func TestCacheKeepsWhatIsUsed(t *testing.T) {
	c := newSeriesCache(100_000)
	used := identityOf(0)
	c.put(used)
	for i := range 5000 {
		c.put(identityOf(i + 1))
		require.NotNil(t, c.get(used.hash, []byte(used.encoded)), "after %d others", i+1)
	}
}

func TestCacheWithoutRoomHoldsNothing(t *testing.T) {
	c := newSeriesCache(0)
	id := identityOf(1)
	c.put(id)
	assert.Nil(t, c.get(id.hash, []byte(id.encoded)))
}

// With a cache that is far too small every series is decoded again, and nothing
// else changes.
func TestResultDoesNotDependOnTheCache(t *testing.T) {
	for _, version := range []remotewrite.Version{remotewrite.V1, remotewrite.V2} {
		var dumps []string
		for _, size := range []int64{0, 10_000, 500_000, 64 << 20} {
			cfg := createDefaultConfig().(*Config)
			h := newTestHandler(t, cfg, time.Now, &refusingConsumer{})
			h.memory.series = newSeriesCache(size)
			for range 3 {
				tr := newTranslation(h.memory, &cfg.Limits)
				require.NoError(t, tr.read(version, "", benchBody(version), h.admission.Reserve()))
				tr.interpret(cfg)
				dumps = append(dumps, dump(tr.build(h.style)))
				tr.release()
			}
		}
		for _, d := range dumps {
			assert.Equal(t, dumps[0], d)
		}
		assert.NotEmpty(t, dumps[0])
	}
}

// More series than fit must not push each other out before they are found again.
func TestCacheThatIsTooSmallStillHelps(t *testing.T) {
	cfg := createDefaultConfig().(*Config)
	h := newTestHandler(t, cfg, time.Now, &refusingConsumer{})
	h.memory.series = newSeriesCache(500_000)
	hits := 0
	for range 20 {
		tr := newTranslation(h.memory, &cfg.Limits)
		require.NoError(t, tr.read(remotewrite.V2, "", benchBody(remotewrite.V2), h.admission.Reserve()))
		hits = tr.hits
		tr.release()
	}
	assert.Greater(t, hits, 200, "of 2,000 series, a quarter of which fits")
}

// Ceilings per request of 2,000 series, above what they are by a tenth or so: the
// boxed values of data points are one for each.
func TestAllocationsStayDown(t *testing.T) {
	for version, ceiling := range map[remotewrite.Version]float64{remotewrite.V1: 1.7, remotewrite.V2: 1.7} {
		cfg := createDefaultConfig().(*Config)
		h := newTestHandler(t, cfg, time.Now, consumertest.NewNop())
		tr := newTranslation(h.memory, &cfg.Limits)
		body := benchBody(version)
		allocs := testing.AllocsPerRun(20, func() {
			translateOnce(t, h, tr, version, body)
		})
		perSample := allocs / float64(remotewritetest.Standard.Series)
		assert.LessOrEqual(t, perSample, ceiling, "version %d", version)
		t.Logf("version %d: %.2f allocations per sample", version, perSample)
	}
}

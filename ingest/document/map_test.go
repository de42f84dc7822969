package document

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A model does slowly and plainly what a Map does.
type model struct {
	keys   []string
	values map[string]int32
}

func (m *model) put(key string, v int32) {
	if _, ok := m.values[key]; !ok {
		m.keys = append(m.keys, key)
	}
	m.values[key] = v
}

func (m *model) delete(key string) bool {
	_, ok := m.values[key]
	delete(m.values, key)
	m.keys = slices.DeleteFunc(m.keys, func(k string) bool { return k == key })
	return ok
}

func TestAMapIsAMapWhateverItsSize(t *testing.T) {
	for seed := range uint64(40) {
		random := rand.New(rand.NewPCG(seed, 0))
		names := 1 + random.IntN(400)
		d := New(time.Time{})
		got, want := d.NewMap(), &model{values: map[string]int32{}}
		if seed%2 == 0 {
			got = &Map{} // on the heap
		}
		for step := range 3000 {
			key := "key-" + strconv.Itoa(random.IntN(names))
			switch deletes := 2 + step/500%3*2; { // phases in which it grows and in which it shrinks
			case random.IntN(10) < deletes:
				require.Equal(t, want.delete(key), got.Delete(key))
			default:
				got.Put(key, Integer(int32(step)))
				want.put(key, int32(step))
			}
			probe := "key-" + strconv.Itoa(random.IntN(names))
			v, ok := got.Get(probe)
			n, has := want.values[probe]
			require.Equal(t, has, ok, "seed %d step %d: %s", seed, step, probe)
			require.Equal(t, int64(n), v.Int64())
		}
		assertModel(t, want, got)
	}
}

func assertModel(t *testing.T, want *model, got *Map) {
	t.Helper()
	require.Equal(t, len(want.keys), got.Len())
	i := 0
	for k, v := range got.All() {
		require.Equal(t, want.keys[i], k, "order of insertion")
		require.Equal(t, int64(want.values[k]), v.Int64())
		require.Equal(t, Entry{k, v}, got.At(i))
		i++
	}
	order := got.JavaOrder()
	slices.Sort(order)
	for i, at := range order {
		require.Equal(t, i, at, "the Java order has every entry once")
	}
}

// Two keys of one hash must not be taken for each other when one is deleted.
func TestKeysOfTheSameHashAreTwoKeys(t *testing.T) {
	first, second := collision(t)
	for _, deleted := range []string{first, second} {
		m := &Map{}
		for i := range indexFrom {
			m.Put(strconv.Itoa(i), Integer(int32(i)))
		}
		m.Put(first, String("first"))
		m.Put(second, String("second"))
		m.Delete("3") // so that places are not what the index has
		require.True(t, m.Delete(deleted))
		for _, key := range []string{first, second} {
			v, ok := m.Get(key)
			assert.Equal(t, key != deleted, ok)
			assert.Equal(t, key == first && ok, v.Str() == "first")
		}
		assert.False(t, m.Delete(deleted))
	}
}

func collision(t *testing.T) (first, second string) {
	t.Helper()
	seen := map[uint32]string{}
	for i := range 2_000_000 { // 65,000 are enough on average
		key := "k" + strconv.Itoa(i)
		if other, ok := seen[hashOf(key)]; ok {
			return other, key
		}
		seen[hashOf(key)] = key
	}
	t.Fatal("no collision found")
	return "", ""
}

func TestDeletingEveryKeyOfALargeMapIsCheap(t *testing.T) {
	m := &Map{}
	for i := range 20_000 {
		m.Put(strconv.Itoa(i), Null)
	}
	for i := m.Len() - 1; i >= 0; i-- {
		require.True(t, m.Delete(m.At(i).Key))
	}
	assert.Zero(t, m.Len())
}

func TestGrowingOneDoesNotTouchItsNeighbour(t *testing.T) {
	d := New(time.Time{})
	maps, lists := make([]*Map, 50), make([]*List, 50)
	for i := range maps {
		maps[i], lists[i] = d.NewMap(), d.NewList()
	}
	for n := range 100 { // in turns, so that each grows behind the others
		for i := range maps {
			maps[i].Put(fmt.Sprintf("%d-%d", i, n), Integer(int32(n)))
			lists[i].Append(Integer(int32(i*1000 + n)))
		}
	}
	for i := range maps {
		require.Equal(t, 100, maps[i].Len())
		for n := range 100 {
			v, ok := maps[i].Get(fmt.Sprintf("%d-%d", i, n))
			require.True(t, ok)
			require.Equal(t, Integer(int32(n)), v)
			require.Equal(t, Integer(int32(i*1000+n)), lists[i].At(n))
		}
	}
}

func TestResetLeavesNothingBehind(t *testing.T) {
	d := New(time.Time{})
	for range 3 {
		for i := range 500 {
			m := d.NewMap()
			d.Source().Put(strconv.Itoa(i), MapOf(m))
			m.Put("key", String("value"))
			l := d.NewList()
			l.Append(MapOf(m))
			d.Metadata().Put(strconv.Itoa(i), ListOf(l))
			d.Ingest().Put(strconv.Itoa(i), Null)
		}
		require.NoError(t, d.EnterPipeline("p", true))
		d.Drop()
		d.Terminate()
		d.Reset(time.Unix(1, 0))
		assert.Zero(t, d.Source().Len())
		assert.Zero(t, d.Metadata().Len())
		assert.Equal(t, 1, d.Ingest().Len(), "the timestamp")
		assert.False(t, d.Dropped())
		assert.False(t, d.Stopped())
		assert.Empty(t, d.Pipeline())
		assert.False(t, d.flexible)
		assertCleared(t, &d.arena)
	}
}

// assertCleared checks that the memory to be handed out next is zero, and that
// no more of it is kept than should be.
func assertCleared(t *testing.T, a *arena) {
	t.Helper()
	for range 300 {
		assert.Equal(t, []Entry{{}}, a.entries.take(1))
		assert.Equal(t, []Value{{}}, a.values.take(1))
		assert.Equal(t, []Map{{}}, a.maps.take(1))
		assert.Equal(t, []List{{}}, a.lists.take(1))
		assert.Equal(t, []slot{{}}, a.slots.take(1))
	}
	assert.LessOrEqual(t, len(a.entries.chunks), maxPooledChunks+1)
}

func BenchmarkMapGet(b *testing.B) {
	for _, size := range []int{8, 16, 24, 32, 48, 64, 1000} {
		m := &Map{}
		keys := make([]string, size)
		for i := range keys {
			keys[i] = "event.field_" + strconv.Itoa(i)
			m.Put(keys[i], Null)
		}
		b.Run(fmt.Sprintf("scan-%d", size), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				scan(m.entries, keys[i%size])
			}
		})
		b.Run(fmt.Sprintf("index-%d", size), func(b *testing.B) {
			m.reindex()
			for i := 0; b.Loop(); i++ {
				m.index.find(m.entries, keys[i%size])
			}
		})
	}
}

package redisstreamsreceiver

import (
	"context"
	"maps"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/sluice-otel/sluice/internal/redistest"
)

func marksFrom(first uint64, n int) []mark {
	marks := make([]mark, n)
	for i := range marks {
		marks[i] = mark{entryID{first + uint64(i/3), uint64(i % 3)}, uint32(i)}
	}
	return marks
}

func TestBlobsAreSmall(t *testing.T) {
	b := blob{kind: blobDone, scope: "g/s", at: time.UnixMilli(1_700_000_000_000), marks: marksFrom(1_700_000_000_000, 1000)}
	data := b.encode()
	got, err := parseBlob(data)
	require.NoError(t, err)
	assert.Equal(t, b, got)
	assert.Less(t, len(data), 6100, "six bytes an entry")
}

func TestMarksTellMessagesApart(t *testing.T) {
	of := func(fields ...field) mark { return marksOf([]entry{{id: "1-1", fields: fields}})[0] }
	ab := of(field{"a", "b"})
	assert.Equal(t, ab, of(field{"a", "b"}))
	assert.NotEqual(t, of(field{"a", "b"}), of(field{"a", "c"}))
	assert.NotEqual(t, of(field{"a", "b"}), of(field{"b", "a"}))
	assert.NotEqual(t, of(field{"ab", "c"}), of(field{"a", "bc"}))
	assert.NotEqual(t, of(field{"a", "b"}, field{"c", "d"}), of(field{"c", "d"}, field{"a", "b"}))
}

func FuzzBlob(f *testing.F) {
	b := blob{kind: blobIntent, scope: "g/s", at: time.UnixMilli(5), marks: marksFrom(7, 10)}
	f.Add(b.encode())
	f.Add([]byte{1, 0, 0, 200})
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := parseBlob(data)
		if err != nil {
			return
		}
		again, err := parseBlob(b.encode())
		require.NoError(t, err)
		require.Equal(t, b, again)
	})
}

func newCheckpoint(t *testing.T, s *memoryStorage, cfg CheckpointConfig) *checkpoint {
	t.Helper()
	c, err := openCheckpoint(t.Context(), s, cfg)
	require.NoError(t, err)
	return c
}

// writeDone commits marks and acknowledges them.
func writeDone(t *testing.T, c *checkpoint, marks []mark) {
	t.Helper()
	infos, _, err := c.write(t.Context(), []blob{{kind: blobDone, scope: "g/s", at: time.Now(), marks: marks}}, nil)
	require.NoError(t, err)
	c.letGo(infos[0])
}

func isDone(t *testing.T, c *checkpoint, m mark) bool {
	t.Helper()
	k, err := c.lookUp(t.Context(), "g/s", []mark{m})
	require.NoError(t, err)
	_, ok := k.done[m]
	return ok
}

var keepAll = CheckpointConfig{Retention: time.Hour, MaxSize: 1 << 30}

func TestCheckpointIsReadAgain(t *testing.T) {
	s := newMemoryStorage()
	c := newCheckpoint(t, s, keepAll)
	_, _, ok := c.span("g/s")
	assert.False(t, ok)
	for i := range uint64(600) { // more blobs than are loaded at once
		writeDone(t, c, marksFrom(1000*i, fullBlob))
	}
	c = newCheckpoint(t, s, keepAll)
	low, high, ok := c.span("g/s")
	assert.True(t, ok)
	assert.Equal(t, entryID{0, 0}, low)
	assert.Equal(t, entryID{599_333, 0}, high)
	assert.True(t, isDone(t, c, mark{entryID{350_000, 1}, 1}))
	assert.False(t, isDone(t, c, mark{entryID{350_000, 1}, 7}), "the same id, another message")
	assert.False(t, isDone(t, c, mark{entryID{350_000, 3}, 1}))
	_, _, ok = c.span("other/s")
	assert.False(t, ok)
}

func TestSmallCommitsShareABlob(t *testing.T) {
	s := newMemoryStorage()
	c := newCheckpoint(t, s, keepAll)
	for _, i := range []uint64{5, 3, 9, 1, 7} {
		writeDone(t, c, marksFrom(100*i, 3))
	}
	assert.Len(t, s.data, 2, "a blob, and where the ring begins")
	s.fail = true
	_, _, err := c.write(t.Context(), []blob{{kind: blobDone, scope: "g/s", at: time.Now(), marks: marksFrom(800, 3)}}, nil)
	require.Error(t, err)
	s.fail = false
	writeDone(t, c, marksFrom(1100, fullBlob-15))
	writeDone(t, c, marksFrom(5000, 3))
	assert.Len(t, s.data, 3, "the first one is full")
	for range 2 {
		for _, ms := range []uint64{100, 300, 500, 700, 900, 1100, 5000} {
			assert.True(t, isDone(t, c, mark{entryID{ms, 1}, 1}), ms)
		}
		assert.False(t, isDone(t, c, mark{entryID{800, 1}, 1}), "it could not be written")
		c = newCheckpoint(t, s, keepAll)
	}
}

func TestCheckpointIsPruned(t *testing.T) {
	s := newMemoryStorage()
	c := newCheckpoint(t, s, CheckpointConfig{Retention: time.Hour, MaxSize: 100_000})
	for i := range uint64(1000) {
		writeDone(t, c, marksFrom(1000*i, fullBlob))
	}
	assert.LessOrEqual(t, len(s.data), 25)
	assert.LessOrEqual(t, c.size, 110_000)
	assert.True(t, isDone(t, c, mark{entryID{999_000, 1}, 1}))
	assert.False(t, isDone(t, c, mark{entryID{100_000, 1}, 1}))
	c = newCheckpoint(t, s, keepAll)
	assert.True(t, isDone(t, c, mark{entryID{999_000, 1}, 1}))
}

func TestCheckpointKeepsWhatMayBePending(t *testing.T) {
	s := newMemoryStorage()
	none := CheckpointConfig{}
	c := newCheckpoint(t, s, none)
	_, _, err := c.write(t.Context(), []blob{{kind: blobDone, scope: "g/s", at: time.Now(), marks: marksFrom(1, fullBlob)}}, nil)
	require.NoError(t, err)
	for i := range uint64(10) {
		writeDone(t, c, marksFrom(10_000*(i+1), fullBlob))
	}
	assert.True(t, isDone(t, c, mark{entryID{1, 1}, 1}), "it is not acknowledged")
	assert.False(t, isDone(t, c, mark{entryID{10_000, 1}, 1}))

	c = newCheckpoint(t, s, none)
	for i := range uint64(10) {
		writeDone(t, c, marksFrom(200_000+10_000*i, fullBlob))
	}
	assert.True(t, isDone(t, c, mark{entryID{1, 1}, 1}), "nobody knows yet whether it was acknowledged")
	c.recovered("g/s")
	writeDone(t, c, marksFrom(900_000, fullBlob))
	assert.False(t, isDone(t, c, mark{entryID{1, 1}, 1}))
}

func TestDamagedBlobsDoNotKeepACollectorFromStarting(t *testing.T) {
	s := newMemoryStorage()
	c := newCheckpoint(t, s, keepAll)
	writeDone(t, c, marksFrom(1000, fullBlob))
	writeDone(t, c, marksFrom(2000, fullBlob))
	s.data[blobKey(0)] = []byte("garbage")
	c = newCheckpoint(t, s, keepAll)
	assert.False(t, isDone(t, c, mark{entryID{1000, 1}, 1}))
	assert.True(t, isDone(t, c, mark{entryID{2000, 1}, 1}))
	writeDone(t, c, marksFrom(3000, 3))
	assert.NotContains(t, s.data, blobKey(0))
}

// startRemembering starts a receiver with a checkpoint in the storage.
func startRemembering(t *testing.T, cfg *Config, s *memoryStorage, next consumer.Logs) *running {
	t.Helper()
	id := component.MustNewID("memory")
	cfg.Checkpoint.Storage = &id
	return startReceiverOn(t, cfg, next, extensionHost{componenttest.NewNopHost(), map[component.ID]component.Component{
		id: storageExtension{memoryStorage: s},
	}})
}

type extensionHost struct {
	component.Host
	extensions map[component.ID]component.Component
}

func (h extensionHost) GetExtensions() map[component.ID]component.Component { return h.extensions }

func TestWhatWasProcessedIsNotDeliveredAgainThoughRedisForgot(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	s := newMemoryStorage()
	add(t, client, 0, 3000)
	next := newSink()
	r := startRemembering(t, testConfig(srv.Addr), s, next)
	eventually(t, "all acknowledged", func() bool { return r.metric("entries_acknowledged") == 3000 })
	r.stop()
	assert.Equal(t, 3000, r.metric("entries_delivered"))
	assert.Positive(t, r.recorded("acknowledgement_age"))
	assert.Positive(t, r.recorded("checkpoint_duration"))
	assert.Greater(t, r.metric("checkpoint_written"), 3000*4, "an id and a hash each")

	t.Run("they are pending again", func(t *testing.T) {
		require.NoError(t, client.XGroupDestroy(t.Context(), testStream, "g").Err())
		require.NoError(t, client.XGroupCreate(t.Context(), testStream, "g", "0").Err())
		receive(t, client, "me", 3000)
		r := startRemembering(t, testConfig(srv.Addr), s, next)
		eventually(t, "nothing pending", func() bool { return pending(t, client) == 0 })
		r.stop()
		assert.Equal(t, 3000, r.metric("entries_suppressed"))
		next.requireOnce(t, 3000)
	})
	t.Run("they are new again", func(t *testing.T) {
		require.NoError(t, client.Do(t.Context(), "XGROUP", "SETID", testStream, "g", "0").Err())
		add(t, client, 3000, 10)
		r := startRemembering(t, testConfig(srv.Addr), s, next)
		eventually(t, "the new ones", func() bool { return next.len() == 3010 })
		eventually(t, "nothing pending", func() bool { return pending(t, client) == 0 })
		r.stop()
		assert.Equal(t, 3000, r.metric("entries_suppressed"))
		assert.Equal(t, 1, r.metric("epoch_changes"))
		next.requireOnce(t, 3010)
	})
	t.Run("the group is lost while the collector is down", func(t *testing.T) {
		require.NoError(t, client.XGroupDestroy(t.Context(), testStream, "g").Err())
		add(t, client, 3010, 10)
		r := startRemembering(t, testConfig(srv.Addr), s, next)
		eventually(t, "the new ones", func() bool { return next.len() == 3020 })
		r.stop()
		next.requireOnce(t, 3020)
	})
	t.Run("another message has an old id", func(t *testing.T) {
		id := client.XRange(t.Context(), testStream, "-", "+").Val()[5].ID
		require.NoError(t, client.Del(t.Context(), testStream).Err())
		require.NoError(t, client.XAdd(t.Context(), &redis.XAddArgs{Stream: testStream, ID: id, Values: []any{"body", "another"}}).Err())
		r := startRemembering(t, testConfig(srv.Addr), s, next)
		eventually(t, "it", func() bool { return next.counts()["another"] == 1 })
		r.stop()
	})
}

func TestAmbiguousEntriesGoWhereTheyAreToldTo(t *testing.T) {
	for policy, want := range map[string]struct{ delivered, dead, dropped int }{
		ambiguousRedeliver:  {delivered: 10},
		ambiguousDrop:       {dropped: 10},
		ambiguousDeadLetter: {dead: 10},
	} {
		t.Run(policy, func(t *testing.T) {
			srv := redistest.Start(t)
			client := newClient(t, srv.Addr)
			add(t, client, 0, 10)
			s := newMemoryStorage()
			cfg := testConfig(srv.Addr)
			cfg.Checkpoint.OnAmbiguous = policy
			cfg.DrainTimeout = 0
			var called atomic.Int64
			hangs, err := consumer.NewLogs(func(ctx context.Context, data plog.Logs) error {
				called.Add(int64(data.LogRecordCount()))
				<-ctx.Done()
				return ctx.Err()
			})
			require.NoError(t, err)
			r := startRemembering(t, cfg, s, hangs)
			eventually(t, "the pipeline has everything", func() bool { return called.Load() == 10 })
			s.mu.Lock()
			dead := &memoryStorage{data: maps.Clone(s.data)} // as it is if the collector dies now
			s.mu.Unlock()
			r.stop()

			next := newSink()
			r = startRemembering(t, cfg, dead, next)
			eventually(t, "nothing pending", func() bool { return pending(t, client) == 0 })
			r.stop()
			assert.Equal(t, want.delivered, next.len())
			assert.Equal(t, int64(want.dead), client.XLen(t.Context(), testStream+":dlq").Val())
			assert.Equal(t, want.dead+want.dropped, r.metric("entries_ambiguous"))
		})
	}
}

func TestRefusedEntriesAreNotAmbiguous(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	add(t, client, 0, 10)
	s := newMemoryStorage()
	cfg := testConfig(srv.Addr)
	cfg.Checkpoint.OnAmbiguous = ambiguousDeadLetter
	next := newSink()
	next.setRefuse(func([]string) error { return assert.AnError })
	r := startRemembering(t, cfg, s, next)
	eventually(t, "a retry", func() bool { return r.metric("delivery_retries") > 0 })
	r.stop()
	next.setRefuse(nil)
	r = startRemembering(t, cfg, s, next)
	eventually(t, "all", func() bool { return next.len() == 10 })
	r.stop()
	assert.Zero(t, r.metric("entries_ambiguous"))
	assert.Equal(t, []string{metaKey}, slices.DeleteFunc(slices.Sorted(maps.Keys(s.data)), func(k string) bool {
		b, err := parseBlob(s.data[k])
		return err == nil && b.kind == blobDone
	}), "no intent is left")
}

func TestStorageThatFailsDoesNotStopTheReceiver(t *testing.T) {
	srv := redistest.Start(t)
	client := newClient(t, srv.Addr)
	s := newMemoryStorage()
	next := newSink()
	r := startRemembering(t, testConfig(srv.Addr), s, next)
	s.mu.Lock()
	s.fail = true
	s.mu.Unlock()
	add(t, client, 0, 100)
	eventually(t, "all acknowledged", func() bool { return r.metric("entries_acknowledged") == 100 })
	assert.Equal(t, 1, r.logged("the checkpoint cannot be used"))
	assert.Positive(t, r.metric("checkpoint_failures"))
	s.mu.Lock()
	s.fail = false
	s.mu.Unlock()
	r.stop()
}

func TestMissingStorageExtensionIsAnErrorAtStart(t *testing.T) {
	cfg := testConfig("localhost:1")
	id := component.MustNewID("file_storage")
	cfg.Checkpoint.Storage = &id
	c, err := NewFactory().CreateLogs(t.Context(), receivertest.NewNopSettings(NewFactory().Type()), cfg, newSink())
	require.NoError(t, err)
	require.EqualError(t, c.Start(t.Context(), componenttest.NewNopHost()),
		`checkpoint::storage: "file_storage" is not a storage extension in service::extensions`)
	require.NoError(t, c.Shutdown(t.Context()))
}

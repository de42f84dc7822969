package redisstreamsreceiver

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
)

// memoryStorage is a storage that survives its clients.
type memoryStorage struct {
	mu   sync.Mutex
	data map[string][]byte
	fail bool
}

func newMemoryStorage() *memoryStorage { return &memoryStorage{data: map[string][]byte{}} }

var errStorage = errors.New("disk full")

func (s *memoryStorage) Batch(_ context.Context, ops ...*storage.Operation) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail {
		return errStorage
	}
	data := maps.Clone(s.data)
	for _, op := range ops {
		switch op.Type {
		case storage.Get:
			op.Value = slices.Clone(data[op.Key])
		case storage.Set:
			data[op.Key] = slices.Clone(op.Value)
		case storage.Delete:
			delete(data, op.Key)
		}
	}
	s.data = data
	return nil
}

func (s *memoryStorage) Get(ctx context.Context, key string) ([]byte, error) {
	op := storage.GetOperation(key)
	err := s.Batch(ctx, op)
	return op.Value, err
}

func (s *memoryStorage) Set(ctx context.Context, key string, value []byte) error {
	return s.Batch(ctx, storage.SetOperation(key, value))
}

func (s *memoryStorage) Delete(ctx context.Context, key string) error {
	return s.Batch(ctx, storage.DeleteOperation(key))
}

func (*memoryStorage) Close(context.Context) error { return nil }

// storageExtension has one memoryStorage for everybody.
type storageExtension struct {
	component.StartFunc
	component.ShutdownFunc
	*memoryStorage
}

func (e storageExtension) GetClient(context.Context, component.Kind, component.ID, string) (storage.Client, error) {
	return e.memoryStorage, nil
}

package remotewriteexporter

import (
	"context"
	"maps"
	"slices"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"google.golang.org/protobuf/encoding/protowire"
)

// An orderedHost gives the persistent queue of exporterhelper a storage that keeps
// its order.
//
// When the collector starts, that queue puts what was being sent when it stopped
// behind everything else. For most backends that is as good; Prometheus refuses
// samples that are older than what it has. The queue takes items by their numbers,
// and those that were being sent still have theirs, below the number at which it goes
// on reading: it is enough to let it begin at the lowest.
type orderedHost struct {
	component.Host
	storage component.ID
	resumed func() // is called if something was being sent
}

// GetExtensions are those of the host, but for the storage.
func (h orderedHost) GetExtensions() map[component.ID]component.Component {
	all := maps.Clone(h.Host.GetExtensions())
	if s, ok := all[h.storage].(storage.Extension); ok {
		all[h.storage] = orderedStorage{s, h.resumed}
	}
	return all
}

type orderedStorage struct {
	storage.Extension
	resumed func()
}

// GetClient returns a client whose queue begins where it stopped.
func (s orderedStorage) GetClient(ctx context.Context, kind component.Kind, id component.ID, name string) (storage.Client, error) {
	client, err := s.Extension.GetClient(ctx, kind, id, name)
	if err != nil {
		return nil, err
	}
	return orderedClient{client, s.resumed}, nil
}

type orderedClient struct {
	storage.Client
	resumed func()
}

// queueMetadata is the key under which the queue keeps what it knows of itself, in
// the format of exporterhelper/internal/queue/meta.proto.
const queueMetadata = "qmv0"

// The fields of its message.
const (
	readIndexField  = 3
	dispatchedField = 5
)

// Get returns the value of a key. The queue asks for its metadata once, when it
// starts.
func (c orderedClient) Get(ctx context.Context, key string) ([]byte, error) {
	value, err := c.Client.Get(ctx, key)
	if err != nil || key != queueMetadata {
		return value, err
	}
	rewound, ok := rewind(value)
	if ok {
		c.resumed()
	}
	return rewound, nil
}

// rewind makes the lowest item that was being sent the next to be read, if there is
// one. What it does not understand it returns as it is: then the order is that of the
// queue.
func rewind(metadata []byte) (rewound []byte, ok bool) {
	var others []byte
	var read uint64
	var dispatched []uint64
	for rest := metadata; len(rest) > 0; {
		number, typ, n := protowire.ConsumeField(rest)
		if n < 0 {
			return metadata, false
		}
		field := rest[:n]
		rest = rest[n:]
		_, _, tag := protowire.ConsumeTag(field)
		switch {
		case number == readIndexField && typ == protowire.Fixed64Type:
			read, _ = protowire.ConsumeFixed64(field[tag:])
		case number == dispatchedField && typ == protowire.Fixed64Type:
			v, _ := protowire.ConsumeFixed64(field[tag:])
			dispatched = append(dispatched, v)
		case number == dispatchedField && typ == protowire.BytesType:
			packed, _ := protowire.ConsumeBytes(field[tag:])
			for len(packed) >= 8 {
				v, _ := protowire.ConsumeFixed64(packed)
				dispatched, packed = append(dispatched, v), packed[8:]
			}
		default:
			others = append(others, field...)
		}
	}
	if len(dispatched) == 0 {
		return metadata, false
	}
	others = protowire.AppendTag(others, readIndexField, protowire.Fixed64Type)
	return protowire.AppendFixed64(others, min(read, slices.Min(dispatched))), true
}

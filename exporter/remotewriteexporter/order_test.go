package remotewriteexporter

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"google.golang.org/protobuf/encoding/protowire"
)

// queueState is the metadata of a queue.
func queueState(read, write uint64, dispatched ...uint64) []byte {
	b := protowire.AppendFixed64(protowire.AppendTag(nil, 1, protowire.Fixed64Type), 99)
	if len(dispatched) > 0 {
		var packed []byte
		for _, d := range dispatched {
			packed = protowire.AppendFixed64(packed, d)
		}
		b = protowire.AppendBytes(protowire.AppendTag(b, dispatchedField, protowire.BytesType), packed)
	}
	b = protowire.AppendFixed64(protowire.AppendTag(b, 4, protowire.Fixed64Type), write)
	return protowire.AppendFixed64(protowire.AppendTag(b, readIndexField, protowire.Fixed64Type), read)
}

func TestQueueBeginsAtWhatWasBeingSent(t *testing.T) {
	for _, c := range []struct {
		from, want []byte
		rewound    bool
	}{
		{queueState(7, 20, 5, 3, 6), queueState(3, 20), true},
		{queueState(7, 20), queueState(7, 20), false},
		{queueState(7, 20, 0), queueState(0, 20), true},
	} {
		got, rewound := rewind(c.from)
		assert.Equal(t, c.want, got)
		assert.Equal(t, c.rewound, rewound)
	}
}

func TestUnknownMetadataIsLeftAlone(t *testing.T) {
	for _, b := range [][]byte{nil, {}, []byte("something else"), queueState(7, 20, 5)[:30]} {
		got, rewound := rewind(b)
		assert.Equal(t, b, got)
		assert.False(t, rewound)
	}
}

func FuzzRewind(f *testing.F) {
	f.Add(queueState(7, 20, 5, 3, 6))
	f.Add([]byte{0x2a, 3, 1, 2, 3})
	f.Fuzz(func(t *testing.T, b []byte) {
		once, _ := rewind(bytes.Clone(b))
		twice, again := rewind(bytes.Clone(once))
		assert.Equal(t, once, twice)
		assert.False(t, again)
	})
}

package flatbuffers

import (
	"fmt"
	"strings"
	"unsafe"

	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/mem"
)

// A Message is the bytes of one gRPC message, as they are on the wire.
type Message struct {
	data mem.BufferSlice
	view mem.Buffer // the bytes in one piece, if somebody has asked for them
}

// NewMessage returns a message to send. The bytes must not change any more: gRPC
// may hold on to them after the call has returned.
func NewMessage(b []byte) *Message { return &Message{data: mem.BufferSlice{mem.SliceBuffer(b)}} }

// Len returns the number of bytes.
func (m *Message) Len() int { return m.data.Len() }

// Owned returns a copy of the bytes that is the caller's, who must not change it.
func (m *Message) Owned() []byte {
	var b strings.Builder // unlike make it does not clear what is written over at once
	b.Grow(m.data.Len())
	for _, piece := range m.data {
		b.Write(piece.ReadOnlyData())
	}
	return unsafe.Slice(unsafe.StringData(b.String()), b.Len()) //nolint:gosec // nobody changes it
}

// View returns the bytes, which are valid until Free. They are copied only if gRPC
// has received them in pieces, and then into memory that is used again.
func (m *Message) View() []byte {
	if m.view == nil {
		m.view = m.data.MaterializeToBuffer(mem.DefaultBufferPool())
	}
	return m.view.ReadOnlyData()
}

// Free gives the memory of a received message back. The message is then empty.
func (m *Message) Free() {
	if m.view != nil {
		m.view.Free()
	}
	m.data.Free()
	m.data, m.view = nil, nil
}

// codec hands Messages through to gRPC and back without looking at them.
type codec struct{}

// Codec returns the codec of the service, for grpc.ForceServerCodecV2 and
// grpc.ForceCodecV2.
func Codec() encoding.CodecV2 { return codec{} }

// Name is the content subtype, as in application/grpc+flatbuffers.
func (codec) Name() string { return "flatbuffers" }

func (codec) Marshal(v any) (mem.BufferSlice, error) {
	m, ok := v.(*Message)
	if !ok {
		return nil, fmt.Errorf("encode %T: only a *flatbuffers.Message can be", v)
	}
	m.data.Ref() // gRPC frees what it is given
	return m.data, nil
}

func (codec) Unmarshal(data mem.BufferSlice, v any) error {
	m, ok := v.(*Message)
	if !ok {
		return fmt.Errorf("decode into %T: only a *flatbuffers.Message can be", v)
	}
	data.Ref() // gRPC frees its own when this returns
	m.data = data
	return nil
}

package flatbuffers

import (
	"context"

	"google.golang.org/grpc"
)

// The service of ingest.fbs and its methods.
const (
	ServiceName        = "sluice.ingest.v1.LogService"
	ExportMethod       = "/" + ServiceName + "/Export"
	ExportStreamMethod = "/" + ServiceName + "/ExportStream"
)

// A LogServer serves ServiceName. Its methods are called concurrently.
type LogServer interface {
	// Export takes one batch. The message is freed when it returns.
	Export(ctx context.Context, batch *Message) (*Ack, error)
	// ExportStream takes batches until the stream ends.
	ExportStream(stream LogStream) error
}

// A LogStream is the server's end of a stream.
type LogStream struct{ stream grpc.ServerStream }

// Context returns the stream's context.
func (s LogStream) Context() context.Context { return s.stream.Context() }

// Receive returns the next batch, which the caller frees, or io.EOF after the last.
func (s LogStream) Receive() (*Message, error) {
	m := &Message{}
	if err := s.stream.RecvMsg(m); err != nil {
		return nil, err
	}
	return m, nil
}

// Send sends the answer to a batch.
func (s LogStream) Send(a *Ack) error { return s.stream.SendMsg(NewMessage(a.Encode())) }

// Register makes a server that uses Codec serve impl.
func Register(to grpc.ServiceRegistrar, impl LogServer) {
	to.RegisterService(&grpc.ServiceDesc{
		ServiceName: ServiceName,
		HandlerType: (*LogServer)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Export", Handler: export}},
		Streams: []grpc.StreamDesc{{
			StreamName: "ExportStream", ServerStreams: true, ClientStreams: true,
			Handler: func(impl any, stream grpc.ServerStream) error {
				return impl.(LogServer).ExportStream(LogStream{stream})
			},
		}},
		Metadata: "ingest.fbs",
	}, impl)
}

// export is grpc.MethodHandler for Export, whose order of arguments is gRPC's.
func export(impl any, ctx context.Context, decode func(any) error, intercept grpc.UnaryServerInterceptor) (any, error) { //nolint:revive // context-as-argument: the type is gRPC's
	m := &Message{}
	if err := decode(m); err != nil {
		return nil, err
	}
	defer m.Free()
	call := func(ctx context.Context, req any) (any, error) {
		a, err := impl.(LogServer).Export(ctx, req.(*Message))
		if err != nil {
			return nil, err
		}
		return NewMessage(a.Encode()), nil
	}
	if intercept == nil {
		return call(ctx, m)
	}
	return intercept(ctx, m, &grpc.UnaryServerInfo{Server: impl, FullMethod: ExportMethod}, call)
}

package client

import (
	"time"

	"google.golang.org/grpc"

	"github.com/sluice-otel/sluice/wire/flatbuffers"
)

// Settings say how a Client sends. The zero value is ready for use, but for
// DialOptions, which must have credentials.
type Settings struct {
	// DialOptions are added to the client's own, which are keep-alive and codec:
	// credentials, for one.
	DialOptions []grpc.DialOption

	// Resource and Scope are those of all records.
	Resource flatbuffers.Resource
	Scope    flatbuffers.Scope

	// A batch is sent when it has BatchRecords records (default 1000) or BatchBytes
	// bytes (1 MiB), or when BatchDelay (200 ms) has passed.
	BatchRecords int
	BatchBytes   int
	BatchDelay   time.Duration

	// MaxMessageBytes is the largest message the receiver takes: its
	// max_recv_msg_size_mib. Send refuses a larger record. Default 16 MiB.
	MaxMessageBytes int

	// Window is how many batches may wait for their answer. Default 8.
	Window int

	// MinBackoff and MaxBackoff bound the wait for the next try where the receiver
	// does not say how long. Default 100 ms and 10 s.
	MinBackoff, MaxBackoff time.Duration

	// OnDropped is told of records that will not be delivered. It must not block
	// and not call the client. Nil: nobody is told.
	OnDropped func(Dropped)

	// OnError is told why a stream has ended; the client goes on. It must not block
	// and not call the client. Nil: nobody is told.
	OnError func(error)
}

// Dropped are records that were not delivered and will not be.
type Dropped struct {
	Records int
	Ack     flatbuffers.Ack // what the receiver has said
}

func (s *Settings) setDefaults() {
	orElse(&s.BatchRecords, 1000)
	orElse(&s.BatchBytes, 1<<20)
	orElse(&s.BatchDelay, 200*time.Millisecond)
	orElse(&s.MaxMessageBytes, 16<<20)
	orElse(&s.Window, 8)
	orElse(&s.MinBackoff, 100*time.Millisecond)
	orElse(&s.MaxBackoff, 10*time.Second)
	if s.OnDropped == nil {
		s.OnDropped = func(Dropped) {}
	}
	if s.OnError == nil {
		s.OnError = func(error) {}
	}
}

func orElse[T int | time.Duration](v *T, standard T) {
	if *v <= 0 {
		*v = standard
	}
}

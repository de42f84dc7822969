package client

import (
	"math/rand/v2"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"
)

// backoff doubles the wait with every failure in a row.
type backoff struct {
	shortest, longest time.Duration
	failures          int
}

// next is how long to wait after another failure: as long as the receiver asks for,
// or between half and all of a wait that doubles.
func (b *backoff) next(err error) time.Duration {
	wait := min(b.shortest<<min(b.failures, 20), b.longest)
	b.failures++
	if hint := hintOf(err); hint > 0 {
		return hint
	}
	return wait/2 + rand.N(wait/2+1)
}

func (b *backoff) reset() { b.failures = 0 }

// maxHint bounds what a receiver can ask for.
const maxHint = time.Hour

// hintOf is the delay of the google.rpc.RetryInfo in a status, 0 if it has none.
func hintOf(err error) time.Duration {
	for _, detail := range status.Convert(err).Details() {
		if info, ok := detail.(*errdetails.RetryInfo); ok {
			return min(info.GetRetryDelay().AsDuration(), maxHint)
		}
	}
	return 0
}

package flatbuffersreceiver

import (
	"math/rand/v2"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/sluice-otel/sluice/wire/flatbuffers"
)

// maxMessage bounds the text of an answer: errors of a pipeline can be long.
const maxMessage = 1024

func refuse(code flatbuffers.Code, message string) flatbuffers.Ack {
	if len(message) > maxMessage {
		message = strings.ToValidUTF8(message[:maxMessage], "") + "…"
	}
	return flatbuffers.Ack{Code: code, Message: message}
}

// retry asks the sender to send the batch again.
func retry(message string, after time.Duration) flatbuffers.Ack {
	a := refuse(flatbuffers.Retry, message)
	a.RetryAfter = time.Duration(float64(after) * (0.5 + rand.Float64()))
	return a
}

// statusOf is the answer to a unary call as ingest.fbs has it, nil for Accepted.
func statusOf(a flatbuffers.Ack) error {
	switch a.Code {
	case flatbuffers.Accepted:
		return nil
	case flatbuffers.Retry:
		s, err := status.New(codes.ResourceExhausted, a.Message).WithDetails(
			&errdetails.RetryInfo{RetryDelay: durationpb.New(a.RetryAfter)})
		if err != nil {
			return err
		}
		return s.Err()
	case flatbuffers.Invalid:
		return status.Error(codes.InvalidArgument, a.Message)
	default:
		return status.Error(codes.Internal, a.Message)
	}
}

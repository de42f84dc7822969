package flatbuffers

import (
	"bytes"
	"time"

	fb "github.com/google/flatbuffers/go"

	"github.com/sluice-otel/sluice/wire/flatbuffers/ingestfbs"
)

// Code is what became of a batch.
type Code = ingestfbs.Code

// The codes; ingest.fbs says what a sender does with them.
const (
	Accepted = ingestfbs.CodeAccepted
	Retry    = ingestfbs.CodeRetry
	Invalid  = ingestfbs.CodeInvalid
	Refused  = ingestfbs.CodeRefused
)

// An Ack is the answer to one batch.
type Ack struct {
	Sequence   uint64 // of the batch on its stream, from 1; 0 in unary answers
	Code       Code
	Message    string
	RetryAfter time.Duration // with Retry
	Rejected   uint64        // records of an accepted batch that were not delivered
	Rejections []Rejection   // the first of them
}

// maxRejections is how many rejections an Ack lists.
const maxRejections = 16

// Reject lists records that are left out.
func (a *Ack) Reject(rejections []Rejection) {
	a.Rejected = uint64(len(rejections))
	a.Rejections = rejections[:min(len(rejections), maxRejections)]
}

// Encode returns the answer as a message.
func (a *Ack) Encode() []byte {
	b := fb.NewBuilder(64 + len(a.Message))
	var list []fb.UOffsetT
	for _, r := range a.Rejections {
		reason := b.CreateSharedString(r.Reason)
		ingestfbs.RejectionStart(b)
		ingestfbs.RejectionAddRecord(b, uint32(r.Record))
		ingestfbs.RejectionAddReason(b, reason)
		list = append(list, ingestfbs.RejectionEnd(b))
	}
	var rejections, message fb.UOffsetT
	if len(list) > 0 {
		rejections = b.CreateVectorOfTables(list)
	}
	if a.Message != "" {
		message = b.CreateString(a.Message)
	}
	ingestfbs.AckStart(b)
	ingestfbs.AckAddSequence(b, a.Sequence)
	ingestfbs.AckAddCode(b, a.Code)
	ingestfbs.AckAddMessage(b, message)
	ingestfbs.AckAddRetryAfter(b, uint64(a.RetryAfter.Milliseconds()))
	ingestfbs.AckAddRejected(b, a.Rejected)
	ingestfbs.AckAddRejections(b, rejections)
	b.Finish(ingestfbs.AckEnd(b))
	return bytes.Clone(b.FinishedBytes())
}

// maxRetryAfter bounds what a receiver can ask for.
const maxRetryAfter = time.Hour

// DecodeAck verifies and reads an answer. A code that is not known is Refused. An
// error is a *Error. Nothing of the Ack aliases the message.
func DecodeAck(message []byte) (Ack, error) {
	v := bounds{message: message}
	if !v.ack() {
		return Ack{}, v.err
	}
	in := ingestfbs.GetRootAsAck(message, 0)
	a := Ack{
		Sequence: in.Sequence(), Code: in.Code(), Message: string(in.Message()), Rejected: in.Rejected(),
		RetryAfter: time.Duration(min(in.RetryAfter(), uint64(maxRetryAfter.Milliseconds()))) * time.Millisecond,
	}
	if a.Code > Refused {
		a.Code = Refused
	}
	var r ingestfbs.Rejection
	for i := range min(in.RejectionsLength(), maxRejections) {
		in.Rejections(&r, i)
		a.Rejections = append(a.Rejections, Rejection{Record: int(r.Record()), Reason: string(r.Reason())})
	}
	return a, nil
}

func (b *bounds) ack() bool {
	t, ok := b.root(&ackSchema, "")
	if !ok {
		return false
	}
	if _, ok := b.text(t, ackMessage); !ok {
		return false
	}
	at, n, ok := b.vector(t, ackRejections, object)
	for i := 0; ok && i < min(n, maxRejections); i++ {
		var r table
		if r, ok = b.item(&rejectionSchema, at, i); ok {
			_, ok = b.text(r, rejectionReason)
		}
	}
	return ok
}

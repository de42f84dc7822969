package redisstreamsreceiver

import (
	"context"
	"fmt"
	"strings"
)

// codec makes what the pipeline takes out of entries. It is safe for concurrent
// use.
type codec interface {
	// decode merges the payloads of entries, in their order, and returns the
	// entries whose payloads are in it and those that have none. It leaves entries
	// as they are.
	decode(stream string, entries []entry) (merged, []entry, []rejection)
}

// merged is one batch of pipeline data. It can be consumed once, because the
// pipeline owns it from then on.
type merged interface {
	consume(ctx context.Context) error

	// rest returns what is left to deliver if the pipeline says so in the error
	// with which it has refused the batch.
	rest(err error) (merged, bool)
}

// decoder is the codec of one signal, T being plog.Logs, pmetric.Metrics or
// ptrace.Traces.
type decoder[T any] struct {
	fields []string // where the payload is
	begin  func(stream string, entries int) T
	add    func(data T, e *entry, payload string) error
	next   func(ctx context.Context, data T) error
	rest   func(err error) (T, bool)
}

func (d *decoder[T]) decode(stream string, entries []entry) (merged, []entry, []rejection) {
	data := d.begin(stream, len(entries))
	accepted := entries // until the first rejection
	var rejected []rejection
	for i := range entries {
		err := d.addEntry(data, &entries[i])
		switch {
		case err != nil && rejected == nil:
			accepted = append(make([]entry, 0, len(entries)), entries[:i]...)
			fallthrough
		case err != nil:
			rejected = append(rejected, rejection{entry: entries[i], reason: reasonUndecodable, err: err})
		case rejected != nil:
			accepted = append(accepted, entries[i])
		}
	}
	if len(accepted) == 0 {
		return nothing{}, nil, rejected
	}
	return &batchOf[T]{data, d}, accepted, rejected
}

func (d *decoder[T]) addEntry(data T, e *entry) error {
	payload, ok := e.find(d.fields)
	if !ok {
		return fmt.Errorf("none of the fields %s, which payload::fields names", strings.Join(d.fields, ", "))
	}
	return d.add(data, e, payload)
}

type batchOf[T any] struct {
	data    T
	decoder *decoder[T]
}

func (b *batchOf[T]) consume(ctx context.Context) error { return b.decoder.next(ctx, b.data) }

func (b *batchOf[T]) rest(err error) (merged, bool) {
	data, ok := b.decoder.rest(err)
	return &batchOf[T]{data, b.decoder}, ok
}

// nothing is a batch without entries: the pipeline is not called.
type nothing struct{}

func (nothing) consume(context.Context) error { return nil }

func (nothing) rest(error) (merged, bool) { return nothing{}, false }

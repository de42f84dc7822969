package redisstreamsreceiver

import (
	"context"
	"fmt"
	"strings"

	"go.opentelemetry.io/collector/component"
)

// codec makes what the pipeline takes out of entries. It is safe for concurrent
// use.
type codec interface {
	// start looks up the encoding extension, if one is to decode.
	start(host component.Host) error

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
	signal[T]
	encoding   Encoding
	payloads   PayloadConfig
	decompress *decompressor

	begin func(stream string, entries int) T
	add   func(data T, e *entry, payload string) error
}

// signal is what decoders of the three signals do differently.
type signal[T any] struct {
	name      string
	empty     func() T
	move      func(from, to T)
	consume   func(ctx context.Context, data T) error
	rest      func(err error) (T, bool)
	unmarshal map[Encoding]func([]byte) (T, error)
	extension func(component.Component) (func([]byte) (T, error), bool)
}

func newDecoder[T any](s signal[T], encoding Encoding, cfg *Config) (*decoder[T], error) {
	decompress, err := newDecompressor(cfg.Payload)
	if err != nil {
		return nil, err
	}
	d := &decoder[T]{signal: s, encoding: encoding, payloads: cfg.Payload, decompress: decompress}
	if unmarshal, ok := s.unmarshal[encoding]; ok {
		d.mergeWith(unmarshal)
	}
	return d, nil
}

// mergeWith makes payloads whole requests. What does not decode leaves the batch
// as it is.
func (d *decoder[T]) mergeWith(unmarshal func([]byte) (T, error)) {
	d.begin = func(string, int) T { return d.empty() }
	d.add = func(data T, _ *entry, payload string) error {
		one, err := unmarshal(readOnlyBytes(payload))
		if err != nil {
			return fmt.Errorf("decode %s payload: %w", d.encoding, err)
		}
		d.move(one, data)
		return nil
	}
}

func (d *decoder[T]) start(host component.Host) error {
	id, ok := d.encoding.extension()
	if !ok {
		return nil
	}
	unmarshal, ok := d.extension(host.GetExtensions()[id])
	if !ok {
		return fmt.Errorf("%s::encoding: %q is not an extension in service::extensions that decodes %s", d.name, id, d.name)
	}
	// What it does with the bytes is not known, so that it gets its own.
	d.mergeWith(func(payload []byte) (T, error) { return unmarshal([]byte(string(payload))) })
	return nil
}

func (d *decoder[T]) decode(stream string, entries []entry) (merged, []entry, []rejection) {
	data := d.begin(stream, len(entries))
	accepted := entries // until the first rejection
	var rejected []rejection
	for i := range entries {
		reason, err := d.addEntry(data, &entries[i])
		switch {
		case err != nil && rejected == nil:
			accepted = append(make([]entry, 0, len(entries)), entries[:i]...)
			fallthrough
		case err != nil:
			rejected = append(rejected, rejection{entry: entries[i], reason: reason, err: err})
		case rejected != nil:
			accepted = append(accepted, entries[i])
		}
	}
	if len(accepted) == 0 {
		return nothing{}, nil, rejected
	}
	return &batchOf[T]{data, d}, accepted, rejected
}

// addEntry returns why it cannot.
func (d *decoder[T]) addEntry(data T, e *entry) (reason string, err error) {
	payload, ok := e.find(d.payloads.Fields)
	if !ok && !d.wholeEntry() {
		return reasonNoPayload, fmt.Errorf("none of the fields %s, which payload::fields names", strings.Join(d.payloads.Fields, ", "))
	}
	if payload, err = d.decompress.payload(e, payload); err != nil {
		return reasonUndecodable, err
	}
	return reasonUndecodable, d.add(data, e, payload)
}

// wholeEntry says that entries without a payload are welcome.
func (d *decoder[T]) wholeEntry() bool {
	return d.encoding == EncodingFields || d.payloads.Missing == missingFields
}

type batchOf[T any] struct {
	data    T
	decoder *decoder[T]
}

func (b *batchOf[T]) consume(ctx context.Context) error {
	return b.decoder.consume(ctx, b.data)
}

func (b *batchOf[T]) rest(err error) (merged, bool) {
	data, ok := b.decoder.rest(err)
	return &batchOf[T]{data, b.decoder}, ok
}

// nothing is a batch without entries: the pipeline is not called.
type nothing struct{}

func (nothing) consume(context.Context) error { return nil }

func (nothing) rest(error) (merged, bool) { return nothing{}, false }

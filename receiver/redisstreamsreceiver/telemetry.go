package redisstreamsreceiver

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/sluice-otel/sluice/receiver/redisstreamsreceiver/internal/metadata"
)

func newTelemetry(set component.TelemetrySettings) (*metadata.TelemetryBuilder, error) {
	return metadata.NewTelemetryBuilder(set)
}

// counters count what happens to the entries of one stream; metadata.yaml has
// the metrics.
type counters struct {
	*metadata.TelemetryBuilder
	stream metric.MeasurementOption // and its group: two receivers may read one stream
}

func newCounters(builder *metadata.TelemetryBuilder, group, stream string) *counters {
	return &counters{builder, metric.WithAttributeSet(attribute.NewSet(
		attribute.String(attributeGroup, group), attribute.String(attributeDestination, stream)))}
}

// add leaves out zeros, so that a metric appears when there is something to see.
func (c *counters) add(ctx context.Context, counter metric.Int64Counter, n int) {
	if n > 0 {
		counter.Add(ctx, int64(n), c.stream)
	}
}

func (c *counters) groupCreated(ctx context.Context) { c.add(ctx, c.RedisStreamsGroupCreations, 1) }

func (c *counters) reconnected(ctx context.Context) { c.add(ctx, c.RedisStreamsReconnects, 1) }

func (c *counters) retried(ctx context.Context) { c.add(ctx, c.RedisStreamsDeliveryRetries, 1) }

func (c *counters) lostToTrimming(ctx context.Context, n int) {
	c.add(ctx, c.RedisStreamsEntriesLostToTrimming, n)
}

// lost counts trimmed entries that were acknowledged. The others were removed from
// the pending entries by somebody's XAUTOCLAIM, and counted there.
func (c *counters) lost(ctx context.Context, n, _ int) { c.lostToTrimming(ctx, n) }

// received counts entries that are in flight from now on.
func (c *counters) received(ctx context.Context, n int, from source) {
	c.add(ctx, c.RedisStreamsEntriesReceived, n)
	switch from {
	case sourceOwnPending:
		c.add(ctx, c.RedisStreamsEntriesRedelivered, n)
	case sourceReclaimed:
		c.add(ctx, c.RedisStreamsEntriesReclaimed, n)
	case sourceNew:
	}
	c.RedisStreamsEntriesInFlight.Add(ctx, int64(n), c.stream)
}

func (c *counters) delivered(ctx context.Context, n int) {
	c.add(ctx, c.RedisStreamsEntriesDelivered, n)
}

func (c *counters) dropped(ctx context.Context, n int) { c.add(ctx, c.RedisStreamsEntriesDropped, n) }

func (c *counters) ownershipLost(ctx context.Context, n int) {
	c.add(ctx, c.RedisStreamsEntriesOwnershipLost, n)
}

func (c *counters) trimmed(ctx context.Context, n int) { c.add(ctx, c.RedisStreamsEntriesTrimmed, n) }

func (c *counters) suppressed(ctx context.Context, n int) {
	c.add(ctx, c.RedisStreamsEntriesSuppressed, n)
}

func (c *counters) duplicate(ctx context.Context, n int) {
	c.add(ctx, c.RedisStreamsEntriesDuplicate, n)
}

func (c *counters) ambiguous(ctx context.Context, n int) {
	c.add(ctx, c.RedisStreamsEntriesAmbiguous, n)
}

func (c *counters) wentBack(ctx context.Context) { c.add(ctx, c.RedisStreamsEpochChanges, 1) }

// age records how old a batch is that has been acknowledged.
func (c *counters) age(ctx context.Context, oldest time.Time) {
	if !oldest.IsZero() {
		c.RedisStreamsAcknowledgementAge.Record(ctx, time.Since(oldest).Seconds(), c.stream)
	}
}

// left counts entries that are no longer in flight.
func (c *counters) left(ctx context.Context, n int) {
	c.RedisStreamsEntriesInFlight.Add(ctx, -int64(n), c.stream)
}

func (c *counters) acknowledged(ctx context.Context, n, shortfall int) {
	c.add(ctx, c.RedisStreamsEntriesAcknowledged, n)
	c.add(ctx, c.RedisStreamsEntriesAckShortfall, shortfall)
}

// buried counts an entry that was to be moved to the dead-letter stream. It was
// not moved if it was no longer this consumer's.
func (c *counters) buried(ctx context.Context, moved bool, reason string) {
	if reason == reasonUndecodable || reason == reasonNoPayload {
		c.add(ctx, c.RedisStreamsEntriesUndecodable, 1)
	}
	if moved {
		c.add(ctx, c.RedisStreamsEntriesDeadLettered, 1)
		return
	}
	c.add(ctx, c.RedisStreamsEntriesAckShortfall, 1)
}

// checkpointCounters count what is written to the checkpoint.
type checkpointCounters struct{ *metadata.TelemetryBuilder }

func (c *checkpointCounters) committed(ctx context.Context, took time.Duration, size int, err error) {
	if err != nil {
		c.RedisStreamsCheckpointFailures.Add(ctx, 1)
		return
	}
	c.RedisStreamsCheckpointDuration.Record(ctx, took.Seconds())
	c.RedisStreamsCheckpointWritten.Add(ctx, int64(size))
}

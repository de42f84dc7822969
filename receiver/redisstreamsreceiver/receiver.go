package redisstreamsreceiver

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/extension/xextension/storage"
	"go.opentelemetry.io/collector/receiver"
	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/sluice-otel/sluice/internal/fxcomponent"
	"github.com/sluice-otel/sluice/receiver/redisstreamsreceiver/internal/metadata"
)

// How shutdown wakes a reader: it asks the server again and again, because a
// request may come between two reads, and then closes the connection.
const (
	wakeInterval = 10 * time.Millisecond
	wakeTimeout  = 500 * time.Millisecond
)

// releaseTimeout bounds what shutdown does after the drain timeout.
const releaseTimeout = 2 * time.Second

// streamNames are the streams of the receiver's signal, signalName is its name.
type (
	streamNames []string
	signalName  string
)

// streamsReceiver reads the streams of one signal. start and stop are called by
// the fx app, once each.
//
// Each stream has a goroutine that reads and one that acknowledges; between them
// are the lanes, which all streams share.
type streamsReceiver struct {
	cfg      *Config
	logger   *zap.Logger
	window   *window
	lanes    *lanes
	codec    codec
	builder  *metadata.TelemetryBuilder
	control  redis.UniversalClient
	consumer string
	streams  []*stream

	id        component.ID
	signal    signalName
	host      *fxcomponent.Host
	health    *health
	committer *committer // nil without a checkpoint

	stopping   chan struct{}
	endReading context.CancelFunc
	endWork    context.CancelFunc
	readers    sync.WaitGroup
	workers    sync.WaitGroup // lanes
	committing sync.WaitGroup
	settlers   sync.WaitGroup
	monitoring sync.WaitGroup
}

type receiverParams struct {
	fx.In

	Lifecycle fx.Lifecycle
	Settings  receiver.Settings
	Config    *Config
	Streams   streamNames
	Signal    signalName
	Codec     codec
	Telemetry *metadata.TelemetryBuilder
	Logger    *zap.Logger
	Host      *fxcomponent.Host
}

func newReceiver(p receiverParams) (*streamsReceiver, error) {
	if len(p.Streams) == 0 {
		return nil, errors.New("streams: a pipeline reads from this receiver, but no streams are set for its signal")
	}
	consumer, err := consumerName(p.Config, p.Settings)
	if err != nil {
		return nil, err
	}
	r := &streamsReceiver{
		cfg:      p.Config,
		logger:   p.Logger,
		window:   newWindow(p.Config.MaxInFlight),
		lanes:    newLanes(p.Config),
		codec:    p.Codec,
		builder:  p.Telemetry,
		consumer: consumer,
		id:       p.Settings.ID,
		signal:   p.Signal,
		host:     p.Host,
		health:   newHealth(p.Logger, p.Host),
		stopping: make(chan struct{}),
	}
	refusals := &refusals{logger: p.Logger}
	for _, name := range p.Streams {
		r.streams = append(r.streams, &stream{
			cfg:       p.Config,
			name:      name,
			scope:     p.Config.Group + "/" + name,
			logger:    p.Logger.With(zap.String("stream", name)),
			codec:     p.Codec,
			window:    r.window,
			health:    r.health,
			refusals:  refusals,
			count:     newCounters(p.Telemetry, p.Config.Group, name),
			acks:      newAckQueue(),
			keys:      newRecentKeys(p.Config.Deduplicate),
			stopping:  r.stopping,
			readState: newReadState(),
		})
	}
	p.Lifecycle.Append(fx.StartStopHook(r.start, r.stop))
	return r, nil
}

// consumerName is unique in a group as long as host names are, and the same
// after a restart.
func consumerName(cfg *Config, set receiver.Settings) (string, error) {
	if cfg.Consumer != "" {
		return cfg.Consumer, nil
	}
	host, err := os.Hostname()
	if err != nil {
		return "", fmt.Errorf("consumer: must be set, because the host has no name: %w", err)
	}
	return host + "/" + set.ID.String(), nil
}

// start starts the stages of every stream. It does not wait for Redis: a
// collector comes up, and its other pipelines work, while Redis is down.
func (r *streamsReceiver) start(ctx context.Context) error {
	if err := r.codec.start(r.host.Get()); err != nil {
		return err
	}
	connections, err := newConnections(ctx, r.cfg)
	if err != nil {
		return err
	}
	r.control = connections.control
	if err := r.openCheckpoint(ctx); err != nil {
		return errors.Join(err, r.control.Close())
	}
	base := context.WithoutCancel(ctx)
	reading, endReading := context.WithCancel(base)
	work, endWork := context.WithCancel(base)
	r.endReading, r.endWork = endReading, endWork
	if r.committer != nil {
		r.committing.Go(func() { r.committer.run(work) })
	}
	r.lanes.run(work, &r.workers)
	for _, s := range r.streams {
		s.open(newRedisGroup(s.name, r.consumer, connections, s.logger))
		r.settlers.Go(func() { s.settleLoop(work) })
		r.readers.Go(func() { s.readLoop(reading, r.lanes.deliver) })
	}
	r.monitoring.Go(func() { r.monitorLoop(reading) })
	if err := r.observeProgress(); err != nil {
		r.logger.Warn("some metrics are missing", zap.Error(err))
	}
	r.logger.Info("reading Redis Streams", zap.Strings("endpoints", r.cfg.addresses()),
		zap.String("group", r.cfg.Group), zap.String("consumer", r.consumer), zap.Int("streams", len(r.streams)))
	return nil
}

// stop ends the stages in the order of the data:
//
//  1. No new read begins, and reads that wait in the server are woken. A reply
//     that is already under way is still received and handed on.
//  2. Batches the pipeline has refused for now are not tried again.
//  3. What has been read is delivered and acknowledged, until the drain timeout
//     or the end of ctx. Heartbeats go on meanwhile.
//  4. Calls that still run are cancelled.
//  5. What is left is released: it stays pending in Redis for this consumer's
//     next start, but others may take it over at once. Not so what is accepted
//     and not acknowledged, or what others could not tell to be ambiguous.
//  6. Checkpoint and connections are closed.
func (r *streamsReceiver) stop(ctx context.Context) error {
	drain, cancel := context.WithTimeout(ctx, r.cfg.DrainTimeout)
	defer cancel()
	r.endReading()
	close(r.stopping)
	stopWork := context.AfterFunc(drain, r.endWork)
	defer stopWork()
	r.wakeReaders(ctx)
	r.lanes.close()
	r.workers.Wait()
	if r.committer != nil {
		close(r.committer.requests)
		r.committing.Wait()
	}
	for _, s := range r.streams {
		s.acks.close()
	}
	r.settlers.Wait()
	r.release(ctx)
	r.monitoring.Wait()
	r.endWork()
	r.builder.Shutdown()
	return r.close(ctx)
}

// wakeReaders returns when every reader has ended.
func (r *streamsReceiver) wakeReaders(ctx context.Context) {
	ended := closedAfter(&r.readers)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), wakeTimeout)
	defer cancel()
	for wait(wakeInterval, ended, ctx.Done()) {
		for _, s := range r.streams {
			if !s.wake(ctx) {
				cancel() // out of reach or not permitted
			}
		}
	}
	for _, s := range r.streams {
		s.hangUp()
	}
	<-ended
}

// release gives back what was not finished.
func (r *streamsReceiver) release(ctx context.Context) {
	left := r.window.len()
	if left == 0 {
		return
	}
	r.logger.Warn("not everything that was read could be finished; the rest stays pending in Redis", zap.Int("entries", left))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseTimeout)
	defer cancel()
	for _, s := range r.streams {
		if err := s.release(ctx); err != nil {
			r.logger.Warn("entries in flight could not be released; others take them over after reclaim::min_idle", zap.Error(err))
			return
		}
	}
}

func (r *streamsReceiver) close(ctx context.Context) error {
	var errs []error
	if r.committer != nil {
		errs = append(errs, r.committer.checkpoint.client.Close(context.WithoutCancel(ctx)))
	}
	if err := r.control.Close(); !errors.Is(err, redis.ErrClosed) {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// openCheckpoint loads what earlier runs have processed.
func (r *streamsReceiver) openCheckpoint(ctx context.Context) error {
	id := r.cfg.Checkpoint.Storage
	if id == nil {
		return nil
	}
	extension, ok := r.host.Get().GetExtensions()[*id].(storage.Extension)
	if !ok {
		return fmt.Errorf("checkpoint::storage: %q is not a storage extension in service::extensions", id)
	}
	client, err := extension.GetClient(ctx, component.KindReceiver, r.id, string(r.signal))
	if err != nil {
		return fmt.Errorf("checkpoint::storage: open %q: %w", id, err)
	}
	checkpoint, err := openCheckpoint(ctx, client, r.cfg.remembering())
	if err != nil {
		return errors.Join(err, client.Close(ctx))
	}
	r.committer = newCommitter(checkpoint, r.health, &checkpointCounters{r.builder})
	for _, s := range r.streams {
		s.committer = r.committer
		s.remember(checkpoint)
	}
	return nil
}

// closedAfter returns a channel that is closed when the group is done.
func closedAfter(group *sync.WaitGroup) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		group.Wait()
	}()
	return done
}

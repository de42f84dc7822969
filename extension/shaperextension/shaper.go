package shaperextension

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/extension/extensioncapabilities"
	"go.uber.org/zap"

	"github.com/sluice-otel/sluice/bpf"
	"github.com/sluice-otel/sluice/extension/shaperextension/control"
	"github.com/sluice-otel/sluice/extension/shaperextension/internal/engine"
	"github.com/sluice-otel/sluice/extension/shaperextension/internal/talkers"
	"github.com/sluice-otel/sluice/internal/fxcomponent"
)

const (
	// tick is how often shares are divided anew and the heart beats.
	tick = 250 * time.Millisecond

	// portsInterval is how often the process's own sockets are looked at.
	portsInterval = 5 * time.Second

	// settleTime is how long a burst of changes to interfaces may last before they
	// are looked at.
	settleTime = 20 * time.Millisecond

	// samplesInterval is how often sampled packets are read.
	samplesInterval = 200 * time.Millisecond

	// talkersWindow is what the talkers are about when nothing is logged.
	talkersWindow = 10 * time.Second

	// samplesPerPacket is how many packets a sample stands for (SAMPLE_RATE).
	samplesPerPacket = 64
)

// shaper is the extension. Between start and stop its loop goroutine is the only
// one that applies anything but for the control socket, and apply has a lock.
type shaper struct {
	id        component.ID
	cfg       *Config
	logger    *zap.Logger
	host      *fxcomponent.Host
	telemetry *telemetry
	keeper    *keeper
	talkers   *talkers.Table

	engine   *engine.Engine // nil: not supported
	inactive error          // why

	applying sync.Mutex // guards what follows
	request  engine.Request
	conf     map[string]any // of the collector, for the ports of receivers

	factors factors

	cancel context.CancelFunc
	done   sync.WaitGroup
	server *http.Server
}

var _ extensioncapabilities.ConfigSnapshotWatcher = (*shaper)(nil)

func newShaper(id component.ID, k *keeper, cfg *Config, logger *zap.Logger, host *fxcomponent.Host, t *telemetry) *shaper {
	return &shaper{
		id:        id,
		cfg:       cfg,
		logger:    logger,
		host:      host,
		telemetry: t,
		keeper:    k,
		talkers:   talkers.New(samplesPerPacket),
		factors:   factors{until: map[string]time.Time{}},
		inactive:  errors.New("the shaper has not been started"),
	}
}

func (s *shaper) settings() engine.Settings { return engine.Settings{Pin: s.cfg.Pin} }

// start puts the policies into force before anything listens: extensions start
// first.
func (s *shaper) start(ctx context.Context) error {
	if err := s.open(); err != nil {
		return err
	}
	ctx, s.cancel = context.WithCancel(context.WithoutCancel(ctx))
	if err := s.startControl(ctx); err != nil {
		return errors.Join(err, s.stop(ctx))
	}
	if s.engine == nil {
		return nil
	}
	if err := s.telemetry.start(s.engine); err != nil {
		return errors.Join(err, s.stop(ctx))
	}
	changed := make(chan struct{}, 1)
	s.done.Go(func() { s.watchLinks(ctx, changed) })
	s.done.Go(func() { s.loop(ctx, changed) })
	s.done.Go(func() { s.readSamples(ctx) })
	return nil
}

// open loads and attaches. Where that is not possible the operator has chosen what
// then: no shaping, said once and in the component's status, or no start.
func (s *shaper) open() error {
	e, err := s.keeper.open(s.id, s.settings())
	if err == nil {
		s.engine = e
		_, err = s.apply(engine.Request{
			Policies:    s.cfg.Policies,
			ExemptPorts: s.cfg.Exempt.Ports,
			ExemptPeers: s.cfg.Exempt.Peers,
		})
		if err == nil {
			s.inactive = nil
			s.sayAttached()
			return nil
		}
		s.engine = nil
		err = errors.Join(err, e.Close())
	}
	if _, unsupported := errors.AsType[*bpf.UnsupportedError](err); !unsupported || s.cfg.OnUnsupported == Fail {
		return err
	}
	s.inactive = err
	s.logger.Warn("traffic is not limited: this machine or this process's rights do not allow it", zap.Error(err))
	s.report(componentstatus.NewRecoverableErrorEvent(fmt.Errorf("traffic is not limited: %w", err)))
	return nil
}

func (s *shaper) report(event *componentstatus.Event) {
	if host := s.host.Get(); host != nil {
		componentstatus.ReportStatus(host, event)
	}
}

func (s *shaper) sayAttached() {
	for _, a := range s.engine.Attachments() {
		s.logger.Info("shaping", zap.String("interface", a.Interface), zap.String("direction", a.Direction), zap.String("mode", a.Mode))
	}
}

// stop ends, in this order: 1. what may ask for changes, 2. the loop and the
// readers, 3. the engine, which detaches or is handed over. It is called once
// after start.
func (s *shaper) stop(ctx context.Context) error {
	errs := []error{s.stopControl(ctx)}
	s.cancel()
	s.done.Wait()
	s.telemetry.stop()
	if s.engine != nil {
		errs = append(errs, s.keeper.release(s.id, s.engine, s.settings()))
	}
	return errors.Join(errs...)
}

func (s *shaper) watchLinks(ctx context.Context, changed chan<- struct{}) {
	err := engine.WatchLinks(ctx.Done(), func() {
		select {
		case changed <- struct{}{}:
		default: // the loop has not looked yet, and will see this too
		}
	})
	if err != nil {
		s.logger.Warn("new interfaces will not be seen", zap.Error(err))
	}
}

// loop is everything that happens by itself.
func (s *shaper) loop(ctx context.Context, changed <-chan struct{}) {
	ticks := time.NewTicker(tick)
	defer ticks.Stop()
	portsDue := time.NewTicker(portsInterval)
	defer portsDue.Stop()
	window := s.cfg.TopTalkers.Interval
	if window == 0 {
		window = talkersWindow
	}
	talkersDue := time.NewTicker(window)
	defer talkersDue.Stop()
	var settle <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-changed:
			if settle == nil {
				settle = time.After(settleTime)
			}
		case <-settle:
			settle = nil
			s.refresh("the interfaces have changed")
		case now := <-ticks.C:
			s.tick(now)
		case <-portsDue.C:
			s.resolvePorts()
		case <-talkersDue.C:
			s.reviewTalkers()
		}
	}
}

// tick keeps the engine's numbers current, and releases limits whose signal has
// been lost: load must not be shed on missing data.
func (s *shaper) tick(now time.Time) {
	for _, name := range s.factors.expired(now) {
		s.logger.Warn("the pressure signal is lost; the limit is released", zap.String("policy", name))
		if err := s.engine.SetFactor(name, 1); err != nil {
			s.logger.Debug("release limit", zap.Error(err)) // the policy has gone
		}
	}
	if err := s.engine.Tick(); err != nil {
		s.logger.Warn("keep shares current", zap.Error(err))
	}
}

func (s *shaper) readSamples(ctx context.Context) {
	for ctx.Err() == nil {
		err := s.engine.ReadSamples(time.Now().Add(samplesInterval), func(p engine.Sample) {
			if p.Policy == "" {
				return // it has gone meanwhile
			}
			s.talkers.Add(talkers.Packet{Policy: p.Policy, Peer: p.Peer, PeerPort: p.PeerPort, Bytes: p.Bytes, Dropped: p.Dropped})
		})
		if errors.Is(err, os.ErrClosed) {
			return
		}
		if err != nil {
			s.logger.Warn("samples of packets end", zap.Error(err))
			return
		}
	}
}

// reviewTalkers logs the biggest senders under policies that have refused
// something, and says where many senders hide behind one address: a share of
// each is then a share of all.
func (s *shaper) reviewTalkers() {
	refused := map[string]bool{}
	top := s.talkers.Top(max(1, s.cfg.TopTalkers.Count))
	for _, t := range top {
		refused[t.Policy] = refused[t.Policy] || t.Dropped > 0
	}
	for _, t := range top {
		if !refused[t.Policy] || s.cfg.TopTalkers.Interval == 0 {
			continue
		}
		s.logger.Info("top talker", zap.String("policy", t.Policy), zap.Stringer("peer", t.Peer),
			zap.Uint64("bytes", t.Bytes), zap.Uint64("dropped_bytes", t.Dropped),
			zap.Float64("share", t.Share), zap.Int("connections", t.Connections))
	}
	for name, p := range s.current().Policies {
		if !p.PerSource.HasValue() {
			continue
		}
		if t, ok := s.talkers.Collapsed(name); ok {
			s.logger.Warn("most traffic comes from one address with many connections: behind a NAT, a load balancer or a proxy "+
				"sources cannot be told apart, and per_source shares nothing out",
				zap.String("policy", name), zap.Stringer("peer", t.Peer), zap.Int("connections", t.Connections))
		}
	}
	s.talkers.Reset()
}

var _ control.Shaper = (*shaper)(nil)

package remotewritereceiver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.uber.org/fx"
	"go.uber.org/zap"

	"github.com/sluice-otel/sluice/internal/fxcomponent"
)

// A server listens for requests and hands on what the buffer no longer holds back.
type server struct {
	cfg       *Config
	handler   *handler
	telemetry component.TelemetrySettings
	host      *fxcomponent.Host
	logger    *zap.Logger

	http  *http.Server
	stop  context.CancelFunc
	tasks sync.WaitGroup
}

func newServer(lc fx.Lifecycle, cfg *Config, h *handler, set component.TelemetrySettings, host *fxcomponent.Host) *server {
	s := &server{cfg: cfg, handler: h, telemetry: set, host: host, logger: set.Logger}
	lc.Append(fx.StartStopHook(s.start, s.shutdown))
	return s
}

// maxHeaderBytes is far beyond what any sender sends.
const maxHeaderBytes = 64 << 10

// start opens the port. The context is not used for what runs on: that ends with
// shutdown.
func (s *server) start(ctx context.Context) error {
	mux := http.NewServeMux()
	for _, path := range s.cfg.Paths {
		mux.Handle(path, s.handler)
	}
	host := s.host.Get()
	// The body is decompressed by the handler: after it has looked at the headers,
	// and into memory that is used again.
	config := s.cfg.ServerConfig
	config.CompressionAlgorithms = []string{}
	server, err := config.ToServer(ctx, host.GetExtensions(), s.telemetry, mux)
	if err != nil {
		return fmt.Errorf("make the HTTP server: %w", err)
	}
	server.MaxHeaderBytes = maxHeaderBytes
	server.Protocols = new(http.Protocols)
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetHTTP2(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	listener, err := config.ToListener(ctx)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", config.NetAddr.Endpoint, err)
	}
	s.logger.Info("receiving remote write", zap.String("endpoint", listener.Addr().String()), zap.Strings("paths", s.cfg.Paths))
	s.http = server
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	s.tasks.Go(func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(err))
		}
	})
	s.tasks.Go(func() {
		s.handler.memory.buffer.run(running, func(ctx context.Context, ready []*heldWhole) {
			s.handler.flush(ctx, ready, s.logger)
		})
	})
	return nil
}

// shutdown stops in this order:
//
//  1. no more requests; those under way are answered, as long as ctx lasts;
//  2. no more flushes;
//  3. what the buffer holds is handed on, because it has been acknowledged and
//     nobody will send it again.
func (s *server) shutdown(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, s.http.Close())
	}
	s.stop()
	s.tasks.Wait()
	if held := s.handler.memory.buffer.takeReady(true); len(held) > 0 {
		s.handler.flush(ctx, held, s.logger)
		if lost := s.handler.memory.buffer.takeReady(true); len(lost) > 0 {
			s.logger.Error("the pipeline refuses data, so histograms that waited for parts are lost", zap.Int("histograms", len(lost)))
		}
	}
	return err
}

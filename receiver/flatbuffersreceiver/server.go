package flatbuffersreceiver

import (
	"context"
	"fmt"
	"runtime"
	"sync"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componentstatus"
	"go.opentelemetry.io/collector/config/configgrpc"
	"go.uber.org/fx"
	"go.uber.org/zap"
	"google.golang.org/grpc"

	"github.com/sluice-otel/sluice/internal/fxcomponent"
	"github.com/sluice-otel/sluice/wire/flatbuffers"
)

// A server listens for batches.
type server struct {
	cfg       *Config
	service   *service
	telemetry component.TelemetrySettings
	host      *fxcomponent.Host

	grpc  *grpc.Server
	tasks sync.WaitGroup
}

func newServer(lc fx.Lifecycle, cfg *Config, s *service, set component.TelemetrySettings, host *fxcomponent.Host) *server {
	srv := &server{cfg: cfg, service: s, telemetry: set, host: host}
	lc.Append(fx.StartStopHook(srv.start, srv.shutdown))
	return srv
}

// start opens the port.
func (s *server) start(ctx context.Context) error {
	host := s.host.Get()
	server, err := s.cfg.ToServer(ctx, host.GetExtensions(), s.telemetry,
		configgrpc.WithGrpcServerOption(grpc.ForceServerCodecV2(flatbuffers.Codec())),
		configgrpc.WithGrpcServerOption(grpc.NumStreamWorkers(workers())))
	if err != nil {
		return fmt.Errorf("make the gRPC server: %w", err)
	}
	flatbuffers.Register(server, s.service)
	if err := s.service.telemetry.start(s.service.admission); err != nil {
		return err
	}
	listener, err := s.cfg.NetAddr.Listen(ctx)
	if err != nil {
		s.service.telemetry.stop()
		return fmt.Errorf("listen on %s: %w", s.cfg.NetAddr.Endpoint, err)
	}
	s.telemetry.Logger.Info("receiving FlatBuffers", zap.String("endpoint", listener.Addr().String()))
	s.grpc = server
	s.tasks.Go(func() {
		if err := server.Serve(listener); err != nil {
			componentstatus.ReportStatus(host, componentstatus.NewFatalErrorEvent(err))
		}
	})
	return nil
}

// workers is how many goroutines take calls one after the other. A goroutine for each call
// would begin with a small stack, and growing that to what a pipeline needs is a good part
// of a small call. Calls for which there is no worker have a goroutine of their own.
func workers() uint32 { return uint32(8 * runtime.GOMAXPROCS(0)) }

// shutdown stops in this order:
//
//  1. streams end, each after the batch that is being delivered has its answer, and
//     no more calls are taken;
//  2. when ctx ends, connections are closed and contexts of batches cancelled.
func (s *server) shutdown(ctx context.Context) error {
	close(s.service.stopping)
	stopped := make(chan struct{})
	s.tasks.Go(func() {
		s.grpc.GracefulStop()
		close(stopped)
	})
	var err error
	select {
	case <-stopped:
	case <-ctx.Done():
		err = ctx.Err()
		s.grpc.Stop()
	}
	s.tasks.Wait()
	s.service.readers.Wait()
	s.service.telemetry.stop()
	return err
}

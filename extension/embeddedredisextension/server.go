package embeddedredisextension

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"go.uber.org/zap"
)

// trimInterval is how often streams are cut to their maximum length. At 50,000
// entries of 300 B a second it bounds the excess to some 15 MB.
const trimInterval = time.Second

// server is one miniredis and the goroutine that bounds its streams.
type server struct {
	cfg    *Config
	logger *zap.Logger

	redis  *miniredis.Miniredis
	client *redis.Client // for trimming, connected to redis
	cancel context.CancelFunc
	done   sync.WaitGroup
}

func newServer(cfg *Config, logger *zap.Logger) *server {
	return &server{cfg: cfg, logger: logger}
}

func (s *server) start(ctx context.Context) error {
	s.redis = miniredis.NewMiniRedis()
	// By default TTLs stand still, which suits tests.
	s.redis.ClockTTL(true)
	if err := s.redis.StartAddr(s.cfg.Endpoint); err != nil {
		return listenError(s.cfg.Endpoint, err)
	}
	s.logger.Info("embedded Redis is listening; it keeps everything in memory and is not for production",
		zap.String("endpoint", s.redis.Addr()))
	if s.cfg.MaxStreamLength > 0 {
		s.startTrimming(ctx)
	}
	return nil
}

func listenError(endpoint string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("listen on %s: %w (another Redis? set extensions::embedded_redis::endpoint to a free port)", endpoint, err)
	}
	return fmt.Errorf("listen on %s: %w", endpoint, err)
}

// stop ends the trimming first, because its client needs the server.
func (s *server) stop() {
	if s.cancel != nil {
		s.cancel()
		s.done.Wait()
		_ = s.client.Close()
	}
	s.redis.Close()
}

func (s *server) startTrimming(ctx context.Context) {
	s.client = redis.NewClient(&redis.Options{
		Addr:                     s.redis.Addr(),
		PoolSize:                 1,
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
	ctx, s.cancel = context.WithCancel(context.WithoutCancel(ctx))
	s.done.Go(func() { s.trimUntil(ctx) })
}

func (s *server) trimUntil(ctx context.Context) {
	ticker := time.NewTicker(trimInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.trim(ctx)
		}
	}
}

// trim cuts every stream of database 0 to its maximum length. A failure is not
// worth more than a debug line: the next round comes in a second.
func (s *server) trim(ctx context.Context) {
	for _, key := range s.redis.Keys() {
		if s.redis.Type(key) != "stream" {
			continue
		}
		if err := s.client.XTrimMaxLen(ctx, key, s.cfg.MaxStreamLength).Err(); err != nil {
			s.logger.Debug("trim stream", zap.String("stream", key), zap.Error(err))
		}
	}
}

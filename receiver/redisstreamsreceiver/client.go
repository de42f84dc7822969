package redisstreamsreceiver

import (
	"context"
	"crypto/tls"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// readSlack is what a blocking read may take beyond its block time before the
// connection counts as dead.
const readSlack = 5 * time.Second

// connections opens the clients of one receiver.
type connections struct {
	cfg *Config
	tls *tls.Config
}

func newConnections(ctx context.Context, cfg *Config) (*connections, error) {
	quietenClients()
	c := &connections{cfg: cfg}
	if cfg.TLS.HasValue() {
		config, err := cfg.TLS.Get().LoadTLSConfig(ctx)
		if err != nil {
			return nil, fmt.Errorf("tls: %w", err)
		}
		c.tls = config
	}
	return c, nil
}

// control returns the client for everything that does not block.
func (c *connections) control() redis.UniversalClient {
	o := c.options()
	// No caller needs more than one connection at a time. But after PoolSize
	// failed dials go-redis starts dialling by itself, once a second.
	o.PoolSize = 64
	return redis.NewClient(o)
}

// reading returns a client for the blocking reads of one stream.
func (c *connections) reading() *redis.Client {
	o := c.options()
	o.ReadTimeout = c.cfg.Block + readSlack
	o.PoolSize = 2 // to read, and to wake the reader
	return redis.NewClient(o)
}

func (c *connections) options() *redis.Options {
	return &redis.Options{
		Addr:      c.cfg.Endpoint,
		Username:  c.cfg.Username,
		Password:  string(c.cfg.Password),
		DB:        c.cfg.DB,
		TLSConfig: c.tls,
		// Version 2 has one shape for fields with and without repeated names.
		Protocol: 2,
		// Each caller has its own way to go on after an error. A reader must not
		// repeat a command at all: when the reply of an XREADGROUP is lost, a second
		// one returns the *next* entries and leaves the first ones pending unseen.
		MaxRetries:       -1,
		DialerRetries:    1,
		PipelinePoolSize: -1,
		// CLIENT SETINFO is unknown before Redis 7.2.
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
}

// quietenClients keeps go-redis from writing a line to stderr for every failed
// dial. Its logger is global; callers get the same error and report it once.
var quietenClients = sync.OnceFunc(func() { redis.SetLogger(discardLogger{}) })

type discardLogger struct{}

func (discardLogger) Printf(context.Context, string, ...any) {}

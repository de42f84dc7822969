package redisstreamsreceiver

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
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
	cfg     *Config
	options *redis.UniversalOptions
	control redis.UniversalClient // for everything that does not block
}

func newConnections(ctx context.Context, cfg *Config) (*connections, error) {
	quietenClients()
	c := &connections{cfg: cfg}
	var tlsConfig *tls.Config
	if cfg.TLS.HasValue() {
		var err error
		if tlsConfig, err = cfg.TLS.Get().LoadTLSConfig(ctx); err != nil {
			return nil, fmt.Errorf("tls: %w", err)
		}
	}
	c.options = newOptions(cfg, tlsConfig)
	c.control = redis.NewUniversalClient(c.options)
	return c, nil
}

func newOptions(cfg *Config, tlsConfig *tls.Config) *redis.UniversalOptions {
	o := &redis.UniversalOptions{
		Addrs:     cfg.addresses(),
		Username:  cfg.Username,
		Password:  string(cfg.Password),
		DB:        cfg.DB,
		TLSConfig: tlsConfig,
		// Version 2 has one shape for fields with and without repeated names.
		Protocol: 2,
		// Each caller has its own way to go on after an error. A reader must not
		// repeat a command at all: when the reply of an XREADGROUP is lost, a second
		// one returns the *next* entries and leaves the first ones pending unseen.
		MaxRetries:    -1,
		DialerRetries: 1,
		// No caller needs more than one connection at a time. But after PoolSize
		// failed dials go-redis starts dialling by itself, once a second.
		PoolSize:         64,
		PipelinePoolSize: -1,
		// CLIENT SETINFO is unknown before Redis 7.2.
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
	if cfg.Cluster.HasValue() {
		o.IsClusterMode = true
	}
	if cfg.Sentinel.HasValue() {
		s := cfg.Sentinel.Get()
		o.MasterName, o.SentinelUsername, o.SentinelPassword = s.Master, s.Username, string(s.Password)
	}
	return o
}

// reading returns a client for the blocking reads of one stream, which connects
// to the server that has the stream now.
func (c *connections) reading(ctx context.Context, stream string) (*redis.Client, error) {
	address, err := c.locate(ctx, stream)
	if err != nil {
		return nil, err
	}
	o := c.options.Simple()
	o.Addr = address
	o.ReadTimeout = c.cfg.Block + readSlack
	o.PoolSize = 2 // to read, and to wake the reader
	return redis.NewClient(o), nil
}

// locate returns the address of the server that has a stream.
func (c *connections) locate(ctx context.Context, stream string) (string, error) {
	switch {
	case c.cfg.Cluster.HasValue():
		return c.locateInCluster(ctx, stream)
	case c.cfg.Sentinel.HasValue():
		return c.askSentinels(ctx)
	default:
		return c.cfg.Endpoint, nil
	}
}

func (c *connections) locateInCluster(ctx context.Context, stream string) (string, error) {
	cluster, ok := c.control.(*redis.ClusterClient)
	if !ok {
		return "", errors.New("not a cluster client")
	}
	node, err := cluster.MasterForKey(ctx, stream)
	if err != nil {
		return "", err
	}
	return node.Options().Addr, nil
}

// moved says that a stream was not where it was thought to be.
func (c *connections) moved(ctx context.Context) {
	if cluster, ok := c.control.(*redis.ClusterClient); ok {
		cluster.ReloadState(ctx)
	}
}

// askSentinels returns what the first sentinel says that answers.
func (c *connections) askSentinels(ctx context.Context) (string, error) {
	cfg := c.cfg.Sentinel.Get()
	var errs []error
	for _, address := range cfg.Endpoints {
		host, err := c.askSentinel(ctx, address, cfg)
		if err == nil {
			return host, nil
		}
		errs = append(errs, fmt.Errorf("ask sentinel %s for %q: %w", address, cfg.Master, err))
	}
	return "", errors.Join(errs...)
}

func (c *connections) askSentinel(ctx context.Context, address string, cfg *SentinelConfig) (string, error) {
	o := c.options.Simple()
	o.Addr, o.DB = address, 0
	o.Username, o.Password = cfg.Username, string(cfg.Password)
	sentinel := redis.NewSentinelClient(o)
	defer func() { _ = sentinel.Close() }()
	answer, err := sentinel.GetMasterAddrByName(ctx, cfg.Master).Result()
	if err != nil {
		return "", err
	}
	if len(answer) != 2 {
		return "", fmt.Errorf("unexpected answer %q", answer)
	}
	return net.JoinHostPort(answer[0], answer[1]), nil
}

// quietenClients keeps go-redis from writing a line to stderr for every failed
// dial. Its logger is global; callers get the same error and report it once.
var quietenClients = sync.OnceFunc(func() { redis.SetLogger(discardLogger{}) })

type discardLogger struct{}

func (discardLogger) Printf(context.Context, string, ...any) {}

package redistest

import (
	"context"
	"fmt"
	"math"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// slots is how many slots a cluster has.
const slots = 16384

// StartReplica starts a server that follows the one at addr, and returns when it
// has caught up.
func StartReplica(t testing.TB, addr string) *Server {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatalf("address of the primary: %v", err)
	}
	s := Start(t, "--replicaof", host, port)
	s.await("the replica has caught up", func(c *redis.Client) bool {
		return strings.Contains(c.Info(t.Context(), "replication").Val(), "master_link_status:up")
	})
	return s
}

// StartCluster starts servers that share the slots of a cluster evenly.
func StartCluster(t testing.TB, n int) []*Server {
	t.Helper()
	var servers []*Server
	for range n {
		servers = append(servers, startNode(t))
	}
	for i, s := range servers {
		client := s.client()
		var share []int // as a list: ADDSLOTSRANGE came with Redis 7
		for slot := i * slots / n; slot < (i+1)*slots/n; slot++ {
			share = append(share, slot)
		}
		if err := client.ClusterAddSlots(t.Context(), share...).Err(); err != nil {
			t.Fatalf("give slots to %s: %v", s.Addr, err)
		}
		if err := client.ClusterMeet(t.Context(), "127.0.0.1", servers[0].port).Err(); err != nil {
			t.Fatalf("introduce %s: %v", s.Addr, err)
		}
	}
	for _, s := range servers {
		s.await("the cluster is complete", func(c *redis.Client) bool {
			info := c.ClusterInfo(t.Context()).Val()
			return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, fmt.Sprintf("cluster_known_nodes:%d", n))
		})
	}
	return servers
}

// busOffset is between the port of a server and the one on which it speaks with
// the others of its cluster. To choose the latter freely came with Redis 7.
const busOffset = 10_000

// startNode starts a server whose second port is free, too.
func startNode(t testing.TB) *Server {
	t.Helper()
	s := newServer(t)
	for !busPortFree(t, s.port) {
		s.setPort(freePort(t))
	}
	s.configure("--cluster-enabled", "yes", "--cluster-node-timeout", "2000")
	s.Restart()
	return s
}

func busPortFree(t testing.TB, port string) bool {
	t.Helper()
	n, err := strconv.Atoi(port)
	if err != nil || n+busOffset > math.MaxUint16 {
		return false
	}
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(n+busOffset)))
	if err != nil {
		return false
	}
	_ = l.Close()
	return true
}

// StartSentinel starts a sentinel that watches a primary under a name and, alone,
// declares it dead after half a second.
func StartSentinel(t testing.TB, primary *Server, name string) *Server {
	t.Helper()
	s := newServer(t)
	config := filepath.Join(t.TempDir(), "sentinel.conf")
	text := fmt.Sprintf("port %s\nbind 127.0.0.1\nsentinel monitor %s 127.0.0.1 %s 1\n"+
		"sentinel down-after-milliseconds %s 500\nsentinel failover-timeout %s 2000\n", s.port, name, primary.port, name, name)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatalf("write configuration: %v", err)
	}
	s.args = append(s.args, config, "--sentinel")
	s.Restart()
	s.await("the sentinel knows a replica", func(c *redis.Client) bool {
		replicas, err := c.Do(t.Context(), "SENTINEL", "REPLICAS", name).Slice()
		return err == nil && len(replicas) > 0
	})
	return s
}

func (s *Server) client() *redis.Client {
	client := redis.NewClient(&redis.Options{
		Addr:                     s.Addr,
		Protocol:                 2,
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
	s.t.Cleanup(func() { _ = client.Close() })
	return client
}

// await polls until a condition is true.
func (s *Server) await(what string, ok func(*redis.Client) bool) {
	s.t.Helper()
	client := s.client()
	ctx, cancel := context.WithTimeout(s.t.Context(), 3*startTimeout)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok(client) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			s.t.Fatalf("not in time: %s\n%s", what, s.out)
		}
	}
}

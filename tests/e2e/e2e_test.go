package e2e

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sluice-otel/sluice/internal/accesslog"
	"github.com/sluice-otel/sluice/internal/redistest"
)

// freeAddress returns a loopback address nobody listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "localhost:0")
	require.NoError(t, err)
	defer l.Close()
	return fmt.Sprintf("localhost:%d", l.Addr().(*net.TCPAddr).Port)
}

// set returns the arguments that override one key of a configuration.
func set(key, value string) []string { return []string{"--set", key + "=" + value} }

func args(config string, sets ...[]string) []string {
	out := []string{"--config", config}
	for _, s := range sets {
		out = append(out, s...)
	}
	return out
}

// redisToFile are the arguments to run redis-to-file.yaml between addr and file.
func redisToFile(addr, file string) []string {
	return args("distro/configs/redis-to-file.yaml",
		set("receivers.redis_streams.endpoint", addr),
		set("exporters.file.path", file),
		set("service.telemetry.metrics.level", "none"))
}

func feed(t *testing.T, addr string, from *accesslog.Generator, n int) {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: addr})
	defer client.Close()
	pipe := client.Pipeline()
	for range n {
		pipe.XAdd(t.Context(), &redis.XAddArgs{
			Stream: "access-logs", Values: []any{"body", from.Line(time.Now())},
		})
	}
	_, err := pipe.Exec(t.Context())
	require.NoError(t, err)
}

// A record is what the file exporter writes, as far as the tests look at it.
type record struct {
	Body       string
	Attributes map[string]any
}

func readRecords(t *testing.T, file string) []record {
	t.Helper()
	f, err := os.Open(file)
	if os.IsNotExist(err) {
		return nil
	}
	require.NoError(t, err)
	defer f.Close()
	var out []record
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, 64<<20)
	for scanner.Scan() {
		out = append(out, parseBatch(t, scanner.Bytes())...)
	}
	require.NoError(t, scanner.Err())
	return out
}

type otlpValue struct {
	StringValue *string
	IntValue    *string
}

type otlpBatch struct {
	ResourceLogs []struct {
		ScopeLogs []struct {
			LogRecords []struct {
				Body       otlpValue
				Attributes []struct {
					Key   string
					Value otlpValue
				}
			}
		}
	}
}

func parseBatch(t *testing.T, line []byte) []record {
	t.Helper()
	var batch otlpBatch
	if json.Unmarshal(line, &batch) != nil {
		return nil // a line that is still being written
	}
	var out []record
	for _, r := range batch.ResourceLogs {
		for _, s := range r.ScopeLogs {
			for _, l := range s.LogRecords {
				rec := record{Attributes: map[string]any{}}
				if l.Body.StringValue != nil {
					rec.Body = *l.Body.StringValue
				}
				for _, a := range l.Attributes {
					switch {
					case a.Value.StringValue != nil:
						rec.Attributes[a.Key] = *a.Value.StringValue
					case a.Value.IntValue != nil:
						n, err := strconv.Atoi(*a.Value.IntValue)
						require.NoError(t, err)
						rec.Attributes[a.Key] = n
					}
				}
				out = append(out, rec)
			}
		}
	}
	return out
}

var idInURL = regexp.MustCompile(`[?&]id=(\d+)`)

// ids counts how often each line number appears.
func ids(t *testing.T, records []record) map[int]int {
	t.Helper()
	out := map[int]int{}
	for _, r := range records {
		match := idInURL.FindStringSubmatch(fmt.Sprint(r.Attributes["url.original"]))
		require.NotNil(t, match, "a record without id: %v", r)
		n, err := strconv.Atoi(match[1])
		require.NoError(t, err)
		out[n]++
	}
	return out
}

func TestQuickStartShowsParsedRecords(t *testing.T) {
	addr, file := freeAddress(t), filepath.Join(t.TempDir(), "out", "access.jsonl")
	p := Start(t, args("distro/configs/quickstart.yaml",
		set("extensions.embedded_redis.endpoint", addr),
		set("receivers.redis_streams.endpoint", addr),
		set("exporters.file.path", file))...)
	p.WaitFor("Everything is ready")
	assert.Contains(t, p.Output(), addr, "the console says where the embedded Redis listens")

	out, status := Run(t, "demo", "feed", "--endpoint", addr, "--count", "3", "--rate", "0")
	require.Zero(t, status, out)
	assert.Contains(t, out, "3 lines written")

	var records []record
	Eventually(t, "three records in the file", func() bool {
		records = readRecords(t, file)
		return len(records) == 3
	})
	for _, r := range records {
		assert.Contains(t, r.Attributes, "http.request.method")
		assert.Contains(t, r.Attributes, "source.address")
		assert.IsType(t, 0, r.Attributes["http.response.status_code"])
	}
	p.WaitFor("http.response.status_code: Int(")
	assert.Zero(t, p.Stop(10*time.Second))
}

func TestInterruptDrainsAndASecondStartContinues(t *testing.T) {
	srv := redistest.Start(t)
	file := filepath.Join(t.TempDir(), "access.jsonl")
	lines := accesslog.New(1)
	feed(t, srv.Addr, lines, 20_000)

	first := Start(t, redisToFile(srv.Addr, file)...)
	Eventually(t, "the first records", func() bool {
		info, err := os.Stat(file)
		return err == nil && info.Size() > 0
	})
	assert.Zero(t, first.Stop(10*time.Second), "exit status after Ctrl-C")

	feed(t, srv.Addr, lines, 1_000)
	second := Start(t, redisToFile(srv.Addr, file)...)
	Eventually(t, "nothing left in the group", func() bool { return drained(t, srv.Addr) })
	assert.Zero(t, second.Stop(10*time.Second))

	seen := ids(t, readRecords(t, file))
	assert.Len(t, seen, 21_000, "every line arrives")
	for id, n := range seen {
		require.Equal(t, 1, n, "line %d arrives once: the first process stopped cleanly", id)
	}
}

// drained reports whether the group has nothing unread and nothing pending.
func drained(t *testing.T, addr string) bool {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: addr})
	defer client.Close()
	groups, err := client.XInfoGroups(t.Context(), "access-logs").Result()
	return err == nil && len(groups) == 1 && groups[0].Lag == 0 && groups[0].Pending == 0
}

func TestRedisDownAtStartAndGoneLaterRecoversWithoutRestart(t *testing.T) {
	srv := redistest.Start(t)
	srv.Stop()
	file := filepath.Join(t.TempDir(), "access.jsonl")
	p := Start(t, redisToFile(srv.Addr, file)...)
	p.WaitFor("Everything is ready")
	Eventually(t, "the outage is said", func() bool { return outages(p) == 1 })

	lines := accesslog.New(1)
	srv.Restart()
	feed(t, srv.Addr, lines, 100)
	Eventually(t, "100 records", func() bool { return len(ids(t, readRecords(t, file))) == 100 })

	srv.Stop()
	Eventually(t, "the second outage is said", func() bool { return outages(p) == 2 })
	srv.Restart()
	feed(t, srv.Addr, lines, 100)
	Eventually(t, "200 records", func() bool { return len(ids(t, readRecords(t, file))) == 200 })
	assert.Equal(t, 2, outages(p), "an outage is said once, not per attempt:\n%s", p.Output())
	assert.Zero(t, p.Stop(10*time.Second))
}

// outages counts the lines that say Redis cannot be reached.
func outages(p *Process) int { return strings.Count(p.Output(), "Redis is out of reach") }

// Package faults kills, cuts off and starves members of a consumer group, and
// counts at the end what arrived. Faults that need no second process are tested
// beside the receiver.
package faults

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/extension/extensiontest"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.opentelemetry.io/collector/receiver/receivertest"

	"github.com/sluice-otel/sluice/receiver/redisstreamsreceiver"
)

const (
	stream = "orders"
	group  = "g"
)

// settings is what a member is told.
type settings struct {
	Receiver map[string]any // as an operator writes it
	Storage  string         // folder of the checkpoint; empty is none
	Sink     string         // file that gets a line per accepted message, see lines
	Pause    time.Duration  // the pipeline takes so long for each batch
}

func memberSettings(t testing.TB, addr, name string) settings {
	t.Helper()
	return settings{
		Receiver: map[string]any{
			"endpoint": addr, "group": group, "consumer": name, "block": "200ms", "count": 500,
			"logs": map[string]any{"streams": []string{stream}},
		},
		Storage: t.TempDir(),
		Sink:    filepath.Join(t.TempDir(), "accepted"),
	}
}

// A process that finds settings in its environment is a member, not a test.
const settingsVariable = "FAULTS_MEMBER"

func TestMain(m *testing.M) {
	text, ok := os.LookupEnv(settingsVariable)
	if !ok {
		os.Exit(m.Run())
	}
	var s settings
	err := json.Unmarshal([]byte(text), &s)
	if err == nil {
		err = runMember(s)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// runMember runs a receiver until SIGTERM.
func runMember(s settings) error {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	host, err := startStorage(s)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(s.Sink, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := file.WriteString("\n"); err != nil { // what a kill has torn off is a line of its own
		return err
	}
	next, err := consumer.NewLogs(func(_ context.Context, data plog.Logs) error {
		<-time.After(s.Pause / 2)
		_, err := file.WriteString(lines(data)) // what is written survives SIGKILL
		<-time.After(s.Pause / 2)
		return err
	})
	if err != nil {
		return err
	}
	factory := redisstreamsreceiver.NewFactory()
	cfg := factory.CreateDefaultConfig()
	if err := confmap.NewFromStringMap(s.Receiver).Unmarshal(cfg); err != nil {
		return err
	}
	set := receivertest.NewNopSettings(factory.Type())
	set.ID = component.NewID(factory.Type()) // the storage knows the receiver by it
	r, err := factory.CreateLogs(ctx, set, cfg, next)
	if err != nil {
		return err
	}
	if err := r.Start(ctx, host); err != nil {
		return err
	}
	fmt.Println(ready) //nolint:forbidigo // it tells its parent
	<-ctx.Done()
	return r.Shutdown(context.WithoutCancel(ctx))
}

// lines are what a sink gets: the entry id and the number of each message, and a
// full stop, without which the line was torn off.
func lines(data plog.Logs) string {
	var b strings.Builder
	for _, resource := range data.ResourceLogs().All() {
		for _, scope := range resource.ScopeLogs().All() {
			for _, record := range scope.LogRecords().All() {
				id, _ := record.Attributes().Get("messaging.message.id")
				b.WriteString(id.Str() + " " + record.Body().Str() + ".\n")
			}
		}
	}
	return b.String()
}

type host struct {
	component.Host
	extensions map[component.ID]component.Component
}

func (h host) GetExtensions() map[component.ID]component.Component { return h.extensions }

// startStorage starts the storage a collector would use, flushed to disk, and
// tells the receiver to use it.
func startStorage(s settings) (component.Host, error) {
	nop := componenttest.NewNopHost()
	if s.Storage == "" {
		return nop, nil
	}
	factory := filestorage.NewFactory()
	cfg := factory.CreateDefaultConfig().(*filestorage.Config)
	cfg.Directory, cfg.FSync = s.Storage, true
	storage, err := factory.Create(context.Background(), extensiontest.NewNopSettings(factory.Type()), cfg)
	if err != nil {
		return nil, err
	}
	id := component.NewID(factory.Type())
	checkpoint, _ := s.Receiver["checkpoint"].(map[string]any)
	if checkpoint == nil {
		checkpoint = map[string]any{}
	}
	checkpoint["storage"] = id.String()
	s.Receiver["checkpoint"] = checkpoint
	return host{nop, map[component.ID]component.Component{id: storage}}, storage.Start(context.Background(), nop)
}

// ready is what a member says when it can be stopped.
const ready = "ready"

// member is a running process.
type member struct {
	t    testing.TB
	cmd  *exec.Cmd
	errs bytes.Buffer
	done chan struct{}
}

func start(t testing.TB, s settings) *member {
	t.Helper()
	text, err := json.Marshal(s)
	require.NoError(t, err)
	m := &member{t: t, cmd: exec.Command(os.Args[0]), done: make(chan struct{})}
	m.cmd.Env = append(os.Environ(), settingsVariable+"="+string(text))
	m.cmd.Stderr = &m.errs
	out, err := m.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, m.cmd.Start())
	line, _ := bufio.NewReader(out).ReadString('\n')
	go func() {
		defer close(m.done)
		_ = m.cmd.Wait()
	}()
	t.Cleanup(m.kill)
	if strings.TrimSpace(line) != ready {
		m.kill()
		t.Fatalf("the member does not start: %s", m.errs.String())
	}
	return m
}

// kill is kill -9.
func (m *member) kill() {
	_ = m.cmd.Process.Kill()
	<-m.done
}

func (m *member) stop() {
	m.t.Helper()
	require.NoError(m.t, m.cmd.Process.Signal(syscall.SIGTERM))
	<-m.done
	require.True(m.t, m.cmd.ProcessState.Success(), m.errs.String())
}

// accepted counts how often each message is in a sink.
func accepted(t testing.TB, sinks ...string) map[int]int {
	t.Helper()
	counts := map[int]int{}
	for _, sink := range sinks {
		eachLine(t, sink, func(_ string, n int) { counts[n]++ })
	}
	return counts
}

// stored is what a backend has that takes entry ids as keys: a message that comes
// again replaces itself.
func stored(t testing.TB, sinks ...string) map[string]int {
	t.Helper()
	documents := map[string]int{}
	for _, sink := range sinks {
		eachLine(t, sink, func(id string, n int) {
			if before, ok := documents[id]; ok {
				require.Equal(t, before, n, "entry %s", id)
			}
			documents[id] = n
		})
	}
	return documents
}

func eachLine(t testing.TB, sink string, f func(id string, n int)) {
	t.Helper()
	data, err := os.ReadFile(sink)
	if os.IsNotExist(err) {
		return
	}
	require.NoError(t, err)
	for line := range strings.Lines(string(data)) {
		line, whole := strings.CutSuffix(line, ".\n")
		if !whole {
			continue
		}
		id, number, _ := strings.Cut(line, " ")
		n, err := strconv.Atoi(number)
		require.NoError(t, err)
		f(id, n)
	}
}

// tally returns how many of the messages 0 to n-1 are missing, and how many
// arrivals were too many.
func tally(counts map[int]int, n int) (missing, duplicates int) {
	for i := range n {
		if counts[i] == 0 {
			missing++
			continue
		}
		duplicates += counts[i] - 1
	}
	return missing, duplicates
}

func newClient(t testing.TB, addr string) *redis.Client {
	t.Helper()
	client := redis.NewClient(&redis.Options{
		Addr:                     addr,
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// add writes the messages first to first+n-1.
func add(t testing.TB, client *redis.Client, first, n int) {
	t.Helper()
	for done := 0; done < n; {
		pipe := client.Pipeline()
		for range min(1000, n-done) {
			pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: stream, Values: []any{"body", strconv.Itoa(first + done)}})
			done++
		}
		_, err := pipe.Exec(t.Context())
		require.NoError(t, err)
	}
}

// settled reports whether the group has nothing unread and nothing pending.
func settled(t testing.TB, client *redis.Client) bool {
	t.Helper()
	groups, err := client.XInfoGroups(t.Context(), stream).Result()
	if err != nil || len(groups) != 1 || groups[0].Pending != 0 {
		return false
	}
	info, err := client.XInfoStream(t.Context(), stream).Result() // Redis 6.2 knows no lag
	return err == nil && groups[0].LastDeliveredID == info.LastGeneratedID
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	require.Eventually(t, ok, time.Minute, 10*time.Millisecond, what)
}

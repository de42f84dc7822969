package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"syscall"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/spf13/cobra"

	"github.com/sluice-otel/sluice/internal/accesslog"
)

// feed is what the user asked for.
type feed struct {
	endpoint string
	stream   string
	field    string
	rate     float64 // lines per second; 0 is as fast as possible
	count    int     // 0 is until interrupted
	maxLen   int64   // of the stream
	seed     uint64
}

func newFeedCommand() *cobra.Command {
	f := &feed{}
	cmd := &cobra.Command{
		Use:   "feed",
		Short: "Write access log lines to a Redis stream",
		Example: "  sluice demo feed                      # 10 lines a second into the quick start, until Ctrl-C\n" +
			"  sluice demo feed --count 5 --rate 0   # five lines, at once\n" +
			"  sluice demo feed --endpoint localhost:6379 --rate 5000",
		Args:         cobra.NoArgs,
		SilenceUsage: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM)
			defer stop()
			return f.run(ctx, cmd.OutOrStdout())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.endpoint, "endpoint", "localhost:6380", "Redis server to write to")
	flags.StringVar(&f.stream, "stream", "access-logs", "stream to write to")
	flags.StringVar(&f.field, "field", "body", "entry field that holds the line")
	flags.Float64Var(&f.rate, "rate", 10, "lines per second; 0 is as fast as possible")
	flags.IntVar(&f.count, "count", 0, "number of lines; 0 is until interrupted")
	flags.Int64Var(&f.maxLen, "max-length", 1_000_000, "trim the stream to about this many entries; 0 never trims")
	flags.Uint64Var(&f.seed, "seed", 1, "lines depend on this number")
	return cmd
}

// maxBatch is the number of lines sent in one round trip when going fast.
const maxBatch = 500

func (f *feed) run(ctx context.Context, out io.Writer) error {
	if f.rate < 0 || f.count < 0 {
		return errors.New("--rate and --count must not be negative")
	}
	redis.SetLogger(silent{}) // the error that is returned says the same
	client := redis.NewClient(&redis.Options{Addr: f.endpoint, DisableIdentity: true, MaxRetries: -1, DialerRetries: 1})
	defer func() { _ = client.Close() }()
	if err := client.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("reach Redis at %s: %w (is `make run` running in another terminal?)", f.endpoint, err)
	}
	sent, err := f.send(ctx, client)
	_, _ = fmt.Fprintf(out, "%d lines written to stream %q at %s\n", sent, f.stream, f.endpoint)
	if ctx.Err() != nil {
		return nil // Ctrl-C is how it is meant to end
	}
	return err
}

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// send writes lines until the count is reached or ctx ends, and returns how
// many the server has taken.
func (f *feed) send(ctx context.Context, client *redis.Client) (int, error) {
	lines := accesslog.New(f.seed)
	start := time.Now()
	sent := 0
	for f.count == 0 || sent < f.count {
		n := f.due(start, sent)
		if n == 0 {
			if !sleep(ctx, time.Duration(float64(time.Second)/f.rate)) {
				return sent, nil
			}
			continue
		}
		if err := f.write(ctx, client, lines, n); err != nil {
			return sent, err
		}
		sent += n
	}
	return sent, nil
}

// due returns how many lines the rate allows now.
func (f *feed) due(start time.Time, sent int) int {
	n := maxBatch
	if f.rate > 0 {
		n = min(n, 1+int(time.Since(start).Seconds()*f.rate)-sent)
	}
	if f.count > 0 {
		n = min(n, f.count-sent)
	}
	return max(n, 0)
}

func (f *feed) write(ctx context.Context, client *redis.Client, lines *accesslog.Generator, n int) error {
	pipe := client.Pipeline()
	for range n {
		pipe.XAdd(ctx, &redis.XAddArgs{
			Stream: f.stream, MaxLen: f.maxLen, Approx: f.maxLen > 0,
			Values: []any{f.field, lines.Line(time.Now())},
		})
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return fmt.Errorf("write to stream %q: %w", f.stream, err)
	}
	return nil
}

// sleep waits for d and reports false if ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

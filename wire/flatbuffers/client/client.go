package client

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"google.golang.org/grpc"
	connection "google.golang.org/grpc/backoff"
	"google.golang.org/grpc/keepalive"

	"github.com/sluice-otel/sluice/wire/flatbuffers"
)

// A Client sends records to one receiver. Its methods are safe for concurrent use.
type Client struct {
	settings Settings
	conn     *grpc.ClientConn

	turn    chan struct{} // holds one token: who has it may use encoder, closed and out
	encoder *flatbuffers.Encoder
	closed  bool
	out     chan *batch // cut batches, in order

	pending pending
	stop    context.CancelFunc
	tasks   sync.WaitGroup
}

// A batch is a message on its way, unchanged until it is settled.
type batch struct {
	message []byte
	records int
}

// Errors of Send.
var (
	// ErrClosed is also that of Flush. Close has been called.
	ErrClosed = errors.New("the client is closed")
	// ErrTooLarge is that the record alone would exceed MaxMessageBytes.
	ErrTooLarge = errors.New("the record is larger than a message can be")
)

// New returns a client of the receiver at target, a gRPC target such as host:port.
// It connects by itself, again and again; only a wrong target or option is an error.
func New(target string, settings Settings) (*Client, error) {
	settings.setDefaults()
	options := append([]grpc.DialOption{
		// A dead connection must be noticed even if the receiver asks to wait.
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 30 * time.Second, Timeout: 10 * time.Second}),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: connection.Config{
			BaseDelay: settings.MinBackoff, Multiplier: 2, Jitter: 0.2, MaxDelay: settings.MaxBackoff,
		}, MinConnectTimeout: 10 * time.Second}),
		grpc.WithDefaultCallOptions(grpc.ForceCodecV2(flatbuffers.Codec())),
	}, settings.DialOptions...)
	conn, err := grpc.NewClient(target, options...)
	if err != nil {
		return nil, fmt.Errorf("make a client of %s: %w", target, err)
	}
	c := &Client{
		settings: settings, conn: conn, encoder: flatbuffers.NewEncoder(),
		turn: make(chan struct{}, 1), out: make(chan *batch, 2*settings.Window),
	}
	c.pending.init()
	c.turn <- struct{}{}
	ctx, stop := context.WithCancel(context.Background())
	c.stop = stop
	s := newSender(c)
	c.tasks.Go(func() { s.run(ctx) })
	c.tasks.Go(func() { c.cutInTime(ctx) })
	return c, nil
}

// acquire waits for the turn.
func (c *Client) acquire(ctx context.Context) error {
	select {
	case <-c.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	if c.closed {
		c.turn <- struct{}{}
		return ErrClosed
	}
	return nil
}

func (c *Client) release() { c.turn <- struct{}{} }

// Send takes a record for delivery. It blocks while there is no room, until ctx ends;
// then the record was not taken.
func (c *Client) Send(ctx context.Context, r *flatbuffers.Record) error {
	size := r.Size() + messageOverhead
	if size > c.settings.MaxMessageBytes {
		return ErrTooLarge
	}
	if err := c.acquire(ctx); err != nil {
		return err
	}
	defer c.release()
	if c.full() || c.encoder.Size()+size > c.settings.MaxMessageBytes {
		if err := c.cut(ctx); err != nil {
			return err
		}
	}
	c.encoder.Append(r)
	if c.full() && c.pending.len() < cap(c.out) {
		return c.cut(ctx)
	}
	return nil
}

// messageOverhead is beyond what a message takes beside its records, but for very
// large resources.
const messageOverhead = 4 << 10

func (c *Client) full() bool {
	return c.encoder.Len() >= c.settings.BatchRecords || c.encoder.Size() >= c.settings.BatchBytes
}

// cut hands the open batch to the sender, if it has records. The turn is the
// caller's. If ctx ends first the batch stays open.
func (c *Client) cut(ctx context.Context) error {
	n := c.encoder.Len()
	if n == 0 {
		return nil
	}
	if err := c.pending.reserve(ctx, cap(c.out)); err != nil {
		return err
	}
	c.encoder.EndScope(c.settings.Scope)
	c.encoder.EndResource(c.settings.Resource)
	c.out <- &batch{message: c.encoder.Finish(), records: n} // there is room: it holds as many as can be pending
	return nil
}

// cutInTime cuts batches that do not fill.
func (c *Client) cutInTime(ctx context.Context) {
	ticker := time.NewTicker(c.settings.BatchDelay)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		if c.acquire(ctx) == nil {
			_ = c.cut(ctx) // ctx has ended, or it is cut
			c.release()
		}
	}
}

// Flush sends what has been taken and waits until all of it has an answer.
func (c *Client) Flush(ctx context.Context) error {
	if err := c.acquire(ctx); err != nil {
		return err
	}
	err := c.cut(ctx)
	c.release()
	if err != nil {
		return err
	}
	return c.pending.empty(ctx)
}

// Close flushes and ends the client. If ctx ends first, the error says how many
// batches had no answer.
func (c *Client) Close(ctx context.Context) error {
	err := c.Flush(ctx)
	if errors.Is(err, ErrClosed) {
		return nil
	}
	c.stop()
	c.tasks.Wait()
	<-c.turn
	defer c.release()
	if c.closed {
		return nil
	}
	c.closed = true
	if err != nil {
		err = fmt.Errorf("close with %d batches unanswered: %w", c.pending.len(), err)
	}
	return errors.Join(err, c.conn.Close())
}

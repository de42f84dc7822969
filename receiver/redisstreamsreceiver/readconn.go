package redisstreamsreceiver

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// readConn is the connection of one stream's reader. It is opened by the first
// command and again after every error. Only wake and close may be called while
// another goroutine reads.
type readConn struct {
	connections *connections
	stream      string
	size        int // of the last reply, as a guess of the next

	mu     sync.Mutex // guards what follows
	closed bool
	client *redis.Client
	conn   *redis.Conn
	id     int64 // of the connection in the server, 0 if unknown
}

// do sends a command and returns the raw reply, which is the caller's. An error
// reply is an error.
func (r *readConn) do(ctx context.Context, args ...any) ([]byte, error) {
	conn, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	reply := replyBuffer{expect: r.size + r.size/8}
	if err := conn.Process(ctx, redis.NewRawWriteToCmd(ctx, &reply, args...)); err != nil {
		r.drop(ctx)
		return nil, err
	}
	if bytes.HasPrefix(reply.buf, []byte{'-'}) {
		err := replyError(bytes.TrimSuffix(reply.buf[1:], []byte("\r\n")))
		if !redis.HasErrorPrefix(err, "NOGROUP") && !strings.HasPrefix(string(err), "ERR ") {
			r.drop(ctx)
		}
		return nil, err
	}
	return r.take(&reply), nil
}

// take returns the reply and remembers its size. The reply is kept as long as
// one of its entries is, so that it must not be much larger than they are.
func (r *readConn) take(reply *replyBuffer) []byte {
	buf := reply.buf
	if len(buf) > replyScratch {
		r.size = len(buf)
	}
	if cap(buf) > 2*len(buf) {
		return bytes.Clone(buf)
	}
	return buf
}

func (r *readConn) open(ctx context.Context) (*redis.Conn, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, redis.ErrClosed
	}
	if r.conn != nil {
		return r.conn, nil
	}
	client, err := r.connections.reading(ctx, r.stream)
	if err != nil {
		return nil, err
	}
	conn := client.Conn()
	if err := conn.Ping(ctx).Err(); err != nil {
		_ = client.Close()
		r.connections.moved(ctx)
		return nil, err
	}
	// Without the permission, shutdown closes the connection instead of waking it.
	id, err := conn.ClientID(ctx).Result()
	if err != nil {
		id = 0
	}
	r.client, r.conn, r.id = client, conn, id
	return conn, nil
}

// wake ends the read that waits in the server. It may come too early, between
// two reads, and is then without effect. It reports false if it cannot.
func (r *readConn) wake(ctx context.Context) bool {
	r.mu.Lock()
	client, id := r.client, r.id
	r.mu.Unlock()
	if client == nil {
		return true // nothing waits
	}
	return id != 0 && client.ClientUnblock(ctx, id).Err() == nil
}

// drop closes the connection. The next command opens another, perhaps to another
// server.
func (r *readConn) drop(ctx context.Context) {
	r.connections.moved(ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.client == nil {
		return
	}
	_ = r.conn.Close()
	_ = r.client.Close()
	r.client, r.conn, r.id = nil, nil, 0
}

// close ends a command that is under way, and refuses further ones.
func (r *readConn) close() {
	r.mu.Lock()
	r.closed = true
	client := r.client
	r.mu.Unlock()
	if client != nil {
		_ = client.Close()
	}
}

// replyScratch is room for replies without entries, of which an idle reader gets
// many.
const replyScratch = 64

// replyBuffer collects a reply. Reading straight into its memory saves a copy
// of every string.
type replyBuffer struct {
	buf    []byte
	expect int // length once it has outgrown the scratch room
}

func (b *replyBuffer) Write(p []byte) (int, error) {
	b.grow(len(p))
	b.buf = append(b.buf, p...)
	return len(p), nil
}

// ReadFrom is what io.CopyN uses for a string of the reply. It trusts the
// announced length only as far as bytes arrive.
func (b *replyBuffer) ReadFrom(r io.Reader) (int64, error) {
	limited, ok := r.(*io.LimitedReader)
	if !ok {
		return io.Copy(struct{ io.Writer }{b}, r)
	}
	start := len(b.buf)
	for limited.N > 0 {
		n := int(min(limited.N, maxGrowth))
		b.grow(n)
		m, err := limited.Read(b.buf[len(b.buf) : len(b.buf)+n])
		b.buf = b.buf[:len(b.buf)+m]
		if err == io.EOF {
			break
		}
		if err != nil {
			return int64(len(b.buf) - start), err
		}
	}
	return int64(len(b.buf) - start), nil
}

// maxGrowth is how much room is made for bytes that have not arrived.
const maxGrowth = 1 << 20

// grow makes room for n more bytes.
func (b *replyBuffer) grow(n int) {
	need := len(b.buf) + n
	if need <= cap(b.buf) {
		return
	}
	size := max(need, 2*cap(b.buf), replyScratch)
	if need > replyScratch {
		size = max(size, b.expect)
	}
	b.buf = append(make([]byte, 0, size), b.buf...)
}

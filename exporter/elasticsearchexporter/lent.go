package elasticsearchexporter

import (
	"errors"
	"io"
	"sync"
)

// lent is the body of a request while the HTTP client has it. The client may go on
// reading after it has returned, when the backend answers before it has read all or
// the time is up; but the buffer is needed for the next request.
type lent struct {
	mu   sync.Mutex
	data []byte // nil once it has been recalled
}

// recall makes every reader fail from now on.
func (l *lent) recall() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.data = nil
}

func (l *lent) reader() io.ReadCloser { return &lentReader{body: l} }

type lentReader struct {
	body *lent
	at   int
}

var errRecalled = errors.New("the request has ended")

// Read implements io.Reader.
func (r *lentReader) Read(p []byte) (int, error) {
	r.body.mu.Lock()
	defer r.body.mu.Unlock()
	switch {
	case r.body.data == nil:
		return 0, errRecalled
	case r.at == len(r.body.data):
		return 0, io.EOF
	}
	n := copy(p, r.body.data[r.at:])
	r.at += n
	return n, nil
}

// Close implements io.Closer.
func (*lentReader) Close() error { return nil }

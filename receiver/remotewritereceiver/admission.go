package remotewritereceiver

import "sync/atomic"

// admission bounds the memory of all requests together.
type admission struct {
	limit int64
	used  atomic.Int64
}

// A reservation is the share of one request. It belongs to one goroutine.
type reservation struct {
	*admission
	held int64
}

// grow takes n more bytes; false is that there is no room, and nothing was taken.
func (r *reservation) grow(n int64) bool {
	if r.used.Add(n) > r.limit {
		r.used.Add(-n)
		return false
	}
	r.held += n
	return true
}

// release gives everything back.
func (r *reservation) release() {
	r.used.Add(-r.held)
	r.held = 0
}

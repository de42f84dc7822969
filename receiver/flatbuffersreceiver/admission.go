package flatbuffersreceiver

import "sync/atomic"

// admission bounds the memory of all batches together.
type admission struct {
	limit int64
	used  atomic.Int64
}

func newAdmission(cfg *Config) *admission { return &admission{limit: int64(cfg.Limits.InFlight)} }

// A reservation is the share of one batch. It belongs to one goroutine.
type reservation struct {
	*admission
	held int64
}

// grow takes n more bytes; false is that there is no room, and nothing was taken.
func (r *reservation) grow(n int) bool {
	if r.used.Add(int64(n)) > r.limit {
		r.used.Add(-int64(n))
		return false
	}
	r.held += int64(n)
	return true
}

// release gives everything back.
func (r *reservation) release() {
	r.used.Add(-r.held)
	r.held = 0
}

// Package admission bounds the memory of everything that is under way in a
// receiver at once, whoever sent it.
package admission

import "sync/atomic"

// An Admission is a number of bytes that reservations share. It is safe for
// concurrent use.
type Admission struct {
	limit int64
	used  atomic.Int64
}

// New returns an admission of limit bytes.
func New(limit int64) *Admission { return &Admission{limit: limit} }

// Used returns how many bytes are taken now.
func (a *Admission) Used() int64 { return a.used.Load() }

// Reserve returns a reservation that has nothing yet.
func (a *Admission) Reserve() *Reservation { return &Reservation{admission: a} }

// A Reservation is the share of one request. It belongs to one goroutine, which
// releases it.
type Reservation struct {
	admission *Admission
	held      int64
}

// Grow takes n more bytes; false is that there is no room, and nothing was taken.
func (r *Reservation) Grow(n int64) bool {
	if r.admission.used.Add(n) > r.admission.limit {
		r.admission.used.Add(-n)
		return false
	}
	r.held += n
	return true
}

// Release gives everything back. The reservation can grow again afterwards.
func (r *Reservation) Release() {
	r.admission.used.Add(-r.held)
	r.held = 0
}

package remotewritereceiver

import (
	"strings"
	"sync"
	"time"
	"unsafe"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// A heldExemplar waits for a data point of its series.
type heldExemplar struct {
	remotewrite.Exemplar
	hash  uint64 // of series and tenant
	since time.Time
}

// waitingExemplars holds exemplars whose series had no sample in their request,
// because a sender may well put them into the request after that of their sample.
// They go to the next sample of their series; one that finds none is dropped after
// a while. It is safe for concurrent use.
type waitingExemplars struct {
	now     func() time.Time
	dropped func(int) // is told how many

	mu     sync.Mutex
	byHash map[uint64][]heldExemplar
	count  int
	bytes  int64
	swept  time.Time
}

const (
	heldExemplarBytes  = 8 << 20
	maxHeldExemplarAge = 5 * time.Minute
	sweepInterval      = 30 * time.Second
)

func (h *heldExemplar) size() int64 { return int64(unsafe.Sizeof(*h)) + sizeOf(h.Labels) }

func newWaitingExemplars(now func() time.Time, dropped func(int)) *waitingExemplars {
	return &waitingExemplars{now: now, dropped: dropped, byHash: map[uint64][]heldExemplar{}}
}

// hold keeps exemplars for later. Their strings are copied, so that they do not
// pin the request they came with.
func (w *waitingExemplars) hold(held []heldExemplar) {
	if len(held) == 0 {
		return
	}
	now := w.now()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sweep(now)
	for i := range held {
		h := held[i]
		if w.bytes+h.size() > heldExemplarBytes {
			w.dropped(len(held) - i)
			return
		}
		if h.since.IsZero() {
			h.since = now
		}
		h.Labels = ownLabels(h.Labels)
		w.byHash[h.hash] = append(w.byHash[h.hash], h)
		w.count++
		w.bytes += h.size()
	}
}

// ownLabels copies labels together with their strings.
func ownLabels(labels []remotewrite.Label) []remotewrite.Label {
	own := make([]remotewrite.Label, len(labels))
	for i, l := range labels {
		own[i] = remotewrite.Label{Name: strings.Clone(l.Name), Value: strings.Clone(l.Value)}
	}
	return own
}

// sweep drops what is too old, now and then.
func (w *waitingExemplars) sweep(now time.Time) {
	if w.count == 0 || now.Sub(w.swept) < sweepInterval {
		return
	}
	w.swept = now
	before := w.count
	for hash, held := range w.byHash {
		young := held[:0]
		for _, h := range held {
			if now.Sub(h.since) < maxHeldExemplarAge {
				young = append(young, h)
			} else {
				w.bytes -= h.size()
			}
		}
		w.count -= len(held) - len(young)
		if w.byHash[hash] = young; len(young) == 0 {
			delete(w.byHash, hash)
		}
	}
	if before > w.count {
		w.dropped(before - w.count)
	}
}

// fetch gives the request the held exemplars whose series it has data of. It must
// give them back if the batch is not accepted.
func (w *waitingExemplars) fetch(t *translation) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sweep(w.now())
	if w.count == 0 {
		return
	}
	for i := range t.series {
		s := &t.series[i]
		if s.numbers+s.natives == 0 {
			continue
		}
		hash := mix(s.hash, t.tenantHash)
		held, ok := w.byHash[hash]
		if !ok {
			continue
		}
		delete(w.byHash, hash)
		w.count -= len(held)
		t.exemplars.fetched = append(t.exemplars.fetched, held...)
		for _, h := range held {
			w.bytes -= h.size()
			t.exemplars.rows = append(t.exemplars.rows, exemplarRow{Exemplar: h.Exemplar, series: int32(i), next: none})
		}
	}
}

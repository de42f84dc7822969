package remotewritereceiver

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"sync"
	"time"
	"unsafe"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// A layout is what a histogram or summary is known to consist of: its bounds, and
// whether there is a sum. It does not change.
type layout struct {
	bounds []float64
	hasSum bool
}

// A heldWhole is an incomplete histogram or summary whose parts came with requests
// that have been answered. All its strings are its own.
type heldWhole struct {
	key, layout uint64
	learned     *layout
	tenant      string
	job         string
	instance    string
	scope       []remotewrite.Label
	scopeHash   uint64 // with target and tenant
	family      string
	typ         remotewrite.MetricType
	describe    remotewrite.Metadata
	attributes  []remotewrite.Label
	time, start int64
	parts       []heldPart
	until       time.Time
	size        int64
	order       int64 // in which it was put
}

// A heldPart is a part with what the tables of its request had besides.
type heldPart struct {
	part
	text      string // of the bound
	exemplars []remotewrite.Exemplar
}

// A buffer holds incomplete wholes until their other parts come or their time is
// up. It also knows the layouts of wholes, by which it is decided what complete is.
// It is safe for concurrent use.
//
// What it holds has been acknowledged. So it changes only once the batch of a
// request has been accepted, and it never gives up what it holds to make room: if
// it is full, incomplete wholes are dealt with at once.
type buffer struct {
	limit int64
	age   time.Duration
	now   func() time.Time

	mu      sync.Mutex
	held    map[uint64]*heldWhole
	ready   []*heldWhole // complete or expired: the next flush takes them
	bytes   int64        // of held, ready and what is reserved
	layouts *bounded[uint64, *layout]
	lastOne *layout // many have the same bounds
	count   int64   // of all that were ever put

	kick chan struct{} // something is ready
}

const layoutBytes = 32 << 20

func newBuffer(cfg *ReassemblyConfig, now func() time.Time) *buffer {
	return &buffer{
		limit: int64(cfg.MaxBytes), age: cfg.MaxAge, now: now,
		held: map[uint64]*heldWhole{},
		layouts: newBounded(layoutBytes, func(_ uint64, l *layout) int64 {
			return int64(unsafe.Sizeof(*l)) + int64(len(l.bounds))*8
		}),
		kick: make(chan struct{}, 1),
	}
}

// widen adds the bounds of a whole that never became complete to its layout, so that
// the next one waits for all of them.
func (b *buffer) widen(key uint64, c *content) {
	b.mu.Lock()
	defer b.mu.Unlock()
	bounds, hasSum := slices.Clone(c.bounds), c.hasSum
	if old, ok := b.layouts.get(key); ok {
		bounds = append(bounds, old.bounds...)
		hasSum = hasSum || old.hasSum
	}
	slices.Sort(bounds)
	b.setLayout(key, slices.DeleteFunc(slices.Compact(bounds), func(x float64) bool { return math.IsInf(x, 1) }), hasSum)
}

// claim takes what is held of the wholes out of the buffer, and looks up their
// layouts. What it takes must be given back with restore if the batch is refused.
func (b *buffer) claim(wholes []whole) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range wholes {
		w := &wholes[i]
		w.learned, _ = b.layouts.get(w.layout)
		if held, ok := b.held[w.key]; ok {
			delete(b.held, w.key)
			w.held = held
		}
	}
}

// differs reports whether a complete whole has other bounds than it had.
func (b *buffer) differs(learned *layout, c *content) bool {
	return learned == nil || learned.hasSum != c.hasSum || !slices.Equal(learned.bounds, c.bounds)
}

// learn replaces a layout by that of a whole.
func (b *buffer) learn(key uint64, c *content) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.setLayout(key, c.bounds, c.hasSum)
}

func (b *buffer) setLayout(key uint64, bounds []float64, hasSum bool) {
	l := b.lastOne
	if l == nil || l.hasSum != hasSum || !slices.Equal(l.bounds, bounds) {
		l = &layout{bounds: slices.Clone(bounds), hasSum: hasSum}
		b.lastOne = l
	}
	b.layouts.put(key, l)
}

// reserve sets room aside; false is that there is none.
func (b *buffer) reserve(size int64) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.bytes+size > b.limit {
		return false
	}
	b.bytes += size
	return true
}

// restore undoes claim and reserve for a batch that was refused: its sender will
// send it again.
func (b *buffer) restore(wholes []whole, reserved int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bytes -= reserved
	for i := range wholes {
		if held := wholes[i].held; held != nil {
			b.merge(held)
		}
	}
}

// put holds a whole for which room was reserved.
func (b *buffer) put(w *heldWhole) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.merge(w)
}

// merge adds a whole to what is held of it. Between claim and put another request
// may have put other parts: then it may be complete now, and no request will come to
// find that out.
func (b *buffer) merge(w *heldWhole) {
	other, ok := b.held[w.key]
	if !ok {
		b.count++
		w.order = b.count
		b.held[w.key] = w
		return
	}
	other.parts = append(other.parts, w.parts...)
	other.size += w.size
	var c content
	learned, _ := b.layouts.get(other.layout)
	if c.judge(other.typ, other.copyOfParts(), learned) == verdictComplete {
		delete(b.held, w.key)
		b.makeReady(other)
	}
}

func (b *buffer) makeReady(w *heldWhole) {
	b.ready = append(b.ready, w)
	select {
	case b.kick <- struct{}{}:
	default:
	}
}

// release gives room back.
func (b *buffer) release(size int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.bytes -= size
}

// takeReady returns what is to be handed on now: what is complete, and what has
// waited long enough, or all at the end.
func (b *buffer) takeReady(all bool) []*heldWhole {
	now := b.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	out := b.ready
	b.ready = nil
	for key, w := range b.held {
		if all || !now.Before(w.until) {
			delete(b.held, key)
			out = append(out, w)
		}
	}
	slices.SortFunc(out, func(a, b *heldWhole) int { return cmp.Compare(a.order, b.order) })
	return out
}

// giveBack takes back what could not be handed on for now.
func (b *buffer) giveBack(wholes []*heldWhole) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ready = append(b.ready, wholes...)
}

// fill is how many bytes are held.
func (b *buffer) fill() int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.bytes
}

// run hands on what is ready, every second and when there is something, until ctx
// ends.
func (b *buffer) run(ctx context.Context, flush func(context.Context, []*heldWhole)) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-b.kick:
		}
		if ready := b.takeReady(false); len(ready) > 0 {
			flush(ctx, ready)
		}
	}
}

func (w *heldWhole) copyOfParts() []part {
	parts := make([]part, len(w.parts))
	for i := range w.parts {
		parts[i] = w.parts[i].part
	}
	return parts
}

// hold prepares a whole to wait and reserves the room; false is that it cannot. It
// waits only once commit is called.
func (t *translation) hold(w *whole) bool {
	size := t.sizeOfParts(w)
	if w.held == nil {
		f := &t.assembly.families[w.family]
		s := &t.scopes[f.scope]
		r := &t.resources[s.resource]
		size += int64(unsafe.Sizeof(heldWhole{})) + int64(len(t.tenant)+len(r.job)+len(r.instance)+len(f.name)) +
			int64(len(f.describe.Help)+len(f.describe.Unit)) + sizeOf(s.labels) +
			sizeOf(t.appendAttributes(t.pairs[:0], &t.series[w.series]))
	}
	if !t.buffer.reserve(size) {
		return false
	}
	w.size = size
	t.reserved += size
	return true
}

// sizeOfParts is the memory that the parts of this request take once they are
// detached from it.
func (t *translation) sizeOfParts(w *whole) int64 {
	size := int64(w.parts) * int64(unsafe.Sizeof(heldPart{}))
	for p := w.first; p != none; p = t.assembly.parts[p].next {
		n := &t.numbers[t.assembly.parts[p].row]
		size += int64(len(t.series[n.series].bound))
		for e := n.exemplar; e != none; e = t.exemplars.rows[e].next {
			size += int64(unsafe.Sizeof(remotewrite.Exemplar{})) + sizeOf(t.exemplars.rows[e].Labels)
		}
	}
	return size
}

// detach makes a whole independent of the request.
func (t *translation) detach(w *whole, now time.Time) *heldWhole {
	held := w.held
	if held == nil {
		f := &t.assembly.families[w.family]
		s := &t.scopes[f.scope]
		r := &t.resources[s.resource]
		held = &heldWhole{
			key: w.key, layout: w.layout,
			tenant: strings.Clone(t.tenant), job: strings.Clone(r.job), instance: strings.Clone(r.instance),
			scope: ownLabels(s.labels), scopeHash: mix(s.hash, t.tenantHash), family: strings.Clone(f.name), typ: f.typ,
			describe:   remotewrite.Metadata{Type: f.typ, Help: strings.Clone(f.describe.Help), Unit: strings.Clone(f.describe.Unit)},
			attributes: ownLabels(t.appendAttributes(t.pairs[:0], &t.series[w.series])),
			time:       w.time, until: now.Add(t.buffer.age),
		}
	}
	held.start = max(held.start, w.start)
	held.size += w.size
	for p := w.first; p != none; p = t.assembly.parts[p].next {
		own := heldPart{part: t.assembly.parts[p]}
		n := &t.numbers[own.row]
		own.text = strings.Clone(t.series[n.series].bound)
		for e := n.exemplar; e != none; e = t.exemplars.rows[e].next {
			x := t.exemplars.rows[e].Exemplar
			x.Labels = ownLabels(x.Labels)
			own.exemplars = append(own.exemplars, x)
		}
		own.row, own.next = none, none
		held.parts = append(held.parts, own)
	}
	return held
}

// commit makes what waits wait, once the batch has been accepted.
func (t *translation) commit() {
	now := t.buffer.now()
	for i := range t.assembly.wholes {
		w := &t.assembly.wholes[i]
		switch {
		case w.verdict == verdictWait:
			held := t.detach(w, now)
			t.buffer.put(held)
		case w.held != nil && w.verdict == verdictComplete:
			t.buffer.release(w.held.size)
		case w.held != nil: // its other parts have just been passed through or dropped
			w.held.until = now
			t.buffer.put(w.held)
		}
	}
	t.waiting.hold(t.exemplars.hold)
}

// rollback undoes what the request has taken, because its batch was refused.
func (t *translation) rollback() {
	t.buffer.restore(t.assembly.wholes, t.reserved)
	t.waiting.hold(t.exemplars.fetched)
}

package remotewritereceiver

import (
	"strings"
	"sync"
	"time"
	"unsafe"

	"github.com/sluice-otel/sluice/wire/remotewrite"
)

// families remembers what is known about metric families: their types above all,
// which most requests do not state. Names are shared by all targets of a tenant,
// as in the metadata of protocol 1.0. It is safe for concurrent use.
//
// A type, once known, stays: two targets that disagree must not make a metric
// change its type with every request. Another type takes over only when the old
// one has not been confirmed for a while, because then the program that said it
// has been replaced.
type families struct {
	now   func() time.Time
	flips func(from, to remotewrite.MetricType) // is told about every one

	mu     sync.RWMutex
	byName *bounded[familyKey, family]
	byType [metricTypes]int64 // how many families of each type
}

type familyKey struct{ tenant, name string }

// A family is what is known under one name.
type family struct {
	remotewrite.Metadata
	proven    bool // by structure, not by metadata
	confirmed time.Time
	emitted   remotewrite.MetricType // as which it was last handed on
	seen      bool                   // emitted is set
}

const (
	familyBytes  = 64 << 20
	maxName      = 1024 // bytes; longer names are handed on, but nothing is learned about them
	maxHelp      = 1024 // bytes
	maxUnit      = 128  // bytes
	confirmation = 5 * time.Minute
)

// metricTypes is the number of types, the unspecified one included.
const metricTypes = remotewrite.TypeStateSet + 1

func known(t remotewrite.MetricType) bool {
	return t > remotewrite.TypeUnspecified && t < metricTypes
}

func newFamilies(now func() time.Time, flips func(from, to remotewrite.MetricType)) *families {
	f := &families{now: now, flips: flips}
	f.byName = newBounded(familyBytes, func(k familyKey, e family) int64 {
		return int64(unsafe.Sizeof(k)) + int64(unsafe.Sizeof(e)) + int64(len(k.tenant)+len(k.name)+len(e.Help)+len(e.Unit))
	})
	f.byName.before = func(a, b family) bool { return a.confirmed.Before(b.confirmed) }
	f.byName.forgets = func(e family) { f.byType[e.Type]-- }
	return f
}

// familyName is the family of a series of the given name and type.
func familyName(series string, t remotewrite.MetricType) string {
	var suffixes []string
	switch t {
	case remotewrite.TypeHistogram:
		suffixes = []string{"_bucket", "_count", "_sum"}
	case remotewrite.TypeSummary:
		suffixes = []string{"_count", "_sum"}
	default:
	}
	for _, suffix := range suffixes {
		if base, ok := strings.CutSuffix(series, suffix); ok && base != "" {
			return base
		}
	}
	return series
}

// learn takes in what metadata says about the family of a series, or about a
// family itself.
func (f *families) learn(tenant, series string, m remotewrite.Metadata) {
	if m == (remotewrite.Metadata{}) || series == "" {
		return
	}
	if !known(m.Type) {
		m.Type = remotewrite.TypeUnspecified
	}
	key := familyKey{tenant, familyName(series, m.Type)}
	now := f.now()
	f.mu.RLock()
	old, ok := f.byName.get(key)
	f.mu.RUnlock()
	if ok && old.settled(m, now) {
		return // by far the most frequent case
	}
	f.update(key, func(e *family) {
		if e.settled(m, now) {
			return
		}
		e.Type, e.proven, e.confirmed = m.Type, false, now
		e.Help, e.Unit = own(m.Help, maxHelp), own(m.Unit, maxUnit)
	})
}

// own copies text, clipped, so that it pins nothing.
func own(text string, n int) string { return strings.Clone(clip(text, n)) }

// settled reports whether metadata changes nothing: because it says the same, not
// long ago, or says less, or contradicts what still holds.
func (e family) settled(m remotewrite.Metadata, now time.Time) bool {
	age := now.Sub(e.confirmed)
	switch {
	case e.confirmed.IsZero():
		return false
	case !known(m.Type) && known(e.Type):
		return true
	case e.Type != m.Type:
		return known(e.Type) && !e.proven && age < confirmation
	default:
		return !e.proven && e.Unit == m.Unit && age < confirmation/2
	}
}

// prove takes in that the series of a family have the structure of a type.
func (f *families) prove(tenant, name string, t remotewrite.MetricType) {
	now := f.now()
	f.update(familyKey{tenant, name}, func(e *family) {
		if !known(e.Type) {
			e.Type, e.proven, e.confirmed = t, true, now
		}
	})
}

// emit notes as what the series of a name are handed on. A change is a flip: the
// same series had another type before.
func (f *families) emit(tenant, name string, t remotewrite.MetricType) {
	key := familyKey{tenant, name}
	f.mu.RLock()
	e, ok := f.byName.get(key)
	f.mu.RUnlock()
	if ok && e.seen && e.emitted == t {
		return
	}
	f.update(key, func(e *family) {
		if e.seen && e.emitted != t {
			f.flips(e.emitted, t)
		}
		e.emitted, e.seen = t, true
	})
}

// find returns what is known under exactly this name.
func (f *families) find(tenant, name string) (family, bool) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.byName.get(familyKey{tenant, name})
}

func (f *families) update(key familyKey, change func(*family)) {
	if len(key.name) > maxName {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	e, ok := f.byName.get(key)
	if ok {
		f.byType[e.Type]--
	} else {
		key = familyKey{strings.Clone(key.tenant), strings.Clone(key.name)}
	}
	change(&e)
	f.byName.put(key, e)
	f.byType[e.Type]++
}

// countByType returns how many families of each type are known.
func (f *families) countByType() [metricTypes]int64 {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.byType
}

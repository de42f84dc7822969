package remotewritereceiver

import (
	"strings"
	"sync"
	"time"

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
	byName map[familyKey]*family
	byType [metricTypes]int64 // how many families of each type
}

type familyKey struct{ tenant, name string }

// A family is what is known under one name. Entries are replaced, not changed, but
// for emitted, which families.mu guards.
type family struct {
	remotewrite.Metadata
	proven    bool // by structure, not by metadata
	confirmed time.Time
	emitted   remotewrite.MetricType // as which it was last handed on
	seen      bool                   // emitted is set
}

const (
	maxFamilies  = 100_000 // names; about 30 MB with their help texts
	maxHelp      = 1024    // bytes
	confirmation = 5 * time.Minute
	sampled      = 8 // entries looked at to find an old one
)

// metricTypes is the number of types, the unspecified one included.
const metricTypes = remotewrite.TypeStateSet + 1

func known(t remotewrite.MetricType) bool {
	return t > remotewrite.TypeUnspecified && t < metricTypes
}

func newFamilies(now func() time.Time, flips func(from, to remotewrite.MetricType)) *families {
	return &families{now: now, flips: flips, byName: map[familyKey]*family{}}
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
	old := f.byName[key]
	settled := old != nil && old.settled(m, now)
	f.mu.RUnlock()
	if settled {
		return // by far the most frequent case
	}
	f.update(key, func(e *family) {
		if e.settled(m, now) {
			return
		}
		f.retype(e, m.Type)
		e.proven, e.confirmed = false, now
		e.Help = strings.ToValidUTF8(strings.Clone(clip(m.Help, maxHelp)), "\uFFFD")
		e.Unit = strings.ToValidUTF8(strings.Clone(m.Unit), "\uFFFD")
	})
}

// settled reports whether metadata changes nothing: because it says the same, not
// long ago, or says less, or contradicts what still holds.
func (e *family) settled(m remotewrite.Metadata, now time.Time) bool {
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
	f.update(familyKey{tenant, name}, func(old *family) {
		if !known(old.Type) {
			f.retype(old, t)
			old.proven = true
			old.confirmed = f.now()
		}
	})
}

// emit notes as what the series of a name are handed on. A change is a flip: the
// same series had another type before.
func (f *families) emit(tenant, name string, t remotewrite.MetricType) {
	key := familyKey{tenant, name}
	f.mu.RLock()
	e := f.byName[key]
	same := e != nil && e.seen && e.emitted == t
	f.mu.RUnlock()
	if same {
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
	if e := f.byName[familyKey{tenant, name}]; e != nil {
		return *e, true
	}
	return family{}, false
}

func (f *families) update(key familyKey, change func(*family)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	e := f.byName[key]
	if e == nil {
		f.makeRoom()
		e = &family{}
		f.byName[familyKey{strings.Clone(key.tenant), strings.Clone(key.name)}] = e
		f.byType[remotewrite.TypeUnspecified]++
	}
	change(e)
}

func (f *families) retype(e *family, t remotewrite.MetricType) {
	f.byType[e.Type]--
	f.byType[t]++
	e.Type = t
}

// makeRoom forgets the family that has gone unconfirmed for longest among a few.
func (f *families) makeRoom() {
	if len(f.byName) < maxFamilies {
		return
	}
	var oldest familyKey
	var victim *family
	looked := 0
	for key, e := range f.byName { // in random order
		if victim == nil || e.confirmed.Before(victim.confirmed) {
			oldest, victim = key, e
		}
		if looked++; looked == sampled {
			break
		}
	}
	f.byType[victim.Type]--
	delete(f.byName, oldest)
}

// countByType returns how many families of each type are known.
func (f *families) countByType() [metricTypes]int64 {
	f.mu.RLock()
	defer f.mu.RUnlock()
	return f.byType
}

package shaperextension

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// factors remembers until when the factors of policies are valid.
type factors struct {
	mu    sync.Mutex
	until map[string]time.Time
}

// expired returns, and forgets, the policies whose factor is no longer valid.
func (f *factors) expired(now time.Time) []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var names []string
	for name, until := range f.until {
		if now.After(until) {
			names = append(names, name)
			delete(f.until, name)
		}
	}
	slices.Sort(names)
	return names
}

func (f *factors) set(name string, until time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.until[name] = until
}

// SetFactor lowers the limit of an elastic policy to a part of what is configured,
// from above 0 to 1, or raises it again. It holds for the given time and has to be
// renewed before that: a lost signal releases the limit. Another component finds
// this method through host.GetExtensions.
func (s *shaper) SetFactor(policy string, factor float64, valid time.Duration) error {
	if factor <= 0 || factor > 1 {
		return fmt.Errorf("set factor of %q: %g is not above 0 and at most 1", policy, factor)
	}
	if s.engine == nil {
		return fmt.Errorf("set factor of %q: %w", policy, s.inactive)
	}
	if err := s.engine.SetFactor(policy, factor); err != nil {
		return err
	}
	s.factors.set(policy, time.Now().Add(valid))
	return nil
}

// Elastic returns the names of the policies that SetFactor may be called for.
func (s *shaper) Elastic() []string {
	var names []string
	for name, p := range s.current().Policies {
		if p.Elastic {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

package elasticsearchtest

import (
	"net/http"
	"slices"
	"time"
)

// Documents are those of an index or data stream, in the order of their arrival.
func (s *Server) Documents(name string) []Document {
	s.mu.Lock()
	defer s.mu.Unlock()
	x, ok := s.indices[name]
	if !ok {
		return nil
	}
	return slices.Clone(x.documents)
}

// Indices are the names of all indices and data streams.
func (s *Server) Indices() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for name := range s.indices {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Requests are the bulk requests, answered or not.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Wait waits until something holds, which is looked at after each bulk request. It
// reports whether it did within the time.
func (s *Server) Wait(timeout time.Duration, holds func() bool) bool {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if holds() {
			return true
		}
		select {
		case <-changed:
		case <-timer.C:
			return holds()
		}
	}
}

// answered notes what has become of a request.
func (s *Server) answered(request *Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests[request.Number] = *request
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *Server) serveSearch(w http.ResponseWriter, name string) {
	hits := []any{}
	for _, d := range s.Documents(name) {
		hits = append(hits, map[string]any{"_index": name, "_id": d.ID, "_source": d.Source})
	}
	writeJSON(w, http.StatusOK, map[string]any{"hits": map[string]any{"total": map[string]any{"value": len(hits), "relation": "eq"}, "hits": hits}})
}

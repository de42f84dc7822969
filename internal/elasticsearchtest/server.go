package elasticsearchtest

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Server is a node. It is safe for concurrent use.
type Server struct {
	// URL is where it listens, after a restart, too.
	URL string

	addr string
	done sync.WaitGroup

	mu            sync.Mutex // guards what follows
	http          *http.Server
	indices       map[string]*index
	pipelines     map[string]bool
	authorization string
	maxBody       int64
	fault         func(*Request) Fault
	item          func(*Item) int
	requests      []Request
	changed       chan struct{} // closed when a request has been answered
	lastID        int
}

// defaultMaxBody is http.max_content_length.
const defaultMaxBody = 100 << 20

// Start starts a node that ends with the test.
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{addr: "127.0.0.1:0", indices: map[string]*index{}, pipelines: map[string]bool{}, maxBody: defaultMaxBody, changed: make(chan struct{})}
	if err := s.listen(t.Context()); err != nil {
		t.Fatalf("start node: %v", err)
	}
	t.Cleanup(s.Kill)
	return s
}

func (s *Server) listen(ctx context.Context) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", s.addr)
	if err != nil {
		return err
	}
	s.addr = l.Addr().String()
	s.URL = "http://" + s.addr
	server := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	s.mu.Lock()
	s.http = server
	s.mu.Unlock()
	s.done.Go(func() { _ = server.Serve(l) })
	return nil
}

// Kill closes every connection and stops listening. Documents stay.
func (s *Server) Kill() {
	s.mu.Lock()
	server := s.http
	s.http = nil
	s.mu.Unlock()
	if server != nil {
		_ = server.Close()
	}
	s.done.Wait()
}

// Restart starts a node that has been killed at its old address.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	if err := s.listen(t.Context()); err != nil {
		t.Fatalf("restart node: %v", err)
	}
}

// AddPipelines makes ingest pipelines that change nothing.
func (s *Server) AddPipelines(names ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range names {
		s.pipelines[name] = true
	}
}

// Authorize refuses requests without this Authorization header from now on.
func (s *Server) Authorize(header string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.authorization = header
}

// LimitBody sets http.max_content_length.
func (s *Server) LimitBody(n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.maxBody = n
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Elastic-Product", "Elasticsearch")
	s.mu.Lock()
	allowed := s.authorization == "" || r.Header.Get("Authorization") == s.authorization
	s.mu.Unlock()
	segments := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	switch last := segments[len(segments)-1]; {
	case !allowed:
		writeError(w, failure{http.StatusUnauthorized, "security_exception", "unable to authenticate for REST request [" + r.URL.Path + "]", nil})
	case last == "_bulk" && len(segments) <= 2 && (r.Method == http.MethodPost || r.Method == http.MethodPut):
		s.serveBulk(w, r, segments[:len(segments)-1])
	case last == "_search" && len(segments) == 2:
		s.serveSearch(w, segments[0])
	case last == "_refresh" && len(segments) == 2:
		writeJSON(w, http.StatusOK, map[string]any{"_shards": map[string]any{"total": 1, "successful": 1, "failed": 0}})
	default:
		writeError(w, failure{http.StatusBadRequest, "illegal_argument_exception", "no handler found for uri [" + r.URL.Path + "] and method [" + r.Method + "]", nil})
	}
}

// A failure is an error as Elasticsearch reports it.
type failure struct {
	status int
	kind   string
	reason string
	cause  *failure
}

func (f *failure) json() map[string]any {
	out := map[string]any{"type": f.kind, "reason": f.reason}
	if f.cause != nil {
		out["caused_by"] = f.cause.json()
	}
	return out
}

func writeError(w http.ResponseWriter, f failure) {
	body := f.json()
	body["root_cause"] = []any{f.json()}
	writeJSON(w, f.status, map[string]any{"error": body, "status": f.status})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		panic(errors.New("elasticsearchtest: an answer cannot be written: " + err.Error()))
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text)
}

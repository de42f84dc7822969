package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"syscall"
)

const (
	maxBody        = 4 << 20 // of policies
	requestTimeout = 10 * time.Second
	defaultTalkers = 10
)

// Listen opens the socket for this user alone. A socket that nobody listens on any
// more, left by a killed process, is replaced.
func Listen(ctx context.Context, path string) (net.Listener, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, fmt.Errorf("listen on %s: %w", path, err)
	}
	var d net.Dialer
	if c, err := d.DialContext(ctx, "unix", path); err == nil {
		_ = c.Close()
		return nil, fmt.Errorf("listen on %s: %w (another collector?)", path, syscall.EADDRINUSE)
	} else if !errors.Is(err, fs.ErrNotExist) {
		_ = os.Remove(path)
	}
	// Only what is in a folder of its own, mode 0700, is never open to others, not
	// even between these two lines; the folder is the operator's choice.
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w", path, err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// NewServer returns a server that speaks for s.
func NewServer(s Shaper) *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /v1/policies", func(w http.ResponseWriter, r *http.Request) {
		listing, err := s.List(r.Context())
		reply(w, listing, err)
	})
	mux.HandleFunc("PUT /v1/policies", func(w http.ResponseWriter, r *http.Request) {
		var policies map[string]any
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&policies); err != nil {
			reply(w, nil, &RefusedError{fmt.Errorf("read policies: %w", err)})
			return
		}
		change, err := s.Apply(r.Context(), policies, r.URL.Query().Get("dry_run") == "true")
		reply(w, change, err)
	})
	mux.HandleFunc("GET /v1/talkers", func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(r.URL.Query().Get("n"))
		if err != nil || n < 1 {
			n = defaultTalkers
		}
		talkers, err := s.Top(r.Context(), n)
		reply(w, talkers, err)
	})
	return &http.Server{Handler: mux, ReadTimeout: requestTimeout, WriteTimeout: requestTimeout}
}

// problem is the body of an answer that is not 200.
type problem struct {
	Error string `json:"error"`
}

func reply(w http.ResponseWriter, body any, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		status := http.StatusInternalServerError
		if _, refused := errors.AsType[*RefusedError](err); refused {
			status = http.StatusUnprocessableEntity
		}
		w.WriteHeader(status)
		body = problem{err.Error()}
	}
	_ = json.NewEncoder(w).Encode(body) // the reader has gone: nothing to be done
}

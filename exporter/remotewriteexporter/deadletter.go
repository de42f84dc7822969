package remotewriteexporter

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.opentelemetry.io/collector/pdata/pmetric"
	"go.uber.org/fx"
)

// A deadLetter is the file of what the backend has refused for good. It is safe for
// concurrent use; without a path it takes nothing.
type deadLetter struct {
	path    string
	maxSize int64
	now     clock

	mu   sync.Mutex
	file *os.File
	size int64
}

func newDeadLetter(lc fx.Lifecycle, cfg *DeadLetterConfig, now clock) *deadLetter {
	d := &deadLetter{path: cfg.Path, maxSize: int64(cfg.MaxSize), now: now}
	if d.path != "" {
		lc.Append(fx.StartStopHook(d.open, d.close))
	}
	return d
}

func (d *deadLetter) open() error {
	file, err := os.OpenFile(filepath.Clean(d.path), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("dead_letter::path: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("dead_letter::path: %w", err)
	}
	d.file, d.size = file, info.Size()
	return nil
}

func (d *deadLetter) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.file == nil {
		return nil
	}
	err := d.file.Close()
	d.file = nil
	return err
}

// A letter is a line of the file.
type letter struct {
	Time    time.Time       `json:"time"`
	Status  int             `json:"status"`
	Reason  string          `json:"reason"`
	Metrics json.RawMessage `json:"metrics"` // as OTLP writes them
}

func (d *deadLetter) wanted() bool { return d.path != "" }

// write appends refused data points to the file.
func (d *deadLetter) write(md pmetric.Metrics, v verdict) error {
	metrics, err := (&pmetric.JSONMarshaler{}).MarshalMetrics(md)
	if err != nil {
		return err
	}
	line, err := json.Marshal(letter{Time: d.now(), Status: v.status, Reason: v.err.Error(), Metrics: metrics})
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.makeRoom(int64(len(line)) + 1); err != nil {
		return err
	}
	n, err := d.file.Write(append(line, '\n'))
	d.size += int64(n)
	return err
}

// makeRoom moves a full file aside. The lock is held.
func (d *deadLetter) makeRoom(n int64) error {
	if d.file == nil {
		return d.open()
	}
	if d.size == 0 || d.size+n <= d.maxSize {
		return nil
	}
	err := d.file.Close()
	d.file = nil
	if err != nil {
		return err
	}
	if err := os.Rename(d.path, d.path+".1"); err != nil {
		return err
	}
	return d.open()
}

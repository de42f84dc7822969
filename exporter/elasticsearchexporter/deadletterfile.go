package elasticsearchexporter

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.uber.org/fx"
)

// A deadLetterFile has a line for each refused document. It is safe for concurrent
// use; without a path it takes nothing.
type deadLetterFile struct {
	path    string
	maxSize int64

	mu   sync.Mutex
	file *os.File
	size int64
}

func newDeadLetterFile(lc fx.Lifecycle, cfg *Config) *deadLetterFile {
	d := &deadLetterFile{path: cfg.DeadLetter.Path, maxSize: int64(cfg.DeadLetter.MaxSize)}
	if d.path != "" {
		lc.Append(fx.StartStopHook(d.open, d.close))
	}
	return d
}

func (d *deadLetterFile) wanted() bool { return d.path != "" }

func (d *deadLetterFile) open() error {
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

func (d *deadLetterFile) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.file == nil {
		return nil
	}
	err := d.file.Close()
	d.file = nil
	return err
}

// A fileLetter is a line of the file. Action and document are the lines of the
// request: they can be sent again as they are.
type fileLetter struct {
	Time     time.Time       `json:"time"`
	Status   int             `json:"status"`
	Type     string          `json:"type"`
	Reason   string          `json:"reason"`
	Action   json.RawMessage `json:"action"`
	Document json.RawMessage `json:"document"`
}

// write appends letters to the file, all or an error.
func (d *deadLetterFile) write(letters []letter, at time.Time) error {
	if len(letters) == 0 {
		return nil
	}
	var lines []byte
	for i := range letters {
		l := &letters[i]
		line, err := json.Marshal(fileLetter{at.UTC(), l.status, l.failure.Type, l.failure.String(), l.action, l.document})
		if err != nil {
			return err
		}
		lines = append(append(lines, line...), '\n')
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.makeRoom(int64(len(lines))); err != nil {
		return err
	}
	n, err := d.file.Write(lines)
	d.size += int64(n)
	return err
}

// makeRoom moves a full file aside. The lock is held.
func (d *deadLetterFile) makeRoom(n int64) error {
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

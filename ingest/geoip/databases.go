package geoip

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/oschwald/maxminddb-golang/v2"
)

// Databases are the database files of a folder, opened when they are asked for.
// They are safe for concurrent use.
type Databases struct {
	dir string

	mu    sync.Mutex
	files map[string]*Database
}

// NewDatabases returns the databases in dir. It does not look at the folder.
func NewDatabases(dir string) *Databases {
	return &Databases{dir: dir, files: map[string]*Database{}}
}

// Get returns the database in the file of that name. A file that is not there
// is no error: the database is unavailable until Refresh finds it. A nil
// *Databases has no file.
func (s *Databases) Get(name string) (*Database, error) {
	if s == nil || !filepath.IsLocal(name) || filepath.Base(name) != name {
		return &Database{name: name}, nil // a name, not a path to somewhere else
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	db, ok := s.files[name]
	if !ok {
		db = &Database{name: name, path: filepath.Join(s.dir, name)}
		s.files[name] = db
	}
	return db, db.refresh()
}

// Refresh opens the files that are new or have changed since. A file that has
// gone or cannot be opened leaves the database as it was; the error names it.
func (s *Databases) Refresh() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var errs []error
	for _, db := range s.files {
		errs = append(errs, db.refresh())
	}
	return errors.Join(errs...)
}

// A Database is one database file, which may be replaced while it is in use.
type Database struct {
	name, path string
	content    atomic.Pointer[content] // nil while unavailable

	// What the file was when it was opened; guarded by Databases.mu.
	modified time.Time
	size     int64
}

// A content is what was in the file. It is in memory rather than mapped: a file
// that somebody cuts short while it is mapped would end the process.
type content struct {
	reader *maxminddb.Reader
	kind   *kind // nil if it is not supported
}

func (db *Database) refresh() error {
	info, err := os.Stat(db.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	if info.ModTime().Equal(db.modified) && info.Size() == db.size {
		return nil
	}
	data, err := os.ReadFile(db.path)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	reader, err := maxminddb.OpenBytes(data)
	if err != nil {
		return fmt.Errorf("open database %s: %w", db.path, err)
	}
	db.content.Store(&content{reader: reader, kind: kindOf(reader.Metadata.DatabaseType)})
	db.modified, db.size = info.ModTime(), info.Size()
	return nil
}

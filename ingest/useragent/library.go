package useragent

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/ua-parser/uap-go/uaparser"
)

// A Library has the parsers of files with expressions. Each is read once, when
// it is first asked for. It is safe for concurrent use.
type Library struct {
	dir      string
	fallback string

	mu      sync.Mutex
	parsers map[string]*Parser
}

// NewLibrary returns the parsers of the files in dir, which may be empty for
// none. The file fallback replaces the built-in expressions; it may be empty,
// too. Nothing is read yet.
func NewLibrary(dir, fallback string) *Library {
	return &Library{dir: dir, fallback: fallback, parsers: map[string]*Parser{}}
}

// Get returns the parser of the file of that name, or of the expressions that
// are used without a file for the empty name. A nil *Library has the built-in
// ones.
func (l *Library) Get(name string) (*Parser, error) {
	if l == nil {
		l = NewLibrary("", "")
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if p, ok := l.parsers[name]; ok {
		return p, nil
	}
	p, err := l.open(name)
	if err == nil {
		l.parsers[name] = p
	}
	return p, err
}

func (l *Library) open(name string) (*Parser, error) {
	if name == "" && l.fallback == "" {
		patterns, err := builtin()
		return newParser(patterns), err
	}
	path := l.fallback
	if name != "" {
		path = filepath.Join(l.dir, name)
		if l.dir == "" || filepath.Base(name) != name || !filepath.IsLocal(name) {
			return nil, notThere(name)
		}
	}
	data, err := os.ReadFile(path) //nolint:gosec // the operator names the folder
	switch {
	case errors.Is(err, fs.ErrNotExist) && name != "":
		return nil, notThere(name)
	case err != nil:
		return nil, fmt.Errorf("read user agent expressions: %w", err)
	}
	patterns, err := read(data)
	if err != nil {
		return nil, fmt.Errorf("read user agent expressions %s: %w", path, err)
	}
	return newParser(patterns), nil
}

func notThere(name string) error {
	return fmt.Errorf("[regex_file] regex file [%s] doesn't exist (has to exist at node startup)", name)
}

// builtin returns the expressions of the ua-parser release that is built in.
// Compiling them takes a tenth of a second, so it is done once.
var builtin = sync.OnceValues(func() (*patterns, error) { return read(uaparser.DefinitionYaml) })

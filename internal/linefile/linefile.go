// Package linefile is the file that exporters write their dead letters to.
package linefile

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// A File is appended to, and moved aside to path.1 before it would become larger than
// it may; what was there before is lost. It is safe for concurrent use.
type File struct {
	path    string
	maxSize int64 // bytes

	mu   sync.Mutex
	file *os.File
	size int64
}

// New returns the file at a path, which Open opens.
func New(path string, maxSize int64) *File { return &File{path: path, maxSize: maxSize} }

// Open opens the file, or makes it.
func (f *File) Open() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.open()
}

func (f *File) open() error {
	file, err := os.OpenFile(filepath.Clean(f.path), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("dead_letter::path: %w", err)
	}
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("dead_letter::path: %w", err)
	}
	f.file, f.size = file, info.Size()
	return nil
}

// Close closes the file, if it is open.
func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file = nil
	return err
}

// Write appends whole lines.
func (f *File) Write(lines []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.makeRoom(int64(len(lines))); err != nil {
		return err
	}
	n, err := f.file.Write(lines)
	f.size += int64(n)
	return err
}

// makeRoom moves a full file aside. The lock is held.
func (f *File) makeRoom(n int64) error {
	if f.file == nil {
		return f.open()
	}
	if f.size == 0 || f.size+n <= f.maxSize {
		return nil
	}
	err := f.file.Close()
	f.file = nil
	if err != nil {
		return err
	}
	if err := os.Rename(f.path, f.path+".1"); err != nil {
		return err
	}
	return f.open()
}

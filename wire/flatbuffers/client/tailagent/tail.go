package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/sluice-otel/sluice/wire/flatbuffers"
	"github.com/sluice-otel/sluice/wire/flatbuffers/client"
)

// maxLine is how long a line can be; a longer one is sent in pieces.
const maxLine = 256 << 10

// A tail reads a file to its end, again and again.
type tail struct {
	path   string
	client *client.Client

	file     *os.File
	reader   *bufio.Reader
	position int64  // behind the last line that was sent
	rest     []byte // of a line whose end is not written yet
}

// follow sends lines until ctx ends.
func (t *tail) follow(ctx context.Context, interval time.Duration) error {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	defer func() {
		if t.file != nil {
			_ = t.file.Close()
		}
	}()
	for {
		if err := t.round(ctx); err != nil {
			return err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// round sends what there is to read, and notes the position.
func (t *tail) round(ctx context.Context) error {
	if err := t.open(); errors.Is(err, fs.ErrNotExist) {
		return nil // it is not there yet, or about to be replaced
	} else if err != nil {
		return err
	}
	before := t.position
	for {
		line, err := t.line()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read %s: %w", t.path, err)
		}
		if err := t.client.Send(ctx, record(line)); err != nil {
			return err
		}
		t.position += int64(len(line))
	}
	if t.position == before {
		return nil
	}
	if err := t.client.Flush(ctx); err != nil {
		return err
	}
	return t.note()
}

func record(line []byte) *flatbuffers.Record {
	return &flatbuffers.Record{
		ObservedTime: uint64(time.Now().UnixNano()),
		Body:         flatbuffers.Text(strings.TrimRight(string(line), "\r\n")),
	}
}

// line returns the next line with its end, valid until the next call; io.EOF is that
// none is complete yet.
func (t *tail) line() ([]byte, error) {
	piece, err := t.reader.ReadSlice('\n')
	t.rest = append(t.rest, piece...)
	if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
		return nil, err
	}
	line := t.rest
	t.rest = t.rest[:0]
	return line, nil
}

// open opens the file: at the noted position the first time, at the beginning if it
// has been truncated or replaced.
func (t *tail) open() error {
	now, err := os.Stat(t.path)
	if err != nil {
		return err
	}
	start := int64(0)
	if t.file != nil {
		was, err := t.file.Stat()
		if err == nil && os.SameFile(was, now) && now.Size() >= t.position {
			return nil
		}
		_ = t.file.Close()
	} else if noted := t.noted(); noted <= now.Size() {
		start = noted
	}
	t.file, err = os.Open(t.path)
	if err != nil {
		return err
	}
	t.position, t.rest, t.reader = start, nil, bufio.NewReaderSize(t.file, maxLine)
	_, err = t.file.Seek(start, io.SeekStart)
	return err
}

// noted reads the position of an earlier run, 0 if there is none.
func (t *tail) noted() int64 {
	text, err := os.ReadFile(t.path + ".position")
	if err != nil {
		return 0
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// note writes the position; whoever reads it sees the old one or the new one.
func (t *tail) note() error {
	to := t.path + ".position"
	next, err := os.CreateTemp(filepath.Dir(to), filepath.Base(to)+".*")
	if err != nil {
		return fmt.Errorf("note the position: %w", err)
	}
	_, err = fmt.Fprintln(next, t.position)
	err = errors.Join(err, next.Sync(), next.Close())
	if err == nil {
		err = os.Rename(next.Name(), to)
	}
	if err != nil {
		return fmt.Errorf("note the position: %w", errors.Join(err, os.Remove(next.Name())))
	}
	return nil
}

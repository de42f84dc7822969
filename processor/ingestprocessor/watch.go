package ingestprocessor

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// A watcher notices that a pipeline file has changed. Between start and stop a
// goroutine looks at the files every interval: what appears on them at once (an
// editor, a mounted ConfigMap that swaps links) differs too much to rely on
// notifications.
type watcher struct {
	files    []string
	interval time.Duration // 0 never looks

	seen string // what the files looked like when they were read last
	end  context.CancelFunc
	done sync.WaitGroup
}

func newWatcher(cfg *Config) *watcher {
	return &watcher{files: cfg.watched(), interval: cfg.ReloadInterval}
}

// note remembers what the files look like. It comes before they are read: a
// change in between is noticed then.
func (w *watcher) note() { w.seen = look(w.files) }

// start calls changed, in a goroutine, after each change of the files.
func (w *watcher) start(ctx context.Context, changed func(context.Context)) {
	ctx, w.end = context.WithCancel(context.WithoutCancel(ctx))
	if len(w.files) > 0 && w.interval > 0 {
		w.done.Go(func() { w.watch(ctx, changed) })
	}
}

func (w *watcher) stop() {
	w.end()
	w.done.Wait()
}

func (w *watcher) watch(ctx context.Context, changed func(context.Context)) {
	ticker := time.NewTicker(w.interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if look(w.files) != w.seen {
				w.note()
				changed(ctx)
			}
		}
	}
}

// look returns a text that changes when a file does: names, sizes and times of
// modification, or why they cannot be had.
func look(paths []string) string {
	var out strings.Builder
	for _, path := range paths {
		files := []string{path}
		if entries, err := os.ReadDir(path); err == nil {
			files = files[:0]
			for _, e := range entries {
				files = append(files, filepath.Join(path, e.Name()))
			}
		}
		for _, file := range files {
			info, err := os.Stat(file)
			if err != nil {
				fmt.Fprintln(&out, file, err)
				continue
			}
			fmt.Fprintln(&out, file, info.Size(), info.ModTime().UnixNano())
		}
	}
	return out.String()
}

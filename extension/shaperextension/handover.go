package shaperextension

import (
	"sync"
	"time"

	"go.opentelemetry.io/collector/component"

	"github.com/sluice-otel/sluice/extension/shaperextension/internal/engine"
)

// keeper keeps the engine of a stopped extension for the next one of the same id.
// It belongs to the factory and is safe for concurrent use.
type keeper struct {
	linger time.Duration // 0: engines are closed at once

	mu   sync.Mutex
	kept map[component.ID]*keptEngine
}

type keptEngine struct {
	engine   *engine.Engine
	settings engine.Settings
	timer    *time.Timer
}

func newKeeper() *keeper { return &keeper{kept: map[component.ID]*keptEngine{}} }

// open returns the engine that was kept under an id, or a new one.
func (k *keeper) open(id component.ID, s engine.Settings) (*engine.Engine, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	kept, ok := k.kept[id]
	if !ok {
		return engine.Open(s)
	}
	delete(k.kept, id)
	kept.timer.Stop()
	if kept.settings == s {
		return kept.engine, nil
	}
	_ = kept.engine.Close()
	return engine.Open(s)
}

// release takes the engine of an extension that stops. One whose filters would
// outlive the process is never kept: the process may be about to end.
func (k *keeper) release(id component.ID, e *engine.Engine, s engine.Settings) error {
	if k.linger == 0 || e.OutlivesProcess() {
		return e.Close()
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	kept := &keptEngine{engine: e, settings: s}
	kept.timer = time.AfterFunc(k.linger, func() { k.drop(id, kept) })
	k.kept[id] = kept
	return nil
}

func (k *keeper) drop(id component.ID, kept *keptEngine) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept[id] == kept {
		delete(k.kept, id)
		_ = kept.engine.Close()
	}
}

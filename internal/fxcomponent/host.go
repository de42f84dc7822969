package fxcomponent

import (
	"sync/atomic"

	"go.opentelemetry.io/collector/component"
)

// Host gives the parts of a graph the collector's host, which is known only once
// the component starts: parts keep the *Host and call Get when they need it. It
// is safe for concurrent use.
type Host struct {
	host atomic.Pointer[component.Host]
}

// Get returns the host, or nil before Start. OnStart hooks already see it.
func (h *Host) Get() component.Host {
	if p := h.host.Load(); p != nil {
		return *p
	}
	return nil
}

func (h *Host) set(host component.Host) { h.host.Store(&host) }

//go:build privileged

package shaperextension

import "github.com/sluice-otel/sluice/internal/netlab"

// enterLab moves the tests into a network of their own.
func enterLab() { netlab.Enter() }

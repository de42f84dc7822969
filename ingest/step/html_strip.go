package step

import (
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/htmlstrip"
)

// HTMLStrip takes the markup out of a text.
type HTMLStrip struct{ TextField }

func readHTMLStrip(o *Options) Processor { return HTMLStrip{readTextField(o)} }

// Compile implements Processor.
func (h HTMLStrip) Compile(Env) (Step, error) {
	return h.compile(func(s string) (document.Value, error) {
		return document.String(htmlstrip.Strip(s)), nil
	})
}

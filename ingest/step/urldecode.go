package step

import (
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/uri"
)

// URLDecode resolves the escapes of a form value; a plus is a blank.
type URLDecode struct{ TextField }

func readURLDecode(o *Options) Processor { return URLDecode{readTextField(o)} }

// Compile implements Processor.
func (u URLDecode) Compile(Env) (Step, error) {
	return u.compile(func(s string) (document.Value, error) {
		out, err := uri.DecodeForm(s)
		if err != nil {
			return document.Null, document.Illegalf("%s", err)
		}
		return document.String(out), nil
	})
}

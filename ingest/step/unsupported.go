package step

import (
	"fmt"

	"github.com/sluice-otel/sluice/ingest/document"
)

// unsupported is a processor that only works within Elasticsearch. A pipeline
// that has one does not load, so that nobody finds out from documents that lack
// a field. Its options are not looked at.
type unsupported struct{ why string }

func unsupportedTypes() []Type {
	return []Type{
		unsupportedType("attachment", "reads files with Apache Tika"),
		unsupportedType("circle", "computes geometries of Elasticsearch"),
		unsupportedType("enrich", "looks up the enrich indices of an Elasticsearch cluster"),
		unsupportedType("geo_grid", "computes geometries of Elasticsearch"),
		unsupportedType("inference", "runs models in an Elasticsearch cluster"),
		unsupportedType("set_security_user", "needs the user whom Elasticsearch authenticated"),
	}
}

func unsupportedType(name, why string) Type {
	return Type{Name: name, Read: func(o *Options) Processor {
		for i := range o.fields {
			o.asked = append(o.asked, o.fields[i].Name)
		}
		return unsupported{why}
	}}
}

// Compile implements Processor. It always fails.
func (u unsupported) Compile(Env) (Step, error) {
	return Func(func(*document.Document) error { return nil }), fmt.Errorf("not supported: the processor %s", u.why)
}

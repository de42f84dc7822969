package painless

import (
	"github.com/sluice-otel/sluice/ingest/document"
	"github.com/sluice-otel/sluice/ingest/jackson"
)

// Functions are the static methods of Elasticsearch's class Processors, by name
// and number of arguments, such as "lowercase/1". Whoever has the processors
// supplies them.
type Functions map[string]func(d *document.Document, args []document.Value) (document.Value, error)

// processorSignatures are the methods of Processors.
var processorSignatures = []string{
	"long bytes(String)", "String lowercase(String)", "String uppercase(String)", "def json(def)", "void json(Map, String)",
	"String urlDecode(String)", "Map uriParts(String)",
	"String networkDirection(String, String, List)",
	"String communityId(String, String, def, def, def, def, def, def, int)",
	"String communityId(String, String, def, def, def, def, def, def)",
}

func processorsClass() classSpec {
	s := classSpec{name: "Processors", java: "org.elasticsearch.ingest.common.Processors"}
	for _, signature := range processorSignatures {
		m := member{signature: signature}
		name, params := signatureParts(signature)
		k := key(name, len(params))
		m.fn = func(t *thread, args []Value) Value {
			f, ok := t.functions[k]
			if !ok {
				t.throw(document.IllegalState, "Processors.%s is not available here", name)
			}
			out, err := f(t.doc, args)
			if err != nil {
				t.throw(document.ClassOf(err), "%v", err)
			}
			return out
		}
		s.statics = append(s.statics, m)
	}
	return s
}

func jsonClass() classSpec {
	return classSpec{
		name: "Json", java: "org.elasticsearch.painless.api.Json",
		statics: []member{
			{"def load(String)", func(t *thread, args []Value) Value {
				text := t.text(args[0])
				t.charge(t.at, 4*len(text))
				v, err := jackson.Parse(t.doc, text)
				if err != nil {
					t.throw(document.IllegalArgument, "%v", err)
				}
				return v
			}},
			{"String dump(def)", dumpJSON}, {"String dump(def, boolean)", dumpJSON},
		},
	}
}

// dumpJSON is Json.dump. What is not a document's value is settled first, in a
// copy.
func dumpJSON(t *thread, args []Value) Value {
	s := settler{t: t, left: maxSettled}
	v, _ := s.value(t.doc.Copy(args[0]), 0)
	out := v.AppendJSON(nil)
	if len(args) > 1 && args[1].Bool() {
		out = indent(out)
	}
	return t.newText(string(out))
}

package painless

import "github.com/sluice-otel/sluice/ingest/document"

func mapClass() classSpec {
	return classSpec{
		name: "Map", java: "java.util.Map", open: true,
		methods: []member{
			{"boolean containsKey(def)", func(_ *thread, args []Value) Value {
				_, ok := args[0].Map().Get(args[1].Str())
				return document.Boolean(ok && args[1].Kind() == document.KindString)
			}},
			{"def get(def)", func(t *thread, args []Value) Value { return t.mapGet(args[0], args[1]) }},
			{"def getOrDefault(def, def)", func(t *thread, args []Value) Value {
				if _, ok := args[0].Map().Get(args[1].Str()); ok && args[1].Kind() == document.KindString {
					return t.mapGet(args[0], args[1])
				}
				return args[2]
			}},
			{"boolean isEmpty()", func(v Value) Value { return document.Boolean(v.Map().Len() == 0) }},
			{"int size()", func(v Value) Value { return document.Integer(int32(v.Map().Len())) }},
		},
	}
}

func hashMapClass() classSpec {
	return classSpec{name: "HashMap", java: "java.util.HashMap", open: true, extends: []string{"Map"}}
}

const mapViewJava = "org.elasticsearch.ingest.ConditionalProcessor.UnmodifiableIngestData"

// viewMapClass is what a map of the document, ctx included, is in a condition.
func viewMapClass() classSpec {
	return classSpec{
		name: "UnmodifiableIngestData", java: mapViewJava, extends: []string{"Map"},
	}
}

// mapGet returns the value of a key, null if there is none.
func (t *thread) mapGet(of, key Value) Value {
	if key.Kind() != document.KindString {
		return document.Null
	}
	v, _ := of.Map().Get(key.Str())
	return item(of, v)
}

package painless

import "github.com/sluice-otel/sluice/ingest/document"

func collectionClass() classSpec {
	return classSpec{
		name: "Collection", java: "java.util.Collection", open: true, extends: []string{"Iterable"},
		methods: []member{
			{"boolean contains(def)", listContains},
			{"boolean isEmpty()", func(v Value) Value { return document.Boolean(v.List().Len() == 0) }},
			{"int size()", listSize},
		},
	}
}

func listClass() classSpec {
	return classSpec{
		name: "List", java: "java.util.List", open: true, extends: []string{"Collection"},
		methods: []member{
			{"def get(int)", func(t *thread, args []Value) Value {
				i, n := int(args[1].Int64()), args[0].List().Len()
				t.checkIndex(t.at, i, n)
				return item(args[0], args[0].List().At(i))
			}},
			{"int getLength()", listSize},
			{"int indexOf(def)", listIndexOf},
			{"int lastIndexOf(def)", listLastIndexOf},
		},
	}
}

func arrayListClass() classSpec {
	return classSpec{name: "ArrayList", java: "java.util.ArrayList", extends: []string{"List"}}
}

const listViewJava = "org.elasticsearch.ingest.ConditionalProcessor.UnmodifiableIngestList"

// viewClass is what a list of the document is in a condition.
func viewClass() classSpec {
	return classSpec{
		name: "UnmodifiableIngestList", java: listViewJava, extends: []string{"List"},
	}
}

func listSize(v Value) Value { return document.Integer(int32(v.List().Len())) }

// listContains looks for a value of the same class. A view of a list or map
// equals nothing.
func listContains(_ *thread, args []Value) Value {
	return document.Boolean(!args[1].IsReadOnly() && args[0].List().Contains(args[1]))
}

func listIndexOf(_ *thread, args []Value) Value {
	for i, v := range args[0].List().All() {
		if v.Equals(args[1]) && !args[1].IsReadOnly() {
			return document.Integer(int32(i))
		}
	}
	return document.Integer(-1)
}

func listLastIndexOf(_ *thread, args []Value) Value {
	l := args[0].List()
	for i := l.Len() - 1; i >= 0; i-- {
		if l.At(i).Equals(args[1]) && !args[1].IsReadOnly() {
			return document.Integer(int32(i))
		}
	}
	return document.Integer(-1)
}

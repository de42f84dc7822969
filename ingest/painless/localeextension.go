package painless

import (
	"maps"
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// localeExtensions are the methods of Locale about its extensions.
var localeExtensions = []member{
	{"boolean hasExtensions()", func(v Value) Value { return document.Boolean(objectOf[locale](v).extensions != "") }},
	{"Locale stripExtensions()", func(v Value) Value {
		l := objectOf[locale](v)
		l.extensions = ""
		return document.ObjectOf(l)
	}},
	{"String getExtension(char)", func(t *thread, args []Value) Value {
		key := strings.ToLower(args[1].Text())
		if !isAlnumTag(1, 1)(key) {
			t.throw(document.IllegalArgument, "Ill-formed extension key: %s", args[1].Text())
		}
		return textOrNull(objectOf[locale](args[0]).extensionsOf(), key)
	}},
	{"Set getExtensionKeys()", func(t *thread, args []Value) Value {
		var out []Value
		for _, key := range slices.Sorted(maps.Keys(objectOf[locale](args[0]).extensionsOf())) {
			out = append(out, charValue(uint16(key[0])))
		}
		return t.newSet(document.InsertionOrder, out)
	}},
	{"Set getUnicodeLocaleAttributes()", func(t *thread, args []Value) Value {
		return t.textSet(objectOf[locale](args[0]).unicode().attributes)
	}},
	{"Set getUnicodeLocaleKeys()", func(t *thread, args []Value) Value {
		return t.textSet(slices.Sorted(maps.Keys(objectOf[locale](args[0]).unicode().keywords)))
	}},
	{"String getUnicodeLocaleType(String)", func(t *thread, args []Value) Value {
		key := t.text(args[1])
		if !isUnicodeKey(key) {
			t.throw(document.IllegalArgument, "Ill-formed Unicode locale key: %s", key)
		}
		return textOrNull(objectOf[locale](args[0]).unicode().keywords, strings.ToLower(key))
	}},
}

func textOrNull(texts map[string]string, key string) Value {
	if s, ok := texts[key]; ok {
		return document.String(s)
	}
	return document.Null
}

// textSet is a set of texts in their order.
func (t *thread) textSet(texts []string) Value {
	items := make([]Value, len(texts))
	for i, s := range texts {
		items[i] = document.String(s)
	}
	return t.newSet(document.InsertionOrder, items)
}

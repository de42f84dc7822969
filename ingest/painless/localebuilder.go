package painless

import (
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A localeBuilder is a java.util.Locale$Builder.
type localeBuilder struct {
	locale

	values map[string]string // of the extensions
}

// JavaClass implements document.Object.
func (*localeBuilder) JavaClass() string { return "java.util.Locale$Builder" }

// Identity implements document.Object.
func (b *localeBuilder) Identity() string { return b.built().Identity() }

// HashCode implements document.Object.
func (*localeBuilder) HashCode() int32 { return identityHash }

func (b *localeBuilder) built() locale {
	l := b.locale
	l.extensions = joinExtensions(b.values)
	return l
}

// start takes over a locale.
func (b *localeBuilder) start(l locale) { b.locale, b.values = l, l.extensionsOf() }

// illFormed throws an IllformedLocaleException.
func (t *thread) illFormed(message string, at int) {
	t.throwWith("illformed_locale_exception", []Value{document.Null, document.Integer(int32(at))}, "%s [at index %d]", message, at)
}

// wellFormed returns a text that must be empty or of a form.
func (t *thread) wellFormed(what string, v Value, is func(s string) bool) string {
	if v.IsNull() {
		return ""
	}
	if s := v.Text(); s != "" && !is(s) {
		t.illFormed("Ill-formed "+what+": "+s, 0)
	}
	return v.Text()
}

// builderStep is a method of the builder, which returns it.
func builderStep(signature string, step func(t *thread, b *localeBuilder, args []Value)) member {
	return member{"Locale.Builder " + signature, func(t *thread, args []Value) Value {
		b := objectOf[*localeBuilder](args[0])
		step(t, b, args[1:])
		size := len(b.variant)
		for _, value := range b.values {
			size += len(value)
		}
		t.charge(t.at, size)
		return args[0]
	}}
}

func localeBuilderClass() classSpec {
	return classSpec{
		name: "Locale.Builder", java: "java.util.Locale$Builder",
		statics: []member{{"Locale.Builder()", func(*thread, []Value) Value {
			return document.ObjectOf(&localeBuilder{values: make(map[string]string)})
		}}},
		methods: []member{
			{"Locale build()", func(v Value) Value { return document.ObjectOf(objectOf[*localeBuilder](v).built()) }},
			builderStep("clear()", func(_ *thread, b *localeBuilder, _ []Value) { b.start(locale{}) }),
			builderStep("clearExtensions()", func(_ *thread, b *localeBuilder, _ []Value) { clear(b.values) }),
			builderStep("setLanguage(String)", func(t *thread, b *localeBuilder, args []Value) {
				b.language = newCode(strings.ToLower(t.wellFormed("language", args[0], isLanguageTag)))
			}),
			builderStep("setScript(String)", func(t *thread, b *localeBuilder, args []Value) {
				b.script = titled(t.wellFormed("script", args[0], isScriptTag))
			}),
			builderStep("setRegion(String)", func(t *thread, b *localeBuilder, args []Value) {
				b.country = strings.ToUpper(t.wellFormed("region", args[0], isRegionTag))
			}),
			builderStep("setVariant(String)", func(t *thread, b *localeBuilder, args []Value) { b.variant = t.variant(args[0]) }),
			builderStep("setLocale(Locale)", func(t *thread, b *localeBuilder, args []Value) { t.startFrom(b, objectOf[locale](args[0])) }),
			builderStep("setLanguageTag(String)", func(t *thread, b *localeBuilder, args []Value) {
				l := locale{}
				if tag := args[0]; !tag.IsNull() && tag.Str() != "" {
					var err *tagError
					if l, err = parseTag(tag.Str()); err != nil {
						t.illFormed(err.message, err.at)
					}
				}
				b.start(l)
			}),
			builderStep("setExtension(char, String)", setExtension),
			builderStep("setUnicodeLocaleKeyword(String, String)", setKeyword),
			builderStep("addUnicodeLocaleAttribute(String)", func(t *thread, b *localeBuilder, args []Value) {
				b.values["u"] = strings.TrimSuffix(t.attribute(args[0])+"-"+b.values["u"], "-")
			}),
			builderStep("removeUnicodeLocaleAttribute(String)", func(t *thread, b *localeBuilder, args []Value) {
				u := newUnicodeExtension(b.values["u"])
				gone := t.attribute(args[0])
				u.attributes = slices.DeleteFunc(u.attributes, func(s string) bool { return s == gone })
				b.values["u"] = u.String()
			}),
		},
	}
}

// variant returns variants, joined as Locale has them.
func (t *thread) variant(v Value) string {
	if v.IsNull() || v.Text() == "" {
		return ""
	}
	at := 0
	text := strings.ReplaceAll(v.Text(), "-", "_")
	for s := range strings.SplitSeq(text, "_") {
		if !isVariantTag(s) {
			t.illFormed("Ill-formed variant: "+v.Text(), at)
		}
		at += len(s) + 1
	}
	return text
}

// startFrom is setLocale: what the constructors of Locale let through is checked now.
func (t *thread) startFrom(b *localeBuilder, l locale) {
	switch l.variant {
	case "JP", "TH":
		if l.extensions != "" {
			l.variant = ""
		}
	case "NY":
		if l.language == "no" {
			l = locale{language: "nn", country: "NO"}
		}
	}
	t.wellFormed("language", document.String(l.language), isLanguageTag)
	t.wellFormed("region", document.String(l.country), isRegionTag)
	t.variant(document.String(l.variant))
	b.start(l)
}

func (t *thread) attribute(v Value) string {
	if s := t.text(v); !isUnicodeType(s) {
		t.illFormed("Ill-formed Unicode locale attribute: "+s, 0)
	}
	return strings.ToLower(v.Text())
}

func setExtension(t *thread, b *localeBuilder, args []Value) {
	key, value := strings.ToLower(args[0].Text()), ""
	if !isAlnumTag(1, 1)(key) {
		t.illFormed("Ill-formed extension key: "+args[0].Text(), 0)
	}
	if !args[1].IsNull() {
		value = strings.ToLower(strings.ReplaceAll(args[1].Text(), "_", "-"))
	}
	is := isExtensionTag
	if key == "x" {
		is = isPrivateTag
	}
	at := 0
	for s := range strings.SplitSeq(value, "-") {
		if value != "" && !is(s) {
			t.illFormed("Ill-formed extension value: "+s, at)
		}
		at += len(s) + 1
	}
	b.values[key] = value
}

func setKeyword(t *thread, b *localeBuilder, args []Value) {
	key := strings.ToLower(t.text(args[0]))
	if !isUnicodeKey(key) {
		t.illFormed("Ill-formed Unicode locale keyword key: "+args[0].Text(), 0)
	}
	u := newUnicodeExtension(b.values["u"])
	delete(u.keywords, key)
	if !args[1].IsNull() {
		value := strings.ToLower(strings.ReplaceAll(args[1].Text(), "_", "-"))
		at := 0
		for s := range strings.SplitSeq(value, "-") {
			if value != "" && !isUnicodeType(s) {
				t.illFormed("Ill-formed Unicode locale keyword type: "+args[1].Text(), at)
			}
			at += len(s) + 1
		}
		u.keywords[key] = value
	}
	b.values["u"] = u.String()
}

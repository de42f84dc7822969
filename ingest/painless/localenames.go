package painless

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/sluice-otel/sluice/ingest/document"
)

// localeNames are the methods of Locale that name it for people, in English or
// the language of a second locale. The names are those of Unicode's CLDR 32; what
// it does not name stays its code, as in Java; the names of variants are not known, those of
// extensions left out.
var localeNames = []member{
	{"String getDisplayLanguage()", func(v Value) Value { return document.String(objectOf[locale](v).languageIn(locale{})) }},
	{"String getDisplayLanguage(Locale)", namedIn(locale.languageIn)},
	{"String getDisplayCountry()", func(v Value) Value { return document.String(objectOf[locale](v).countryIn(locale{})) }},
	{"String getDisplayCountry(Locale)", namedIn(locale.countryIn)},
	{"String getDisplayName()", func(v Value) Value { return document.String(objectOf[locale](v).nameIn(locale{})) }},
	{"String getDisplayName(Locale)", namedIn(locale.nameIn)},
	{"String getDisplayScript()", func(v Value) Value { return document.String(objectOf[locale](v).scriptIn(locale{})) }},
	{"String getDisplayScript(Locale)", namedIn(locale.scriptIn)},
	{"String getDisplayVariant()", func(v Value) Value { return document.String(objectOf[locale](v).variantIn(locale{})) }},
	{"String getDisplayVariant(Locale)", namedIn(locale.variantIn)},
}

func namedIn(name func(l, reader locale) string) native {
	return func(_ *thread, args []Value) Value {
		return document.String(name(objectOf[locale](args[0]), objectOf[locale](args[1])))
	}
}

// reader returns l for a reader, English if no language is known by its name.
func (l locale) reader() language.Tag {
	base, err := language.ParseBase(l.language)
	if err != nil {
		return language.English
	}
	tag, err := language.Compose(base)
	if err != nil {
		return language.English
	}
	return tag
}

func (l locale) languageIn(reader locale) string {
	base, err := language.ParseBase(l.language)
	if err != nil {
		return l.language
	}
	return named(display.Languages, reader, base, l.language)
}

func (l locale) countryIn(reader locale) string {
	region, err := language.ParseRegion(l.country)
	if err != nil {
		return l.country
	}
	return named(display.Regions, reader, region, l.country)
}

// scriptIn is the name of the script; the Chinese ones have a short one in English.
func (l locale) scriptIn(reader locale) string {
	script, err := language.ParseScript(l.script)
	if err != nil {
		return l.script
	}
	name := named(display.Scripts, reader, script, l.script)
	return strings.TrimSuffix(name, " Han")
}

// variantIn shows variants as they are, as their names are not known.
func (l locale) variantIn(locale) string { return strings.ReplaceAll(l.variant, "_", ", ") }

func (l locale) nameIn(reader locale) string {
	parts := []string{l.scriptIn(reader), l.countryIn(reader), l.variantIn(reader)}
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	if name := l.languageIn(reader); name != "" {
		parts = append([]string{name}, parts...)
	}
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return parts[0] + " (" + strings.Join(parts[1:], ", ") + ")"
}

// named returns the name of x in the reader's language, else in English, else its code.
func named(names func(language.Tag) display.Namer, reader locale, x any, code string) string {
	for _, tag := range []language.Tag{reader.reader(), language.English} {
		if namer := names(tag); namer != nil {
			if name := namer.Name(x); name != "" {
				return name
			}
		}
	}
	return code
}

package painless

import (
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/sluice-otel/sluice/ingest/document"
)

// localeNames are the methods of Locale that name it for people, in English or
// the language of a second locale. The names are those of Unicode's CLDR 32; what
// it does not name stays its code, as in Java.
var localeNames = []member{
	{"String getDisplayLanguage()", func(v Value) Value { return document.String(objectOf[locale](v).languageIn(locale{})) }},
	{"String getDisplayLanguage(Locale)", namedIn(locale.languageIn)},
	{"String getDisplayCountry()", func(v Value) Value { return document.String(objectOf[locale](v).countryIn(locale{})) }},
	{"String getDisplayCountry(Locale)", namedIn(locale.countryIn)},
	{"String getDisplayName()", func(v Value) Value { return document.String(objectOf[locale](v).nameIn(locale{})) }},
	{"String getDisplayName(Locale)", namedIn(locale.nameIn)},
	{"String getDisplayScript()", noText}, {"String getDisplayScript(Locale)", noName},
	{"String getDisplayVariant()", noText}, {"String getDisplayVariant(Locale)", noName},
}

func namedIn(name func(l, reader locale) string) native {
	return func(_ *thread, args []Value) Value {
		return document.String(name(objectOf[locale](args[0]), objectOf[locale](args[1])))
	}
}

func noName(*thread, []Value) Value { return document.String("") }

// tag returns l for a reader, English if no language is known by its name.
func (l locale) tag() language.Tag {
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

func (l locale) nameIn(reader locale) string {
	name, country := l.languageIn(reader), l.countryIn(reader)
	if name == "" || country == "" {
		return name + country
	}
	return name + " (" + country + ")"
}

// named returns the name of x in the reader's language, else in English, else its code.
func named(names func(language.Tag) display.Namer, reader locale, x any, code string) string {
	for _, tag := range []language.Tag{reader.tag(), language.English} {
		if namer := names(tag); namer != nil {
			if name := namer.Name(x); name != "" {
				return name
			}
		}
	}
	return code
}

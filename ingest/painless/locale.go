package painless

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/sluice-otel/sluice/ingest/datetime"
	"github.com/sluice-otel/sluice/ingest/document"
)

// A locale is a java.util.Locale. Case and formats are those of the root locale
// whatever it says.
type locale struct {
	language, country, script string

	variant    string // several with _ between
	extensions string // as in a language tag, in order
}

// JavaClass implements document.Object.
func (locale) JavaClass() string { return "java.util.Locale" }

// AppendText implements document.Object.
func (l locale) AppendText(dst []byte) []byte {
	dst = append(dst, l.language...)
	some := l.language != "" || l.country != ""
	if l.country != "" || l.language != "" && l.variant+l.script+l.extensions != "" {
		dst = append(append(dst, '_'), l.country...)
	}
	if l.variant != "" && some {
		dst = append(append(dst, '_'), l.variant...)
	}
	if l.script != "" && some {
		dst = append(append(dst, "_#"...), l.script...)
	}
	if l.extensions != "" && some {
		dst = append(dst, '_')
		if l.script == "" {
			dst = append(dst, '#')
		}
		dst = append(dst, l.extensions...)
	}
	return dst
}

// Identity implements document.Object.
func (l locale) Identity() string {
	return strings.Join([]string{l.language, l.country, l.script, l.variant, l.extensions}, "/")
}

// HashCode implements document.Object.
func (l locale) HashCode() int32 { return document.String(l.Identity()).HashCode() }

// formatTag is what of the locale formats know.
func (l locale) formatTag() string { return strings.TrimSuffix(l.language+"_"+l.country, "_") }

// defaultLocale is that of a JVM that is told nothing.
var defaultLocale = document.ObjectOf(locale{language: "en", country: "US"})

// namedLocales are the constants of Locale.
var namedLocales = map[string]string{
	"ROOT": "", "ENGLISH": "en", "FRENCH": "fr", "GERMAN": "de", "ITALIAN": "it", "JAPANESE": "ja", "KOREAN": "ko",
	"CHINESE": "zh", "SIMPLIFIED_CHINESE": "zh_CN", "TRADITIONAL_CHINESE": "zh_TW", "FRANCE": "fr_FR", "GERMANY": "de_DE",
	"ITALY": "it_IT", "JAPAN": "ja_JP", "KOREA": "ko_KR", "UK": "en_GB", "US": "en_US", "CANADA": "en_CA",
	"CANADA_FRENCH": "fr_CA", "CHINA": "zh_CN", "PRC": "zh_CN", "TAIWAN": "zh_TW",
}

// availableLocales are the constants and those whose names of months and days are known.
func availableLocales(t *thread) []Value {
	tags := slices.AppendSeq(datetime.Locales(), maps.Values(namedLocales))
	for i, tag := range tags {
		tags[i] = strings.ReplaceAll(tag, "-", "_")
	}
	slices.Sort(tags)
	var out []Value
	for _, tag := range slices.Compact(tags) {
		language, country, _ := strings.Cut(tag, "_")
		out = append(out, document.ObjectOf(locale{language: language, country: country}))
	}
	t.charge(t.at, entryBytes*len(out))
	return out
}

func localeClass() classSpec {
	in := func(v Value) locale {
		return objectOf[locale](v)
	}
	of := func(language, country string) Value {
		return document.ObjectOf(locale{language: language, country: country})
	}
	s := classSpec{
		name: "Locale", java: "java.util.Locale",
		methods: append([]member{
			{"String getLanguage()", func(v Value) Value { return document.String(in(v).language) }},
			{"String getCountry()", func(v Value) Value { return document.String(in(v).country) }},
			{"String getScript()", func(v Value) Value { return document.String(in(v).script) }},
			{"String getVariant()", func(v Value) Value { return document.String(in(v).variant) }},
			{"def clone()", itself},
			{"String getISO3Language()", func(v Value) Value {
				base, err := language.ParseBase(in(v).language)
				if err != nil {
					return document.String("")
				}
				return document.String(base.ISO3())
			}},
			{"String getISO3Country()", func(v Value) Value {
				region, err := language.ParseRegion(in(v).country)
				if err != nil {
					return document.String("")
				}
				return document.String(region.ISO3())
			}},
			{"String toLanguageTag()", func(v Value) Value { return document.String(in(v).tag()) }},
		}, append(localeNames, localeExtensions...)...),
		statics: []member{
			{"Locale(String)", func(t *thread, args []Value) Value { return newLocale(t.text(args[0]), "", "") }},
			{"Locale(String, String)", func(t *thread, args []Value) Value { return newLocale(t.text(args[0]), t.text(args[1]), "") }},
			{"Locale(String, String, String)", func(t *thread, args []Value) Value {
				return newLocale(t.text(args[0]), t.text(args[1]), t.text(args[2]))
			}},
			{"Locale forLanguageTag(String)", func(t *thread, args []Value) Value {
				l, _ := parseTag(t.text(args[0]))
				return document.ObjectOf(l)
			}},
			{"List filter(List, Collection)", filterTags}, {"List filterTags(List, Collection)", filterTags},
			{"Locale lookup(List, Collection)", lookupTag}, {"String lookupTag(List, Collection)", lookupTag},
			{"Locale[] getAvailableLocales()", func(t *thread, _ []Value) Value {
				return objectFor(array{class: t.lib.arrayOf(t.lib.classes["Locale"]), items: availableLocales(t)})
			}},
			{"String[] getISOCountries()", func(t *thread, _ []Value) Value { return t.textArray(strings.Fields(isoCountries)) }},
			{"String[] getISOLanguages()", func(t *thread, _ []Value) Value { return t.textArray(strings.Fields(isoLanguages)) }},
			{"Locale getDefault(Locale.Category)", func(Value) Value { return defaultLocale }},
			{"Locale getDefault()", func(*thread, []Value) Value { return defaultLocale }},
		},
		constants: map[string]any{"PRIVATE_USE_EXTENSION": 'x', "UNICODE_LOCALE_EXTENSION": 'u'},
	}
	for name, tag := range namedLocales {
		language, country, _ := strings.Cut(tag, "_")
		s.constants[name] = of(language, country)
	}
	return s
}

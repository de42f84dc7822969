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
type locale struct{ language, country string }

// JavaClass implements document.Object.
func (locale) JavaClass() string { return "java.util.Locale" }

// AppendText implements document.Object.
func (l locale) AppendText(dst []byte) []byte {
	dst = append(dst, l.language...)
	if l.country != "" {
		dst = append(append(dst, '_'), l.country...)
	}
	return dst
}

// Identity implements document.Object.
func (l locale) Identity() string { return l.language + "_" + l.country }

// HashCode implements document.Object.
func (l locale) HashCode() int32 { return document.String(l.Identity()).HashCode() }

// defaultLocale is that of a JVM that is told nothing.
var defaultLocale = document.ObjectOf(locale{"en", "US"})

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
		out = append(out, document.ObjectOf(locale{language, country}))
	}
	t.charge(t.at, entryBytes*len(out))
	return out
}

func noText(Value) Value { return document.String("") }

func localeClass() classSpec {
	in := func(v Value) locale {
		return objectOf[locale](v)
	}
	of := func(language, country string) Value { return document.ObjectOf(locale{language, country}) }
	s := classSpec{
		name: "Locale", java: "java.util.Locale",
		methods: append([]member{
			{"String getLanguage()", func(v Value) Value { return document.String(in(v).language) }},
			{"String getCountry()", func(v Value) Value { return document.String(in(v).country) }},
			{"String getScript()", noText}, {"String getVariant()", noText},
			{"boolean hasExtensions()", func(Value) Value { return document.Boolean(false) }},
			{"Locale stripExtensions()", itself}, {"def clone()", itself},
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
			{"String toLanguageTag()", func(v Value) Value {
				if in(v) == (locale{}) {
					return document.String("und")
				}
				return document.String(strings.ReplaceAll(v.Text(), "_", "-"))
			}},
		}, localeNames...),
		statics: []member{
			{"Locale(String)", func(v Value) Value { return of(strings.ToLower(v.Str()), "") }},
			{"Locale(String, String)", func(_ *thread, args []Value) Value {
				return of(strings.ToLower(args[0].Str()), strings.ToUpper(args[1].Str()))
			}},
			{"Locale forLanguageTag(String)", func(v Value) Value {
				language, country, _ := strings.Cut(v.Str(), "-")
				return of(strings.ToLower(language), strings.ToUpper(country))
			}},
			{"Locale getDefault()", func(*thread, []Value) Value { return defaultLocale }},
		},
		constants: make(map[string]any),
	}
	for name, tag := range namedLocales {
		language, country, _ := strings.Cut(tag, "_")
		s.constants[name] = of(language, country)
	}
	return s
}

func (locale) keyword(string) string { return "" }

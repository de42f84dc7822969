package painless

import (
	"maps"
	"slices"
	"strings"

	"github.com/sluice-otel/sluice/ingest/document"
)

// A tagReader reads a language tag of BCP 47, subtag by subtag.
type tagReader struct {
	subtags []string
	i       int // the next one
	at      int // where it begins in the tag
}

func (r *tagReader) next() string {
	if r.i < len(r.subtags) {
		return r.subtags[r.i]
	}
	return ""
}

// take returns the next subtag if it is of a form.
func (r *tagReader) take(is func(s string) bool) string {
	s := r.next()
	if s == "" || !is(s) {
		return ""
	}
	r.at += len(s) + 1
	r.i++
	return s
}

// A tagError says what of a tag is wrong, and where.
type tagError struct {
	message string
	at      int
}

func isAlphaTag(least, most int) func(s string) bool {
	return func(s string) bool {
		return len(s) >= least && len(s) <= most && !strings.ContainsFunc(s, func(c rune) bool { return !isASCIILetter(c) })
	}
}

func isAlnumTag(least, most int) func(s string) bool {
	return func(s string) bool {
		return len(s) >= least && len(s) <= most && !strings.ContainsFunc(s, func(c rune) bool { return !isASCIILetter(c) && (c < '0' || c > '9') })
	}
}

func isASCIILetter(c rune) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// The forms of subtags.
var (
	isLanguageTag  = isAlphaTag(2, 8)
	isExtendedTag  = isAlphaTag(3, 3)
	isScriptTag    = isAlphaTag(4, 4)
	isPrivateTag   = isAlnumTag(1, 8)
	isExtensionTag = isAlnumTag(2, 8)
	isUnicodeKey   = isAlnumTag(2, 2)
	isUnicodeType  = isAlnumTag(3, 8)
)

func isRegionTag(s string) bool {
	return isAlphaTag(2, 2)(s) || len(s) == 3 && strings.Trim(s, "0123456789") == ""
}

func isVariantTag(s string) bool {
	return isAlnumTag(5, 8)(s) || isAlnumTag(4, 4)(s) && s[0] >= '0' && s[0] <= '9'
}

func isSingleton(s string) bool { return isAlnumTag(1, 1)(s) && !isPrivateSingleton(s) }

func isPrivateSingleton(s string) bool { return s == "x" || s == "X" }

// parseTag reads a language tag as far as it is well formed.
func parseTag(tag string) (l locale, err *tagError) {
	r := &tagReader{subtags: strings.Split(tag, "-")}
	if language := r.take(isLanguageTag); language != "" {
		l.language = strings.ToLower(language)
		if extended := r.take(isExtendedTag); extended != "" && len(language) < 4 {
			l.language = strings.ToLower(extended)
			for range 2 {
				r.take(isExtendedTag)
			}
		}
		l.script = titled(r.take(isScriptTag))
		l.country = strings.ToUpper(r.take(isRegionTag))
		l.variant = r.variants()
		err = r.extensions(&l)
	}
	if err == nil && isPrivateSingleton(r.next()) {
		err = r.privateUse(&l)
	}
	if err == nil && r.i < len(r.subtags) {
		err = &tagError{"Invalid subtag: " + r.next(), r.at}
		if r.next() == "" {
			err.message = "Empty subtag"
		}
	}
	if l.language == "und" {
		l.language = ""
	}
	l.language = newCode(l.language)
	return l, err
}

func (r *tagReader) variants() string {
	var out []string
	for v := r.take(isVariantTag); v != ""; v = r.take(isVariantTag) {
		out = append(out, v)
	}
	return strings.Join(out, "_")
}

func (r *tagReader) extensions(l *locale) *tagError {
	found := make(map[string]string)
	for isSingleton(r.next()) {
		at := r.at
		key := strings.ToLower(r.take(isSingleton))
		var value []string
		for s := r.take(isExtensionTag); s != ""; s = r.take(isExtensionTag) {
			value = append(value, strings.ToLower(s))
		}
		if value == nil {
			return &tagError{"Incomplete extension '" + key + "'", at}
		}
		if _, twice := found[key]; !twice {
			found[key] = strings.Join(value, "-")
		}
	}
	l.extensions = joinExtensions(found)
	return nil
}

// lvariant begins, in a private use, the variants that are none of BCP 47.
const lvariant = "lvariant"

func (r *tagReader) privateUse(l *locale) *tagError {
	at := r.at
	r.take(isPrivateSingleton)
	var value, variants []string
	for s := r.take(isPrivateTag); s != ""; s = r.take(isPrivateTag) {
		value = append(value, s)
	}
	if value == nil {
		return &tagError{"Incomplete privateuse", at}
	}
	if i := slices.IndexFunc(value, func(s string) bool { return strings.EqualFold(s, lvariant) }); i >= 0 && i+1 < len(value) {
		value, variants = value[:i], value[i+1:]
	}
	if variants != nil {
		l.variant = strings.Trim(l.variant+"_"+strings.Join(variants, "_"), "_")
	}
	if len(value) > 0 {
		l.extensions = strings.TrimPrefix(l.extensions+"-x-"+strings.ToLower(strings.Join(value, "-")), "-")
	}
	return nil
}

// titled is a script with its first letter large.
func titled(script string) string {
	if script == "" {
		return ""
	}
	return strings.ToUpper(script[:1]) + strings.ToLower(script[1:])
}

// newCode returns the code of ISO 639 for one that it replaced.
func newCode(language string) string {
	switch language {
	case "iw":
		return "he"
	case "in":
		return "id"
	case "ji":
		return "yi"
	}
	return language
}

// joinExtensions returns extensions by their keys, in the order of these; Unicode's have
// their keywords in order, too.
func joinExtensions(values map[string]string) string {
	var parts []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		value := values[key]
		if key == "u" {
			value = newUnicodeExtension(value).String()
		}
		if key != "x" && value != "" {
			parts = append(parts, key+"-"+value)
		}
	}
	if values["x"] != "" {
		parts = append(parts, "x-"+values["x"])
	}
	return strings.Join(parts, "-")
}

// extensionsOf takes apart what joinExtensions has put together.
func (l locale) extensionsOf() map[string]string {
	out := make(map[string]string)
	key := ""
	for s := range strings.SplitSeq(l.extensions, "-") {
		switch {
		case len(s) == 1 && key != "x":
			key = s
		case key != "":
			out[key] = strings.TrimPrefix(out[key]+"-"+s, "-")
		}
	}
	return out
}

// A unicodeExtension is the extension u: attributes and keywords.
type unicodeExtension struct {
	attributes []string
	keywords   map[string]string
}

func newUnicodeExtension(value string) unicodeExtension {
	u := unicodeExtension{keywords: make(map[string]string)}
	key := ""
	for s := range strings.SplitSeq(value, "-") {
		_, twice := u.keywords[s]
		switch {
		case s == "":
		case len(s) == 2 && !twice:
			key = s
			u.keywords[key] = ""
		case key == "" && !slices.Contains(u.attributes, s):
			u.attributes = append(u.attributes, s)
		case key != "":
			u.keywords[key] = strings.TrimPrefix(u.keywords[key]+"-"+s, "-")
		}
	}
	return u
}

func (u unicodeExtension) String() string {
	slices.Sort(u.attributes)
	parts := slices.Clone(u.attributes)
	for _, key := range slices.Sorted(maps.Keys(u.keywords)) {
		parts = append(parts, key)
		if u.keywords[key] != "" {
			parts = append(parts, u.keywords[key])
		}
	}
	return strings.Join(parts, "-")
}

func (l locale) unicode() unicodeExtension { return newUnicodeExtension(l.extensionsOf()["u"]) }

// tag is Locale.toLanguageTag.
func (l locale) tag() string {
	language, variant := l.language, l.variant
	if language == "no" && l.country == "NO" && variant == "NY" {
		language, variant = "nn", ""
	}
	if !isLanguageTag(language) {
		language = ""
	}
	parts := []string{language, l.script, l.country}
	if !isRegionTag(l.country) {
		parts[2] = ""
	}
	var private []string
	for _, v := range strings.FieldsFunc(variant, func(r rune) bool { return r == '_' || r == '-' }) {
		if private == nil && isVariantTag(v) {
			parts = append(parts, v)
			continue
		}
		if !isPrivateTag(v) {
			private = nil
			break
		}
		private = append(private, v)
	}
	parts = append(parts, l.extensions)
	if private != nil {
		if l.extensionsOf()["x"] == "" {
			parts = append(parts, "x")
		}
		parts = append(append(parts, lvariant), private...)
	}
	out := strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "-")
	if language == "" && !strings.HasPrefix(out, "x-") {
		return strings.TrimSuffix("und-"+out, "-")
	}
	return out
}

// newLocale is a constructor of Locale, which takes anything.
func newLocale(language, country, variant string) Value {
	l := locale{language: newCode(strings.ToLower(language)), country: strings.ToUpper(country), variant: variant}
	switch l {
	case locale{language: "ja", country: "JP", variant: "JP"}:
		l.extensions = "u-ca-japanese"
	case locale{language: "th", country: "TH", variant: "TH"}:
		l.extensions = "u-nu-thai"
	}
	return document.ObjectOf(l)
}

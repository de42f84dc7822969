package painless

import (
	"strconv"

	"github.com/sluice-otel/sluice/ingest/document"
)

var (
	isoEras      = enumValues("java.time.chrono.IsoEra", "BCE", "CE")
	thaiEras     = enumValues("java.time.chrono.ThaiBuddhistEra", "BEFORE_BE", "BE")
	minguoEras   = enumValues("java.time.chrono.MinguoEra", "BEFORE_ROC", "ROC")
	hijrahEras   = enumValues("java.time.chrono.HijrahEra", "AH")
	japaneseEras = enumValues("java.time.chrono.JapaneseEra", "MEIJI:Meiji", "TAISHO:Taisho", "SHOWA:Showa", "HEISEI:Heisei", "REIWA:Reiwa")
)

// eraNames are what eras are called for people in English, if not by their own names.
var eraNames = map[string]string{
	"BEFORE_BE": "BC", "BEFORE_ROC": "Before R.O.C.", "ROC": "Minguo", "TAISHO": "Taishō", "SHOWA": "Shōwa",
}

func eraClasses() []classSpec {
	out := []classSpec{{
		name: "Era", java: "java.time.chrono.Era", open: true, extends: []string{"TemporalAccessor"},
		methods: []member{
			{"int getValue()", func(v Value) Value { return document.Integer(int32(eraNumber(enumIn(v)))) }},
			{"String getDisplayName(TextStyle, Locale)", func(t *thread, args []Value) Value {
				return document.String(t.eraName(enumIn(args[0]), enumIn(args[1]).ordinal, objectOf[locale](args[2])))
			}},
		},
	}}
	for _, c := range systems {
		s := enumSpec(c.eras, "Era")
		s.statics = append(s.statics, member{c.name + "Era of(int)", func(t *thread, args []Value) Value { return t.eraValue(c, args[0].Int64()) }})
		if c.starts != nil {
			japaneseEra(&s)
		}
		out = append(out, s)
	}
	return out
}

// japaneseEra is no enum in Java, and its newest era has no constant for scripts.
func japaneseEra(s *classSpec) {
	s.extends = []string{"Era"}
	delete(s.constants, "REIWA")
	s.statics[0] = member{"JapaneseEra valueOf(String)", func(t *thread, args []Value) Value {
		for _, era := range japaneseEras {
			if era.Text() == t.text(args[0]) {
				return era
			}
		}
		t.throw(document.IllegalArgument, "japaneseEra is invalid")
		return document.Null
	}}
}

// eraNumber is Era.getValue.
func eraNumber(e *enum) int {
	switch e.java {
	case enumIn(japaneseEras[0]).java:
		return e.ordinal - 1
	case enumIn(hijrahEras[0]).java:
		return 1
	}
	return e.ordinal
}

// eraName is Era.getDisplayName. The eras of ISO are known in all languages of formats, the
// others in English.
func (t *thread) eraName(e *enum, style int, l locale) string {
	name, ok := eraNames[e.name]
	switch {
	case e.java == enumIn(isoEras[0]).java:
		return t.isoEraName(e, style, l)
	case e.name == "ROC" && l.language != "en":
		return "R.O.C."
	case !ok:
		name = e.shown
	}
	if style/2 == 2 && e.java == enumIn(japaneseEras[0]).java {
		return name[:1]
	}
	return name
}

func (t *thread) isoEraName(e *enum, style int, l locale) string {
	switch {
	case style%2 == 1: // there are no names that stand alone
		return strconv.Itoa(e.ordinal)
	case l == locale{} && style/2 != 1:
		return e.name
	}
	names := t.formatLocale(document.ObjectOf(l)).Names([]string{"GGGG", "G", "GGGGG"}[style/2])
	return names[e.ordinal]
}

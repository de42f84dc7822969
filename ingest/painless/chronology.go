package painless

import (
	"github.com/sluice-otel/sluice/ingest/document"
)

func chronologyClasses() []classSpec {
	out := append(eraClasses(), classSpec{
		name: "Chronology", java: "java.time.chrono.Chronology", open: true, extends: []string{"Comparable"},
		methods: append(chronologyDates("ChronoLocalDate", "Era"), chronologyMembers...),
		statics: []member{
			{"Chronology of(String)", chronologyNamed},
			{"Chronology from(TemporalAccessor)", func(_ *thread, args []Value) Value { return orNull(chronologyOf(args[0]), isoCalendar) }},
			{"Chronology ofLocale(Locale)", chronologyOfLocale},
			{"Set getAvailableChronologies()", func(t *thread, _ []Value) Value {
				var out []Value
				for _, c := range systems {
					out = append(out, document.ObjectOf(c))
				}
				return t.newSet(document.HashOrder, out)
			}},
		},
	}, classSpec{name: "AbstractChronology", java: "java.time.chrono.AbstractChronology", open: true, extends: []string{"Chronology"}})
	for _, c := range systems {
		date := c.name + "Date"
		if c == isoSystem {
			date = "LocalDate"
		}
		s := classSpec{
			name: c.name + "Chronology", java: c.JavaClass(), extends: []string{"AbstractChronology"},
			methods: chronologyDates(date, c.name+"Era"), constants: map[string]any{"INSTANCE": document.ObjectOf(c)},
		}
		if c == isoSystem {
			s.methods = append(s.methods, isoMembers...)
		}
		out = append(out, s)
	}
	return out
}

// chronologyDates are the methods of a chronology that make its dates and eras.
func chronologyDates(date, era string) []member {
	numbers := func(t *thread, args []Value) Value { return t.dateOf(systemIn(args[0]), args[1:]) }
	ofEra := func(t *thread, args []Value) Value { return t.dateOfEra(systemIn(args[0]), args[1:]) }
	return []member{
		{date + " date(int, int, int)", numbers}, {date + " dateYearDay(int, int)", numbers},
		{date + " date(Era, int, int, int)", ofEra}, {date + " dateYearDay(Era, int, int)", ofEra},
		{date + " date(TemporalAccessor)", func(t *thread, args []Value) Value {
			return t.dated(systemIn(args[0]), t.need(args[1], localDate).t)
		}},
		{date + " dateEpochDay(long)", func(t *thread, args []Value) Value {
			return t.dated(systemIn(args[0]), t.setField(moment{localDate, utcDate(1970, 1, 1)}, "EPOCH_DAY", args[1].Int64()).t)
		}},
		{era + " eraOf(int)", func(t *thread, args []Value) Value {
			if c := systemIn(args[0]); c.lunar && args[1].Int64() != 1 {
				t.throw(dateTimeException, "invalid Hijrah era")
			}
			return t.eraValue(systemIn(args[0]), args[1].Int64())
		}},
	}
}

var chronologyMembers = []member{
	{"String getId()", textOf},
	{"int compareTo(Chronology)", func(_ *thread, args []Value) Value {
		return document.Integer(int32(systemIn(args[0]).compareTo(systemIn(args[1]))))
	}},
	{"String getCalendarType()", func(v Value) Value { return document.String(systemIn(v).kind) }},
	{"String getDisplayName(TextStyle, Locale)", func(_ *thread, args []Value) Value {
		if objectOf[locale](args[2]).language == "en" {
			return document.String(systemIn(args[0]).english)
		}
		return document.String(systemIn(args[0]).id)
	}},
	{"boolean isLeapYear(long)", func(_ *thread, args []Value) Value {
		if y := args[1].Int64(); systemIn(args[0]).lunar {
			return document.Boolean(y >= firstHijrahYear && y <= lastHijrahYear && hijrahYearLength(y) > 354)
		}
		return document.Boolean(isLeap(int(args[1].Int64()) - systemIn(args[0]).shift))
	}},
	{"List eras()", func(t *thread, args []Value) Value { return t.newList(append([]Value(nil), systemIn(args[0]).eras...)) }},
	{"int prolepticYear(Era, int)", func(t *thread, args []Value) Value {
		return document.Integer(int32(t.prolepticYear(systemIn(args[0]), args[1], args[2].Int64())))
	}},
	{"ChronoPeriod period(int, int, int)", chronologyPeriod},
	{"ValueRange range(ChronoField)", func(t *thread, args []Value) Value {
		return t.rangeIn(systemIn(args[0]), enumIn(args[1]))
	}},
	{"ChronoLocalDateTime localDateTime(TemporalAccessor)", isoDateTimes(localDateTime)},
	{"ChronoZonedDateTime zonedDateTime(TemporalAccessor)", isoDateTimes(zonedDateTime)},
	{"ChronoZonedDateTime zonedDateTime(Instant, ZoneId)", isoDateTimes(zonedDateTime)},
}

// isoMembers are those methods of IsoChronology whose results are of another class than
// those of Chronology.
var isoMembers = []member{
	{"Period period(int, int, int)", chronologyPeriod},
	{"LocalDateTime localDateTime(TemporalAccessor)", isoDateTimes(localDateTime)},
	{"ZonedDateTime zonedDateTime(TemporalAccessor)", isoDateTimes(zonedDateTime)},
	{"ZonedDateTime zonedDateTime(Instant, ZoneId)", isoDateTimes(zonedDateTime)},
}

func chronologyPeriod(_ *thread, args []Value) Value {
	return document.ObjectOf(period{args[1].Int64(), args[2].Int64(), args[3].Int64(), systemIn(args[0])})
}

// isoDateTimes makes a date with a time, which only the ISO calendar has here.
func isoDateTimes(of chronology) native {
	return func(t *thread, args []Value) Value {
		t.isoOnly(systemIn(args[0]))
		if len(args) == 3 {
			return ofInstant(zonedDateTime)(t, args[1:])
		}
		return t.need(args[1], of).value()
	}
}

func (t *thread) isoOnly(c *calendarSystem) {
	if c != isoSystem {
		t.throw(unsupportedOperation, "times and formats of the chronology %s are not supported", c.id)
	}
}

func chronologyNamed(t *thread, args []Value) Value {
	id := t.text(args[0])
	for _, c := range systems {
		if c.id == id || c.kind == id {
			return document.ObjectOf(c)
		}
	}
	t.throw(dateTimeException, "Unknown chronology: %s", id)
	return document.Null
}

// chronologyOfLocale is that of the locale's keyword ca.
func chronologyOfLocale(t *thread, args []Value) Value {
	kind, ok := objectOf[locale](args[0]).unicode().keywords["ca"]
	if !ok || kind == "iso" {
		return isoCalendar
	}
	for _, c := range systems {
		if c.kind == kind {
			return document.ObjectOf(c)
		}
	}
	t.throw(dateTimeException, "Unknown calendar system: %s", kind)
	return document.Null
}

// rangeIn is Chronology.range.
func (t *thread) rangeIn(c *calendarSystem, field *enum) Value {
	if c.starts != nil && japaneseLacks[field.name] {
		t.throw(unsupportedTemporal, "Unsupported field: %s", field.shown)
	}
	if c.lunar {
		if r, ok := hijrahRanges[field.name]; ok {
			return document.ObjectOf(r)
		}
		return t.rangeOfField(field.name, nil)
	}
	low, high := int64(minYear+c.shift), int64(maxYear+c.shift)
	eras := int64(len(c.eras) + c.firstEra - 1)
	r := valueRange{low, low, high, high}
	switch {
	case field.name == "PROLEPTIC_MONTH":
		r = valueRange{low * 12, low * 12, high*12 + 11, high*12 + 11}
	case field.name == "ERA":
		r = valueRange{int64(c.firstEra), int64(c.firstEra), eras, eras}
	case c.starts != nil:
		return t.rangeInJapan(c, field)
	case field.name == "YEAR":
	case field.name == "YEAR_OF_ERA":
		r = valueRange{1, 1, min(high, 1-low), max(high, 1-low)}
	default:
		return t.rangeOfField(field.name, nil)
	}
	return document.ObjectOf(r)
}

// rangeInJapan has the short years and eras there were: Showa 64 had 7 days, Taisho 15
// years.
func (t *thread) rangeInJapan(c *calendarSystem, field *enum) Value {
	switch field.name {
	case "YEAR":
		return document.ObjectOf(valueRange{int64(firstJapaneseDate.Year()), int64(firstJapaneseDate.Year()), maxYear, maxYear})
	case "YEAR_OF_ERA":
		return document.ObjectOf(valueRange{1, 1, 15, int64(maxYear - c.starts[len(c.starts)-1].Year())})
	case "DAY_OF_YEAR":
		return document.ObjectOf(valueRange{1, 1, 7, 366})
	}
	return t.rangeOfField(field.name, nil)
}

// japaneseLacks are the fields that JapaneseDate does not have.
var japaneseLacks = map[string]bool{
	"ALIGNED_DAY_OF_WEEK_IN_MONTH": true, "ALIGNED_DAY_OF_WEEK_IN_YEAR": true, "ALIGNED_WEEK_OF_MONTH": true, "ALIGNED_WEEK_OF_YEAR": true,
}

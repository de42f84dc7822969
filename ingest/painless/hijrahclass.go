package painless

import "github.com/sluice-otel/sluice/ingest/document"

// hijrahSystem is HijrahChronology, the Islamic calendar of Umm al-Qura.
var hijrahSystem = &calendarSystem{
	id: "Hijrah-umalqura", name: "Hijrah", kind: "islamic-umalqura", english: "Islamic Calendar (Umm al-Qura)", eraClass: "HijrahEra",
	eras: hijrahEras, firstEra: 1, lunar: true,
}

// hijrahRanges are the ranges of the fields that differ from those of ISO.
var hijrahRanges = map[string]valueRange{
	"DAY_OF_MONTH": {1, 1, 29, 30}, "DAY_OF_YEAR": {1, 1, 355, 355}, "ALIGNED_WEEK_OF_MONTH": {1, 1, 5, 5}, "ERA": {1, 1, 1, 1},
	"YEAR":        {firstHijrahYear, firstHijrahYear, lastHijrahYear, lastHijrahYear},
	"YEAR_OF_ERA": {firstHijrahYear, firstHijrahYear, lastHijrahYear, lastHijrahYear},
}

func hijrahDateClass() classSpec {
	in := hijrahIn
	return classSpec{
		name: "HijrahDate", java: "java.time.chrono.HijrahDate", extends: []string{"ChronoLocalDate"},
		statics: []member{
			{"HijrahDate of(int, int, int)", func(t *thread, args []Value) Value { return t.hijrahNumbers(numbersOf(args)) }},
			{"HijrahDate from(TemporalAccessor)", func(t *thread, args []Value) Value { return t.dated(hijrahSystem, t.need(args[0], localDate).t) }},
		},
		methods: []member{
			{"HijrahChronology getChronology()", func(Value) Value { return document.ObjectOf(hijrahSystem) }},
			{"HijrahEra getEra()", func(Value) Value { return hijrahEras[0] }},
			{"HijrahDate withVariant(HijrahChronology)", itself}, // there is one
			{"HijrahDate with(TemporalField, long)", func(t *thread, args []Value) Value {
				return in(args[0]).with(t, enumIn(args[1]), args[2].Int64())
			}},
			{"HijrahDate with(TemporalAdjuster)", func(t *thread, args []Value) Value { return t.hijrahAdjusted(args[0], args[1]) }},
			{"HijrahDate plus(TemporalAmount)", func(t *thread, args []Value) Value { return t.plusAmount(args[0], args[1], 1) }},
			{"HijrahDate minus(TemporalAmount)", func(t *thread, args []Value) Value { return t.plusAmount(args[0], args[1], -1) }},
			{"HijrahDate plus(long, TemporalUnit)", func(t *thread, args []Value) Value {
				return in(args[0]).plus(t, args[1].Int64(), enumIn(args[2]))
			}},
			{"HijrahDate minus(long, TemporalUnit)", func(t *thread, args []Value) Value {
				return in(args[0]).plus(t, -args[1].Int64(), enumIn(args[2]))
			}},
			{"int compareTo(ChronoLocalDate)", func(t *thread, args []Value) Value { return document.Integer(int32(t.compareDates(args[0], args[1]))) }},
			{"boolean isLeapYear()", func(v Value) Value { return document.Boolean(in(v).yearLength() > 354) }},
			{"int lengthOfMonth()", func(v Value) Value { return document.Integer(int32(in(v).monthLength())) }},
			{"int lengthOfYear()", func(v Value) Value { return document.Integer(int32(in(v).yearLength())) }},
			{"ValueRange range(TemporalField)", hijrahRange},
			{"String format(DateTimeFormatter)", func(t *thread, args []Value) Value {
				return t.formatAny(formatterIn(args[1]), args[0])
			}},
			{"ChronoLocalDateTime atTime(LocalTime)", func(t *thread, _ []Value) Value {
				t.isoOnly(hijrahSystem)
				return document.Null
			}},
			{"ChronoPeriod until(ChronoLocalDate)", func(t *thread, args []Value) Value {
				return in(args[0]).until(t, t.hijrahAt(t.temporal(args[1]).t))
			}},
			{"long until(Temporal, TemporalUnit)", func(t *thread, args []Value) Value {
				d, o, unit := in(args[0]), t.hijrahAt(t.temporal(args[1]).t), enumIn(args[2]).ordinal
				if months := unitMonthCounts[unit]; months > 0 {
					return document.Long((o.monthNumber()*32 + o.day - d.monthNumber()*32 - d.day) / 32 / months)
				}
				return document.Long(t.between(args[0], args[1], unit))
			}},
		},
	}
}

// hijrahAdjusted is with of an adjuster. A lambda sees the date itself.
func (t *thread) hijrahAdjusted(v, adjuster Value) Value {
	t.notNull(adjuster)
	if e, ok := adjuster.Object().(*enum); ok && e.java == enumIn(months[0]).java {
		t.throw(dateTimeException, "Adjustment only supported on ISO date-time")
	}
	if _, ok := adjuster.Object().(*callable); ok {
		return t.dated(hijrahSystem, t.temporal(t.call(adjuster, v)).t)
	}
	return t.dated(hijrahSystem, t.need(t.adjusted(moment{localDate, hijrahIn(v).t}.value(), adjuster), localDate).t)
}

func hijrahRange(t *thread, args []Value) Value {
	d, field := hijrahIn(args[0]), enumIn(args[1])
	if _, ok := d.field(t, field.name); !ok {
		t.throw(unsupportedTemporal, "Unsupported field: %s", field.shown)
	}
	switch n := d.monthLength(); field.name {
	case "DAY_OF_YEAR":
		n = d.yearLength()
		fallthrough
	case "DAY_OF_MONTH":
		return document.ObjectOf(valueRange{1, 1, n, n})
	}
	return t.rangeIn(hijrahSystem, field)
}

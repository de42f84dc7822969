package painless

import (
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
)

// temporalClasses are the dates and times of java.time with their interfaces.
func temporalClasses() []classSpec {
	out := []classSpec{
		{name: "TemporalAccessor", java: "java.time.temporal.TemporalAccessor", open: true, methods: accessorMethods},
		{name: "Temporal", java: "java.time.temporal.Temporal", open: true, extends: []string{"TemporalAccessor"}, methods: temporalMethods},
		{name: "TemporalAmount", java: "java.time.temporal.TemporalAmount", open: true, methods: amountMembers},
		{name: "TemporalAdjuster", java: "java.time.temporal.TemporalAdjuster", open: true, functional: true, methods: adjusterMethods},
	}
	for _, c := range []chronology{zonedDateTime, localDateTime, localDate} { // all are of the ISO chronology here
		of, name := temporalClass(c), temporalParents[c]
		out = append(out, classSpec{
			name: name, java: "java.time.chrono." + name, open: true, extends: []string{"Temporal", "Comparable"},
			methods: append(parentMethods(of.methods), chronoMembers(c)...),
			statics: []member{{name + " from(TemporalAccessor)", as(c)}, {"Comparator timeLineOrder()", timeLineOrder}},
		})
	}
	for c := zonedDateTime; c <= monthDay; c++ {
		out = append(out, temporalClass(c))
	}
	out = append(out, chronoPeriodClasses()...)
	return append(append(out, calendarDateClasses()...), durationClass(), periodClass(), parsedClass())
}

var temporalParents = map[chronology]string{
	zonedDateTime: "ChronoZonedDateTime", localDateTime: "ChronoLocalDateTime", localDate: "ChronoLocalDate",
}

func temporalClass(c chronology) classSpec {
	name := chronologyNames[c]
	s := classSpec{name: name, java: "java.time." + name, extends: []string{"Temporal", "Comparable", "TemporalAdjuster"}}
	if parent, ok := temporalParents[c]; ok {
		s.extends = append(s.extends, parent)
	}
	s.methods = append(commonMethods(c), unitMethods(c)...)
	s.methods = append(s.methods, getters(c)...)
	s.methods = append(s.methods, withers(c)...)
	s.methods = append(s.methods, conversions(c)...)
	s.statics = append(parsers(c), constructors[c]...)
	s.constants = temporalConstants[c]
	return s
}

func newMoment(c chronology, t time.Time) Value { return moment{c, t}.value() }

func utcDate(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

// lastOfDay is the last nanosecond of a day.
const lastOfDay = 24*time.Hour - 1

var temporalConstants = map[chronology]map[string]any{
	instant: {
		"EPOCH": newMoment(instant, utcDate(1970, 1, 1)),
		"MIN":   newMoment(instant, utcDate(minYear-1, 1, 1)), "MAX": newMoment(instant, utcDate(maxYear+1, 12, 31).Add(lastOfDay)),
	},
	offsetDateTime: {
		"MIN": newMoment(offsetDateTime, wall(utcDate(minYear, 1, 1), time.FixedZone("+18:00", 18*3600))),
		"MAX": newMoment(offsetDateTime, wall(utcDate(maxYear, 12, 31).Add(lastOfDay), time.FixedZone("-18:00", -18*3600))),
	},
	offsetTime: {
		"MIN": newMoment(offsetTime, wall(utcDate(1970, 1, 1), time.FixedZone("+18:00", 18*3600))),
		"MAX": newMoment(offsetTime, wall(utcDate(1970, 1, 1).Add(lastOfDay), time.FixedZone("-18:00", -18*3600))),
	},
	localTime: {
		"MIDNIGHT": newMoment(localTime, utcDate(1970, 1, 1)), "MIN": newMoment(localTime, utcDate(1970, 1, 1)),
		"NOON": newMoment(localTime, utcDate(1970, 1, 1).Add(12*time.Hour)), "MAX": newMoment(localTime, utcDate(1970, 1, 1).Add(lastOfDay)),
	},
	localDate: {
		"MIN": newMoment(localDate, utcDate(minYear, 1, 1)), "MAX": newMoment(localDate, utcDate(maxYear, 12, 31)),
	},
	localDateTime: {
		"MIN": newMoment(localDateTime, utcDate(minYear, 1, 1)),
		"MAX": newMoment(localDateTime, utcDate(maxYear, 12, 31).Add(lastOfDay)),
	},
	year: {"MIN_VALUE": minYear, "MAX_VALUE": maxYear},
}

// commonMethods are those of every class.
func commonMethods(c chronology) []member {
	name := chronologyNames[c]
	compare := func(test func(n int) bool) native {
		return func(t *thread, args []Value) Value {
			a, b := t.temporal(args[0]), t.temporal(args[1])
			if c.onTimeline() { // only the instant counts
				return document.Boolean(test(a.t.Compare(b.t)))
			}
			return document.Boolean(test(a.compareTo(b)))
		}
	}
	out := []member{
		{"boolean isAfter(Temporal)", compare(func(n int) bool { return n > 0 })},
		{"boolean isBefore(Temporal)", compare(func(n int) bool { return n < 0 })},
		{"boolean isEqual(Temporal)", compare(func(n int) bool { return n == 0 })},
		{"long until(Temporal, TemporalUnit)", func(t *thread, args []Value) Value {
			return document.Long(t.between(args[0], args[1], enumIn(args[2]).ordinal))
		}},
		{name + " plus(TemporalAmount)", func(t *thread, args []Value) Value { return t.plusAmount(args[0], args[1], 1) }},
		{name + " minus(TemporalAmount)", func(t *thread, args []Value) Value { return t.plusAmount(args[0], args[1], -1) }},
		{name + " plus(long, TemporalUnit)", func(t *thread, args []Value) Value {
			return t.plus(t.temporal(args[0]), args[1].Int64(), enumIn(args[2]).ordinal).value()
		}},
		{name + " minus(long, TemporalUnit)", func(t *thread, args []Value) Value {
			return t.plus(t.temporal(args[0]), -args[1].Int64(), enumIn(args[2]).ordinal).value()
		}},
		{name + " with(TemporalAdjuster)", func(t *thread, args []Value) Value { return t.adjusted(args[0], args[1]) }},
		{name + " with(TemporalField, long)", func(t *thread, args []Value) Value {
			return t.setField(t.temporal(args[0]), enumIn(args[1]).name, args[2].Int64()).value()
		}},
	}
	if c != instant {
		out = append(out, member{"String format(DateTimeFormatter)", func(t *thread, args []Value) Value {
			return t.formatTime(formatterIn(args[1]), t.temporal(args[0]))
		}})
	}
	if c.hasTime() || c == instant {
		out = append(out, member{name + " truncatedTo(TemporalUnit)", func(t *thread, args []Value) Value {
			return t.truncated(t.temporal(args[0]), enumIn(args[1]).ordinal).value()
		}})
	}
	return out
}

// adjusted is Temporal.with(TemporalAdjuster): a part of another date or time.
func (t *thread) adjusted(v, adjuster Value) Value {
	m := t.temporal(v)
	t.notNull(adjuster)
	switch a := adjuster.Object().(type) {
	case *callable:
		return t.call(adjuster, v)
	case *enum:
		field := "MONTH_OF_YEAR"
		if a.java == enumIn(daysOfWeek[0]).java {
			field = "DAY_OF_WEEK"
		}
		return t.setField(m, field, int64(a.ordinal)+1).value()
	}
	o := t.temporal(adjuster)
	at := m.t
	switch {
	case o.chronology.onTimeline() || o.chronology == localDateTime:
		if o.chronology == localDateTime {
			return moment{m.chronology, wall(o.t, at.Location())}.value()
		}
		return moment{m.chronology, o.t.In(at.Location())}.value()
	case o.chronology == localTime:
		return m.atNanos(nanosOfDay(o.t)).value()
	}
	return moment{m.chronology, withDate(at, o.t.Year(), o.t.Month(), o.t.Day())}.value()
}

// named has the units that methods such as plusDays are named after.
var namedUnits = []struct {
	name string
	unit int
}{
	{"Years", unitYears}, {"Months", unitMonths}, {"Weeks", unitWeeks}, {"Days", unitDays}, {"Hours", unitHours},
	{"Minutes", unitMinutes}, {"Seconds", unitSeconds}, {"Millis", unitMillis}, {"Nanos", unitNanos},
}

// hasUnit reports whether a class has methods of a unit.
func (c chronology) hasUnit(unit int) bool {
	switch {
	case c == instant:
		return unit <= unitSeconds
	case unit == unitMillis:
		return false
	case c == yearMonth:
		return unit >= unitMonths
	case c == year:
		return unit == unitYears
	case unit >= unitDays:
		return c.hasDate()
	}
	return c.hasTime()
}

func unitMethods(c chronology) []member {
	var out []member
	for _, u := range namedUnits {
		if !c.hasUnit(u.unit) {
			continue
		}
		for sign, verb := range map[int64]string{1: "plus", -1: "minus"} {
			out = append(out, member{chronologyNames[c] + " " + verb + u.name + "(long)", func(t *thread, args []Value) Value {
				return t.plus(t.temporal(args[0]), sign*args[1].Int64(), u.unit).value()
			}})
		}
	}
	return out
}

// A part is a field that getters and withers are named after.
type part struct{ name, field string }

var dateParts = []part{{"Year", "YEAR"}, {"MonthValue", "MONTH_OF_YEAR"}, {"DayOfMonth", "DAY_OF_MONTH"}, {"DayOfYear", "DAY_OF_YEAR"}}

var timeParts = []part{
	{"Hour", "HOUR_OF_DAY"}, {"Minute", "MINUTE_OF_HOUR"}, {"Second", "SECOND_OF_MINUTE"}, {"Nano", "NANO_OF_SECOND"},
}

// parts are the fields of a class.
func (c chronology) parts() []part {
	switch c {
	case instant:
		return timeParts[3:]
	case yearMonth:
		return dateParts[:2]
	case monthDay:
		return dateParts[1:3]
	case year:
		return []part{{"Value", "YEAR"}}
	default:
	}
	var out []part
	if c.hasDate() {
		out = append(out, dateParts...)
	}
	if c.hasTime() {
		out = append(out, timeParts...)
	}
	return out
}

func getters(c chronology) []member {
	var out []member
	for _, p := range c.parts() {
		out = append(out, member{"int get" + p.name + "()", func(t *thread, args []Value) Value {
			return document.Integer(int32(t.getField(t.temporal(args[0]), p.field)))
		}})
	}
	if c.hasDate() || c == yearMonth || c == monthDay {
		out = append(out, member{"Month getMonth()", func(t *thread, args []Value) Value { return months[t.temporal(args[0]).t.Month()-1] }})
	}
	if c.hasDate() {
		dayOfWeek := func(t *thread, args []Value) Value { return daysOfWeek[weekday(t.temporal(args[0]).t)-1] }
		out = append(out, member{"DayOfWeek getDayOfWeek()", dayOfWeek}, member{"DayOfWeek getDayOfWeekEnum()", dayOfWeek})
	}
	if c.hasDate() || c == yearMonth {
		out = append(out,
			member{"boolean isLeapYear()", func(t *thread, args []Value) Value { return document.Boolean(isLeap(t.temporal(args[0]).t.Year())) }},
			member{"int lengthOfMonth()", func(t *thread, args []Value) Value { return document.Integer(int32(daysIn(t.temporal(args[0]).t))) }},
			member{"int lengthOfYear()", lengthOfYear})
	}
	if c.hasOffset() {
		out = append(out, member{"ZoneOffset getOffset()", func(t *thread, args []Value) Value {
			return zoneValue(t.offsetAt(t.temporal(args[0]).t))
		}})
	}
	return out
}

func lengthOfYear(t *thread, args []Value) Value {
	if isLeap(t.temporal(args[0]).t.Year()) {
		return document.Integer(366)
	}
	return document.Integer(365)
}

func withers(c chronology) []member {
	var out []member
	for _, p := range c.parts() {
		name := p.name
		switch {
		case name == "MonthValue":
			name = "Month"
		case c == year || c == instant:
			continue
		}
		out = append(out, member{chronologyNames[c] + " with" + name + "(int)", func(t *thread, args []Value) Value {
			return t.setField(t.temporal(args[0]), p.field, args[1].Int64()).value()
		}})
	}
	return out
}

// as compiles a conversion to another class.
func as(c chronology) native {
	return func(t *thread, args []Value) Value { return t.need(args[0], c).value() }
}

// conversions are the methods that lead from one class to others.
func conversions(c chronology) []member {
	var out []member
	if c.hasDate() && c != localDate {
		out = append(out, member{"LocalDate toLocalDate()", as(localDate)})
	}
	if c <= offsetDateTime {
		out = append(out, member{"LocalDateTime toLocalDateTime()", as(localDateTime)}, member{"Instant toInstant()", as(instant)},
			member{"long toEpochSecond()", func(t *thread, args []Value) Value { return document.Long(t.temporal(args[0]).t.Unix()) }})
	}
	if c.hasTime() && c != localTime {
		out = append(out, member{"LocalTime toLocalTime()", as(localTime)})
	}
	return append(out, conversionsOf[c]...)
}

var conversionsOf = map[chronology][]member{
	zonedDateTime: {
		{"ZoneId getZone()", func(t *thread, args []Value) Value { return zoneValue(t.zoneOf(args[0].Time())) }},
		{"OffsetDateTime toOffsetDateTime()", func(t *thread, args []Value) Value {
			return newMoment(offsetDateTime, args[0].Time().In(t.offsetAt(args[0].Time()).Location()))
		}},
		{"ZonedDateTime withFixedOffsetZone()", func(t *thread, args []Value) Value {
			return newMoment(zonedDateTime, args[0].Time().In(t.offsetAt(args[0].Time()).Location()))
		}},
		{"ZonedDateTime withZoneSameLocal(ZoneId)", func(_ *thread, args []Value) Value {
			return newMoment(zonedDateTime, wall(args[0].Time(), zoneIn(args[1]).Location()))
		}},
		{"ZonedDateTime withZoneSameInstant(ZoneId)", func(_ *thread, args []Value) Value {
			return newMoment(zonedDateTime, args[0].Time().In(zoneIn(args[1]).Location()))
		}},
		{"ZonedDateTime withEarlierOffsetAtOverlap()", itself},
		{"ZonedDateTime withLaterOffsetAtOverlap()", itself},
	},
	offsetDateTime: {
		{"ZonedDateTime atZoneSameInstant(ZoneId)", inZone(zonedDateTime)},
		{"ZonedDateTime atZoneSimilarLocal(ZoneId)", atZone(zonedDateTime)},
		{"OffsetTime toOffsetTime()", as(offsetTime)},
		{"ZonedDateTime toZonedDateTime()", as(zonedDateTime)},
		{"OffsetDateTime withOffsetSameLocal(ZoneOffset)", atZone(offsetDateTime)},
		{"OffsetDateTime withOffsetSameInstant(ZoneOffset)", inZone(offsetDateTime)},
	},
	localDateTime: {
		{"OffsetDateTime atOffset(ZoneOffset)", atZone(offsetDateTime)},
		{"ZonedDateTime atZone(ZoneId)", atZone(zonedDateTime)},
		{"Instant toInstant(ZoneOffset)", func(t *thread, args []Value) Value {
			return newMoment(instant, wall(t.temporal(args[0]).t, zoneIn(args[1]).Location()).UTC())
		}},
		{"long toEpochSecond(ZoneOffset)", func(t *thread, args []Value) Value {
			return document.Long(wall(t.temporal(args[0]).t, zoneIn(args[1]).Location()).Unix())
		}},
	},
	localDate: {
		{"IsoChronology getChronology()", chronologyOf},
		{"LocalDateTime atStartOfDay()", func(t *thread, args []Value) Value { return newMoment(localDateTime, t.temporal(args[0]).t) }},
		{"ZonedDateTime atStartOfDay(ZoneId)", atZone(zonedDateTime)},
		{"LocalDateTime atTime(LocalTime)", func(t *thread, args []Value) Value {
			return moment{localDateTime, t.temporal(args[0]).t}.atNanos(nanosOfDay(t.temporal(args[1]).t)).value()
		}},
		{"LocalDateTime atTime(int, int)", atTime}, {"LocalDateTime atTime(int, int, int)", atTime},
		{"LocalDateTime atTime(int, int, int, int)", atTime},
		{"long toEpochDay()", func(t *thread, args []Value) Value { return document.Long(epochDay(t.temporal(args[0]).t)) }},
		{"Period until(ChronoLocalDate)", func(t *thread, args []Value) Value {
			return periodBetween(t.temporal(args[0]), t.temporal(args[1]))
		}},
	},
	localTime: {
		{"LocalDateTime atDate(LocalDate)", func(t *thread, args []Value) Value {
			return moment{localDateTime, t.temporal(args[1]).t}.atNanos(nanosOfDay(t.temporal(args[0]).t)).value()
		}},
		{"OffsetTime atOffset(ZoneOffset)", atZone(offsetTime)},
		{"long toNanoOfDay()", func(t *thread, args []Value) Value { return document.Long(nanosOfDay(t.temporal(args[0]).t)) }},
		{"int toSecondOfDay()", func(t *thread, args []Value) Value {
			return document.Integer(int32(nanosOfDay(t.temporal(args[0]).t) / int64(time.Second)))
		}},
	},
	offsetTime: {
		{"OffsetTime withOffsetSameLocal(ZoneOffset)", atZone(offsetTime)},
		{"OffsetTime withOffsetSameInstant(ZoneOffset)", inZone(offsetTime)},
	},
	instant: {
		{"OffsetDateTime atOffset(ZoneOffset)", inZone(offsetDateTime)},
		{"ZonedDateTime atZone(ZoneId)", inZone(zonedDateTime)},
		{"long getEpochSecond()", func(t *thread, args []Value) Value { return document.Long(t.temporal(args[0]).t.Unix()) }},
		{"long toEpochMilli()", func(t *thread, args []Value) Value { return document.Long(t.temporal(args[0]).t.UnixMilli()) }},
	},
	year: {
		{"LocalDate atDay(int)", func(t *thread, args []Value) Value {
			return t.setField(moment{localDate, t.temporal(args[0]).t}, "DAY_OF_YEAR", args[1].Int64()).value()
		}},
		{"YearMonth atMonth(int)", func(t *thread, args []Value) Value {
			return t.setField(moment{yearMonth, t.temporal(args[0]).t}, "MONTH_OF_YEAR", args[1].Int64()).value()
		}},
		{"LocalDate atMonthDay(MonthDay)", func(t *thread, args []Value) Value {
			return atYear(t.temporal(args[1]).t, t.temporal(args[0]).t.Year())
		}},
		{"boolean isValidMonthDay(MonthDay)", func(t *thread, args []Value) Value {
			if args[1].IsNull() {
				return document.Boolean(false)
			}
			at := t.temporal(args[1]).t
			return document.Boolean(at.Day() <= daysInMonth(t.temporal(args[0]).t.Year(), at.Month()))
		}},
		{"boolean isLeap()", func(t *thread, args []Value) Value { return document.Boolean(isLeap(t.temporal(args[0]).t.Year())) }},
		{"int length()", lengthOfYear},
	},
	yearMonth: {
		{"LocalDate atDay(int)", func(t *thread, args []Value) Value {
			return t.setField(moment{localDate, t.temporal(args[0]).t}, "DAY_OF_MONTH", args[1].Int64()).value()
		}},
		{"LocalDate atEndOfMonth()", func(t *thread, args []Value) Value {
			at := t.temporal(args[0]).t
			return newMoment(localDate, withDate(at, at.Year(), at.Month(), daysIn(at)))
		}},
		{"boolean isValidDay(int)", func(t *thread, args []Value) Value {
			return document.Boolean(args[1].Int64() >= 1 && args[1].Int64() <= int64(daysIn(t.temporal(args[0]).t)))
		}},
	},
	monthDay: {
		{"LocalDate atYear(int)", func(t *thread, args []Value) Value {
			return atYear(t.temporal(args[0]).t, int(args[1].Int64()))
		}},
		{"boolean isValidYear(int)", func(t *thread, args []Value) Value {
			at := t.temporal(args[0]).t
			return document.Boolean(at.Day() <= daysInMonth(int(args[1].Int64()), at.Month()))
		}},
	},
}

// atYear is a day of a month in a year; February 29 becomes 28.
func atYear(at time.Time, y int) Value {
	return newMoment(localDate, withDate(at, y, at.Month(), min(at.Day(), daysInMonth(y, at.Month()))))
}

// atZone keeps date and time and gives them a zone.
func atZone(c chronology) native {
	return func(t *thread, args []Value) Value {
		return newMoment(c, wall(t.temporal(args[0]).t, zoneIn(args[1]).Location()))
	}
}

// inZone keeps the instant.
func inZone(c chronology) native {
	return func(t *thread, args []Value) Value {
		return moment{c, t.temporal(args[0]).t.In(zoneIn(args[1]).Location())}.as(c).value()
	}
}

func atTime(t *thread, args []Value) Value {
	m := moment{localDateTime, t.temporal(args[0]).t}
	for i, arg := range args[1:] {
		m = t.setField(m, timeParts[i].field, arg.Int64())
	}
	return m.value()
}

// fromParts makes a moment of numbers for date and time parts, checked.
func (t *thread) fromParts(c chronology, args []Value, parts []part, loc *time.Location) Value {
	m := moment{localDateTime, utcDate(2000, 1, 1)}
	for i, arg := range args {
		if parts[i].field != "DAY_OF_MONTH" { // after month and year
			m = t.setField(m, parts[i].field, arg.Int64())
		}
	}
	for i, arg := range args {
		if parts[i].field == "DAY_OF_MONTH" {
			m = t.setField(m, parts[i].field, arg.Int64())
		}
	}
	return newMoment(c, moment{c, wall(m.t, loc)}.as(c).t)
}

var dateTimeParts = append(append([]part(nil), dateParts[:3]...), timeParts...)

func ofParts(c chronology, parts []part) native {
	return func(t *thread, args []Value) Value { return t.fromParts(c, args, parts, time.UTC) }
}

// ofZoned is of(…, zone) of numbers.
func ofZoned(c chronology, parts []part) native {
	return func(t *thread, args []Value) Value {
		last := len(args) - 1
		return t.fromParts(c, args[:last], parts, zoneIn(args[last]).Location())
	}
}

// ofDateAndTime is of(date, time, zone); the zone may be left out.
func ofDateAndTime(c chronology) native {
	return func(t *thread, args []Value) Value {
		m := moment{c, t.temporal(args[0]).t}.atNanos(nanosOfDay(t.temporal(args[1]).t))
		if len(args) > 2 {
			m.t = wall(m.t, zoneIn(args[2]).Location())
		}
		return m.value()
	}
}

func ofInstant(c chronology) native {
	return func(t *thread, args []Value) Value {
		return moment{c, t.temporal(args[0]).t.In(zoneIn(args[1]).Location())}.as(c).value()
	}
}

var constructors = map[chronology][]member{
	zonedDateTime: {
		{"ZonedDateTime of(LocalDate, LocalTime, ZoneId)", ofDateAndTime(zonedDateTime)},
		{"ZonedDateTime of(LocalDateTime, ZoneId)", atZone(zonedDateTime)},
		{"ZonedDateTime of(int, int, int, int, int, int, int, ZoneId)", ofZoned(zonedDateTime, dateTimeParts)},
		{"ZonedDateTime ofInstant(Instant, ZoneId)", ofInstant(zonedDateTime)},
		{"ZonedDateTime ofLocal(LocalDateTime, ZoneId, ZoneOffset)", atZone(zonedDateTime)},
		{"ZonedDateTime ofInstant(LocalDateTime, ZoneOffset, ZoneId)", func(t *thread, args []Value) Value {
			at := wall(t.temporal(args[0]).t, zoneIn(args[1]).Location())
			return newMoment(zonedDateTime, at.In(zoneIn(args[2]).Location()))
		}},
		{"ZonedDateTime ofStrict(LocalDateTime, ZoneOffset, ZoneId)", ofStrict},
	},
	offsetDateTime: {
		{"OffsetDateTime of(LocalDate, LocalTime, ZoneOffset)", ofDateAndTime(offsetDateTime)},
		{"OffsetDateTime of(LocalDateTime, ZoneOffset)", atZone(offsetDateTime)},
		{"OffsetDateTime of(int, int, int, int, int, int, int, ZoneOffset)", ofZoned(offsetDateTime, dateTimeParts)},
		{"Comparator timeLineOrder()", timeLineOrder},
		{"OffsetDateTime ofInstant(Instant, ZoneId)", func(t *thread, args []Value) Value {
			at := t.temporal(args[0]).t.In(zoneIn(args[1]).Location())
			return newMoment(offsetDateTime, at.In(t.offsetAt(at).Location()))
		}},
	},
	localDateTime: {
		{"LocalDateTime of(LocalDate, LocalTime)", ofDateAndTime(localDateTime)},
		{"LocalDateTime of(int, int, int, int, int)", ofParts(localDateTime, dateTimeParts)},
		{"LocalDateTime of(int, int, int, int, int, int)", ofParts(localDateTime, dateTimeParts)},
		{"LocalDateTime of(int, int, int, int, int, int, int)", ofParts(localDateTime, dateTimeParts)},
		{"LocalDateTime ofInstant(Instant, ZoneId)", ofInstant(localDateTime)},
		{"LocalDateTime ofEpochSecond(long, int, ZoneOffset)", func(_ *thread, args []Value) Value {
			at := time.Unix(args[0].Int64(), args[1].Int64()).In(zoneIn(args[2]).Location())
			return newMoment(localDateTime, wall(at, time.UTC))
		}},
	},
	localDate: {
		{"LocalDate of(int, int, int)", ofParts(localDate, dateParts)},
		{"LocalDate ofYearDay(int, int)", ofParts(localDate, []part{dateParts[0], dateParts[3]})},
		{"LocalDate ofEpochDay(long)", func(t *thread, args []Value) Value {
			return t.setField(moment{localDate, utcDate(1970, 1, 1)}, "EPOCH_DAY", args[0].Int64()).value()
		}},
	},
	localTime: {
		{"LocalTime of(int, int)", ofParts(localTime, timeParts)}, {"LocalTime of(int, int, int)", ofParts(localTime, timeParts)},
		{"LocalTime of(int, int, int, int)", ofParts(localTime, timeParts)},
		{"LocalTime ofNanoOfDay(long)", ofParts(localTime, []part{{"", "NANO_OF_DAY"}})},
		{"LocalTime ofSecondOfDay(long)", ofParts(localTime, []part{{"", "SECOND_OF_DAY"}})},
	},
	offsetTime: {
		{"OffsetTime of(LocalTime, ZoneOffset)", atZone(offsetTime)},
		{"OffsetTime of(int, int, int, int, ZoneOffset)", ofZoned(offsetTime, timeParts)},
		{"OffsetTime ofInstant(Instant, ZoneId)", ofInstant(offsetTime)},
	},
	instant: {
		{"Instant ofEpochSecond(long)", ofEpoch}, {"Instant ofEpochSecond(long, long)", ofEpoch},
		{"Instant ofEpochMilli(long)", func(v Value) Value { return newMoment(instant, time.UnixMilli(v.Int64()).UTC()) }},
	},
	year: {
		{"Year of(int)", ofParts(year, dateParts)},
		{"boolean isLeap(long)", func(i int64) bool { return isLeap(int(i)) }},
	},
	yearMonth: {{"YearMonth of(int, int)", ofParts(yearMonth, dateParts)}},
	monthDay: {{"MonthDay of(int, int)", func(t *thread, args []Value) Value {
		return t.fromParts(monthDay, args, []part{dateParts[1], dateParts[2]}, time.UTC)
	}}},
}

func ofEpoch(t *thread, args []Value) Value {
	nanos := int64(0)
	if len(args) > 1 {
		nanos = args[1].Int64()
	}
	return t.inRange(moment{instant, time.Unix(args[0].Int64(), nanos).UTC()}).value()
}

// parsers are from and parse.
func parsers(c chronology) []member {
	name := chronologyNames[c]
	out := []member{
		{name + " from(TemporalAccessor)", as(c)},
		{name + " parse(CharSequence)", func(t *thread, args []Value) Value {
			return t.parseISO(t.text(args[0]), c, nil).value()
		}},
	}
	if c != instant {
		out = append(out, member{name + " parse(CharSequence, DateTimeFormatter)", func(t *thread, args []Value) Value {
			return t.parseTime(formatterIn(args[1]), t.text(args[0]), c).value()
		}})
	}
	return out
}

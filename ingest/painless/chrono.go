package painless

import (
	"time"

	"github.com/sluice-otel/sluice/ingest/document"
)

// ChronoUnit, ChronoField, DayOfWeek, Month and TextStyle.

var (
	chronoUnits = enumValues("java.time.temporal.ChronoUnit", "NANOS:Nanos", "MICROS:Micros", "MILLIS:Millis",
		"SECONDS:Seconds", "MINUTES:Minutes", "HOURS:Hours", "HALF_DAYS:HalfDays", "DAYS:Days", "WEEKS:Weeks", "MONTHS:Months",
		"YEARS:Years", "DECADES:Decades", "CENTURIES:Centuries", "MILLENNIA:Millennia", "ERAS:Eras", "FOREVER:Forever")
	daysOfWeek = enumValues("java.time.DayOfWeek", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
	months     = enumValues("java.time.Month", "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST",
		"SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER")
	textStyles = enumValues("java.time.format.TextStyle", "FULL", "FULL_STANDALONE", "SHORT", "SHORT_STANDALONE", "NARROW",
		"NARROW_STANDALONE")
	chronoFields = enumValues("java.time.temporal.ChronoField", "NANO_OF_SECOND:NanoOfSecond", "NANO_OF_DAY:NanoOfDay",
		"MICRO_OF_SECOND:MicroOfSecond", "MICRO_OF_DAY:MicroOfDay", "MILLI_OF_SECOND:MilliOfSecond", "MILLI_OF_DAY:MilliOfDay",
		"SECOND_OF_MINUTE:SecondOfMinute", "SECOND_OF_DAY:SecondOfDay", "MINUTE_OF_HOUR:MinuteOfHour",
		"MINUTE_OF_DAY:MinuteOfDay", "HOUR_OF_AMPM:HourOfAmPm", "CLOCK_HOUR_OF_AMPM:ClockHourOfAmPm", "HOUR_OF_DAY:HourOfDay",
		"CLOCK_HOUR_OF_DAY:ClockHourOfDay", "AMPM_OF_DAY:AmPmOfDay", "DAY_OF_WEEK:DayOfWeek",
		"ALIGNED_DAY_OF_WEEK_IN_MONTH:AlignedDayOfWeekInMonth", "ALIGNED_DAY_OF_WEEK_IN_YEAR:AlignedDayOfWeekInYear",
		"DAY_OF_MONTH:DayOfMonth", "DAY_OF_YEAR:DayOfYear", "EPOCH_DAY:EpochDay",
		"ALIGNED_WEEK_OF_MONTH:AlignedWeekOfMonth", "ALIGNED_WEEK_OF_YEAR:AlignedWeekOfYear", "MONTH_OF_YEAR:MonthOfYear",
		"PROLEPTIC_MONTH:ProlepticMonth", "YEAR_OF_ERA:YearOfEra", "YEAR:Year", "ERA:Era",
		"INSTANT_SECONDS:InstantSeconds", "OFFSET_SECONDS:OffsetSeconds")
)

// Units by their place among the constants.
const (
	unitNanos = iota
	unitMicros
	unitMillis
	unitSeconds
	unitMinutes
	unitHours
	unitHalfDays
	unitDays
	unitWeeks
	unitMonths
	unitYears
	unitDecades
	unitCenturies
	unitMillennia
	unitEras
	unitForever
	unitQuarters // of isoUnits, as the next one
	unitWeekBasedYears
)

// unitNanoseconds has how long the units of time are, up to weeks.
var unitNanoseconds = [...]time.Duration{
	1, time.Microsecond, time.Millisecond, time.Second, time.Minute, time.Hour, 12 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour,
}

// unitMonthCounts has how long the units from months on are.
var unitMonthCounts = map[int]int64{unitMonths: 1, unitQuarters: 3, unitYears: 12, unitDecades: 120, unitCenturies: 1200, unitMillennia: 12000}

func chronoClasses() []classSpec {
	unit := enumSpec(chronoUnits, "TemporalUnit")
	return []classSpec{
		{name: "TemporalUnit", java: "java.time.temporal.TemporalUnit", open: true, methods: unitMembers},
		{name: "TemporalField", java: "java.time.temporal.TemporalField", open: true, methods: fieldMembers},
		unit, enumSpec(chronoFields, "TemporalField"), textStyleClass(),
		calendarEnum(daysOfWeek, 7), calendarEnum(months, 12),
	}
}

// textStyleClass is TextStyle, whose constants are pairs: normal and standalone.
func textStyleClass() classSpec {
	s := enumSpec(textStyles)
	s.methods = []member{
		{"boolean isStandalone()", func(v Value) Value { return document.Boolean(enumIn(v).ordinal%2 == 1) }},
		{"TextStyle asNormal()", func(v Value) Value { return textStyles[enumIn(v).ordinal&^1] }},
		{"TextStyle asStandalone()", func(v Value) Value { return textStyles[enumIn(v).ordinal|1] }},
	}
	return s
}

// calendarEnum is DayOfWeek or Month: values from 1 on, in a circle.
func calendarEnum(values []Value, n int) classSpec {
	s := enumSpec(values, "TemporalAccessor", "TemporalAdjuster")
	name := s.name
	turn := func(sign int64) native {
		return func(_ *thread, args []Value) Value {
			by := sign * (args[1].Int64() % int64(n))
			return values[(int64(enumIn(args[0]).ordinal)+by+int64(n))%int64(n)]
		}
	}
	s.methods = []member{
		{"int getValue()", func(v Value) Value { return document.Integer(int32(enumIn(v).ordinal + 1)) }},
		{name + " plus(long)", turn(1)},
		{name + " minus(long)", turn(-1)},
		{"String getDisplayName(TextStyle, Locale)", func(_ *thread, args []Value) Value {
			return document.String(displayName(enumIn(args[0]), enumIn(args[1]).ordinal))
		}},
	}
	s.statics = append(s.statics, member{name + " of(int)", func(t *thread, args []Value) Value {
		i := args[0].Int64()
		if i < 1 || i > int64(n) {
			t.throw(dateTimeException, "Invalid value for %s: %d", map[int]string{7: "DayOfWeek", 12: "MonthOfYear"}[n], i)
		}
		return values[i-1]
	}}, member{name + " from(TemporalAccessor)", func(t *thread, args []Value) Value {
		if e, ok := args[0].Object().(*enum); ok && e.java == s.java {
			return args[0]
		}
		i, ok := t.fieldOf(args[0], map[int]string{7: "DAY_OF_WEEK", 12: "MONTH_OF_YEAR"}[n])
		if !ok {
			t.throw(dateTimeException, "Unable to obtain %s from TemporalAccessor: %s of type %s", name, args[0].Text(), javaClass(args[0]))
		}
		return values[i-1]
	}})
	if n == 12 {
		s.methods = append(s.methods, monthMethods...)
	}
	return s
}

// monthOf is the month of a common or leap year.
func monthOf(v Value, leap bool) time.Time {
	y := 2023
	if leap {
		y = 2024
	}
	return utcDate(y, time.Month(enumIn(v).ordinal+1), 1)
}

var monthMethods = []member{
	{"int length(boolean)", func(_ *thread, args []Value) Value {
		return document.Integer(int32(daysIn(monthOf(args[0], args[1].Bool()))))
	}},
	{"int minLength()", func(v Value) Value { return document.Integer(int32(daysIn(monthOf(v, false)))) }},
	{"int maxLength()", func(v Value) Value { return document.Integer(int32(daysIn(monthOf(v, true)))) }},
	{"int firstDayOfYear(boolean)", func(_ *thread, args []Value) Value {
		return document.Integer(int32(monthOf(args[0], args[1].Bool()).YearDay()))
	}},
	{"Month firstMonthOfQuarter()", func(v Value) Value { return months[enumIn(v).ordinal/3*3] }},
}

// displayName is the English name: full, of three letters, or the first letter.
func displayName(e *enum, style int) string {
	name := e.name[:1] + lowerCase(e.name[1:])
	switch style / 2 {
	case 1:
		return name[:3]
	case 2:
		return name[:1]
	}
	return name
}
